"""Loads a register file by COPY: in chunks that can be begun again, with the rows that were refused told one by one.

DuckDB reads the file and writes the lines, PostgreSQL copies them; while one works on a chunk the other is at the next. A chunk is
one transaction and one order, whose id tells the file and the chunk: what is there already is not loaded again.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import psycopg

from dancu.core import name as names
from dancu.core.refusal import Refusal
from dancu.kit import roles
from dancu.kit.clock import Clock
from dancu.kit.database import Database
from dancu.kit.transaction import transact
from dancu.register.event import SCHEMA

if TYPE_CHECKING:
    import pyarrow as pa

# People of a chunk: well under a second of work, so that the feed is never two seconds behind.
CHUNK = 8_000
MEMORY = "2GB"
NEEDED = ("pin", "name", "birth_date")
OPTIONAL = (
    "sex", "old_id", "mother_name", "mother_pin", "father_name", "father_pin", "spouse_pin", "commune", "unit_scheme", "address",
    "phone", "status", "status_date", "number_history", "other_name", "previous_name", "ethnicity", "household_id",
)  # fmt: skip
# Why a row cannot become a person: Vietnamese, English.
REASONS = {
    "number_unreadable": ("Số định danh không đủ 12 chữ số", "The number is not twelve digits"),
    "name_unusable": ("Họ tên trống, có chữ số hoặc dài quá 100 ký tự", "The name is empty, has digits or is over 100 characters"),
    "birth_date_unreadable": ("Ngày sinh không đọc được", "The birth date cannot be read"),
    "sex_unknown": ("Giới tính không phải nam hoặc nữ", "The sex is neither male nor female"),
    "number_twice": ("Số định danh đã có ở dòng trước", "The number is already on an earlier row"),
    "number_on_record": ("Số định danh đã có trong CSDL", "The number is already on record"),
}
_TABLES = {
    "register_person": "id, version, status, pin, name, fold, birth_date, sex, commune, household, mother, father, state",
    "register_action": "id, order_id, person, version, kind, effective, recorded_at, schema, digest",
    "register_action_payload": "action_id, salt, changes, more",
    "register_number": "pin, person, until",
    "register_old_number": "number, person",
    "register_outbox": "action, enrichment",
}
_ORDER = """INSERT INTO register_order (
      id, kind, actor, office, unit, source_kind, source, legal_basis, entry, reason, recorded_at, salt, digest)
    VALUES (%s, 'load', %s, 'loader', '', 'loaded_file', %s, %s, NULL, '', %s, %s, %s) ON CONFLICT DO NOTHING RETURNING id"""

# Stands in the lines of a chunk that waits to be copied for the moment at which it is.
_NOW = "@now@"

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Loading:
    """Who loads what on what grounds, and where the refused rows are told."""

    file: Path
    actor: str
    legal_basis: str
    work: Path
    refused: Path


@dataclass(frozen=True)
class Loaded:
    """What a load did: `people` and `events` written now, `there` on record before, `refused` rows by code, `faults` by code."""

    rows: int
    people: int
    there: int
    events: int
    refused: dict[str, int]
    faults: dict[str, int]


@dataclass(frozen=True)
class Chunk:
    """Lines of each table for one chunk, and the faults (person, code) found in it."""

    order: str
    people: int
    events: int
    lines: dict[str, str]
    faults: list[tuple[int, str]]


def load(database: Database, loading: Loading, clock: Clock, *, progress: Progress | None = None) -> Loaded:
    """Load a register file (Parquet or csv, design.md's columns) into `database`.

    Stopped at any point and begun again it goes on where it stopped. Raises Refusal for a file that is no register.
    """
    tell = progress or (lambda stage, done, total: None)
    mark = _mark(loading.file)
    with duckdb.connect(str(loading.work / "load.duckdb"), config={"memory_limit": MEMORY}) as desk, database.connect(
        roles.LOADER, application_name="dancu load"
    ) as connection:
        loader = _Loader(desk, connection, loading, clock, mark)
        tell("read", 0, 0)
        rows, there = loader.read()
        tell("read", rows, rows)
        refused = loader.refuse()
        total = loader.people()
        done = events = 0
        faults: dict[str, int] = {}
        tell("load", 0, total)
        for chunk in loader.chunks(total):
            loader.copy(chunk)
            done, events = done + chunk.people, events + chunk.events
            for _, code in chunk.faults:
                faults[code] = faults.get(code, 0) + 1
            tell("load", done, total)
        # Or the planner takes the tables for as empty as they were, and every command looks through all of them.
        connection.execute(f"ANALYZE {', '.join((*_TABLES, 'register_order', 'register_name', 'register_word'))}")
        connection.commit()
        return Loaded(rows, done, there, events, refused, faults)


@dataclass
class _Loader:
    desk: duckdb.DuckDBPyConnection
    connection: psycopg.Connection[Any]
    loading: Loading
    clock: Clock
    mark: str

    def read(self) -> tuple[int, int]:
        """Tables `row` (of people that this file has not brought yet) and `on_record` (everybody else); (rows, brought before)."""
        file, columns = _scan(self.desk, self.loading.file)
        self._sql("load_row", file=file, columns=columns)
        rows = self._count("row")
        on_record = self.connection.execute("SELECT pin, person FROM register_number LIMIT 1").fetchone()
        self._do("CREATE OR REPLACE TABLE on_record (pin VARCHAR, person BIGINT)")
        if on_record:
            self._fetch_on_record()
        brought = self.connection.execute(
            "SELECT id FROM register_order WHERE id LIKE %s ORDER BY id LIMIT 1000000", [f"load:{self.mark}:%"]
        ).fetchall()
        lines = [tuple(map(int, order.rsplit(":", 1)[1].split("-"))) for (order,) in brought]
        self._do("CREATE OR REPLACE TABLE brought (first BIGINT, last BIGINT)")
        if lines:
            self._do("INSERT INTO brought VALUES " + ", ".join(f"({first}, {last})" for first, last in lines))
        self._do("DELETE FROM row WHERE EXISTS (SELECT 1 FROM brought WHERE line BETWEEN first AND last)")
        return rows, rows - self._count("row")

    def _fetch_on_record(self) -> None:
        import pyarrow as pa

        with self.connection.cursor("on_record") as cursor:
            cursor.itersize = 100_000
            cursor.execute("SELECT pin, person FROM register_number")
            while batch := cursor.fetchmany(100_000):
                pins, people = zip(*batch, strict=True)
                self._insert("on_record", pa.table({"pin": list(pins), "person": list(people)}))
        self.connection.rollback()

    def refuse(self) -> dict[str, int]:
        """Table `refused`, told in the file that was asked for (row number and reason, no value)."""
        self._sql("load_refused")
        found = dict(self._do("SELECT code, count(*) FROM refused GROUP BY 1 ORDER BY 2 DESC"))
        if found:
            listed = ", ".join(f"({_text(c)}, {_text(vi)}, {_text(en)})" for c, (vi, en) in REASONS.items())
            self._do(
                f"""COPY (SELECT line AS dong, code AS ma, vi AS ly_do, en AS reason FROM refused
                JOIN (VALUES {listed}) AS said (code, vi, en) USING (code) ORDER BY line) TO {_text(str(self.loading.refused))}"""
            )
        return found

    def people(self) -> int:
        """Tables `people`, `former` and the names, known to the database; how many people."""
        import pyarrow as pa

        total = self._count("row") - self._count("refused")
        self._insert("new_id", pa.table({"place": range(total), "id": self._ids("register_person_id_seq", total)}), fresh=True)
        distinct = [text for (text,) in self._do("SELECT DISTINCT name FROM row WHERE name IS NOT NULL")]
        self._insert("called", pa.table({"name": distinct, "fold": names.folds(distinct)}), fresh=True)
        self._sql("load_people")
        self._sql("load_former")
        transact(self.connection, self._copy_names)
        return total

    def _copy_names(self, connection: psycopg.Connection[Any]) -> None:
        connection.execute("CREATE TEMP TABLE new_name (fold text COLLATE \"C\") ON COMMIT DROP")
        with connection.cursor().copy("COPY new_name FROM STDIN") as copy:
            for (fold,) in self._do("SELECT DISTINCT fold FROM people"):
                copy.write_row((fold,))
        connection.execute("INSERT INTO register_name SELECT fold FROM new_name ORDER BY fold ON CONFLICT DO NOTHING")
        connection.execute(
            """INSERT INTO register_word SELECT DISTINCT word FROM new_name, string_to_table(fold, ' ') AS w (word)
            ORDER BY word ON CONFLICT DO NOTHING"""
        )

    def chunks(self, total: int) -> Iterator[Chunk]:
        """Chunks ready to copy; the next is made while one is copied."""
        secret = secrets.token_hex(32)
        with ThreadPoolExecutor(1) as beside:
            waiting = None
            for first in range(0, total, CHUNK):
                actions = self._action_ids(first)
                made = beside.submit(self._chunk, first, actions, secret)
                if waiting:
                    yield waiting.result()
                waiting = made
            if waiting:
                yield waiting.result()

    def _action_ids(self, first: int) -> list[int]:
        """As many ids of actions as the chunk has events at most."""
        ((many,),) = self._do(
            f"""SELECT count(*) + count(*) FILTER (WHERE status = 'deceased') FROM people
            WHERE place BETWEEN {first} AND {first + CHUNK - 1}""",
            self.desk.cursor(),
        )
        return self._ids("register_action_id_seq", many)

    def _chunk(self, first: int, actions: list[int], secret: str) -> Chunk:
        import pyarrow as pa

        desk = self.desk.cursor()
        desk.register("numbered", pa.table({"rank": range(len(actions)), "id": actions}))
        self._do("CREATE OR REPLACE TEMP TABLE new_action AS SELECT * FROM numbered", desk)
        self._do(_statement("load_chunk").format(first=first, last=first + CHUNK - 1), desk)
        self._do(_statement("load_events").format(secret=secret), desk)
        ((low, high, people),) = self._do("SELECT min(line), max(line), count(*) FROM chunk", desk)
        order = f"load:{self.mark}:{low:010d}-{high:010d}"
        escaped = {column: f"replace({column}, chr(92), chr(92) || chr(92))" for column in ("name", "state", "changes")}
        found = desk.execute(_statement("load_lines").format(order=order, now=_NOW, schema=SCHEMA, **escaped))
        lines = dict(zip([column[0] for column in found.description], found.fetchall()[0], strict=True))
        faults = self._do(_statement("load_faults"), desk)
        return Chunk(order, people, len(actions), {table: text + "\n" for table, text in lines.items() if text}, faults)

    def copy(self, chunk: Chunk) -> None:
        """One chunk into the database, wholly or not at all."""
        transact(self.connection, lambda connection: self._copy(connection, chunk))

    def _copy(self, connection: psycopg.Connection[Any], chunk: Chunk) -> None:
        now = self.clock.now()
        salt = secrets.token_bytes(16)
        said = "\n".join((chunk.order, self.loading.actor, self.loading.file.name, self.loading.legal_basis))
        digest = hashlib.sha256(salt + said.encode()).digest()
        values = [chunk.order, self.loading.actor, self.loading.file.name, self.loading.legal_basis, now, salt, digest]
        if not connection.execute(_ORDER, values).fetchone():
            return
        for table, columns in _TABLES.items():
            if table in chunk.lines:
                lines = chunk.lines[table]
                with connection.cursor().copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                    copy.write(lines.replace(_NOW, now.isoformat()) if table == "register_action" else lines)
        if chunk.faults:
            connection.cursor().executemany(
                "INSERT INTO register_fault (person, code, order_id, opened_at) VALUES (%s, %s, %s, %s)",
                [(person, code, chunk.order, now) for person, code in chunk.faults],
            )

    def _ids(self, sequence: str, many: int) -> list[int]:
        """New numbers of a sequence, rising; others may take numbers in between."""
        query = "SELECT array_agg(nextval(%s::regclass)) FROM generate_series(1, %s)"
        row = self.connection.execute(query, [sequence, many]).fetchone()
        self.connection.commit()
        return sorted(row[0]) if row and row[0] else []

    def _insert(self, table: str, rows: pa.Table, *, fresh: bool = False) -> None:
        self.desk.register("arriving", rows)
        made = "CREATE OR REPLACE TABLE {} AS" if fresh else "INSERT INTO {}"
        self._do(f"{made.format(table)} SELECT * FROM arriving")
        self.desk.unregister("arriving")

    def _sql(self, name: str, **values: str) -> None:
        self._do(_statement(name).format(**values) if values else _statement(name))

    def _count(self, table: str) -> int:
        return self._do(f"SELECT count(*) FROM {table}")[0][0]

    def _do(self, query: str, desk: duckdb.DuckDBPyConnection | None = None) -> list[tuple[Any, ...]]:
        """Everything a query yields: an unfinished result would own the connection."""
        return (desk or self.desk).execute(query).fetchall()


def _scan(desk: duckdb.DuckDBPyConnection, file: Path) -> tuple[str, str]:
    """(FROM item with file_line, columns of `row`) of a register file. Raises Refusal("register_unreadable")."""
    reader = "read_parquet" if file.suffix == ".parquet" else "read_csv"
    options = ", file_row_number = true" if reader == "read_parquet" else ", all_varchar = true, header = true"
    try:
        there = {row[0] for row in desk.execute(f"DESCRIBE SELECT * FROM {reader}({_text(str(file))})").fetchall()}
    except duckdb.Error:
        there = set()
    missing = [column for column in NEEDED if column not in there]
    if missing:
        raise Refusal(
            "register_unreadable",
            vi=f"Không nạp được tệp {file.name}; cần Parquet hoặc csv (UTF-8), có cột {', '.join(NEEDED)}.",
            en=f"The file {file.name} cannot be loaded; Parquet or csv (UTF-8) with columns {', '.join(NEEDED)} is needed.",
        )
    line = "file_row_number + 1" if reader == "read_parquet" else "row_number() OVER ()"
    tidy = "nullif(trim(regexp_replace(CAST({} AS VARCHAR), '[\\x00-\\x1f]+', ' ', 'g')), '')"
    columns = [f"{tidy.format(c) if c in there else 'CAST(NULL AS VARCHAR)'} AS {c}" for c in NEEDED + OPTIONAL]
    return f"(SELECT *, {line} AS file_line FROM {reader}({_text(str(file))}{options}))", ", ".join(columns)


def _mark(file: Path) -> str:
    """What tells a file from another: its size and its first and last mebibyte."""
    found = hashlib.sha256(str(file.stat().st_size).encode())
    with file.open("rb") as opened:
        found.update(opened.read(1 << 20))
        opened.seek(max(file.stat().st_size - (1 << 20), 0))
        found.update(opened.read(1 << 20))
    return found.hexdigest()[:16]


def _statement(name: str) -> str:
    return resources.files("dancu.register").joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
