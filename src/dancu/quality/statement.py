"""Reads the SQL that lives in quality/sql, once."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def statement(name: str) -> str:
    """The text of `quality/sql/<name>.sql`; braces are for `str.format`."""
    text = (files("dancu.quality") / "sql" / f"{name}.sql").read_text(encoding="utf-8")
    return text.strip().removesuffix(";")
