"""What a command is: its body, who may give it, what it must rest on, and what deciding it needs to be shown."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, Literal, get_type_hints

from msgspec import UNSET, Struct

from dancu.register.command import Answer, Draft, No, Office, Order, Ref, View
from dancu.register.event import FIELDS, MAPS, Changes
from dancu.register.person import Person
from dancu.register.rules.facts.day import Day, Partial, first_day, last_day

# The civil book and the population data have different owners (NĐ 120/2025; TT 53/2025, NĐ 58/2026); approved kinds are a chief's.
CIVIL: tuple[Office, ...] = ("civil_status",)
RESIDENCE: tuple[Office, ...] = ("residence", "residence_chief")
CHIEF: tuple[Office, ...] = ("residence_chief",)
PROVINCE: tuple[Office, ...] = ("province",)

# Kinds of events that open a record.
OPENING = frozenset({"birth", "loaded"})

BOOK = ("civil_book",)
COURT = ("judgment",)
BOOK_OR_COURT = ("civil_book", "judgment")
RESIDENCE_FILE = ("residence_file", "agency_file", "decision")
CARD_FILE = ("card_file", "agency_file", "decision")
DECISION = ("decision", "judgment")


def _snake(name: str) -> str:
    return "".join("_" + sign.lower() if sign.isupper() else sign for sign in name).lstrip("_")


class Command(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="command", tag=_snake):
    """The form of all bodies: `{"command": "register_birth", …}`, no field that is not known."""


Decide = Callable[[Order, View], Answer]


class Rule(Struct, frozen=True, kw_only=True):
    """One command. What its body refers to and what it must rest on is checked for all alike; `decide` is its own part.

    `kinds`: of the events it makes, the chief one first. `dead`, `missing`: fields whose person may be dead, or missing.
    `sealed`: holds for sealed people too, because it decides by itself. `kin`: paths of relatives that `View.people` must hold
    besides (`child.mother`). `household`, `children`: the field whose household or children the view must hold. `territory`: the
    field with the place that must lie in the officer's unit. `day`: the field that says from which day it is true, where that is
    not the order's to say. `number`: one to allocate is had `if_possible` or not at all. `makes`: what `View.new_id` is for.
    `serial`: the field whose card serial must be looked up. `inserts`: a back-dated one may take its place among what is already
    true from later days, without changing that. `undoes`: the field that names the action (`event`: one of its events; `other`:
    the merge of that record) or the `events` themselves which the view must hold.
    """

    body: type[Struct]
    kinds: tuple[str, ...]
    offices: tuple[Office, ...]
    sources: tuple[str, ...]
    decide: Decide
    needs_entry: bool = False
    needs_reference: bool = False
    needs_reason: bool = False
    number: Literal["", "if_possible", "needed"] = ""
    makes: Literal["", "person", "household"] = ""
    dead: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    sealed: bool = False
    kin: tuple[str, ...] = ()
    household: str = ""
    children: str = ""
    territory: str = ""
    day: str = ""
    namesakes: bool = False
    serial: str = ""
    inserts: bool = False
    undoes: str = ""

    @property
    def name(self) -> str:
        """The command's name, as the tag of its body."""
        return str(self.body.__struct_config__.tag)


def refuse(wrong: Any, code: str, field: str = "") -> No | None:
    """The refusal where something is wrong, else None."""
    return No(code, field) if wrong else None


def first(*checks: No | None) -> No | None:
    """The first refusal, in the order in which an officer would want to be told."""
    return next((no for no in checks if no is not None), None)


def draft(person: Person | int, kind: str, /, since: str = "", **fields: Any) -> Draft:
    """An event that sets the given fields of a person, from the order's day or from another."""
    return Draft(person if isinstance(person, int) else person.id, kind, Changes(**fields), effective=since)


def touched(changes: Any) -> set[tuple[str, str]]:
    """(field, key) of all that an event sets; the key is '' but for maps."""
    found: set[tuple[str, str]] = set()
    for field in FIELDS:
        value = getattr(changes, field, UNSET)
        if value is not UNSET:
            found |= {(field, key) for key in value} if field in MAPS else {(field, "")}
    return found


@cache
def _typed(body: type[Struct], *kinds: Any) -> tuple[str, ...]:
    hints = get_type_hints(body, include_extras=True)
    return tuple(name for name, hint in hints.items() if hint in kinds)


def ref_fields(body: type[Struct]) -> tuple[str, ...]:
    """Fields of a command that refer to people, in order; the first is its subject."""
    return _typed(body, Ref)


def day_fields(body: type[Struct]) -> tuple[str, ...]:
    """Fields of a command that are dates."""
    return _typed(body, Day, Partial)


@cache
def needed_refs(body: type[Struct]) -> tuple[str, ...]:
    """Those of `ref_fields` that may not be left empty."""
    optional = body.__struct_fields__[len(body.__struct_fields__) - len(body.__struct_defaults__) :]
    given = dict(zip(optional, body.__struct_defaults__, strict=True))
    return tuple(name for name in ref_fields(body) if given.get(name) != "")


def day_of(order: Order, rule: Rule, today: str) -> str:
    """The day from which a command is true: what its body says, else the order, else today.

    A partial date in the body counts from its first day, or from the one within it that the order names.
    """
    said = getattr(order.body, rule.day) if rule.day else ""
    if not said:
        return order.effective or today
    return order.effective if first_day(said) <= order.effective <= last_day(said) else first_day(said)
