"""Indexes by which an office finds its own work: what it did, records that wait for a number, cards on their way."""

from __future__ import annotations

from importlib.resources import files

from django.db import migrations

_INDEXES = ("register_order_of_unit", "register_person_waits", "register_person_requested", "register_person_issued")


class Migration(migrations.Migration):
    """Runs sql/counter.sql; backwards, the indexes are dropped."""

    dependencies = [("register", "0003_observed")]

    operations = [
        migrations.RunSQL(
            (files("dancu.register") / "sql" / "counter.sql").read_text(encoding="utf-8"),
            [f"DROP INDEX {name}" for name in _INDEXES],
        ),
    ]
