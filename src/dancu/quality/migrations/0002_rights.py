"""Gives each role its rights on the tables of cases and measures."""

from __future__ import annotations

from importlib.resources import files

from django.db import migrations


def _sql(name: str) -> str:
    return (files("dancu.quality") / "sql" / f"{name}.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    """Runs sql/rights.sql; rights go with the tables."""

    dependencies = [("quality", "0001_tables")]

    operations = [migrations.RunSQL(_sql("rights"), migrations.RunSQL.noop)]
