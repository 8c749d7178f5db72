"""A handful of commands with rules as small as can be, so that what is tested is the storage and not the law."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from msgspec import UNSET, Struct

from dancu.kit.clock import SteppedClock
from dancu.register.actions import perform
from dancu.register.command import Actor, Answer, BookEntry, Draft, No, Order, Ref, Source, View
from dancu.register.event import Changes
from dancu.register.person import Card, Former, Kin, Place

HANOI = Place("00070")
ACTOR = Actor("cb-01", "residence", "00070")
_IDS = itertools.count(1)


class TinyRule(Struct, frozen=True, kw_only=True):
    """A rule as the storage sees one."""

    body: type[Struct]
    decide: Callable[[Order, View], Answer]
    number: Literal["", "if_possible", "needed"] = ""
    makes: Literal["", "person", "household"] = ""
    kin: tuple[str, ...] = ()
    household: str = ""
    children: str = ""
    namesakes: bool = False
    serial: str = ""
    undoes: str = ""
    day: str = ""

    @property
    def name(self) -> str:
        return self.body.__name__.lower()


class Open(Struct, frozen=True):
    name: str
    birth_date: str = "2001-02-03"
    sex: str = "female"
    registered_at: Place = HANOI
    mother: Ref = ""
    household: int = 0
    old_id: str = ""


class Rename(Struct, frozen=True):
    person: Ref
    name: str


class Change(Struct, frozen=True):
    person: Ref
    changes: Changes  # type: ignore[valid-type]


class Marry(Struct, frozen=True):
    one: Ref
    other: Ref


class Kill(Struct, frozen=True):
    person: Ref
    died: str


class Renumber(Struct, frozen=True):
    person: Ref


class Merge(Struct, frozen=True):
    kept: Ref
    other: Ref


class Split(Struct, frozen=True):
    other: Ref
    kept: Ref


class Reverse(Struct, frozen=True):
    person: Ref
    event: int


class Undo(Struct, frozen=True):
    """Reverses an event whatever was written since."""

    person: Ref
    event: int


class Redact(Struct, frozen=True):
    person: Ref
    events: tuple[int, ...]
    fields: tuple[str, ...]


class Scatter(Struct, frozen=True):
    """Touches people whom no field names: whoever lives in the person's household."""

    person: Ref
    phone: str


class GiveCard(Struct, frozen=True):
    person: Ref
    serial: str


def _open(order: Order, view: View) -> Answer:
    body: Open = order.body
    if view.entry_used:
        return No("entry_used", "entry")
    if view.namesakes:
        return No("namesake", "name")
    mother = view.people.get("mother")
    said: dict[str, Any] = {"household": body.household, "old_id": body.old_id, "pin": view.number}
    if mother:
        said["mother"] = Kin(mother.id, mother.name)
    said["status"] = "active" if view.number else "awaiting_number"
    fixed = {"name": body.name, "birth_date": body.birth_date, "sex": body.sex, "birth_registered_at": body.registered_at}
    return (Draft(view.new_id, "birth", Changes(**fixed, **{k: v for k, v in said.items() if v})),)


def _rename(order: Order, view: View) -> Answer:
    person = view.people["person"]
    former = {str(person.version + 1): Former(person.name)}
    return (Draft(person.id, "name_changed", Changes(name=order.body.name, former_names=former)),)


def _change(order: Order, view: View) -> Answer:
    if "person" not in view.people:
        return No("not_on_record", "person")
    return (Draft(view.people["person"].id, "data_corrected", order.body.changes),)


def _marry(order: Order, view: View) -> Answer:
    one, other = view.people["one"], view.people["other"]
    if one.id == other.id or "married" in (one.marital, other.marital):
        return No("cannot_marry", "other")
    return tuple(
        Draft(a.id, "married", Changes(marital="married", spouse=Kin(b.id, b.name))) for a, b in ((one, other), (other, one))
    )


def _kill(order: Order, view: View) -> Answer:
    person, spouse = view.people["person"], view.people.get("person.spouse")
    if person.status == "deceased":
        return No("already_dead", "person")
    death = Draft(person.id, "death", Changes(status="deceased", died=order.body.died))
    widowed = Draft(spouse.id, "widowed", Changes(marital="widowed", spouse=Kin())) if spouse else None
    return (death, widowed) if widowed else (death,)


def _renumber(order: Order, view: View) -> Answer:
    person = view.people["person"]
    if view.number is None:
        return No("number_unavailable", "person")
    former = {str(person.version + 1): Former(person.pin, view.today)} if person.pin else UNSET
    return (Draft(person.id, "number_replaced", Changes(pin=view.number, former_pins=former, status="active")),)


def _merge(order: Order, view: View) -> Answer:
    kept, other = view.people["kept"], view.people["other"]
    if kept.id == other.id or "merged" in (kept.status, other.status):
        return No("cannot_merge", "other")
    pins = {str(other.id): Former(other.pin, view.today)} if other.pin else {}
    return (
        Draft(kept.id, "merged", Changes(former_pins=pins, cards=other.cards)),
        Draft(other.id, "merged", Changes(status="merged", merged_into=kept.id)),
    )


def _undo(kind: str, *, anyway: bool = False) -> Callable[[Order, View], Answer]:
    def decide(order: Order, view: View) -> Answer:
        people = dict.fromkeys(event.person for event in view.events)
        if not people or (view.later and not anyway):
            return No("later_rests_on_it" if people else "nothing_to_reverse")
        return tuple(Draft(p, kind, Changes(), tuple(e.id for e in view.events if e.person == p)) for p in people)

    return decide


def _redact(order: Order, view: View) -> Answer:
    return (Draft(view.people["person"].id, "redacted", Changes()),)


def _scatter(order: Order, view: View) -> Answer:
    return tuple(Draft(one.id, "data_corrected", Changes(phone=order.body.phone)) for one in view.household)


def _card(order: Order, view: View) -> Answer:
    if view.used_serials:
        return No("serial_used", "serial")
    card = Card("issued", issued=view.today)
    return (Draft(view.people["person"].id, "card_issued", Changes(cards={order.body.serial: card})),)


_RULES = (
    TinyRule(body=Open, decide=_open, number="if_possible", makes="person", namesakes=True, day="birth_date"),
    TinyRule(body=Rename, decide=_rename),
    TinyRule(body=Change, decide=_change),
    TinyRule(body=Marry, decide=_marry),
    TinyRule(body=Kill, decide=_kill, kin=("person.spouse",), day="died"),
    TinyRule(body=Renumber, decide=_renumber, number="needed"),
    TinyRule(body=Merge, decide=_merge),
    TinyRule(body=Split, decide=_undo("split"), undoes="other"),
    TinyRule(body=Reverse, decide=_undo("reversed"), undoes="event"),
    TinyRule(body=Undo, decide=_undo("reversed", anyway=True), undoes="event"),
    TinyRule(body=Redact, decide=_redact, undoes="events"),
    TinyRule(body=Scatter, decide=_scatter, household="person"),
    TinyRule(body=GiveCard, decide=_card, serial="serial"),
)
COMMANDS = {rule.name: rule for rule in _RULES}


def clock(step_s: float = 1.0) -> SteppedClock:
    """A clock that goes on by a second each time it is asked."""
    return SteppedClock(datetime(2026, 3, 2, 3, 4, 5, tzinfo=UTC), timedelta(seconds=step_s))


def order(body: Struct, *, id: str = "", effective: str = "", entry: BookEntry | None = None, **more: Any) -> Order:
    """An order with an id of its own."""
    return Order(
        id=id or f"o{next(_IDS)}",
        actor=ACTOR,
        source=Source("residence_file", "HS-1"),
        legal_basis="Luật Căn cước 2023, điều 10",
        body=body,
        effective=effective,
        entry=entry,
        **more,
    )


def do(where: Any, body: Struct, *, at: Any = None, **more: Any) -> Any:
    """Carry out a tiny command; what came of it."""
    how = {key: more.pop(key) for key in ("witnessed", "below") if key in more}
    return perform(where, order(body, **more), rules=COMMANDS, clock=at or CLOCK, **how)


CLOCK = clock()
