"""Reads cases: worklists paged by key, one case with its steps and evidence, counts, and the joint lists of a commune.

Every function takes a psycopg connection (role dancu_reader or dancu_web) and returns plain values; figures are in `figures`.
Nothing here names a person but by internal id; `evidence` alone may hold values of people, so whoever shows it leaves a leaf first.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import psycopg
from msgspec import Struct

from dancu.quality.course import CLOSED
from dancu.quality.refused import refusal

Connection = psycopg.Connection[Any]
PAGE, MOST = 50, 500
_COLUMNS = (
    "id, kind, code, field, person, other, commune, severity, side, side_said, owner, agency, asked, state, assigned, opened_at, "
    "due, found_at, decided_at, closed_at, proposed_by, proposal, score, version"
)


class Case(Struct, frozen=True, kw_only=True):
    """A case as a list shows it. `person`, `other`: internal ids. `field`: of a difference. `score`: bits, of a duplicate."""

    id: int
    kind: str
    code: str
    field: str
    person: int
    other: int | None
    commune: str
    severity: str
    side: str
    side_said: bool
    owner: str
    agency: str
    asked: str
    state: str
    assigned: str
    opened_at: datetime
    due: date
    found_at: datetime
    decided_at: datetime | None
    closed_at: datetime | None
    proposed_by: str
    proposal: dict[str, Any] | None
    score: float | None
    version: int

    @property
    def closed(self) -> bool:
        """Whether it is nobody's move any more."""
        return self.state in CLOSED


class Key(Struct, frozen=True):
    """Where a page ended: what is given back as `after` for the next one."""

    due: date
    id: int


class Page(Struct, frozen=True):
    """Some cases in the order of (due, id); `next` is None on the last page."""

    cases: tuple[Case, ...]
    next: Key | None


class Step(Struct, frozen=True):
    """What somebody did with a case."""

    id: int
    at: datetime
    actor: str
    office: str
    what: str
    state_before: str
    state_after: str
    note: str


class Evidence(Struct, frozen=True):
    """What speaks for a case. `data` may hold values of people; {} where they had to disappear."""

    id: int
    at: datetime
    source: str
    data: dict[str, Any]


class Count(Struct, frozen=True):
    """Cases that are not closed, of one owner in one state: how many, how many past their day, how many nobody has taken."""

    owner: str
    state: str
    cases: int
    overdue: int
    unassigned: int


class Load(Struct, frozen=True):
    """The cases of one unit below another: not closed, and of these past their day."""

    unit: str
    cases: int
    overdue: int


class JointList(Struct, frozen=True):
    """A joint list with its signatures; both are needed. `cases`: how many."""

    id: int
    commune: str
    made_at: datetime
    made_by: str
    civil_actor: str
    civil_at: datetime | None
    residence_actor: str
    residence_at: datetime | None
    cases: int


def worklist(
    connection: Connection,
    *,
    unit: str = "",
    owner: str = "",
    state: str = "",
    kind: str = "",
    code: str = "",
    assigned: str = "",
    severity: str = "",
    agency: str = "",
    waiting: str = "",
    due_by: date | None = None,
    after: Key | None = None,
    limit: int = PAGE,
) -> Page:
    """Cases that are not closed, of a unit ('' the country, province, commune), the most urgent first.

    `owner`: 'residence', 'civil_status' or 'agency', or some of them joined by commas; `waiting`: owned by that one and asked of
    another. `state`: any of `course.STATES`, a closed one too. `assigned`: an officer's account, or '-' for nobody's. `agency`:
    whose file differs. An office's own list holds what was asked of it, too. Refuses `limit_unusable`, `unit_unusable`.
    """
    where, values = _where(
        unit=unit, owner=owner, state=state, kind=kind, code=code, assigned=assigned, severity=severity, agency=agency,
        waiting=waiting, due_by=due_by,
    )  # fmt: skip
    if after:
        where.append("(due, id) > (%(after_due)s, %(after_id)s)")
        values |= {"after_due": after.due, "after_id": after.id}
    values |= {"limit": _limited(limit) + 1}
    query = f"SELECT {_COLUMNS} FROM quality_case WHERE {' AND '.join(where)} ORDER BY due, id LIMIT %(limit)s"
    found = [_case(row) for row in connection.execute(query, values)]  # type: ignore[arg-type]
    shown = tuple(found[:limit])
    return Page(shown, Key(shown[-1].due, shown[-1].id) if len(found) > limit else None)


def some(connection: Connection, *, most: int = 1000, **wished: Any) -> int:
    """How many cases `worklist` would give for what is wished, counted no further than `most` + 1."""
    where, values = _where(**wished)
    query = f"SELECT count(*) FROM (SELECT 1 FROM quality_case WHERE {' AND '.join(where)} LIMIT %(limit)s) counted"
    row = connection.execute(query, values | {"limit": most + 1}).fetchone()  # type: ignore[arg-type]
    return row[0] if row else 0


def case(connection: Connection, id: int) -> Case:
    """One case. Refuses `case_unknown`."""
    row = connection.execute(f"SELECT {_COLUMNS} FROM quality_case WHERE id = %s", [id]).fetchone()  # type: ignore[arg-type]
    if row is None:
        raise refusal("case_unknown")
    return _case(row)


def cases_of(connection: Connection, person: int, *, closed: bool = False, limit: int = PAGE) -> tuple[Case, ...]:
    """The cases about one person, as the one or the other of a pair, newest first; closed ones where wished."""
    query = f"""SELECT {_COLUMNS} FROM quality_case WHERE (person = %(person)s OR other = %(person)s)
      AND (%(closed)s OR closed_at IS NULL) ORDER BY id DESC LIMIT %(limit)s"""
    found = connection.execute(query, {"person": person, "closed": closed, "limit": _limited(limit)})  # type: ignore[arg-type]
    return tuple(_case(row) for row in found)


def steps(connection: Connection, case: int, *, limit: int = MOST) -> tuple[Step, ...]:
    """What was done with a case, oldest first."""
    query = """SELECT id, at, actor, office, what, state_before, state_after, note FROM quality_case_step
      WHERE case_id = %s ORDER BY id LIMIT %s"""
    return tuple(Step(*row) for row in connection.execute(query, [case, _limited(limit)]))


def evidence(connection: Connection, case: int, *, limit: int = PAGE) -> tuple[Evidence, ...]:
    """What speaks for a case, oldest first; may hold people's values, so a leaf of the ledger comes first."""
    query = "SELECT id, at, source, data FROM quality_evidence WHERE case_id = %s ORDER BY id LIMIT %s"
    return tuple(Evidence(*row) for row in connection.execute(query, [case, _limited(limit)]))


def places_in_files(connection: Connection, cases: Sequence[int], source: str) -> dict[int, tuple[str, str, int]]:
    """(file, sheet, row) of the newest evidence that an agency's file brought to each of some cases; no value of a person."""
    query = """SELECT DISTINCT ON (case_id) case_id, data ->> 'file', coalesce(data ->> 'sheet', ''), (data ->> 'row')::int
      FROM quality_evidence WHERE case_id = ANY(%s) AND source = %s AND data ? 'file' ORDER BY case_id, id DESC LIMIT %s"""
    found = connection.execute(query, [list(cases), source, len(cases)])
    return {case: (file, sheet, row) for case, file, sheet, row in found}


def counts(connection: Connection, *, unit: str = "", today: date) -> tuple[Count, ...]:
    """How many cases of a unit are not closed, by owner and state."""
    where, values = _where(unit=unit)
    query = f"""SELECT owner, state, count(*), count(*) FILTER (WHERE due < %(today)s), count(*) FILTER (WHERE assigned = '')
      FROM quality_case WHERE {" AND ".join(where)} GROUP BY 1, 2 ORDER BY 1, 2 LIMIT 100"""
    return tuple(Count(*row) for row in connection.execute(query, values | {"today": today}))  # type: ignore[arg-type]


def loads(connection: Connection, *, unit: str = "", owner: str = "", today: date) -> tuple[Load, ...]:
    """Cases not closed by the units right below one: provinces of the country, communes of a province; the most overdue first."""
    where, values = _where(unit=unit, owner=owner)
    below = "commune" if unit else "province"
    query = f"""SELECT {below}, count(*), count(*) FILTER (WHERE due < %(today)s) FROM quality_case
      WHERE {" AND ".join(where)} GROUP BY 1 ORDER BY 3 DESC, 2 DESC, 1 LIMIT 500"""
    return tuple(Load(*row) for row in connection.execute(query, values | {"today": today}))  # type: ignore[arg-type]


_LISTS = """SELECT l.id, l.commune, l.made_at, l.made_by, l.civil_actor, l.civil_at, l.residence_actor, l.residence_at,
  (SELECT count(*) FROM quality_list_case c WHERE c.list_id = l.id) FROM quality_list l"""


def joint_lists(
    connection: Connection, *, commune: str, before: int = 1 << 60, limit: int = PAGE
) -> tuple[JointList, ...]:
    """The joint lists of a commune, newest first, below list number `before`."""
    query = f"{_LISTS} WHERE l.commune = %s AND l.id < %s ORDER BY l.id DESC LIMIT %s"
    return tuple(JointList(*row) for row in connection.execute(query, [commune, before, _limited(limit)]))  # type: ignore[arg-type]


def joint_list(connection: Connection, id: int) -> tuple[JointList, tuple[Case, ...]]:
    """A joint list with its cases as they stand now. Refuses `list_unknown`."""
    row = connection.execute(f"{_LISTS} WHERE l.id = %s", [id]).fetchone()  # type: ignore[arg-type]
    if row is None:
        raise refusal("list_unknown")
    query = f"""SELECT {_COLUMNS} FROM quality_case
      WHERE id IN (SELECT case_id FROM quality_list_case WHERE list_id = %s) ORDER BY id LIMIT %s"""
    return JointList(*row), tuple(_case(line) for line in connection.execute(query, [id, MOST]))  # type: ignore[arg-type]


def checked_unit(unit: str) -> str:
    """The unit as given, if it is one of today's or the country. Refuses `unit_unusable`."""
    from dancu.places import unit as known

    level = {0: "country", 2: "province", 5: "commune"}.get(len(unit))
    if level is None or (unit and known("2025-07", level, unit) is None):
        raise refusal("unit_unusable")
    return unit


def _where(
    *, unit: str, owner: str = "", state: str = "", kind: str = "", code: str = "", assigned: str = "", severity: str = "",
    agency: str = "", waiting: str = "", due_by: date | None = None,
) -> tuple[list[str], dict[str, Any]]:  # fmt: skip
    """Conditions and their values; what is closed is left out unless a closed state is asked for."""
    checked_unit(unit)
    said: dict[str, Any] = {
        "unit": unit, "owner": owner.split(","), "state": state, "kind": kind, "code": code, "severity": severity, "agency": agency,
        "assigned": assigned if assigned != "-" else "", "waiting": waiting, "due_by": due_by,
    }  # fmt: skip
    where = [f"state = '{state}'"] if state in CLOSED else ["closed_at IS NULL"]
    if unit:
        where.append("commune = %(unit)s" if len(unit) == 5 else "province = %(unit)s")
    if owner:
        where.append("(owner = ANY(%(owner)s) OR (state = 'asked' AND asked = ANY(%(owner)s)))")
    where += [f"{column} = %({column})s" for column in ("kind", "code", "severity", "agency") if said[column]]
    if state and state not in CLOSED:
        where.append("state = %(state)s")
    if assigned:
        where.append("assigned = %(assigned)s")
    if waiting:
        where.append("owner = %(waiting)s AND state = 'asked'")
    if due_by:
        where.append("due <= %(due_by)s")
    return where, said


def _limited(limit: int) -> int:
    if not 1 <= limit <= MOST:
        raise refusal("limit_unusable")
    return limit


def _case(row: tuple[Any, ...]) -> Case:
    return Case(**dict(zip(Case.__struct_fields__, row, strict=True)))
