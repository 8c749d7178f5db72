"""The linkage's engine on Spark: the same methods and the same SQL as on DuckDB, tables kept by the executors."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dancu.linkage.engine import Engine, open_engine, statement
from dancu.linkage.spark.dialect import translated
from dancu.linkage.spark.session import DEFAULT_MEMORY, open_session
from dancu.linkage.spark.statement import Statement, parse

if TYPE_CHECKING:
    import duckdb
    from pyspark.sql import DataFrame, SparkSession

# Rows that pass through this machine at once on their way to or from the executors.
BATCH_ROWS = 250_000
# Fewer rows than this are sent along with every statement that reads them.
_SMALL = 50_000


class SparkFailed(RuntimeError):
    """Spark could not run a statement. Says which kind of error, never its text: that may hold a person's data."""


@dataclass
class SparkEngine:
    """`linkage.engine.Engine` for Spark.

    Tables are lists of checkpointed parts: `INSERT` adds a part, and no plan
    grows with the statements before it. `desk` is a DuckDB of this machine's own that reads the agency file and writes
    the results; `started`: Spark was started for this engine and ends with it.
    """

    session: SparkSession
    desk: Engine
    started: bool = True
    parts: dict[str, list[DataFrame]] = field(default_factory=dict)
    views: dict[tuple[str, ...], str] = field(default_factory=dict)

    @property
    def con(self) -> duckdb.DuckDBPyConnection:
        """The connection that reports are written from; see `source.brought_back`."""
        return self.desk.con

    @property
    def work(self) -> Path:
        """The private folder."""
        return self.desk.work

    @property
    def has_arrays(self) -> bool:
        """No: executors join Parquet."""
        return False

    def run(self, sql: str, **values: object) -> list[tuple]:
        """Run statements in DuckDB's SQL, rows of the last; `{name}` in it is replaced by `values[name]` as it stands."""
        rows = []
        for wanted in parse(sql.format(**values) if values else sql):
            rows = getattr(self, f"_{wanted.kind}")(wanted) or []
        return rows

    def file(self, sql_name: str, **values: object) -> list[tuple]:
        """Run `sql/<sql_name>.sql`."""
        return self.run(statement(sql_name), **values)

    def arrow(self, sql: str):
        """The result as a pyarrow Table."""
        frame = self.frame(sql)
        with _discreet():
            return frame.toArrow()

    def batches(self, sql: str) -> Iterator[Any]:
        """The result as pyarrow Tables of at most `BATCH_ROWS` rows, in order; the first has none and tells the columns."""
        frame = self.frame(sql)
        with _discreet():
            nothing = frame.limit(0).toArrow()
            yield nothing
            schema, rows = nothing.schema, []
            for row in frame.toLocalIterator():
                rows.append(tuple(row))
                if len(rows) == BATCH_ROWS:
                    yield _columns(rows, schema)
                    rows = []
            if rows:
                yield _columns(rows, schema)

    def table(self, table: str, data) -> None:
        """Make a table of an Arrow table."""
        self._keep(table, [self._arrived(data)])

    def insert(self, table: str, data) -> None:
        """Add the rows of an Arrow table, column by column name."""
        if not data.num_rows:
            return
        arrived = self._arrived(data)
        self._keep(table, [*self.parts[table], arrived.select(*self.parts[table][0].columns)])

    def drop(self, *tables: str) -> None:
        """Let go of tables that nothing reads any more."""
        for table in tables:
            if self.parts.pop(table, None):
                self.session.catalog.dropTempView(table)

    def count(self, table: str) -> int:
        """Rows of a table or FROM item."""
        return self.run(f"SELECT count(*) FROM {table}")[0][0]

    def pruned(self, column: str, keys: str) -> str:
        """No filter: a long list of keys prunes nothing on Spark and is slow to read; the joins say the same."""
        return ""

    def share_texts(self, table: str, columns: tuple[str, ...]) -> None:
        """Nothing: executors keep texts as they are."""

    def fetch(self, table: str) -> None:
        """Bring a table to this machine, where reports are written from."""
        from dancu.linkage.spark.source import brought_back

        brought_back(self, table)

    def stage(self, label: str, rows: int = 0, *, steps: int = 1) -> AbstractContextManager[None]:
        """Time a stage and tell who watches; see `Watch.stage`."""
        return self.desk.stage(label, rows, steps=steps)

    def step(self) -> None:
        """One step of the stage at hand is done."""
        self.desk.step()

    @property
    def seconds(self) -> dict[str, float]:
        """What each stage took so far."""
        return self.desk.seconds

    def frame(self, sql: str) -> DataFrame:
        """A query in DuckDB's SQL as a DataFrame, not yet run."""
        with _discreet():
            return self.session.sql(translated(sql, self._view_of))

    def close(self) -> None:
        """Let go of every table; a Spark that was running before runs on."""
        for name in (*self.parts, *self.views.values()):
            self.session.catalog.dropTempView(name)
        self.parts.clear()
        self.desk.con.close()
        if self.started:
            self.session.stop()

    def _table(self, wanted: Statement) -> None:
        self._keep(wanted.target, [self._settled(self.frame(wanted.query))])

    def _view(self, wanted: Statement) -> None:
        self.frame(wanted.query).createOrReplaceTempView(wanted.target)

    def _empty(self, wanted: Statement) -> None:
        columns = translated(wanted.columns, self._view_of)
        self._keep(wanted.target, [self.session.createDataFrame([], columns)])

    def _insert(self, wanted: Statement) -> None:
        """By position, as SQL has it; columns get the table's names and types."""
        old, new = self.parts[wanted.target], self.frame(wanted.query)
        cast = [
            new[i].cast(there.dataType).alias(there.name) for i, there in enumerate(old[0].schema.fields)
        ]
        self._keep(wanted.target, [*old, self._settled(new.select(*cast))])

    def _copy(self, wanted: Statement) -> None:
        for position, batch in enumerate(self.batches(wanted.query)):
            if position:
                self.desk.insert("copied", batch)
            else:
                self.desk.table("copied", batch)
        self.desk.run(f"COPY copied TO {wanted.path}")

    def _query(self, wanted: Statement) -> list[tuple]:
        frame = self.frame(wanted.query)
        with _discreet():
            return [tuple(row) for row in frame.collect()]

    def _keep(self, table: str, parts: list[DataFrame]) -> None:
        whole = parts[0]
        for part in parts[1:]:
            whole = whole.union(part)
        self.parts[table] = parts
        whole.createOrReplaceTempView(table)

    def _settled(self, frame: DataFrame) -> DataFrame:
        """The rows worked out once and kept where they are."""
        with _discreet():
            return frame.localCheckpoint(eager=True)

    def _arrived(self, data) -> DataFrame:
        """An Arrow table; a large one moves to the executors, so that this machine need not hold it."""
        with _discreet():
            frame = self.session.createDataFrame(data)
        return self._settled(frame) if data.num_rows >= _SMALL else frame

    def _view_of(self, paths: tuple[str, ...]) -> str:
        """The view that stands for a list of Parquet files, made the first time; every executor must see the files."""
        if paths not in self.views:
            name = f"prepared_{len(self.views)}_{re.sub(r'[^a-z_]', '', Path(paths[0]).stem)}"
            with _discreet():
                self.session.read.parquet(*("file://" + str(Path(path).absolute()) for path in paths)).createOrReplaceTempView(name)
            self.views[paths] = name
        return self.views[paths]


def _columns(rows: list[tuple], schema):
    import pyarrow as pa

    columns = zip(*rows, strict=True)
    return pa.table([pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)], schema=schema)


@contextmanager
def _discreet() -> Iterator[None]:
    """Spark's messages quote the values they stumble over; only the kind of error goes on from here."""
    from py4j.protocol import Py4JJavaError
    from pyspark.errors import PySparkException

    try:
        yield
    except PySparkException as error:
        raise SparkFailed(error.getCondition() or type(error).__name__) from None
    except Py4JJavaError as error:
        raise SparkFailed(error.java_exception.getClass().getName()) from None


def _composed() -> Callable[[str | None], str | None]:
    """NFC for executors: a function that carries nothing of this package along, so they need not have it."""

    def composed(text: str | None) -> str | None:
        return text if text is None else unicodedata.normalize("NFC", text)

    return composed


def open_spark(
    work: Path,
    *,
    memory: str = DEFAULT_MEMORY,
    desk_memory: str = "1GB",
    threads: int | None = None,
    report: Callable[[str, int, int], None] | None = None,
) -> SparkEngine:
    """An engine on Spark whose files on this machine live in `work`, a private folder that the caller deletes.

    Raises Refusal where pyspark or Java is missing.
    """
    session, started = open_session(work, threads=threads, memory=memory)
    session.udf.register("nfc_normalize", _composed())
    return SparkEngine(session, open_engine(work, memory=desk_memory, threads=threads, report=report), started)
