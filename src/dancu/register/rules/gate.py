"""What every command must satisfy before its own rule is asked: who asks, on what ground, from when, about whom, and where."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from dancu.register.command import BookEntry, Draft, No, Order, View
from dancu.register.person import GONE, Person
from dancu.register.rules.facts import day as days
from dancu.register.rules.facts.territory import is_unit_today, within
from dancu.register.rules.rule import OPENING, Rule, day_fields, day_of, first, needed_refs, ref_fields, refuse, touched

# Who may still act on a sealed record: adoption is the civil book's secret, the others the province's.
SEALS = {
    "adoption": frozenset({"civil_status", "province", "system"}),
    "court": frozenset({"province", "system"}),
    "protection": frozenset({"province", "system"}),
}
# No text that is typed is longer, and none holds signs that no keyboard makes.
TEXT_LONGEST = 500
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_ENTRY_PARTS = ("number", "book", "page", "registered", "place")


def admitted(order: Order, view: View, rule: Rule) -> No | None:
    """The first reason not even to look at what a command asks; None where there is none."""
    return (
        _ground(order, rule)
        or _texts(order)
        or _dates(order, view, rule)
        or _entry(order, view, rule)
        or _people(order, view, rule)
        or _lifetime(order, view, rule)
        or _territory(order, rule)
    )


def _ground(order: Order, rule: Rule) -> No | None:
    """Office, legal basis, source, reason."""
    source = order.source
    return first(
        refuse(order.actor.office not in rule.offices, "office_not_allowed", "actor.office"),
        refuse(not order.actor.id.strip(), "actor_not_said", "actor.id"),
        refuse(not order.legal_basis.strip(), "legal_basis_missing", "legal_basis"),
        refuse(source.kind not in rule.sources, "source_of_wrong_kind", "source.kind"),
        refuse(
            (rule.needs_reference or source.kind in ("judgment", "decision")) and not source.reference.strip(),
            "source_reference_missing",
            "source.reference",
        ),
        refuse(rule.needs_reason and not order.reason.strip(), "reason_missing", "reason"),
    )


def _texts(order: Order) -> No | None:
    """Whatever is text can be kept as it is."""
    for field, text in _each_text(order):
        if len(text) > TEXT_LONGEST:
            return No("text_too_long", field)
        if _CONTROL.search(text):
            return No("text_with_control_signs", field)
    return None


def _each_text(value: Any, field: str = "") -> Iterator[tuple[str, str]]:
    """(field, text) of all texts inside a command, however deep."""
    if isinstance(value, str):
        yield field, value
    elif isinstance(value, Struct):
        for name in value.__struct_fields__:
            inner = name if not field or field == "body" else f"{field}.{name}"
            yield from _each_text(getattr(value, name), inner)


def _dates(order: Order, view: View, rule: Rule) -> No | None:
    """Every typed date is in the calendar, and the command is not about tomorrow."""
    for field in day_fields(type(order.body)):
        if fault := days.day_fault(getattr(order.body, field), field):
            return fault
    if order.effective and not days.is_day(order.effective):
        return No("day_not_real", "effective")
    day = day_of(order, rule, view.today)
    return first(
        refuse(
            day > view.today,
            "death_in_future" if rule.day == "died" else "birth_in_future" if rule.day else "day_in_future",
            rule.day or "effective",
        ),
        refuse(rule.day and order.effective not in ("", day), "days_disagree", "effective"),
    )


def _entry(order: Order, view: View, rule: Rule) -> No | None:
    """Số, quyển số, trang số, ngày và nơi đăng ký: all there, not somebody's already, not before what it records."""
    entry = order.entry
    if entry is None:
        return refuse(rule.needs_entry, "entry_missing", "entry")
    if rule.needs_entry and (fault := _incomplete(entry)):
        return fault
    return first(
        refuse(entry.registered and not days.is_day(entry.registered), "day_not_real", "entry.registered"),
        refuse(entry.registered > view.today, "entry_in_future", "entry.registered"),
        refuse(
            entry.registered and entry.registered < day_of(order, rule, view.today), "entry_before_fact", "entry.registered"
        ),
        refuse(view.entry_used, "entry_used", "entry"),
    )


def _incomplete(entry: BookEntry) -> No | None:
    missing = [part for part in _ENTRY_PARTS if not getattr(entry, part).strip()]
    return No("entry_incomplete", f"entry.{missing[0]}") if missing else None


def _people(order: Order, view: View, rule: Rule) -> No | None:
    """Everybody a command refers to is on record, answers for somebody, and may be dealt with by this office."""
    needed = needed_refs(type(order.body))
    for field in ref_fields(type(order.body)):
        if not getattr(order.body, field):
            if field in needed:
                return No("person_not_said", field)
            continue
        person = view.people.get(field)
        if person is None:
            return No("not_on_record", field)
        if fault := _standing(person, field, order, rule):
            return fault
    return None


def _standing(person: Person, field: str, order: Order, rule: Rule) -> No | None:
    """Merged, cancelled, sealed, dead or missing people are out of reach of most commands."""
    return first(
        refuse(person.status == "merged" and rule.undoes == "", "record_merged", field),
        refuse(person.status == "cancelled" and rule.undoes == "", "record_cancelled", field),
        refuse(not rule.sealed and sealed_for(person, order.actor.office), "record_sealed", field),
        refuse(person.status == "deceased" and field not in rule.dead, "person_deceased", field),
        refuse(person.status == "missing" and field not in (*rule.missing, *rule.dead), "person_missing", field),
    )


def sealed_for(person: Person, office: str) -> bool:
    """Whether a seal keeps this office from the record."""
    return any(kept and office not in SEALS.get(seal, ()) for seal, kept in person.sealed.items())


def _lifetime(order: Order, view: View, rule: Rule) -> No | None:
    """Nothing is true of anybody before the day they were born."""
    if rule.makes == "person":
        return None
    day = getattr(order.body, rule.day) if rule.day else day_of(order, rule, view.today)
    for field in ref_fields(type(order.body)):
        person = view.people.get(field)
        if person is not None and person.status not in GONE and days.surely_before(day, person.birth_date):
            return No("death_before_birth" if rule.day == "died" else "day_before_birth", rule.day or "effective")
    return None


def _territory(order: Order, rule: Rule) -> No | None:
    """What is registered lies in the unit the officer acts for, where that can be told."""
    code = order.actor.unit
    place = getattr(order.body, rule.territory) if rule.territory else None
    return first(
        refuse(code and not is_unit_today(code), "actor_unit_unknown", "actor.unit"),
        refuse(place is not None and within(place, code) is False, "outside_unit", rule.territory),
    )


def overtaken(drafts: tuple[Draft, ...], view: View, rule: Rule) -> No | None:
    """A back-dated command that would change nothing, because the same was set from a later day on; see `Rule.inserts`.

    What the command itself sets again from today on is not overtaken.
    """
    if rule.inserts or not view.after:
        return None
    since = {(event.person, what) for event in view.after if event.kind not in OPENING for what in touched(event.changes)}
    again = {(draft.person, what) for draft in drafts if draft.effective >= view.today for what in touched(draft.changes)}
    said = {(draft.person, what) for draft in drafts if draft.effective < view.today for what in touched(draft.changes)}
    return refuse(since & said - again, "overtaken", rule.day or "effective")
