"""Brings any table into DuckDB as numbered rows of texts, whatever it was before."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dancu.core.refusal import Refusal

if TYPE_CHECKING:
    import duckdb

MEMORY_LIMIT = "650MB"
SAMPLE = 3000


def connect(work: Path, *, threads: int | None = None) -> duckdb.DuckDBPyConnection:
    """A private database whose memory is bounded and whose spill goes into `work`."""
    import duckdb

    work.mkdir(parents=True, exist_ok=True)
    con = duckdb.connect(str(work / "generic.duckdb"))
    con.execute(f"set memory_limit = '{MEMORY_LIMIT}'")
    con.execute(f"set temp_directory = '{_quoted(work / 'spill')}'")
    con.execute("set preserve_insertion_order = true")
    if threads:
        con.execute(f"set threads = {threads}")
    return con


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def name_of(column: str) -> str:
    """A column name quoted for SQL."""
    return '"' + column.replace('"', '""') + '"'


def load(con: duckdb.DuckDBPyConnection, source, table: str) -> list[str]:
    """Table `table` with every column of `source` in its order and types; returns the column names.

    `source` is a path (csv, tsv, parquet, ndjson), an Arrow table, or a SQL FROM item in parentheses.
    """
    import duckdb

    relation = source
    if isinstance(source, str | Path) and not str(source).startswith("("):
        relation = _reader(Path(source))
    elif not isinstance(source, str):
        con.register("given_table", source)
        relation = "given_table"
    try:
        con.execute(f"create or replace table {table} as select * from {relation}")
    except duckdb.Error as error:
        raise Refusal(
            "unreadable",
            vi=f"Không đọc được tệp ({type(error).__name__}); hãy kiểm tra tệp có đúng với phần mở rộng không.",
            en=f"The file cannot be read ({type(error).__name__}); check that it is what its extension says.",
        ) from None
    return [r[0] for r in con.execute(f"describe {table}").fetchall()]


def _reader(path: Path) -> str:
    if not path.exists():
        raise Refusal("no_file", vi=f"Không tìm thấy tệp {path.name}.", en=f"There is no file {path.name}.")
    quoted, suffix = _quoted(path), path.suffix.lower()
    if suffix == ".parquet":
        return f"read_parquet('{quoted}')"
    if suffix in (".ndjson", ".jsonl"):
        return f"read_ndjson_auto('{quoted}')"
    return f"read_csv('{quoted}', all_varchar = true, header = true)"


def samples(con: duckdb.DuckDBPyConnection, table: str, names: list[str]) -> dict[str, list[str]]:
    """Some distinct values of every column, from the head of the table."""
    found = {}
    for name in names:
        column = name_of(name)
        rows = con.execute(
            f"select distinct cast({column} as varchar) from (select {column} from {table} limit {SAMPLE * 4}) "
            f"where {column} is not null order by 1 limit {SAMPLE}"
        ).fetchall()
        found[name] = [r[0] for r in rows]
    return found
