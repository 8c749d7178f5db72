"""A whole form: what was typed becomes an order, or all that is wrong with it at once, field by field. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import UNSET, Struct

from dancu.register.command import Actor, BookEntry, Order, Source
from dancu.register.person import Place
from dancu.register.rules.facts.territory import unit_of
from dancu.web.orders.inputs import Read, Typed, filled, read, titled, typed_of
from dancu.web.orders.layout import Input, Layout

ENTRY = ("entry.number", "entry.book", "entry.page", "entry.registered", "entry.place")
# What stands below every form: from when it holds, what it rests on, and why.
GROUND = ("source.kind", "source.reference", "legal_basis", "effective", "reason")
# Fields the rules name at a fault → the input beside which it is told.
_FAULT_AT = {"entry": "entry.number", "actor.office": "", "actor.id": "", "actor.unit": "", "number": "", "id": ""}


class Filled(Struct, frozen=True):
    """A form as far as it could be read: the order where nothing is wrong, else what is, by input; places that were perhaps meant."""

    order: Order | None
    errors: dict[str, str] = {}
    candidates: dict[str, tuple[tuple[str, str], ...]] = {}


def ground_inputs(layout: Layout) -> dict[str, Input]:
    """The inputs below the form of a command, by name: the entry of the civil book where it needs one, and its grounds."""
    rule, asked = layout.rule, {}
    if rule.needs_entry:
        asked |= {name: Input(name=name, kind="text", required=True) for name in ENTRY[:3]}
        asked["entry.registered"] = Input(name="entry.registered", kind="date", required=True, default="today")
        asked["entry.place"] = Input(name="entry.place", kind="place", required=True, default="unit")
    asked["source.kind"] = Input(
        name="source.kind", kind="choice", required=True, choices=rule.sources, captions="source", default=rule.sources[0]
    )
    must = rule.needs_reference or set(rule.sources) <= {"judgment", "decision"}
    asked["source.reference"] = Input(name="source.reference", kind="text", required=must)
    asked["legal_basis"] = Input(name="legal_basis", kind="text", required=True, default=layout.basis[0])
    if not rule.day:
        asked["effective"] = Input(name="effective", kind="date", required=True, default="today")
    if "reason" not in layout.inputs:
        # A residence has a reason of its own; two inputs of one name would be sent as one text.
        asked["reason"] = Input(name="reason", kind="long", required=rule.needs_reason)
    return asked


def begun(layout: Layout, *, today: str, unit: str) -> dict[str, str]:
    """What a new form of an officer of `unit` begins with."""
    typed: dict[str, str] = {}
    for asked in (*layout.inputs.values(), *ground_inputs(layout).values()):
        if asked.kind == "place":
            place = Place(code=unit) if asked.default == "unit" and unit else Place()
            typed |= typed_of(asked, place)
        elif asked.default == "today":
            typed |= typed_of(asked, today)
        elif asked.default:
            typed |= typed_of(asked, asked.default)
    return typed


def fill(layout: Layout, typed: Typed, *, id: str, seen: Mapping[str, int]) -> Filled:
    """Read a form. Everything that is wrong is told at once; whether the book takes the order is for the rules to say."""
    body, wrong = _read_all(layout.inputs, typed)
    ground, more = _read_all(ground_inputs(layout), typed)
    wrong |= more
    errors = {name: found.error for name, found in wrong.items()} | _together(layout, typed, body)
    if errors:
        return Filled(None, errors, {name: found.candidates for name, found in wrong.items() if found.candidates})
    try:
        made = msgspec.convert({**_plain(body), "command": layout.command}, layout.rule.body)
    except msgspec.ValidationError as error:
        # A value of a form the command does not take: the sentence of the library may quote it, its path does not.
        field = str(error).rpartition("`$.")[2].strip("`").partition(".")[0]
        return Filled(None, {field if field in layout.inputs else "": "orders.error.unreadable"})
    return Filled(
        Order(
            id=id, actor=Actor("", "system"), body=made, source=Source(ground["source.kind"], ground.get("source.reference", "")),
            legal_basis=ground["legal_basis"], effective=ground.get("effective", ""), reason=ground.get("reason", ""),
            entry=_entry(ground) if layout.rule.needs_entry else None,
            seen={role: version for role, version in seen.items() if role in body},
        )
    )  # fmt: skip


def fault_at(layout: Layout, field: str) -> str:
    """The input beside which a refusal is told that names this field; '' where it belongs to the whole form."""
    if field in _FAULT_AT:
        return _FAULT_AT[field] if layout.rule.needs_entry or field != "entry" else ""
    known = {**layout.inputs, **ground_inputs(layout)}
    for name in (field, field.partition(".")[0]):
        if name in known:
            return name
    return ""


def place_written(place: Place) -> str:
    """A place as the entry of a civil book keeps it: today's code where it has one, so that an entry is known again, else its words."""
    named = unit_of(place)
    return place.code if named and place.scheme == Place().scheme and not place.detail else (titled(named) if named else place.detail)


def _read_all(asked: Mapping[str, Input], typed: Typed) -> tuple[dict[str, Any], dict[str, Read]]:
    """(values that were given, what could not be read), by input."""
    found = {name: read(one, typed) for name, one in asked.items()}
    values = {name: one.value for name, one in found.items() if one.value is not UNSET and not one.error}
    return values, {name: one for name, one in found.items() if one.error}


def _together(layout: Layout, typed: Typed, body: dict[str, Any]) -> dict[str, str]:
    """What is wrong between fields: a relative is referred to or named, not both; a correction says something."""
    both = {
        f"{name}_named": "orders.error.named_twice"
        for name in layout.people
        if f"{name}_named" in layout.inputs and name in body and filled(layout.inputs[f"{name}_named"], typed)
    }
    empty = layout.command in ("correct_civil", "correct_data", "supplement_civil") and set(body) <= {"person"} and "person" in body
    nothing = empty and not any(filled(one, typed) for name, one in layout.inputs.items() if name != "person")
    return both | ({"": "orders.error.nothing_said"} if nothing else {})


def _plain(body: dict[str, Any]) -> dict[str, Any]:
    return {name: msgspec.to_builtins(value) for name, value in body.items()}


def _entry(ground: dict[str, Any]) -> BookEntry:
    return BookEntry(
        number=ground["entry.number"], book=ground["entry.book"], page=ground["entry.page"],
        registered=ground["entry.registered"], place=place_written(ground["entry.place"]),
    )  # fmt: skip
