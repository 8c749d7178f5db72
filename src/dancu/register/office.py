"""What an office sees of its own work: recent orders, records that wait for a number, cards on their way, households; each a leaf."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import msgspec
import psycopg
from msgspec import Struct

from dancu.core.refusal import Refusal
from dancu.kit import roles
from dancu.places import children, unit
from dancu.register import rights
from dancu.register.desk import Desk, Seen
from dancu.register.event import Changes
from dancu.register.person import Person
from dancu.register.read import queries
from dancu.register.rights import Staff
from dancu.register.rules.household import HEAD
from dancu.register.witness import Reader

Connection = psycopg.Connection[Any]
CardQueue = Literal["requested", "issued"]
# A count past this helps nobody: "more than 999" is said instead.
COUNT_MOST = 1000
HOUSEHOLD_MOST = 200
_ACTIONS_MAX = 500
# Who began a record sees all that they wrote for so long.
_TYPED_FOR = timedelta(days=1)
_TODAY = "2025-07"
_person = msgspec.json.Decoder(Person).decode
_LIVES = "SELECT state::text FROM register_person WHERE household = %s ORDER BY id LIMIT %s"
_BY_IDS = "SELECT state::text FROM register_person WHERE id = ANY(%s) LIMIT %s"
_DELIVERED = """SELECT count(*) FROM (SELECT 1 FROM register_order WHERE unit = %s AND unit <> '' AND recorded_at >= %s
  AND kind = 'deliver_card' LIMIT %s) AS listed"""
_ORDER = "SELECT kind, actor, unit, recorded_at, entry, legal_basis, reason FROM register_order WHERE id = %s"
_ACTIONS = """SELECT a.id, a.person, a.version, a.kind, a.effective, p.changes FROM register_action a
  LEFT JOIN register_action_payload p ON p.action_id = a.id WHERE a.order_id = %s ORDER BY a.id LIMIT %s"""


class Deed(Struct, frozen=True, kw_only=True):
    """An order that was carried out, and those it concerned as far as they may be seen."""

    order: str
    command: str
    actor: str
    at: datetime
    entry: dict[str, str] | None
    people: tuple[Seen, ...] = ()


class Event(Struct, frozen=True):
    """One event an order wrote, with what it changed in fields that are open, and the names of those that are not."""

    person: int
    kind: str
    effective: str
    changes: Changes | None  # type: ignore[valid-type]
    hidden: tuple[str, ...] = ()


class Outcome(Struct, frozen=True, kw_only=True):
    """What came of one order: the deed, its events and the number it gave."""

    deed: Deed
    events: tuple[Event, ...]
    number: str = ""
    basis: str = ""


class Household(Struct, frozen=True):
    """A household by its internal number: members as they may be seen, the head first; `more` where it has over 200."""

    id: int
    members: tuple[Seen, ...]
    more: bool = False


def recent(
    desk: Desk, staff: Staff, *, mine: bool = False, kinds: Sequence[str] = (), since: datetime | None = None,
    before: datetime | None = None, behind: str = "", limit: int = 20,
) -> tuple[Deed, ...]:  # fmt: skip
    """What the officers of a unit, or one of them, did of late, newest first; `kinds`: only these commands; `since`: not before;
    `before` and `behind`: moment and id of the last shown."""
    asked = {
        "unit": staff.unit, "actor": staff.account if mine else "", "kinds": list(kinds) or None, "since": since, "before": before,
        "id": behind, "limit": min(limit, COUNT_MOST),
    }  # fmt: skip
    with _reading(desk) as connection:
        rows = connection.execute(_sql("recent"), asked).fetchall()
        people = _states(connection, {id for row in rows for id in row[-1]})
    seen = _listed(desk, staff, people.values(), "staff.recent")
    return tuple(
        Deed(order=id, command=kind, actor=actor, at=at, entry=entry, people=tuple(seen[one] for one in ids if one in seen))
        for id, kind, actor, at, entry, ids in rows
    )


def waiting(desk: Desk, staff: Staff, *, after: int = 0, limit: int = 50) -> tuple[Seen, ...]:
    """Records that wait for a number, whose birth was registered in the unit: oldest first, behind an internal id."""
    asked = {"communes": _communes(staff.unit), "after": after, "limit": min(limit, COUNT_MOST)}
    return _queue(desk, staff, _sql("waiting"), asked, "staff.waiting")


def cards(
    desk: Desk, staff: Staff, state: CardQueue, *, commune: str = "", after: int = 0, limit: int = 50
) -> tuple[Seen, ...]:
    """People of the unit with a card that is requested, or issued and not handed over; by commune and id, behind both."""
    query = _sql("cards").replace("{state}", state)
    asked = {"communes": _communes(staff.unit) or [], "commune": commune, "after": after, "limit": min(limit, COUNT_MOST)}
    return _queue(desk, staff, query, asked, "staff.cards")


def counts(desk: Desk, staff: Staff, *, delivered_since: datetime | None = None) -> dict[str, int]:
    """How many wait in each queue of a unit, at most `COUNT_MOST`, and how many cards it handed over since a moment: no person is
    told, so no leaf is written."""
    found = {}
    communes = _communes(staff.unit)
    with _reading(desk) as connection:
        asked: dict[str, Any] = {"communes": communes, "after": 0, "commune": "", "limit": COUNT_MOST}
        found["awaiting_number"] = _count(connection, _sql("waiting"), asked)
        for state in ("requested", "issued"):
            query = _sql("cards").replace("{state}", state)
            found[state] = _count(connection, query, {**asked, "communes": communes or []})
        if delivered_since:
            given = [staff.unit, delivered_since, COUNT_MOST]
            row = connection.execute(_DELIVERED, given).fetchone()
            found["delivered"] = row[0] if row else 0
    return found


def household(desk: Desk, staff: Staff, purpose: str, ref: str) -> Household:
    """The household of a person. Raises Refusal("in_no_household") where they live in none that may be seen."""
    reader = Reader.of(staff.actor(), purpose)
    with _reading(desk) as connection:
        found = queries.person_now(connection, ref)
        if found is None or not found.person.household or rights.sight(staff, found.person)["residence"] != "open":
            desk.witness.missed(reader, ref, service="staff.household")
            raise Refusal("in_no_household", vi="Người này không ở trong hộ nào mà bạn được xem.", en="In no household you may see.")
        home = found.person.household
        rows = connection.execute(_LIVES, [home, HOUSEHOLD_MOST + 1]).fetchall()
    people = [_person(text) for (text,) in rows[:HOUSEHOLD_MOST]]
    people.sort(key=lambda one: (one.relation_to_head != HEAD, one.birth_date))
    seen = _listed(desk, staff, people, "staff.household", purpose)
    return Household(home, tuple(seen[one.id] for one in people), len(rows) > HOUSEHOLD_MOST)


def outcome(desk: Desk, staff: Staff, order: str) -> Outcome:
    """What one of the unit's own orders did. Raises Refusal("not_on_record") for an order of others, or none."""
    with _reading(desk) as connection:
        row = connection.execute(_ORDER, [order]).fetchone()
        if row is None or (row[2] != staff.unit and row[1] != staff.account):
            raise Refusal("not_on_record", vi="Không có thao tác như vậy của đơn vị bạn.", en="Your unit has no such order.")
        rows = connection.execute(_ACTIONS, [order, _ACTIONS_MAX]).fetchall()
        people = _states(connection, {action[1] for action in rows})
        number = queries.number_given(connection, order)
    own = row[1] == staff.account and row[2] == staff.unit and desk.clock.now() - row[3] < _TYPED_FOR
    typed = {field for _, person, version, _, _, said in rows if own and version == 1 and said for field in msgspec.json.decode(said)}
    seen = _listed(desk, staff, people.values(), "staff.outcome", more=typed)
    events = tuple(
        _event(person, kind, day, said, seen[person], typed=own and version == 1)
        for _, person, version, kind, day, said in rows
        if person in seen
    )
    deed = Deed(order=order, command=row[0], actor=row[1], at=row[3], entry=row[4], people=tuple(seen.values()))
    return Outcome(deed=deed, events=events, number=number, basis=row[5])


def _event(person: int, kind: str, day: str, said: str | None, seen: Seen, *, typed: bool) -> Event:
    """An event as far as it may be seen; of a record that the reader began, all that it began with (`typed`): they wrote it."""
    whole = msgspec.json.decode(said, type=Changes) if said else None
    if typed:
        return Event(person, kind, day, whole)
    shown = rights.cut(whole, seen.sight)
    fields = queries.fields_of(shown)
    return Event(person, kind, day, shown, tuple(field for field in queries.fields_of(whole) if field not in fields))


def done_already(desk: Desk, order: str) -> bool:
    """Whether an order with this id was carried out."""
    with _reading(desk) as connection:
        return connection.execute(_ORDER, [order]).fetchone() is not None


def printed(desk: Desk, staff: Staff, purpose: str, ref: str, reveal: Collection[rights.Group] = ()) -> Seen:
    """A person as a paper that is printed tells them; leaves a leaf of its own kind. Raises Refusal("not_on_record")."""
    reader = Reader.of(staff.actor(), purpose)
    with _reading(desk) as connection:
        found = queries.person_now(connection, ref)
    if found is None:
        desk.witness.missed(reader, ref, service="staff.print")
        raise Refusal("not_on_record", vi="Không có ai như vậy trong cơ sở dữ liệu.", en="Nobody like that is on record.")
    seen = Seen.of(staff, found.person, reveal)
    desk.witness.looked(reader, found.person.id, service="staff.print", fields=tuple(seen.fields))
    return seen


def printed_list(desk: Desk, staff: Staff, purpose: str, people: Sequence[int], fields: Sequence[str]) -> None:
    """Write down that a list of people, who were read before, is printed."""
    desk.witness.listed(Reader.of(staff.actor(), purpose), ((id, "read") for id in people), service="staff.print", fields=fields)


def _queue(desk: Desk, staff: Staff, query: str, asked: dict[str, Any], service: str) -> tuple[Seen, ...]:
    with _reading(desk) as connection:
        people = [_person(text) for (text,) in connection.execute(query, asked)]
    seen = _listed(desk, staff, people, service)
    return tuple(seen[one.id] for one in people if one.id in seen)


def _listed(
    desk: Desk, staff: Staff, people: Collection[Person], service: str, purpose: str = "hàng việc", more: Collection[str] = ()
) -> dict[int, Seen]:
    """People as they may be seen, by id, without those that are closed; their leaf is written, with fields that are shown besides."""
    shown = [Seen.of(staff, one) for one in people]
    seen = {one.id: one for one in shown if one.sight["identity"] != "closed"}
    fields = sorted({field for one in seen.values() for field in one.fields} | set(more))
    if seen:
        desk.witness.listed(Reader.of(staff.actor(), purpose), ((id, "read") for id in seen), service=service, fields=fields)
    return seen


def _states(connection: Connection, ids: Collection[int]) -> dict[int, Person]:
    rows = connection.execute(_BY_IDS, [sorted(ids), len(ids)]) if ids else ()
    return {person.id: person for person in (_person(text) for (text,) in rows)}


def _count(connection: Connection, query: str, asked: dict[str, Any]) -> int:
    row = connection.execute(f"SELECT count(*) FROM ({query}) AS listed", asked).fetchone()
    return row[0] if row else 0


def _communes(code: str) -> Sequence[str] | None:
    """The communes of a unit of today; None for the whole country."""
    if len(code) != 2:
        return [code] if code else None
    province = unit(_TODAY, "province", code)
    return [commune.code for commune in children(province)] if province else []


def _reading(desk: Desk) -> Any:
    return desk.database.connect(roles.READER, application_name="dancu staff")


@cache
def _sql(name: str) -> str:
    return (files("dancu.register") / "sql" / f"{name}.sql").read_text(encoding="utf-8")
