"""Turns the differences of an agency's checked file into cases against whichever side is presumed wrong.

One case a person and field. A second file that differs in the same field adds its evidence to the case; where another agency says the
same as the first, it is no longer the agency that is presumed wrong.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from dancu.core import words
from dancu.quality import course, term
from dancu.quality.queries import Connection
from dancu.quality.refused import refusal
from dancu.quality.runs.opening import New, add_evidence, open_cases
from dancu.register.command import Actor
from dancu.register.witness import Reader, Witness

# Less sure than this, and the row's person is not who a case is opened about.
SURE = 0.99
_BATCH = 2_000
_SIDE_OF = {"CQ": "agency", "CA": "population", "HT": "civil_book"}
# What a reason is about → the field of the case, and the fields of the file that say it.
_FIELDS = {
    "name": ("name", ("name",)), "date": ("birth_date", ("birth_date",)), "sex": ("sex", ("sex",)),
    "place": ("permanent", ("address", "commune", "district", "province")), "parent": ("parent", ("mother_name", "father_name")),
    "number": ("pin", ("pin", "old_id")),
}  # fmt: skip
_NEEDED = ("_pin", "_verdict", "_reasons", "_confidence")
_PEOPLE = """SELECT n.pin, p.id, p.commune, p.state #>> '{permanent,place,code}',
    coalesce(p.state #>> '{permanent,place,scheme}', '2025-07')
  FROM register_number n JOIN register_person p ON p.id = n.person
  WHERE n.pin = ANY(%s) AND p.status NOT IN ('merged', 'cancelled') AND NOT p.state ? 'sealed' LIMIT %s"""


@dataclass(frozen=True)
class Taken:
    """What became of a checked file: its rows, the differences of sure people in it, cases opened, and evidence added to older ones."""

    rows: int
    differences: int
    opened: int
    added: int


@dataclass(frozen=True)
class _Difference:
    pin: str
    code: str
    field: str
    line: int
    said: str
    sure: float


def take(
    connection: Connection,
    file: Path,
    *,
    agency: str,
    actor: Actor,
    at: datetime,
    witness: Witness,
    reader: Reader,
    days: int = term.DAYS,
) -> Taken:
    """Open cases for a result of `dancu check` (Parquet or csv, machine names; `<name>.summary.json` beside it names the columns).

    Refuses `checked_unreadable`. Those of whom cases speak are told to the ledger first.
    """
    rows = opened = added = seen = 0
    for batch in _batches(file):
        rows += batch[0]
        differences = batch[1]
        seen += len(differences)
        people = _people(connection, sorted({difference.pin for difference in differences}))
        known = [difference for difference in differences if difference.pin in people]
        witness.listed(
            reader,
            ((people[pin][0], "match") for pin in sorted({d.pin for d in known})),
            service="quality.cases",
            fields=(),
        )
        fresh = [_new(difference, people[difference.pin], agency) for difference in known]
        opened += open_cases(connection, {(new.person, new.key): new for new in fresh}.values(), at=at, days=days)
        added += _evidence(connection, known, people, agency, file.name, actor, at, days)
    return Taken(rows, seen, opened, max(added - opened, 0))


def _batches(file: Path) -> Iterator[tuple[int, list[_Difference]]]:
    """(rows, differences of sure people), some thousands of rows at a time."""
    source, columns = _scan(file)
    mapping = _mapping(file, columns)
    wanted = sorted({column for listed in mapping.values() for column in listed})
    shown = "".join(f', "{column.replace(chr(34), chr(34) * 2)}"' for column in wanted)
    with duckdb.connect() as desk:
        cursor = desk.execute(f"SELECT {', '.join(_NEEDED)}{shown} FROM {source}")
        line = 0
        while batch := cursor.fetchmany(_BATCH):
            yield (
                len(batch),
                [found for n, row in enumerate(batch, line + 1) for found in _of_row(row, n, mapping, wanted)],
            )
            line += len(batch)


def _of_row(row: tuple[Any, ...], line: int, mapping: dict[str, list[str]], wanted: list[str]) -> Iterator[_Difference]:
    pin, verdict, reasons, sure = row[0], row[1], row[2], float(row[3] or 0)
    if not pin or verdict not in ("matched", "matched_with_differences") or sure < SURE:
        return
    cells = dict(zip(wanted, row[len(_NEEDED) :], strict=True))
    for code in str(reasons or "").split(";"):
        reason = words.reason(code) if code in _confirmed() else None
        if reason is None:
            continue
        field, fields = ("status", ()) if code == "person_deceased" else _FIELDS.get(reason.about, ("", ()))
        if field:
            said = ", ".join(str(cells[c]).strip() for f in fields for c in mapping.get(f, ()) if cells.get(c))
            yield _Difference(str(pin).zfill(12), code, field, line, said, sure)


def _confirmed() -> frozenset[str]:
    return frozenset(reason.code for reason in words.REASONS if reason.severity == "confirm")


def _scan(file: Path) -> tuple[str, set[str]]:
    """(FROM item, its columns)."""
    quoted = str(file).replace("'", "''")
    source = (
        f"read_parquet('{quoted}')"
        if file.suffix == ".parquet"
        else f"read_csv('{quoted}', all_varchar = true, header = true)"
    )
    try:
        with duckdb.connect() as desk:
            columns = {row[0] for row in desk.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()}
    except duckdb.Error:
        columns = set()
    if not set(_NEEDED) <= columns:
        raise refusal("checked_unreadable")
    return source, columns


def _mapping(file: Path, columns: set[str]) -> dict[str, list[str]]:
    """Which columns of the file say a field; {} where no summary lies beside it: the case then tells the field alone."""
    summary = file.with_name(file.name.split(".checked.")[0] + ".summary.json")
    try:
        told = json.loads(summary.read_text(encoding="utf-8")).get("mapping", {})
    except (OSError, ValueError):
        return {}
    return {
        field: [column for column in listed if column in columns]
        for field, listed in told.items()
        if isinstance(listed, list)
    }


def _people(connection: Connection, pins: list[str]) -> dict[str, tuple[int, str]]:
    """(id, today's commune) by number, of those who answer for somebody and are not sealed."""
    from dancu.places import current_codes

    found = {}
    for pin, person, commune, code, scheme in connection.execute(_PEOPLE, [pins, len(pins)]):
        now = (commune,) if commune else current_codes(scheme, code) if code else ()
        found[pin] = (person, now[0] if now else "")
    return found


def _new(difference: _Difference, whose: tuple[int, str], agency: str) -> New:
    reason = words.reason(difference.code)
    side = _SIDE_OF[reason.owners[0]] if reason.owners else "unknown"
    return New(
        "difference", difference.code, f"difference:{difference.field}", whose[0], int(whose[1] or 0), reason.severity, side,
        field=difference.field, agency=agency,
    )  # fmt: skip


def _evidence(
    connection: Connection, known: list[_Difference], people: dict[str, tuple[int, str]], agency: str, file: str, actor: Actor,
    at: datetime, days: int,
) -> int:  # fmt: skip
    """Put what the file says to the cases; how much of it was new."""
    query = """SELECT id, person, key FROM quality_case WHERE person = ANY(%s) AND kind = 'difference' AND closed_at IS NULL
      LIMIT 100000"""
    ids = sorted({people[difference.pin][0] for difference in known})
    cases = {(person, key): id for id, person, key in connection.execute(query, [ids])}
    added, touched = 0, defaultdict(set)
    with connection.transaction():
        for difference in known:
            case = cases.get((people[difference.pin][0], f"difference:{difference.field}"))
            if case is None:
                continue
            data = {
                "agency": agency,
                "file": file,
                "row": difference.line,
                "reason": difference.code,
                "sure": difference.sure,
            }
            if difference.said:
                data["in_file"] = difference.said
            if add_evidence(connection, case, agency, data, at=at):
                added += 1
                touched[case].add(difference.code)
        for case, codes in touched.items():
            _doubt_the_register(connection, case, codes, actor, at, days)
    return added


def _doubt_the_register(
    connection: Connection, case: int, codes: set[str], actor: Actor, at: datetime, days: int
) -> None:
    """Where two agencies say the same of a person, the next owner of the reason is presumed wrong, unless somebody has said."""
    beside = [_SIDE_OF[owner] for code in sorted(codes) for owner in words.reason(code).owners[1:2]]
    agreed = connection.execute(
        """SELECT 1 FROM quality_evidence WHERE case_id = %s AND data ? 'in_file' GROUP BY lower(data ->> 'in_file')
        HAVING count(DISTINCT source) >= 2 LIMIT 1""",
        [case],
    ).fetchone()
    if not agreed or not beside:
        return
    moved = connection.execute(
        """UPDATE quality_case SET side = %s, owner = %s, due = %s, version = version + 1
        WHERE id = %s AND side = 'agency' AND NOT side_said AND closed_at IS NULL RETURNING state""",
        [beside[0], course.OWNER_OF[beside[0]], term.due(at, days), case],
    ).fetchone()
    if moved:
        connection.execute(
            """INSERT INTO quality_case_step (case_id, at, actor, office, what, state_before, state_after, note, before)
            VALUES (%s, %s, %s, 'system', 'found', %s, %s, '', NULL)""",
            [case, at, actor.id, moved[0], moved[0]],
        )
