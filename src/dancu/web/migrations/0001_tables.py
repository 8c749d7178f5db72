"""The tables of the pages, as models.py has them."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """All tables, indexes and constraints."""
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="AccountAct",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("by", models.BigIntegerField(null=True)),
                ("account", models.BigIntegerField(db_index=True)),
                ("kind", models.CharField(db_collation="C", max_length=32)),
                ("detail", models.JSONField(default=dict)),
            ],
            options={
                "db_table": "web_account_act",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Account",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("login", models.CharField(db_collation="C", max_length=40, unique=True)),
                ("full_name", models.CharField(max_length=100)),
                ("role", models.CharField(db_collation="C", max_length=32)),
                ("unit", models.CharField(blank=True, db_collation="C", max_length=5)),
                ("agency", models.CharField(blank=True, max_length=200)),
                ("person_key", models.BinaryField(max_length=32, null=True)),
                ("person", models.BigIntegerField(default=0)),
                ("password", models.CharField(max_length=256)),
                ("must_change", models.BooleanField(default=True)),
                ("totp", models.BinaryField(max_length=128, null=True)),
                ("totp_used", models.BigIntegerField(default=0)),
                ("lang", models.CharField(default="vi", max_length=2)),
                ("theme", models.CharField(blank=True, max_length=8)),
                ("epoch", models.IntegerField(default=1)),
                ("training", models.BooleanField(default=False)),
                ("made_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "web_account",
                "abstract": False,
                "indexes": [models.Index(fields=["person_key"], name="web_account_person")],
            },
        ),
        migrations.CreateModel(
            name="Attempt",
            fields=[
                ("key", models.CharField(db_collation="C", max_length=64, primary_key=True, serialize=False)),
                ("failures", models.IntegerField(default=0)),
                ("last_at", models.DateTimeField()),
                ("next_at", models.DateTimeField()),
            ],
            options={
                "db_table": "web_attempt",
                "abstract": False,
                "indexes": [models.Index(fields=["last_at"], name="web_attempt_last")],
            },
        ),
        migrations.CreateModel(
            name="RecoveryCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.BinaryField(max_length=32)),
                ("used_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="recovery_codes", to="web.account"
                    ),
                ),
            ],
            options={
                "db_table": "web_recovery_code",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("form", models.CharField(db_collation="C", max_length=40)),
                ("subject", models.CharField(blank=True, db_collation="C", max_length=40)),
                ("values", models.JSONField(default=dict)),
                ("saved_at", models.DateTimeField()),
                ("account", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="web.account")),
            ],
            options={
                "db_table": "web_draft",
                "abstract": False,
                "constraints": [models.UniqueConstraint(fields=("account", "form", "subject"), name="web_draft_once")],
            },
        ),
    ]
