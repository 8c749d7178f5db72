"""Gives each role its rights on the register's tables, and makes the functions that alone may take something away."""

from __future__ import annotations

from importlib.resources import files

from django.db import migrations

# What the migration runs, in order, and what takes it back: rights go with the tables.
_FILES = ("rights", "redact", "trim", "take_number", "search", "readable")
_DROP = (
    "DROP FUNCTION register_redact(bigint[], text[], text[])",
    "DROP FUNCTION register_feed_trim(bigint)",
    "DROP FUNCTION register_take_number(text[])",
    "DROP VIEW register_readable",
    "DROP FUNCTION register_find(text, text, text, text, integer)",
    "DROP FUNCTION register_alike(text)",
)


def _sql(name: str) -> str:
    return (files("dancu.register") / "sql" / f"{name}.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    """Runs the files of sql/ that make rights and functions; backwards, the functions are dropped."""

    dependencies = [("register", "0001_tables")]

    operations = [
        migrations.RunSQL([_sql(name) for name in _FILES[:1]], migrations.RunSQL.noop),
        migrations.RunSQL([_sql(name) for name in _FILES[1:]], list(_DROP)),
    ]
