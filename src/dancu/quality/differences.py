"""Turns the differences of an agency's checked file into cases against whichever side is presumed wrong.

One case a person and field. A second file that differs in the same field adds its evidence to the case; where another agency says the
same as the first, it is no longer the agency that is presumed wrong. A later file of the same agency that agrees in the field closes the
case: the agency has mended its data.
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
from dancu.quality.runs.opening import New, add_evidence, close, open_cases
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
# Field of a case → how the summary calls what was compared for it.
_COMPARED = {
    "name": ("name",), "birth_date": ("birth_date",), "sex": ("sex",), "permanent": ("place",), "parent": ("mother_name", "father_name"),
    "pin": ("number",),
}  # fmt: skip
_NEEDED = ("_pin", "_verdict", "_reasons", "_confidence")
# Where a row stands in a spreadsheet; of other files the result's own line is the row.
_PLACE = ("_sheet", "_source_row")
_PEOPLE = """SELECT n.pin, p.id, p.commune, p.state #>> '{permanent,place,code}',
    coalesce(p.state #>> '{permanent,place,scheme}', '2025-07')
  FROM register_number n JOIN register_person p ON p.id = n.person
  WHERE n.pin = ANY(%s) AND p.status NOT IN ('merged', 'cancelled') AND NOT p.state ? 'sealed' LIMIT %s"""


@dataclass(frozen=True)
class Taken:
    """What became of a checked file: its rows, the differences of sure people in it, cases opened, evidence added to older ones, and
    cases of the same agency closed because the file now agrees."""

    rows: int
    differences: int
    opened: int
    added: int
    closed: int = 0


@dataclass(frozen=True)
class _Difference:
    pin: str
    code: str
    field: str
    where: dict[str, Any]
    said: str
    sure: float


@dataclass(frozen=True)
class _Read:
    """A row whose person is sure: what differs, and the fields that the file has and that agree."""

    pin: str
    differences: tuple[_Difference, ...]
    agreed: frozenset[str]


@dataclass(frozen=True)
class _Layout:
    """Which columns of a checked file say a field, all of these columns, and those that tell where a row stood in the file sent."""

    mapping: dict[str, list[str]]
    said: tuple[str, ...]
    place: tuple[str, ...]
    compared: frozenset[str]


def take(
    connection: Connection,
    file: Path,
    *,
    agency: str,
    actor: Actor,
    at: datetime,
    witness: Witness,
    reader: Reader,
    called: str = "",
    days: int = term.DAYS,
) -> Taken:
    """Open cases for a result of `dancu check` (Parquet or csv, machine names; `<name>.summary.json` beside it names the columns).

    `called`: what the file sent is called, for the evidence (default: as the result). Refuses `checked_unreadable`. Those of whom cases
    speak are told to the ledger first.
    """
    rows = opened = added = seen = closed = 0
    for count, read in _batches(file):
        rows += count
        differences = [difference for row in read for difference in row.differences]
        seen += len(differences)
        closed += _close_agreed(connection, read, agency, actor, at)
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
        added += _evidence(connection, known, people, agency, called or file.name, actor, at, days)
    return Taken(rows, seen, opened, max(added - opened, 0), closed)


def _batches(file: Path) -> Iterator[tuple[int, list[_Read]]]:
    """(rows, those whose person is sure), some thousands of rows at a time."""
    source, columns = _scan(file)
    layout = _layout(file, columns)
    quoted = "".join(f', "{column.replace(chr(34), chr(34) * 2)}"' for column in (*layout.place, *layout.said))
    with duckdb.connect() as desk:
        cursor = desk.execute(f"SELECT {', '.join(_NEEDED)}{quoted} FROM {source}")
        line = 0
        while batch := cursor.fetchmany(_BATCH):
            read = (_of_row(row, n, layout) for n, row in enumerate(batch, line + 1))
            yield len(batch), [row for row in read if row]
            line += len(batch)


def _of_row(row: tuple[Any, ...], line: int, layout: _Layout) -> _Read | None:
    pin, verdict, reasons, sure = row[0], row[1], row[2], float(row[3] or 0)
    if not pin or verdict not in ("matched", "matched_with_differences") or sure < SURE:
        return None
    start = len(_NEEDED) + len(layout.place)
    place = dict(zip(layout.place, row[len(_NEEDED) : start], strict=True))
    cells = dict(zip(layout.said, row[start:], strict=True))
    where = {"row": int(place.get("_source_row") or line)} | ({"sheet": str(place["_sheet"])} if place.get("_sheet") else {})
    pin = str(pin).zfill(12)

    def said(fields: tuple[str, ...]) -> str:
        return ", ".join(str(cells[c]).strip() for f in fields for c in layout.mapping.get(f, ()) if cells.get(c))

    found, differs = [], set()
    for code in filter(None, str(reasons or "").split(";")):
        reason = words.reason(code)
        field, fields = ("status", ()) if code == "person_deceased" else _FIELDS.get(reason.about, ("", ()))
        differs.add(field)
        if field and reason.severity == "confirm":
            found.append(_Difference(pin, code, field, where, said(fields), sure))
    agreed = {field for field, fields in _FIELDS.values() if field in layout.compared and field not in differs and said(fields)}
    return _Read(pin, tuple(found), frozenset(agreed))


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


def _layout(file: Path, columns: set[str]) -> _Layout:
    """What the summary beside a file says of its columns; nothing where there is none: the case then tells the field alone."""
    summary = file.with_name(file.name.split(".checked.")[0] + ".summary.json")
    try:
        told = json.loads(summary.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        told = {}
    listed = told.get("mapping", {}).items()
    mapping = {field: [name for name in names if name in columns] for field, names in listed if isinstance(names, list)}
    said = tuple(sorted({name for names in mapping.values() for name in names}))
    compared = {field for field, names in _COMPARED.items() if any(told.get("fields", {}).get(name) for name in names)}
    return _Layout(mapping, said, tuple(name for name in _PLACE if name in columns), frozenset(compared))


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


_AGREED = """SELECT c.id FROM quality_case c JOIN register_number n ON n.person = c.person
    JOIN unnest(%s::text[], %s::text[]) AS a (pin, field) ON a.pin = n.pin AND a.field = c.field
  WHERE c.kind = 'difference' AND c.agency = %s AND c.closed_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM quality_evidence e WHERE e.case_id = c.id AND e.source <> c.agency) ORDER BY c.id LIMIT 100000"""


def _close_agreed(connection: Connection, read: list[_Read], agency: str, actor: Actor, at: datetime) -> int:
    """Close cases that only this agency's files spoke for, and whose field agrees now; how many."""
    agreed = sorted({(row.pin, field) for row in read for field in row.agreed})
    if not agreed:
        return 0
    pins, fields = map(list, zip(*agreed, strict=True))
    return close(connection, [id for (id,) in connection.execute(_AGREED, [pins, fields, agency])], "mended", actor=actor, at=at)


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
                **difference.where,
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
