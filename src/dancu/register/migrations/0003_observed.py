"""Adds the view that the copy of the care for the data is made of."""

from __future__ import annotations

from importlib.resources import files

from django.db import migrations


class Migration(migrations.Migration):
    """Runs sql/observed.sql; backwards, the view is dropped."""

    dependencies = [("register", "0002_rights")]

    operations = [
        migrations.RunSQL((files("dancu.register") / "sql" / "observed.sql").read_text(encoding="utf-8"), "DROP VIEW register_observed")
    ]
