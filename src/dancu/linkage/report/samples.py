"""Masked values of a file's columns, by which an officer sees whether each is taken for what it is."""

from __future__ import annotations

from pathlib import Path

import duckdb

from dancu.linkage.engine import open_engine
from dancu.linkage.intake.source import Source, quoted
from dancu.linkage.report.masks import mask_sample

SAMPLES, SAMPLE_ROWS = 3, 500


def samples(source: Source, work: Path) -> dict[str, list[str]]:
    """Up to three different masked values of every column, from the first rows that are people."""
    listed = ", ".join(f"CAST({quoted(column.name)} AS VARCHAR)" for column in source.columns)
    judged = " WHERE NOT coalesce(_skip, false)" if source.has_skip else ""
    engine = open_engine(work)
    try:
        rows = engine.con.execute(f"SELECT {listed} FROM {source.relation}{judged} LIMIT {SAMPLE_ROWS}").fetchall()
    except duckdb.Error:
        # The check reads such a file more carefully, or says what is wrong with it.
        rows = []
    finally:
        engine.close()
    shown: dict[str, list[str]] = {}
    for column, cells in zip(source.columns, zip(*rows, strict=True), strict=False):
        masked = (mask_sample(column.field, cell, source.sex_codes) for cell in cells if cell and cell.strip())
        shown[column.name] = list(dict.fromkeys(masked))[:SAMPLES]
    return shown
