"""Turns what a run found into cases, and closes by itself what it no longer finds.

A run opens at most so many cases of a rule in a commune that a worklist can be done; the rest is counted in the findings and opened as
those close. A rejected case stays the answer: the same fault of the same person is not asked again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from psycopg.types.json import Jsonb

from dancu.linkage.engine import Engine, literal
from dancu.quality import course, term
from dancu.quality.copy.territory import provinces
from dancu.quality.queries import Connection
from dancu.quality.rules.rule import by_id, rules
from dancu.quality.runs.statement import run_file, statement
from dancu.register import refusals
from dancu.register.command import Actor

# Cases a transaction: far below a statement's time limit.
_CHUNK = 2_000
# Open cases of one rule in one commune at most.
MOST_OPEN = 200
_ALIVE = ("open", "asked", "proposed", "accepted")


@dataclass(frozen=True)
class Settled:
    """What became of what was found: cases `opened`, `mended` ones, `merged` pairs, and faults that `wait` behind full worklists."""

    opened: int
    mended: int
    merged: int
    waiting: int


@dataclass(frozen=True)
class New:
    """A case to be opened. `unit`: today's commune, 0 where none is on record; then `province` says whose it is to place.
    `evidence`: (source, data), where there is any beyond the rule itself."""

    kind: str
    code: str
    key: str
    person: int
    unit: int
    severity: str
    side: str
    other: int | None = None
    field: str = ""
    agency: str = ""
    score: float | None = None
    evidence: tuple[str, dict[str, Any]] | None = None
    province: int = 0


def settle(
    connection: Connection, engine: Engine, reasons: Path, pairs: Path, *, actor: Actor, at: datetime, days: int = term.DAYS,
    most: int = MOST_OPEN,
) -> Settled:  # fmt: skip
    """Cases for what `reasons` and `pairs` hold (view `people` must stand in the engine): see the module."""
    _known(connection, engine)
    _faults(connection, engine)
    opens = ", ".join(f"({rule.bit}, {literal(rule.id)})" for rule in rules() if rule.opens_cases and not rule.linked)
    run_file(
        engine, "found_cases", reasons=literal(str(reasons)), pairs=literal(str(pairs)), opens=opens, most=most,
        duplicate=literal("duplicate_record"),
    )  # fmt: skip
    _follow_movers(connection, engine)
    mended = [id for (id,) in engine.run("SELECT id FROM over WHERE NOT pair ORDER BY id")]
    gone = [id for (id,) in engine.run("SELECT id FROM over WHERE pair ORDER BY id")]
    merged = _merged(connection, gone)
    closed = close(connection, [*mended, *(id for id in gone if id not in merged)], "mended", actor=actor, at=at)
    together = close(connection, sorted(merged), "merged", actor=actor, at=at)
    ((waiting,),) = engine.run("SELECT count(*) FROM fresh WHERE place > room")
    opened = open_cases(connection, _fresh(engine), at=at, days=days)
    return Settled(opened, closed, together, waiting)


def _known(connection: Connection, engine: Engine) -> None:
    """Table `known`: the cases of runs that stand, rejected ones too."""
    import pyarrow as pa

    engine.run(
        "CREATE OR REPLACE TEMP TABLE known (id BIGINT, person BIGINT, other BIGINT, code VARCHAR, unit INTEGER, living BOOLEAN)"
    )
    query = """SELECT id, person, coalesce(other, 0), code, CASE WHEN commune <> '' THEN commune::int
        WHEN province <> '' THEN -province::int ELSE 0 END, closed_at IS NULL
      FROM quality_case WHERE kind IN ('rule', 'load', 'duplicate') AND state NOT IN ('mended', 'merged') AND id > %s
      ORDER BY id LIMIT 50000"""
    last = 0
    while rows := connection.execute(query, [last]).fetchall():
        last = rows[-1][0]
        columns = map(list, zip(*rows, strict=True))
        engine.insert(
            "known", pa.table(dict(zip(("id", "person", "other", "code", "unit", "living"), columns, strict=True)))
        )


def _faults(connection: Connection, engine: Engine) -> None:
    """Table `load_fault`: what a load found and nobody has closed."""
    import pyarrow as pa

    engine.run("CREATE OR REPLACE TEMP TABLE load_fault (person BIGINT, code VARCHAR)")
    query = "SELECT id, person, code FROM register_fault WHERE closed_at IS NULL AND id > %s ORDER BY id LIMIT 50000"
    last = 0
    while rows := connection.execute(query, [last]).fetchall():
        last = rows[-1][0]
        engine.insert("load_fault", pa.table({"person": [row[1] for row in rows], "code": [row[2] for row in rows]}))


def _follow_movers(connection: Connection, engine: Engine) -> None:
    """A case goes with its person: to the office of the commune where they live now."""
    query = """SELECT k.id, p.unit FROM known k JOIN people p USING (person)
      WHERE k.living AND k.other = 0 AND p.unit > 0 AND p.unit <> k.unit AND k.id NOT IN (SELECT id FROM over) ORDER BY k.id"""
    moved = [(id, f"{unit:05d}") for id, unit in engine.run(query)]
    for start in range(0, len(moved), _CHUNK):
        cases, communes = map(list, zip(*moved[start : start + _CHUNK], strict=True))
        connection.execute(
            """UPDATE quality_case q SET commune = m.commune, province = m.province, version = q.version + 1
            FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS m (id, commune, province) WHERE q.id = m.id AND q.closed_at IS NULL""",
            [cases, communes, [provinces()[commune] for commune in communes]],
        )


def _fresh(engine: Engine) -> Iterator[New]:
    """What is to be opened, least person first."""
    import msgspec

    query = (
        "SELECT kind, code, person, unit, other, score, evidence, province FROM fresh WHERE place <= room ORDER BY person, code"
    )
    for kind, code, person, unit, other, score, evidence, province in engine.run(query):
        severity, side = _presumed(code)
        key = f"duplicate:{other}" if other else f"rule:{code}"
        told = ("linkage", msgspec.json.decode(evidence)) if evidence else None
        yield New(kind, code, key, person, unit, severity, side, other=other or None, score=score, evidence=told, province=province)


def _presumed(code: str) -> tuple[str, str]:
    """Severity and the side presumed wrong, of a rule or of a refusal that a load named."""
    rule = by_id().get(code)
    if rule:
        return rule.severity, rule.side
    return "confirm", "civil_book" if refusals.book()[code]["who"] == "civil_status" else "population"


_INSERT = """INSERT INTO quality_case (kind, code, key, person, other, field, commune, province, severity, side, side_said, owner, agency,
      asked, state, assigned, opened_at, due, found_at, proposed_by, score, version)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, false, %s, %s, '', 'open', '', %s, %s, %s, '', %s, 1)
    ON CONFLICT DO NOTHING RETURNING id"""
_EVIDENCE = """INSERT INTO quality_evidence (case_id, at, source, digest, data)
    VALUES (%s, %s, %s, sha256(convert_to(%s, 'UTF8')), %s) ON CONFLICT DO NOTHING"""


def open_cases(connection: Connection, found: Iterable[New], *, at: datetime, days: int = term.DAYS) -> int:
    """Open cases, chunk by chunk; what stands already is left as it is. How many were opened."""
    due, opened, left = term.due(at, days), 0, iter(found)
    while chunk := list(islice(left, _CHUNK)):
        with connection.transaction(), connection.cursor() as cursor:
            cursor.executemany(_INSERT, [_values(new, at, due) for new in chunk], returning=True)
            for new in chunk:
                row = cursor.fetchone()
                cursor.nextset()
                if row is None:
                    continue
                opened += 1
                if new.evidence:
                    add_evidence(connection, row[0], new.evidence[0], new.evidence[1], at=at)
    return opened


def add_evidence(connection: Connection, case: int, source: str, data: dict[str, Any], *, at: datetime) -> bool:
    """Put evidence to a case once: the same from the same source is not told again. Whether it was new."""
    import msgspec

    said = msgspec.json.encode([source, data], order="deterministic").decode()
    return connection.execute(_EVIDENCE, [case, at, source, said, Jsonb(data)]).rowcount == 1


def _values(new: New, at: datetime, due: Any) -> list[Any]:
    commune = f"{new.unit:05d}" if new.unit else ""
    province = provinces().get(commune, f"{new.province:02d}" if new.province else "")
    return [
        new.kind, new.code, new.key, new.person, new.other, new.field, commune, province, new.severity, new.side,
        course.OWNER_OF[new.side], new.agency, at, due, at, new.score,
    ]  # fmt: skip


def close(connection: Connection, cases: list[int], state: str, *, actor: Actor, at: datetime) -> int:
    """Close cases that a run no longer finds, as `mended` or `merged`, each with its step; a load's fault is closed with its case."""
    done, what = 0, {"mended": "mend", "merged": "merge"}[state]
    for start in range(0, len(cases), _CHUNK):
        with connection.transaction():
            rows = connection.execute(
                statement("close_cases"),  # type: ignore[arg-type]
                {"ids": cases[start : start + _CHUNK], "state": state, "what": what, "at": at, "actor": actor.id, "office": actor.office,
                 "alive": list(_ALIVE)},
            ).fetchall()  # fmt: skip
            loads = [(person, code) for _, kind, person, code in rows if kind == "load"]
            if loads:
                people, codes = map(list, zip(*loads, strict=True))
                connection.execute(
                    """UPDATE register_fault f SET closed_at = %s FROM unnest(%s::bigint[], %s::text[]) AS c (person, code)
                    WHERE f.person = c.person AND f.code = c.code AND f.closed_at IS NULL""",
                    [at, people, codes],
                )
            done += len(rows)
    return done


def _merged(connection: Connection, cases: list[int]) -> set[int]:
    """Of pairs that are no longer found, those of which one record was merged into another."""
    query = """SELECT c.id FROM quality_case c JOIN register_person p ON p.id IN (c.person, c.other)
      WHERE c.id = ANY(%s) AND p.status = 'merged' LIMIT %s"""
    found: set[int] = set()
    for start in range(0, len(cases), _CHUNK):
        chunk = cases[start : start + _CHUNK]
        found |= {id for (id,) in connection.execute(query, [chunk, 2 * len(chunk)])}
    return found
