"""One DuckDB session with a private spill folder and a memory limit, and the SQL files it runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path

import duckdb

from dancu.core.refusal import Refusal
from dancu.linkage.watch import Watch

DEFAULT_MEMORY = "1GB"
# Where the limit follows the file: at least so much, so many bytes a row, and never more than so many megabytes.
LEAST_MEMORY, _BYTES_A_ROW, _MOST_MEGABYTES = "400MB", 400, 4_000
# Up to so many keys are looked up one by one; more are joined by a scan.
FEW_KEYS = 4_000


@cache
def statement(name: str) -> str:
    """The text of `linkage/sql/<name>.sql`."""
    return resources.files("dancu.linkage").joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")


def literal(value: object) -> str:
    """A value as SQL text: a quoted string or a number."""
    return str(value) if isinstance(value, int | float) else "'" + str(value).replace("'", "''") + "'"


def name(identifier: str) -> str:
    """A quoted identifier."""
    return '"' + identifier.replace('"', '""') + '"'


@dataclass
class Engine:
    """Runs SQL and remembers how long each stage took.

    Every statement fetches its result at once: an unfinished result would own the connection.
    """

    con: duckdb.DuckDBPyConnection
    work: Path
    watch: Watch = field(default_factory=Watch)
    shared: int = 0

    def run(self, sql: str, **values: object) -> list[tuple]:
        """Run one SQL text; `{name}` in it is replaced by `values[name]` as it stands."""
        try:
            return self.con.execute(sql.format(**values) if values else sql).fetchall()
        except duckdb.Error as error:
            raise _refused(error) or error from None

    def file(self, sql_name: str, **values: object) -> list[tuple]:
        """Run `sql/<sql_name>.sql`."""
        return self.run(statement(sql_name), **values)

    @property
    def has_arrays(self) -> bool:
        """Whether people are looked up in the sorted arrays of a prepared register, which lie on this machine."""
        return True

    def arrow(self, sql: str):
        """The result as a pyarrow Table."""
        return self.con.sql(sql).to_arrow_table()

    def columns(self, sql: str) -> dict:
        """The result as NumPy arrays by column, for numbers that are never NULL."""
        return self.con.execute(sql).fetchnumpy()

    def reader(self, sql: str) -> Iterator:
        """The result as Arrow record batches, for what is too large to hold."""
        return self.con.sql(sql).to_arrow_reader(100_000)

    def batches(self, sql: str) -> Iterator:
        """The result as pyarrow Tables; here one, as the connection cannot read and write at once."""
        yield self.arrow(sql)

    def table(self, table: str, data) -> None:
        """Make a table of an Arrow table or of NumPy arrays by column."""
        self.con.register("arriving", data)
        self.run(f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT * FROM arriving")
        self.con.unregister("arriving")

    def insert(self, table: str, data) -> None:
        """Add the rows of an Arrow table, or of NumPy arrays, column by column name."""
        self.con.register("arriving", data)
        self.run(f"INSERT INTO {table} BY NAME SELECT * FROM arriving")
        self.con.unregister("arriving")

    def allow(self, rows: int) -> None:
        """Raise the memory limit to what a file of so many rows needs to run without much spilling, within bounds."""
        wanted = min(rows * _BYTES_A_ROW // 1_000_000, _MOST_MEGABYTES)
        if wanted > int(LEAST_MEMORY.removesuffix("MB")):
            self.run(f"SET memory_limit = '{wanted}MB'")

    def work_alone(self) -> None:
        """Use one thread from now on: in small tables two wait for each other longer than they work."""
        self.run("SET threads = 1")

    def drop(self, *tables: str) -> None:
        """Let go of tables that nothing reads any more: what stays fills the memory and is spilled."""
        for table in tables:
            self.run(f"DROP TABLE IF EXISTS {table}")

    def count(self, table: str) -> int:
        """Rows of a table or FROM item."""
        return self.run(f"SELECT count(*) FROM {table}")[0][0]

    def pruned(self, column: str, keys: str) -> str:
        """A filter ` AND column IN (…)` spelled out where `keys` yields few values, so that a small file reads few row
        groups of a large country; nothing where they are many and a scan is cheaper."""
        values = self.run(f"SELECT * FROM ({keys}) LIMIT {FEW_KEYS + 1}")
        if not values:
            return " AND false"
        if len(values) > FEW_KEYS:
            return ""
        return f" AND {column} IN ({', '.join(literal(value) for (value,) in values)})"

    def share_texts(self, table: str, columns: tuple[str, ...]) -> None:
        """Keep each distinct text of these columns once, so that a million rows carry numbers; queries read texts."""
        cast = []
        # Tables made earlier keep their types.
        self.shared += 1
        for column in columns:
            if self.count(f"{table} WHERE {column} IS NOT NULL"):
                kind = f"shared{self.shared}{column}"
                self.run(f"CREATE TYPE {kind} AS ENUM (SELECT DISTINCT {column} FROM {table} WHERE {column} IS NOT NULL)")
                cast.append(f"CAST({column} AS {kind}) AS {column}")
        self.run(f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT * REPLACE ({', '.join(cast)}) FROM {table}")

    def fetch(self, table: str) -> None:
        """Bring a table to where reports are written from; here it is already."""

    @property
    def desk(self) -> Engine:
        """The engine of this machine, which reads files and writes results."""
        return self

    def close(self) -> None:
        """Let go of everything."""
        self.con.close()

    def stage(self, label: str, rows: int = 0, *, steps: int = 1) -> AbstractContextManager[None]:
        """Time a stage and tell who watches; see `Watch.stage`."""
        return self.watch.stage(label, rows, steps=steps)

    def step(self) -> None:
        """One step of the stage at hand is done."""
        self.watch.step()

    @property
    def seconds(self) -> dict[str, float]:
        """What each stage took so far."""
        return self.watch.seconds


def _refused(error: duckdb.Error) -> Refusal | None:
    """What the user can do something about; anything else is a bug and stays one."""
    text = str(error).lower()
    if "no space left" in text or "disk" in text and "full" in text or "failed to offload" in text:
        return Refusal(
            "disk_full",
            vi="Ổ đĩa không còn chỗ trống; hãy giải phóng dung lượng rồi chạy lại, chưa có kết quả nào được ghi.",
            en="The disk is full; free some space and run again, no result has been written.",
        )
    if isinstance(error, duckdb.OutOfMemoryException):
        return Refusal(
            "out_of_memory",
            vi="Không đủ bộ nhớ cho bước này; hãy tăng --memory hoặc chia nhỏ tệp.",
            en="Not enough memory for this step; raise --memory or split the file.",
        )
    return None


def open_engine(
    work: Path,
    *,
    memory: str = DEFAULT_MEMORY,
    threads: int | None = None,
    report: Callable[[str, int, int], None] | None = None,
) -> Engine:
    """A session whose tables and spill live in `work`, a private folder that the caller deletes."""
    work.mkdir(parents=True, exist_ok=True)
    config: dict[str, object] = {
        "memory_limit": memory,
        "temp_directory": str(work / "spill"),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "allocator_background_threads": False,
    }
    if threads:
        config["threads"] = threads
    con = duckdb.connect(":memory:", config=config)
    con.execute("SET enable_progress_bar = false").fetchall()
    con.execute("SET parquet_metadata_cache = true").fetchall()
    return Engine(con, work, Watch(report))
