"""What storage must know of a command before anybody decides it: whom it names, from when it holds, what it must be shown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any, Literal, Protocol, get_type_hints

import msgspec
from msgspec import Struct

from dancu.kit.clock import VIETNAM
from dancu.register.command import Answer, Order, Ref, View
from dancu.register.person import Person, Place

# Days are those of Việt Nam, moments those of UTC.
_INSTANT = "%Y-%m-%dT%H:%M:%S.%fZ"
_FIRST_DAY = "0000-01-01"


class Rule(Protocol):
    """What storage needs of a command's rule; `dancu.register.rules.rule.Rule` says what each is for."""

    @property
    def name(self) -> str: ...
    @property
    def body(self) -> type[Struct]: ...
    @property
    def decide(self) -> Callable[[Order, View], Answer]: ...
    @property
    def number(self) -> Literal["", "if_possible", "needed"]: ...
    @property
    def makes(self) -> Literal["", "person", "household"]: ...
    @property
    def kin(self) -> tuple[str, ...]: ...
    @property
    def household(self) -> str: ...
    @property
    def children(self) -> str: ...
    @property
    def namesakes(self) -> bool: ...
    @property
    def serial(self) -> str: ...
    @property
    def undoes(self) -> str: ...
    @property
    def day(self) -> str: ...


@cache
def ref_fields(body: type[Struct]) -> tuple[str, ...]:
    """Fields of a command that refer to people, in order; the first is its subject."""
    hints = get_type_hints(body, include_extras=True)
    return tuple(name for name in body.__struct_fields__ if hints[name] == Ref)


def refs(order: Order) -> dict[str, str]:
    """The people a command names, by field; fields left empty are not there."""
    fields = ref_fields(type(order.body))
    return {field: said for field in fields if (said := getattr(order.body, field))}


def effective(order: Order, rule: Rule, today: str) -> str:
    """The day from which a command is true, whole: what its body says, else the order, else today."""
    said = getattr(order.body, rule.day) if rule.day else ""
    return said + _FIRST_DAY[len(said) :] if said else order.effective or today


def entry_key(order: Order, rule: Rule) -> str:
    """What tells one entry of a civil book from another, for one kind of command; empty where the order cites none."""
    entry = order.entry
    if entry is None or not (entry.number and entry.book):
        return ""
    return msgspec.json.encode([rule.name, entry.place, entry.book, entry.number]).decode()


def undone(order: Order, rule: Rule, ids: dict[str, int]) -> dict[str, Any] | None:
    """What names the events a command would undo or redact; None where it undoes nothing.

    Its field holds the ids of `events`; or one `event`, with which all goes that its order did; or it refers to a person, whose
    last merge is meant (`merged`).
    """
    if not rule.undoes:
        return None
    said: Any = getattr(order.body, rule.undoes)
    if rule.undoes in ref_fields(type(order.body)):
        return {"events": [], "event": None, "merged": ids.get(rule.undoes)}
    return {"events": [] if isinstance(said, int) else list(said), "event": said if isinstance(said, int) else None, "merged": None}


def numbered(order: Order, rule: Rule, people: dict[str, Person]) -> tuple[Place, str, str] | None:
    """(place of birth registration, sex, birth date) of whom a number is wanted for; None where none is."""
    if not rule.number:
        return None
    body: Any = order.body
    if rule.makes == "person":
        return body.registered_at, body.sex, body.birth_date
    person = next(iter(people.values()), None)
    return person and (person.birth_registered_at, person.sex, person.birth_date)


def whole(order: Order) -> bytes:
    """A command as canonical JSON, by which the same one sent again is known."""
    return msgspec.json.encode(order, order="deterministic")


def today(moment: datetime) -> str:
    """The day in Việt Nam at a moment, as ISO."""
    return moment.astimezone(VIETNAM).date().isoformat()


def instant(moment: datetime) -> str:
    """A moment as text whose order is that of time: ISO in UTC, always to the microsecond."""
    return moment.astimezone(UTC).strftime(_INSTANT)
