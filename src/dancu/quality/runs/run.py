"""One run: the copy follows the register, all rules over everybody, doubles, measures, cases; bounded in memory, whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from dancu.kit import roles
from dancu.kit.clock import Clock
from dancu.kit.database import Database
from dancu.linkage.engine import Engine, open_engine
from dancu.quality import measures, term
from dancu.quality.copy.follow import Followed, follow
from dancu.quality.copy.store import Copy
from dancu.quality.linking import pairs
from dancu.quality.queries import Connection
from dancu.quality.refused import refusal
from dancu.quality.runs import evaluate, opening
from dancu.quality.runs.opening import Settled
from dancu.register.command import Actor
from dancu.register.witness import Reader, Witness

# As a leaf of the ledger holds a purpose: a code.
PURPOSE = "CHAT-LUONG-DU-LIEU"
# Any number that nothing else in the database locks.
_LOCK = 0x64616E71
_CHUNK = 5_000

Report = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Ran:
    """What a run did. `found`: (person, rule); `pairs`: doubles; `shares`: numerator, denominator of the country by measure."""

    day: date
    position: int
    people: int
    arrived: int
    found: int
    pairs: int
    settled: Settled
    shares: dict[str, tuple[int, int | None]]


def run(
    database: Database, home: Path, *, witness: Witness, actor: Actor, clock: Clock, days: int = term.DAYS, most: int = opening.MOST_OPEN,
    memory: str = "2GB", report: Report | None = None,
) -> Ran:  # fmt: skip
    """Run all rules over everybody on record. `home`: the installation's folder; results lie in `home/quality`, and in the tables.

    `days`: working days of a case; `most`: open cases of one rule in one commune. Refuses `quality_busy`, `nothing_to_run`.
    """
    started, root = clock.now(), home / "quality"
    with database.connect(roles.REGISTER, autocommit=True, application_name="dancu quality") as connection:
        if not connection.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK]).fetchone()[0]:  # type: ignore[index]
            raise refusal("quality_busy")
        reader = Reader.of(actor, PURPOSE)
        followed = follow(
            database, root / "copy", witness=witness, reader=reader, at=started, memory=memory, report=report
        )
        forget(connection, followed.redacted)
        work = Path(tempfile.mkdtemp(prefix="run-", dir=root))
        try:
            return _ran(connection, followed, root, work, actor=actor, started=started, clock=clock, days=days, most=most, memory=memory,
                        report=report)  # fmt: skip
        finally:
            shutil.rmtree(work, ignore_errors=True)


def _ran(
    connection: Connection, followed: Followed, root: Path, work: Path, *, actor: Actor, started: datetime, clock: Clock, days: int,
    most: int, memory: str, report: Report | None,
) -> Ran:  # fmt: skip
    engine = open_engine(work / "engine", memory=memory)
    tell = report or (lambda stage, done, total: None)
    day, copy = term.today(started), followed.copy
    try:
        doubles, found = work / "pairs.parquet", work / "reasons.parquet"
        linked = _linked(engine, copy, root, doubles, report)
        tell("rules", 0, 2)
        evaluate.relatives(engine, copy.source(), doubles)
        tell("rules", 1, 2)
        evaluate.reasons(engine, found, day)
        tell("rules", 2, 2)
        counts = evaluate.by_unit(engine, found)
        settled = opening.settle(connection, engine, found, doubles, actor=actor, at=started, days=days, most=most)
        lines = measures.lines(counts["people"], counts["faulty"], expected(connection))
        told = measures.findings(counts["faulty"])
        people = sum(row[1] for row in counts["people"])
        hits = sum(n for unit, _, n in told if not unit)
        _store(connection, lines, told, day)
        connection.execute(
            """INSERT INTO quality_run (day, started_at, ended_at, position, people, found, opened, mended)
            VALUES (%s, %s, %s, %s, %s, %s, %s, %s)""",
            [
                day,
                started,
                clock.now(),
                copy.manifest.position,
                people,
                hits,
                settled.opened,
                settled.mended + settled.merged,
            ],
        )
        found.replace(root / "reasons.parquet")
        _keep(doubles, root / f"pairs-{copy.manifest.position:015d}.parquet")
        country = {line.measure: (line.numerator, line.denominator) for line in lines if not line.unit}
        return Ran(day, copy.manifest.position, people, followed.arrived, hits, linked, settled, country)
    finally:
        engine.close()


def _linked(engine: Engine, copy: Copy, root: Path, path: Path, report: Report | None) -> int:
    """Doubles; only those whose record changed since the last run are weighed again, where the copy can tell who they are."""
    known = max(root.glob("pairs-*.parquet"), default=None)
    changed = copy.changed_since(int(known.stem.split("-")[1])) if known else None
    return pairs.link(engine, copy.source(), path, known=known if changed else None, changed=changed or "", report=report)


def _keep(path: Path, name: Path) -> None:
    """Keep a run's pairs for the next one, and no older ones: they may name people who had to disappear."""
    path.replace(name)
    for old in name.parent.glob("pairs-*.parquet"):
        if old != name:
            old.unlink(missing_ok=True)


def _store(connection: Connection, lines: list[measures.Line], findings: list[tuple[str, str, int]], day: date) -> None:
    """The measures of the day (a second run of a day replaces the first) and the findings of the last run."""
    for start in range(0, len(lines), _CHUNK):
        rows = [
            (line.unit, line.measure, day, line.numerator, line.denominator) for line in lines[start : start + _CHUNK]
        ]
        connection.execute(
            """INSERT INTO quality_measure (unit, measure, day, numerator, denominator)
            SELECT * FROM unnest(%s::text[], %s::text[], %s::date[], %s::bigint[], %s::bigint[])
            ON CONFLICT (unit, measure, day) DO UPDATE SET numerator = excluded.numerator, denominator = excluded.denominator""",
            [list(column) for column in zip(*rows, strict=True)],
        )
    with connection.transaction():
        connection.execute("DELETE FROM quality_finding")
        with connection.cursor().copy("COPY quality_finding (unit, rule, people) FROM STDIN") as copy:
            for row in findings:
                copy.write_row(row)


def expected(connection: Connection) -> dict[str, int]:
    """People expected by commune; {} where no source was given."""
    return dict(connection.execute("SELECT commune, people FROM quality_expected LIMIT 10000").fetchall())


def forget(connection: Connection, people: tuple[int, ...]) -> int:
    """Empty the evidence about people whose data had to disappear from every copy; the cases and their steps stay."""
    done = 0
    for start in range(0, len(people), _CHUNK):
        done += connection.execute(
            """UPDATE quality_evidence SET data = '{}' WHERE case_id IN (
            SELECT id FROM quality_case WHERE person = ANY(%(people)s) OR other = ANY(%(people)s))""",
            {"people": list(people[start : start + _CHUNK])},
        ).rowcount
    return done


def expect(connection: Connection, people: dict[str, int], *, source: str, actor: Actor, at: datetime) -> int:
    """Note how many people each commune is expected to have, in place of what was noted before. `actor` is who brought the file."""
    with connection.transaction():
        connection.execute("DELETE FROM quality_expected")
        with connection.cursor().copy("COPY quality_expected (commune, people, source, noted_at) FROM STDIN") as copy:
            for commune, count in sorted(people.items()):
                copy.write_row((commune, count, f"{source} ({actor.id})", at))
    return len(people)


def read_expected(file: Path) -> dict[str, int]:
    """People by commune from a csv with columns commune and people. Refuses `expected_unreadable`."""
    import csv

    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            rows: list[dict[str, Any]] = list(csv.DictReader(opened))
        told = {row["commune"].strip(): int(row["people"]) for row in rows}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, UnicodeDecodeError, csv.Error):
        raise refusal("expected_unreadable") from None
    from dancu.quality.copy.territory import provinces

    if not told or len(told) < len(rows) or any(commune not in provinces() or n < 0 for commune, n in told.items()):
        raise refusal("expected_unreadable")
    return told
