"""The tables of the register, as models.py has them."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """All tables, indexes and constraints."""

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Action",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("person", models.BigIntegerField()),
                ("version", models.IntegerField()),
                ("kind", models.CharField(db_collation="C", max_length=32)),
                ("effective", models.CharField(db_collation="C", max_length=10)),
                ("recorded_at", models.DateTimeField()),
                ("schema", models.SmallIntegerField()),
                ("digest", models.BinaryField(max_length=32)),
            ],
            options={
                "db_table": "register_action",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Bucket",
            fields=[
                ("bucket", models.BigIntegerField(primary_key=True, serialize=False)),
                ("digest", models.BinaryField(max_length=32)),
            ],
            options={
                "db_table": "register_feed_bucket",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Card",
            fields=[
                ("serial", models.TextField(db_collation="C", primary_key=True, serialize=False)),
                ("person", models.BigIntegerField()),
            ],
            options={
                "db_table": "register_card",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Feed",
            fields=[
                ("position", models.BigIntegerField(primary_key=True, serialize=False)),
                ("action", models.BigIntegerField(null=True)),
                ("enrichment", models.BigIntegerField(null=True)),
            ],
            options={
                "db_table": "register_feed",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Name",
            fields=[
                ("fold", models.TextField(db_collation="C", primary_key=True, serialize=False)),
            ],
            options={
                "db_table": "register_name",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Number",
            fields=[
                ("pin", models.CharField(db_collation="C", max_length=12, primary_key=True, serialize=False)),
                ("person", models.BigIntegerField(db_index=True)),
                ("until", models.CharField(db_collation="C", max_length=10, null=True)),
            ],
            options={
                "db_table": "register_number",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="OldNumber",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(db_collation="C", db_index=True, max_length=9)),
                ("person", models.BigIntegerField()),
            ],
            options={
                "db_table": "register_old_number",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Order",
            fields=[
                ("id", models.CharField(db_collation="C", max_length=64, primary_key=True, serialize=False)),
                ("kind", models.CharField(db_collation="C", max_length=40)),
                ("actor", models.TextField()),
                ("office", models.CharField(db_collation="C", max_length=20)),
                ("unit", models.CharField(db_collation="C", max_length=5)),
                ("source_kind", models.CharField(db_collation="C", max_length=20)),
                ("source", models.TextField()),
                ("legal_basis", models.TextField()),
                ("entry", models.JSONField(null=True)),
                ("reason", models.TextField()),
                ("recorded_at", models.DateTimeField()),
                ("salt", models.BinaryField(max_length=16)),
                ("digest", models.BinaryField(max_length=32)),
            ],
            options={
                "db_table": "register_order",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Outbox",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("action", models.BigIntegerField(null=True)),
                ("enrichment", models.BigIntegerField(null=True)),
            ],
            options={
                "db_table": "register_outbox",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Word",
            fields=[
                ("word", models.TextField(db_collation="C", primary_key=True, serialize=False)),
            ],
            options={
                "db_table": "register_word",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ActionPayload",
            fields=[
                (
                    "action",
                    models.OneToOneField(
                        db_column="action_id",
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        serialize=False,
                        to="register.action",
                    ),
                ),
                ("salt", models.BinaryField(max_length=16)),
                ("changes", models.TextField(db_collation="C")),
                ("more", models.JSONField(null=True)),
            ],
            options={
                "db_table": "register_action_payload",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Fault",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("person", models.BigIntegerField(db_index=True)),
                ("code", models.CharField(db_collation="C", max_length=48)),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "order",
                    models.ForeignKey(
                        db_column="order_id",
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="register.order",
                    ),
                ),
            ],
            options={
                "db_table": "register_fault",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("key", models.TextField(db_collation="C", primary_key=True, serialize=False)),
                (
                    "order",
                    models.ForeignKey(
                        db_column="order_id",
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="register.order",
                    ),
                ),
            ],
            options={
                "db_table": "register_entry",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Enrichment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("person", models.BigIntegerField(db_index=True)),
                ("kind", models.CharField(db_collation="C", max_length=32)),
                ("source", models.TextField()),
                ("as_of", models.CharField(db_collation="C", max_length=10)),
                ("confidence", models.SmallIntegerField()),
                ("value", models.JSONField()),
                ("recorded_at", models.DateTimeField()),
                (
                    "order",
                    models.ForeignKey(
                        db_column="order_id",
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="register.order",
                    ),
                ),
            ],
            options={
                "db_table": "register_enrichment",
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="action",
            name="order",
            field=models.ForeignKey(
                db_column="order_id", on_delete=django.db.models.deletion.PROTECT, to="register.order"
            ),
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.IntegerField()),
                ("status", models.CharField(db_collation="C", max_length=16)),
                ("pin", models.CharField(db_collation="C", max_length=12, null=True, unique=True)),
                ("name", models.TextField()),
                ("fold", models.TextField(db_collation="C")),
                ("birth_date", models.CharField(db_collation="C", max_length=10)),
                ("sex", models.SmallIntegerField()),
                ("commune", models.CharField(db_collation="C", max_length=5)),
                ("household", models.BigIntegerField(null=True)),
                ("mother", models.BigIntegerField(null=True)),
                ("father", models.BigIntegerField(null=True)),
                ("state", models.JSONField()),
            ],
            options={
                "db_table": "register_person",
                "abstract": False,
                "indexes": [
                    models.Index(fields=["fold", "birth_date"], include=("commune",), name="register_person_called"),
                    models.Index(
                        condition=models.Q(("household__isnull", False)),
                        fields=["household"],
                        name="register_person_lives",
                    ),
                    models.Index(
                        condition=models.Q(("mother__isnull", False)), fields=["mother"], name="register_person_mother"
                    ),
                    models.Index(
                        condition=models.Q(("father__isnull", False)), fields=["father"], name="register_person_father"
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="action",
            constraint=models.UniqueConstraint(fields=("person", "version"), name="register_action_once"),
        ),
    ]
