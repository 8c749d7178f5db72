"""Opens a file the way the engine does and reads its rows back through DuckDB."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from dancu.linkage.intake import Source, open_source


class Opened:
    """A Source with its rows read back through DuckDB."""

    def __init__(self, source: Source):
        self.source = source
        result = duckdb.sql(f"SELECT * FROM {source.relation}")
        self.names = result.columns
        self.rows = [dict(zip(result.columns, row, strict=True)) for row in result.fetchall()]

    def field(self, name: str) -> list[tuple]:
        """Values of the columns mapped to `name`, one tuple a row."""
        return [tuple(row[column] for column in self.source.mapping[name]) for row in self.rows]

    def people(self) -> list[dict]:
        return [row for row in self.rows if not row.get("_skip")]


@pytest.fixture
def opened(tmp_path: Path):
    """Opens a path with `open_source` in a fresh work folder; the only Source, rows included."""
    count = iter(range(1000))

    def run(path: Path, **options) -> Opened:
        work = tmp_path / f"work{next(count)}"
        work.mkdir()
        (source,) = open_source(path, work=work, **options)
        return Opened(source)

    return run
