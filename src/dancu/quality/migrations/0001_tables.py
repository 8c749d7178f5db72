"""The tables of the cases and measures, as models.py has them."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """All tables, indexes and constraints."""

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Expected",
            fields=[
                ("commune", models.CharField(db_collation="C", max_length=5, primary_key=True, serialize=False)),
                ("people", models.BigIntegerField()),
                ("source", models.TextField()),
                ("noted_at", models.DateTimeField()),
            ],
            options={
                "db_table": "quality_expected",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Run",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("started_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField()),
                ("position", models.BigIntegerField()),
                ("people", models.BigIntegerField()),
                ("found", models.BigIntegerField()),
                ("opened", models.BigIntegerField()),
                ("mended", models.BigIntegerField()),
            ],
            options={
                "db_table": "quality_run",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Case",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(db_collation="C", max_length=12)),
                ("code", models.CharField(db_collation="C", max_length=48)),
                ("key", models.CharField(db_collation="C", max_length=80)),
                ("person", models.BigIntegerField()),
                ("other", models.BigIntegerField(null=True)),
                ("field", models.CharField(db_collation="C", max_length=32)),
                ("commune", models.CharField(db_collation="C", max_length=5)),
                ("province", models.CharField(db_collation="C", max_length=2)),
                ("severity", models.CharField(db_collation="C", max_length=8)),
                ("side", models.CharField(db_collation="C", max_length=12)),
                ("side_said", models.BooleanField(default=False)),
                ("owner", models.CharField(db_collation="C", max_length=16)),
                ("agency", models.TextField()),
                ("asked", models.CharField(db_collation="C", max_length=16)),
                ("state", models.CharField(db_collation="C", max_length=12)),
                ("assigned", models.TextField()),
                ("opened_at", models.DateTimeField()),
                ("due", models.DateField()),
                ("found_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("proposed_by", models.TextField()),
                ("proposal", models.JSONField(null=True)),
                ("score", models.FloatField(null=True)),
                ("version", models.IntegerField(default=1)),
            ],
            options={
                "db_table": "quality_case",
                "abstract": False,
                "indexes": [
                    models.Index(
                        condition=models.Q(("closed_at__isnull", True)),
                        fields=["commune", "due", "id"],
                        name="quality_case_commune",
                    ),
                    models.Index(
                        condition=models.Q(("closed_at__isnull", True)),
                        fields=["province", "due", "id"],
                        name="quality_case_province",
                    ),
                    models.Index(
                        condition=models.Q(("closed_at__isnull", True)), fields=["due", "id"], name="quality_case_due"
                    ),
                    models.Index(
                        condition=models.Q(("closed_at__isnull", True)),
                        fields=["code", "commune"],
                        name="quality_case_code",
                    ),
                    models.Index(
                        condition=models.Q(("closed_at__isnull", False)),
                        fields=["commune", "closed_at"],
                        name="quality_case_closed",
                    ),
                    models.Index(fields=["person"], name="quality_case_person"),
                    models.Index(
                        condition=models.Q(("other__isnull", False)), fields=["other"], name="quality_case_other"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "mended"), ("state", "merged"), _connector="OR", _negated=True),
                        fields=("person", "key"),
                        name="quality_case_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Finding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("unit", models.CharField(db_collation="C", max_length=5)),
                ("rule", models.CharField(db_collation="C", max_length=48)),
                ("people", models.BigIntegerField()),
            ],
            options={
                "db_table": "quality_finding",
                "abstract": False,
                "constraints": [models.UniqueConstraint(fields=("unit", "rule"), name="quality_finding_once")],
            },
        ),
        migrations.CreateModel(
            name="JointList",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("commune", models.CharField(db_collation="C", max_length=5)),
                ("made_at", models.DateTimeField()),
                ("made_by", models.TextField()),
                ("digest", models.BinaryField(max_length=32)),
                ("civil_actor", models.TextField()),
                ("civil_at", models.DateTimeField(null=True)),
                ("residence_actor", models.TextField()),
                ("residence_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "quality_list",
                "abstract": False,
                "indexes": [models.Index(fields=["commune", "id"], name="quality_list_commune")],
            },
        ),
        migrations.CreateModel(
            name="Measure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("unit", models.CharField(db_collation="C", max_length=5)),
                ("measure", models.CharField(db_collation="C", max_length=24)),
                ("day", models.DateField()),
                ("numerator", models.BigIntegerField()),
                ("denominator", models.BigIntegerField(null=True)),
            ],
            options={
                "db_table": "quality_measure",
                "abstract": False,
                "indexes": [models.Index(fields=["measure", "day", "unit"], name="quality_measure_day")],
                "constraints": [
                    models.UniqueConstraint(fields=("unit", "measure", "day"), name="quality_measure_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Step",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("actor", models.TextField()),
                ("office", models.CharField(db_collation="C", max_length=20)),
                ("what", models.CharField(db_collation="C", max_length=16)),
                ("state_before", models.CharField(db_collation="C", max_length=12)),
                ("state_after", models.CharField(db_collation="C", max_length=12)),
                ("note", models.TextField()),
                ("before", models.JSONField(null=True)),
                (
                    "case",
                    models.ForeignKey(
                        db_column="case_id", on_delete=django.db.models.deletion.PROTECT, to="quality.case"
                    ),
                ),
            ],
            options={
                "db_table": "quality_case_step",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Evidence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("source", models.TextField()),
                ("digest", models.BinaryField(max_length=32)),
                ("data", models.JSONField()),
                (
                    "case",
                    models.ForeignKey(
                        db_column="case_id", on_delete=django.db.models.deletion.PROTECT, to="quality.case"
                    ),
                ),
            ],
            options={
                "db_table": "quality_evidence",
                "abstract": False,
                "constraints": [models.UniqueConstraint(fields=("case", "digest"), name="quality_evidence_once")],
            },
        ),
        migrations.CreateModel(
            name="Listed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.IntegerField()),
                (
                    "case",
                    models.ForeignKey(
                        db_column="case_id", on_delete=django.db.models.deletion.PROTECT, to="quality.case"
                    ),
                ),
                (
                    "list",
                    models.ForeignKey(
                        db_column="list_id", on_delete=django.db.models.deletion.PROTECT, to="quality.jointlist"
                    ),
                ),
            ],
            options={
                "db_table": "quality_list_case",
                "abstract": False,
                "constraints": [models.UniqueConstraint(fields=("list", "case"), name="quality_list_case_once")],
            },
        ),
    ]
