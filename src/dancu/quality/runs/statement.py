"""Reads the SQL that lives in quality/sql, once."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from dancu.linkage.engine import Engine


@cache
def statement(name: str) -> str:
    """The text of `quality/sql/<name>.sql`; braces are for `str.format`."""
    text = (files("dancu.quality") / "sql" / f"{name}.sql").read_text(encoding="utf-8")
    return text.strip().removesuffix(";")


def run_file(engine: Engine, name: str, **values: object) -> list[tuple[Any, ...]]:
    """Run the statements of a file one after the other; what the last one gives."""
    rows: list[tuple[Any, ...]] = []
    for query in statement(name).format(**values).split(";\n"):
        rows = engine.run(query)
    return rows
