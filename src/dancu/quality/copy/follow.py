"""Keeps the copy in step with the register: made once, then only those whom the change feed names, each time with its leaf."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from dancu.kit import roles
from dancu.kit.database import Database
from dancu.linkage.engine import Engine, literal, open_engine
from dancu.quality.copy import store
from dancu.quality.copy.territory import unit_tables
from dancu.quality.refused import refusal
from dancu.quality.runs.statement import statement
from dancu.register.read import observed
from dancu.register.read.observed import Observed
from dancu.register.witness import Reader, Witness

# With more parts than these, or more changed people than this share, the parts are folded into a new base.
_MOST_PARTS, _MOST_SHARE = 8, 0.1
DATASET = "quality-copy"

Report = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Followed:
    """The copy after a refresh: how many records arrived, and whose data had to disappear from every copy."""

    copy: store.Copy
    arrived: int
    redacted: tuple[int, ...] = ()


def follow(
    database: Database,
    root: Path,
    *,
    witness: Witness,
    reader: Reader,
    at: datetime,
    memory: str = "2GB",
    report: Report | None = None,
) -> Followed:
    """The copy in `root`, brought up to the last position of the feed; each hand-over leaves an Export leaf before it is used.

    Made anew the first time and where data were to disappear from every copy (redacted, sealed). Refuses `nothing_to_run`.
    """
    root.mkdir(parents=True, exist_ok=True)
    root.chmod(0o700)
    known = store.read(root)
    work = Path(tempfile.mkdtemp(prefix="follow-", dir=root))
    try:
        with database.connect(roles.READER, autocommit=True, application_name="dancu quality copy") as connection:
            if known and observed.position(connection) == known.manifest.position:
                return Followed(known, 0)
            told, gone = None, ()
            if known and observed.reaches_back(connection, known.manifest.position):
                told = observed.changed(connection, work / "people.csv", after=known.manifest.position)
                gone = told.redacted
            elif known:
                gone = observed.disappeared(connection)
            if told is None or gone:
                tell = (lambda done, total: report("copy", done, total)) if report else None
                told = replace(observed.everybody(connection, work / "people.csv", progress=tell), redacted=gone)
                known = None
        if known is None and not told.rows:
            raise refusal("nothing_to_run")
        witness.exported(reader, DATASET, told.rows, told.digest, observed.COLUMNS)
        engine = open_engine(work / "engine", memory=memory)
        try:
            return Followed(_taken(engine, root, known, told, at), told.rows, told.redacted)
        finally:
            engine.close()
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _taken(engine: Engine, root: Path, known: store.Copy | None, told: Observed, at: datetime) -> store.Copy:
    """The people who arrived, as a new base or as a part on top of the old one."""
    prepare(engine, told.path)
    time = at.isoformat(timespec="seconds")
    # A name that was never used: a reader of the old manifest keeps its own files.
    name = f"{told.position:015d}-{0 if known is None else len(known.manifest.parts) + 1:03d}.parquet"
    if known is None:
        _write(engine, "SELECT * FROM arrived ORDER BY person", root / f"base-{name}")
        return store.write(root, store.Manifest(store.FORMAT, told.position, time, f"base-{name}", told.rows))
    _write(engine, "SELECT * FROM arrived ORDER BY person", root / f"part-{name}")
    old = known.manifest
    grown = replace(
        old, position=told.position, time=time, parts=(*old.parts, f"part-{name}"), changed=old.changed + told.rows
    )
    if len(grown.parts) <= _MOST_PARTS and grown.changed <= max(grown.people * _MOST_SHARE, 1000):
        return store.write(root, grown)
    return _folded(engine, root, grown, name)


def _folded(engine: Engine, root: Path, grown: store.Manifest, name: str) -> store.Copy:
    """Base and parts in one new base."""
    source = store.Copy(root, grown).source()
    _write(engine, f"SELECT *, false AS gone FROM {source} ORDER BY person", root / f"base-{name}")
    people = engine.count(f"read_parquet({literal(str(root / f'base-{name}'))})")
    return store.write(root, replace(grown, base=f"base-{name}", people=people, parts=(), changed=0))


def prepare(engine: Engine, file: Path) -> None:
    """View `arrived`: the people of a handed-over file in the columns of the copy."""
    for table, rows in unit_tables().items():
        engine.table(table, rows)
    columns = "{" + ", ".join(f"'{name}': 'VARCHAR'" for name in observed.COLUMNS) + "}"
    keys = {
        f"key_of_{who}": _key(column)
        for who, column in (("name", "a.name"), ("mother", "a.mother_name"), ("father", "a.father_name"))
    }
    engine.run(statement("arrive").format(file=str(file).replace("'", "''"), columns=columns, **keys))


def _key(column: str) -> str:
    """A name as a number, whatever its capitals, marks and spaces; equal names give equal ones."""
    return f"hash(replace(strip_accents(upper(regexp_replace(trim({column}), '\\s+', ' ', 'g'))), 'Đ', 'D'))"


def _write(engine: Engine, query: str, path: Path) -> None:
    """A Parquet file that appears only when whole."""
    draft = path.with_suffix(".new")
    engine.run("SET preserve_insertion_order = true")
    engine.run(f"COPY ({query}) TO {literal(str(draft))} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)")
    draft.replace(path)
