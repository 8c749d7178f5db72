"""Two records of one person become one, and two again where that was a mistake."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dancu.register.command import Answer, Draft, No, Order, Ref, View
from dancu.register.event import Changes
from dancu.register.person import Former, Person
from dancu.register.rules.facts.life import card_valid, kin_of, parent_faults, parent_ids
from dancu.register.rules.household import HEAD
from dancu.register.rules.reverse import undo_fault, undone
from dancu.register.rules.rule import CHIEF, Command, Rule, day_of, draft, first, refuse

_SOURCES = ("residence_file", "civil_book", "decision", "judgment", "loaded_file", "agency_file")


class Merge(Command):
    """Gộp hồ sơ trùng: `other` was a double of `kept`. `confirmed`: papers were seen though sex or birth year differ."""

    kept: Ref
    other: Ref
    confirmed: bool = False


class Split(Command):
    """Tách hồ sơ: `other` was no double. Everything the merge did is as if it had never been."""

    other: Ref
    kept: Ref


def merge(order: Order, view: View) -> Answer:
    """The double answers for nobody any more; its number, and whatever only it knew, lead to the record that is kept."""
    kept, other = view.people["kept"], view.people["other"]
    body: Merge = order.body
    day = day_of(order, RULES[0], view.today)
    return first(
        refuse(kept.id == other.id, "merge_with_self", "other"),
        refuse("deceased" in (kept.status, other.status) and kept.status != other.status, "merge_dead_with_living", "other"),
        refuse(_related(kept, other), "merge_of_relatives", "other"),
        refuse(_unlike(kept, other) and not body.confirmed, "merge_unlike", "other"),
        refuse(other.pin and not kept.pin, "merge_keeps_numberless", "kept"),
        _both_married(kept, other),
        refuse(_cards(kept, day) and _cards(other, day), "merge_two_valid_cards", "other"),
        refuse(kept.household and other.household and kept.household != other.household, "merge_two_households", "other"),
        refuse(other.relation_to_head == HEAD and len(view.household) > 1, "head_must_be_replaced", "other"),
        refuse(other.guardians or other.wards, "merge_under_guardianship", "other"),
        *(fault for child, role in _children(other, view) for fault in parent_faults(child, kept, role)),
    ) or (
        draft(kept, "merged", **_taken_over(kept, other, day)),
        draft(other, "merged", status="merged", merged_into=kept.id, household=0, relation_to_head="", eid_locked=True),
        *_told_anew(kept, other, view),
    )


def _children(other: Person, view: View) -> Iterator[tuple[Person, str]]:
    """Those who have the double as their father or mother."""
    for child in view.children:
        yield from ((child, role) for role in ("father", "mother") if getattr(child, role).person == other.id)


def _told_anew(kept: Person, other: Person, view: View) -> Iterator[Draft]:
    """Spouse and children of the double are those of the record that is kept."""
    spouse = view.people.get("other.spouse")
    if spouse is not None and spouse.spouse.person == other.id and spouse.marital == other.marital == "married":
        yield draft(spouse, "merged", spouse=kin_of(kept))
    for child, role in _children(other, view):
        yield draft(child, "merged", **{role: kin_of(kept)})


def _unlike(kept: Person, other: Person) -> bool:
    """Whether sex or birth year differ, as far as both are on record."""
    years = {person.birth_date[:4] for person in (kept, other) if person.birth_date}
    return len({person.sex for person in (kept, other) if person.sex}) > 1 or len(years) > 1


def _related(kept: Person, other: Person) -> bool:
    """Whether one is on record as the other's parent or spouse: then they are two people."""
    return (
        other.id in parent_ids(kept, adoptive=True)
        or kept.id in parent_ids(other, adoptive=True)
        or other.id == kept.spouse.person
        or kept.id == other.spouse.person
    )


def _both_married(kept: Person, other: Person) -> No | None:
    """Married to two people, one would be a bigamist: one of the marriages is wrong, or these are two people."""
    spouses = {person.spouse.person or person.spouse.pin for person in (kept, other) if person.marital == "married"}
    return refuse(len(spouses - {0, ""}) > 1, "merge_two_marriages", "other")


def _cards(person: Person, day: str) -> bool:
    return any(card_valid(card, day) for card in person.cards.values())


def _taken_over(kept: Person, other: Person, day: str) -> dict[str, Any]:
    """Numbers, names and cards by which the double was known; its household and marriage where the kept record has none."""
    pins = {f"{other.id}.{key}": former for key, former in other.former_pins.items()}
    if other.pin:
        pins[str(other.id)] = Former(other.pin, day, "merged")
    names = {f"{other.id}.{key}": former for key, former in other.former_names.items()}
    if other.name and other.name != kept.name:
        names[str(other.id)] = Former(other.name, day, "merged")
    taken: dict[str, Any] = {"former_pins": pins, "former_names": names}
    taken["cards"] = {serial: card for serial, card in other.cards.items() if serial not in kept.cards}
    if other.household and not kept.household:
        taken |= {"household": other.household, "relation_to_head": other.relation_to_head}
    if other.marital == "married" and kept.marital != "married":
        taken |= {"marital": "married", "spouse": other.spouse}
    if other.old_id and not kept.old_id:
        taken["old_id"] = other.old_id
    return {field: value for field, value in taken.items() if value}


def split(order: Order, view: View) -> Answer:
    """Both records as they were before the merge, with whatever was written of each since."""
    kept, other = view.people["kept"], view.people["other"]
    return first(
        refuse(other.status != "merged", "not_merged", "other"),
        refuse(other.merged_into != kept.id, "not_merged_into", "kept"),
        refuse(kept.status == "merged", "later_rests_on_it", "kept"),
        refuse(any(event.kind != "merged" for event in view.events), "nothing_to_reverse", "other"),
        undo_fault(view.events, view.later, "other"),
    ) or undone(view, "split", {kept.id: Changes(), other.id: Changes()})


RULES = (
    Rule(
        body=Merge,
        kinds=("merged",),
        offices=CHIEF,
        sources=_SOURCES,
        decide=merge,
        needs_reference=True,
        needs_reason=True,
        dead=("kept", "other"),
        household="other",
        kin=("other.spouse",),
        children="other",
    ),
    Rule(
        body=Split,
        kinds=("split",),
        offices=CHIEF,
        sources=_SOURCES,
        decide=split,
        needs_reference=True,
        needs_reason=True,
        dead=("kept", "other"),
        undoes="other",
    ),
)
