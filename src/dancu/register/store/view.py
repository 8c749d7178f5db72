"""Reads and locks what a command is about: its people in the order of their ids, then all that deciding may look at."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib.resources import files
from typing import Any

import msgspec
import psycopg
from msgspec import Struct

from dancu.core import name as names
from dancu.register.command import Order, View
from dancu.register.event import Event
from dancu.register.fold import reversed_events
from dancu.register.person import Kin, Person
from dancu.register.read import queries
from dancu.register.store import asked, numbers
from dancu.register.store.asked import Rule

Connection = psycopg.Connection[Any]
_SQL = {
    name: (files("dancu.register") / "sql" / f"{name}.sql").read_text(encoding="utf-8") for name in ("start", "undone", "view")
}
_LOCK = "SELECT id, state::text FROM register_person WHERE id = ANY(%s) ORDER BY id FOR UPDATE"
# Two births of one child wait for each other here, before any row is locked, so that the second sees its namesake.
_FIRST = """SELECT (SELECT salt || digest FROM register_order WHERE id = %s), pg_advisory_xact_lock(hashtextextended(%s, 0))"""
_DAY = 10
_person = msgspec.json.Decoder(Person).decode


class Start(Struct, frozen=True):
    """What was found before locking. `before`: salt and digest of the order that already has this id. `former`: fields whose
    number is a former one. `undone`: ids of the events that the command would undo."""

    ids: dict[str, int]
    former: tuple[str, ...]
    people: frozenset[int]
    undone: frozenset[int]
    before: bytes | None


class Held(Struct, frozen=True):
    """People locked for this transaction, by id; for each the latest day of their events, the latest moment of all; the events
    of those whose were read; what deciding is shown."""

    people: dict[int, Person]
    latest_day: dict[int, str]
    latest_moment: str
    histories: dict[int, list[Event]]
    view: View


class MorePeople(Exception):
    """More people are concerned than were locked: begin anew with all of them, so that locks are taken in one order."""

    def __init__(self, ids: Iterable[int]):
        super().__init__("more people are concerned than were locked")
        self.ids = frozenset(ids)


def start(connection: Connection, order: Order, rule: Rule) -> Start:
    """Whom a command is about, as far as that can be told without locks."""
    before = connection.execute(_FIRST, [order.id, _called(order, rule)]).fetchone()
    said = asked.refs(order)
    ids = {field: int(ref[1:]) for field, ref in said.items() if ref.startswith("#")}
    wanted = {
        "pins": [ref for ref in said.values() if not ref.startswith("#")],
        "ids": list(ids.values()),
        "kin": bool(rule.kin),
    }
    asking = wanted["pins"] or (ids and rule.kin)
    rows = connection.execute(_SQL["start"], wanted).fetchall() if asking else []
    owner = {text: (id, what) for what, id, text in rows if what in ("number", "former")}
    ids |= {field: owner[ref][0] for field, ref in said.items() if ref in owner}
    ids = {field: ids[field] for field in said if field in ids}
    states = {id: _person(text) for what, id, text in rows if what == "state"}
    related = _related(rule, {field: states[id] for field, id in ids.items() if id in states})
    undone = asked.undone(order, rule, ids)
    events = connection.execute(_SQL["undone"], undone).fetchall() if undone else []
    return Start(
        ids,
        tuple(field for field, ref in said.items() if owner.get(ref, (0, ""))[1] == "former"),
        frozenset([*ids.values(), *related.values(), *(person for person, _ in events)]),
        frozenset(id for _, id in events),
        before[0] if before else None,
    )


def kept_order(connection: Connection, order: Order) -> bytes | None:
    """Salt and digest of the order that has this id by now; None where there is none."""
    row = connection.execute("SELECT salt || digest FROM register_order WHERE id = %s", [order.id]).fetchone()
    return row[0] if row else None


def lock(connection: Connection, ids: Iterable[int]) -> dict[int, Person]:
    """The people on record among `ids`, locked in ascending order until the transaction ends."""
    wanted = sorted(set(ids))
    return {id: _person(text) for id, text in connection.execute(_LOCK, [wanted])} if wanted else {}


def hold(
    connection: Connection, order: Order, rule: Rule, begun: Start, also: frozenset[int], below: Callable[[int], int], today: str
) -> Held:
    """Lock everybody concerned and read all that deciding may look at. Raises MorePeople where relatives have changed."""
    people = lock(connection, begun.people | also)
    named = {field: people[id] for field, id in begun.ids.items() if id in people}
    related = _related(rule, named)
    if missing := set(related.values()) - begun.people - also:
        raise MorePeople(missing)
    block = _block(order, rule, named)
    wanted = _wanted(order, rule, named, list(people))
    wanted["numbers"] = numbers.candidates(block, below=below) if block else []
    rows = connection.execute(_SQL["view"], wanted).fetchall()
    latest = {id: text for what, id, text in rows if what == "latest"}
    latest_day = {id: text[:_DAY] for id, text in latest.items()}
    shown = named | {path: people[id] for path, id in related.items() if id in people}
    day = asked.effective(order, rule, today)
    back_dated = {one.id for one in shown.values() if day < latest_day.get(one.id, "")}
    histories = {id: queries.events_of(connection, id) for id in sorted(people) if begun.undone or id in back_dated}
    return Held(
        people,
        latest_day,
        max((text[_DAY:] for text in latest.values()), default=""),
        histories,
        View(
            today=today,
            people=shown,
            number=_number(connection, rows, block, below),
            **_shown(rows, order, named),
            **_undone(histories, begun.undone),
            after=_after(histories, back_dated, day),
        ),
    )


def _called(order: Order, rule: Rule) -> str | None:
    """Name and birth date by which somebody new would be the namesake of another; None where nobody new is made."""
    body: Any = order.body
    return f"{names.fold(body.name)}|{body.birth_date}" if rule.namesakes else None


def _wanted(order: Order, rule: Rule, named: dict[str, Person], locked: list[int]) -> dict[str, Any]:
    body: Any = order.body
    home: Any = named.get(rule.household) or getattr(body, rule.household, None)
    parent = named.get(rule.children)
    return {
        "locked": locked,
        "household": (home.household if isinstance(home, Person) else home if isinstance(home, int) else 0) or None,
        "parent": parent.id if parent else None,
        "fold": names.fold(body.name) if rule.namesakes else None,
        "birth_date": body.birth_date if rule.namesakes else None,
        "entry": asked.entry_key(order, rule),
        "serial": getattr(body, rule.serial) if rule.serial else "",
        "makes": bool(rule.makes),
    }


def _shown(rows: list[Any], order: Order, named: dict[str, Person]) -> dict[str, Any]:
    states: dict[str, dict[int, Person]] = {"household": {}, "child": {}, "namesake": {}}
    for what, id, text in rows:
        if what in states:
            states[what][id] = _person(text)
    same = [one for one in states["namesake"].values() if _same_mother(one.mother, order, named.get("mother"))]
    return {
        "household": tuple(states["household"].values()),
        "children": tuple(states["child"].values()),
        "namesakes": tuple(same),
        "new_id": next((id for what, id, _ in rows if what == "new"), 0),
        "entry_used": any(what == "entry" for what, _, _ in rows),
        "used_serials": frozenset(text for what, _, text in rows if what == "serial"),
    }


def _same_mother(on_record: Kin, order: Order, mother: Person | None) -> bool:
    """Whether a namesake may have the mother that the command names: by record where both have one, else by name."""
    if mother and on_record.person:
        return mother.id == on_record.person
    said = mother.name if mother else getattr(getattr(order.body, "mother_named", None), "name", "")
    return not said or not on_record.name or names.fold(said) == names.fold(on_record.name)


def _related(rule: Rule, named: dict[str, Person]) -> dict[str, int]:
    """Ids of the relatives a rule asks for, by path (`child.mother`); of a map of relatives, a path each (`ward.guardians.7`)."""
    found: dict[str, int] = {}
    for path in rule.kin:
        field, _, relation = path.partition(".")
        kin = getattr(named[field], relation) if field in named else Kin()
        each = {f"{path}.{key}": one for key, one in kin.items()} if isinstance(kin, dict) else {path: kin}
        found |= {where: one.person for where, one in each.items() if one.person}
    return found


def _block(order: Order, rule: Rule, named: dict[str, Person]) -> str | None:
    wanted = asked.numbered(order, rule, named)
    return numbers.block(*wanted) if wanted else None


def _number(connection: Connection, rows: list[Any], block: str | None, below: Callable[[int], int]) -> str | None:
    taken = next((text for what, _, text in rows if what == "number"), None)
    return numbers.search(connection, block, below=below) if block and not taken else taken


def _undone(histories: dict[int, list[Event]], ids: frozenset[int]) -> dict[str, tuple[Event, ...]]:
    """The events a command would undo that still stand, and what was written later about the same people and stands."""
    events: list[Event] = []
    later: list[Event] = []
    for history in histories.values() if ids else ():
        standing = _standing(history)
        first = min((event.position for event in history if event.id in ids), default=None)
        events += [event for event in standing if event.id in ids]
        later += [e for e in standing if first is not None and e.position > first and e.id not in ids]
    return {"events": tuple(events), "later": tuple(later)}


def _after(histories: dict[int, list[Event]], people: set[int], day: str) -> tuple[Event, ...]:
    """What stands of people and takes effect after a day."""
    return tuple(e for id, history in histories.items() if id in people for e in _standing(history) if e.effective > day)


def _standing(history: list[Event]) -> list[Event]:
    gone = reversed_events(history)
    return [event for event in history if event.id not in gone]
