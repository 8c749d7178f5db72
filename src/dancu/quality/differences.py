"""Turns the differences of an agency's checked file into cases against whichever side is presumed wrong.

One case a person and field. A second file that differs in the same field adds its evidence to the case; where another agency says the
same as the first, it is no longer the agency that is presumed wrong. A later file that agrees closes the case (`mending`).
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
from dancu.quality.mending import Mending
from dancu.quality.queries import Connection
from dancu.quality.refused import refusal
from dancu.quality.runs.opening import New, add_evidence, open_cases
from dancu.register.command import Actor
from dancu.register.witness import Reader, Witness

_REASONS = frozenset(reason.code for reason in words.REASONS)
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
# What the file says → how the summary calls what was compared for it.
_COMPARED = {
    "name": "name", "birth_date": "birth_date", "sex": "sex", "mother_name": "mother_name", "father_name": "father_name", "pin": "number",
    "old_id": "number", **dict.fromkeys(("address", "commune", "district", "province"), "place"),
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
    columns: tuple[str, ...]


@dataclass(frozen=True)
class _Read:
    """A row whose person is sure: what differs enough for a case, the fields that a reason speaks of, and what it says and was compared."""

    pin: str
    differences: tuple[_Difference, ...]
    differs: frozenset[str]
    filled: frozenset[str]


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
    mending: Mending | None = None,
    days: int = term.DAYS,
) -> Taken:
    """Open cases for a result of `dancu check` (Parquet or csv, machine names; `<name>.summary.json` beside it names the columns).

    `called`: what the file sent is called, for the evidence (default: as the result); `mending`: of a check of several tables, whoever
    asked for all of them closes what it heard. Refuses `checked_unreadable`. Those of whom cases are opened are told to the ledger first.
    """
    rows = opened = added = seen = 0
    heard = mending or Mending(connection, agency=agency, actor=actor)
    for count, read in _batches(file):
        rows += count
        differences = [difference for row in read for difference in row.differences]
        seen += len(differences)
        for row in read:
            heard.heard(row.pin, row.filled, row.differs)
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
    return Taken(rows, seen, opened, max(added - opened, 0), 0 if mending else heard.close(connection, at))


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
    where = {"row": _whole(place.get("_source_row")) or line} | ({"sheet": str(place["_sheet"])} if place.get("_sheet") else {})
    said = {field: texts for field, listed in layout.mapping.items() if (texts := [str(cells[c]).strip() for c in listed if cells.get(c)])}
    pin, found, differs = str(pin).zfill(12), [], set()
    for code in str(reasons or "").split(";"):
        if code not in _REASONS:
            continue
        reason = words.reason(code)
        field, fields = ("status", ()) if code == "person_deceased" else _FIELDS.get(reason.about, ("", ()))
        differs.add(field)
        if field and reason.severity == "confirm":
            text = ", ".join(text for name in fields for text in said.get(name, ()))
            found.append(_Difference(pin, code, field, where, text, sure, tuple(name for name in fields if name in said)))
    return _Read(pin, tuple(found), frozenset(differs), frozenset(said) & layout.compared)


def _whole(text: Any) -> int:
    """A row's number as spreadsheets' results have it; 0 where it is none."""
    try:
        return int(float(text))
    except (TypeError, ValueError):
        return 0


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
    compared = {name for name, about in _COMPARED.items() if told.get("fields", {}).get(about)}
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
                data |= {"in_file": difference.said, "columns": list(difference.columns)}
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
