"""The tables of checks of uploaded files and of what was said about looks, with the rights of dancu_web on them."""

from __future__ import annotations

from importlib.resources import files

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Both tables and sql/rights_checks.sql; rights go with their tables."""

    dependencies = [
        ("web", "0002_rights"),
    ]

    operations = [
        migrations.CreateModel(
            name="LookAct",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.CharField(db_collation="C", max_length=7)),
                ("index", models.BigIntegerField()),
                ("officer", models.BigIntegerField()),
                ("by", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("kind", models.CharField(db_collation="C", max_length=16)),
                ("text", models.CharField(blank=True, max_length=500)),
            ],
            options={
                "db_table": "web_look_act",
                "abstract": False,
                "indexes": [
                    models.Index(fields=["month", "index"], name="web_look_act_place"),
                    models.Index(fields=["officer", "-id"], name="web_look_act_officer"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Check",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(db_collation="C", max_length=16, unique=True)),
                ("called", models.CharField(blank=True, max_length=120)),
                ("bytes", models.BigIntegerField()),
                ("state", models.CharField(db_collation="C", max_length=16)),
                ("made_at", models.DateTimeField()),
                ("asked_at", models.DateTimeField(null=True)),
                ("begun_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("expires_at", models.DateTimeField()),
                ("policy", models.CharField(blank=True, db_collation="C", max_length=40)),
                ("disclose", models.CharField(blank=True, db_collation="C", max_length=16)),
                ("lang", models.CharField(default="vi", max_length=2)),
                ("purpose", models.CharField(blank=True, db_collation="C", max_length=32)),
                ("reference", models.CharField(blank=True, max_length=80)),
                ("job", models.BigIntegerField(null=True)),
                ("tries", models.IntegerField(default=0)),
                ("progress", models.JSONField(default=dict)),
                ("figures", models.JSONField(default=dict)),
                ("refused_vi", models.TextField(blank=True)),
                ("refused_en", models.TextField(blank=True)),
                ("opening", models.CharField(blank=True, db_collation="C", max_length=16)),
                ("taken", models.JSONField(default=dict)),
                ("account", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="web.account")),
            ],
            options={
                "db_table": "web_check",
                "abstract": False,
                "indexes": [
                    models.Index(fields=["account", "-id"], name="web_check_account"),
                    models.Index(
                        condition=models.Q(("state", "deleted"), _negated=True),
                        fields=["expires_at"],
                        name="web_check_expires",
                    ),
                    models.Index(
                        condition=models.Q(("state", "waiting"), ("state", "running"), _connector="OR"),
                        fields=["state"],
                        name="web_check_alive",
                    ),
                ],
            },
        ),
        migrations.RunSQL(
            (files("dancu.web") / "sql" / "rights_checks.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop
        ),
    ]
