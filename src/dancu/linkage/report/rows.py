"""The rows back, in the same order: the original columns untouched and first, then the results, in one COPY.

Values that begin with = + - @ tab or CR. In csv, tsv, ndjson and parquet the original cells are written exactly
as they came, because a changed cell is no longer the officer's cell and would not survive a second check; what
we add ourselves (a suggestion from a register) gets a leading apostrophe in csv and tsv, so that opening the file
in a spreadsheet cannot run it. In xlsx every cell is written as text and never as a formula (workbook.py).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dancu.linkage.intake.source import literal, quoted
from dancu.linkage.report.facts import RunFacts
from dancu.linkage.report.summary import register_value, told_of

if TYPE_CHECKING:
    import duckdb

    from dancu.linkage.intake.source import Source

_DANGEROUS = r"^[=+\-@\t\r]"
BOM = "\ufeff"


def originals(source: Source, results: list[str]) -> list[str]:
    """The source's columns that are written back. Result columns of an earlier check are replaced, not repeated."""
    return [c.name for c in source.columns if c.name not in results]


def headed(source: Source, results: list[str]) -> list[tuple[str, str]]:
    """(column, header) of what is written back: headers as the file shows them, unless two are the same."""
    kept = set(originals(source, results))
    columns = [c for c in source.columns if c.name in kept]
    taken = {caption.lower() for caption in results}
    shown = [c.caption.lower() for c in columns]
    unique = len(set(shown)) == len(shown) and all(shown) and not taken & set(shown)
    return [(c.name, c.caption if unique else c.name) for c in columns]


def select(source: Source, results: list[str], *, checked: str, facts: RunFacts, guard: bool, bom: bool = False) -> str:
    """SQL for the rows as delivered. `guard`: values of ours that a spreadsheet would run get an apostrophe;
    `bom`: the first header carries the byte order mark (COPY has no option for it).

    Both sides are in file order, so they are zipped (POSITIONAL JOIN): no key, no sort, the source streams.
    """
    first = [f"s.{quoted(name)} AS {quoted(shown)}" for name, shown in headed(source, results)]
    second = [_result(name, facts, guard) for name in results]
    second += [f"s.{name}" for name in ("_sheet", "_source_row") if source.extra]
    if bom and first:
        name, shown = headed(source, results)[0]
        first[0] = f"s.{quoted(name)} AS {quoted(BOM + shown)}"
    return f"SELECT {', '.join(first + second)} FROM {source.relation} AS s POSITIONAL JOIN {checked} AS c"


def _result(name: str, facts: RunFacts, guard: bool) -> str:
    column = f"c.{quoted(name)}"
    if register_value(name) and not facts.shows_register:
        return f"CAST(NULL AS VARCHAR) AS {quoted(name)}"
    if guard and told_of(name)[1].startswith("_suggest_"):
        return (
            f"CASE WHEN regexp_matches({column}, '{_DANGEROUS}') THEN '''' || {column} ELSE {column} END"
            f" AS {quoted(name)}"
        )
    return column


def copy_rows(
    con: duckdb.DuckDBPyConnection, source: Source, results: list[str], *, checked: str, kind: str, path: Path,
    facts: RunFacts,
) -> int:  # fmt: skip
    """Write the rows as `kind` (csv, tsv, parquet, ndjson) to `path`; returns how many.

    csv: UTF-8, with a byte order mark where `facts.bom` so that Excel reads the accents, the input's delimiter.
    """
    bom = kind == "csv" and facts.bom and not _needs_quotes(headed(source, results)[0][1], facts.delimiter)
    sql = select(source, results, checked=checked, facts=facts, guard=kind in ("csv", "tsv"), bom=bom)
    return con.execute(f"COPY ({sql}) TO {literal(path)} ({_options(kind, facts)})").fetchall()[0][0]


def _options(kind: str, facts: RunFacts) -> str:
    if kind == "parquet":
        return "FORMAT parquet, COMPRESSION snappy"
    if kind == "ndjson":
        return "FORMAT json, ARRAY false"
    delimiter = "\t" if kind == "tsv" else facts.delimiter
    return f"FORMAT csv, HEADER true, DELIMITER {literal(delimiter)}"


def _needs_quotes(header: str, delimiter: str) -> bool:
    """A quoted header cannot carry the mark: it would stand inside the quotes."""
    return any(c in header for c in (delimiter, '"', "\n", "\r")) or header != header.strip()
