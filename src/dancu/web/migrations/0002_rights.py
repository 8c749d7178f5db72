"""Gives dancu_web its rights on the tables of the pages, of the sessions and of the jobs."""

from __future__ import annotations

from importlib.resources import files

from django.db import migrations


class Migration(migrations.Migration):
    """Runs sql/rights.sql; rights go with their tables."""

    dependencies = [
        ("web", "0001_tables"),
        ("sessions", "0001_initial"),
        ("procrastinate", "0041_post_retry_failed_job"),
    ]

    operations = [
        migrations.RunSQL([(files("dancu.web") / "sql" / "rights.sql").read_text(encoding="utf-8")], migrations.RunSQL.noop),
    ]
