"""What was written by mistake is undone: its events are as if they had never been, and both stay in the book."""

from __future__ import annotations

from typing import Any

from dancu.register.command import Answer, Draft, No, Office, Order, Ref, View
from dancu.register.event import Changes, Event
from dancu.register.rules.rule import OPENING, Command, Rule, draft, first, refuse, touched

# Undone by a command of their own, or never; the code says which.
_NOT_SO = {
    "merged": "reverse_merge_by_split",
    "split": "reverse_by_its_own_command",
    "sealed": "reverse_by_its_own_command",
    "unsealed": "reverse_by_its_own_command",
    "locked": "reverse_by_its_own_command",
    "unlocked": "reverse_by_its_own_command",
    "number_allocated": "number_not_freed",
    "number_replaced": "number_not_freed",
    "redacted": "redaction_is_for_good",
}
_MANY: tuple[Office, ...] = ("civil_status", "residence", "residence_chief", "province")


class Reverse(Command):
    """Hủy một lần ghi sai: the action that wrote `event` of a person, with all it did to others."""

    person: Ref
    event: int


def rests_on(later: Event, event: Event) -> bool:
    """Whether a later event of the same person changed something that an earlier one had set, or reversed it."""
    if later.person != event.person or later.position <= event.position:
        return False
    if event.reverses:
        # What it took away would come back under everything that was written since.
        return True
    return event.id in later.reverses or bool(touched(later.changes) & touched(event.changes))


def undo_fault(events: tuple[Event, ...], later: tuple[Event, ...], field: str) -> No | None:
    """Nothing stands to be undone, or something later rests on it."""
    return first(
        refuse(not events, "nothing_to_reverse", field),
        refuse(any(rests_on(after, event) for event in events for after in later), "later_rests_on_it", field),
    )


def undone(view: View, kind: str, changes: dict[int, Any]) -> tuple[Draft, ...]:
    """One event a person, which reverses all of theirs; `changes`: what it sets besides."""
    people = dict.fromkeys([*(event.person for event in view.events), *changes])
    return tuple(
        Draft(person, kind, changes.get(person, Changes()), tuple(e.id for e in view.events if e.person == person))
        for person in people
    )


def rules(others: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """The rule to undo; `others`: all other commands, whose offices alone may undo what they wrote."""

    def reverse(order: Order, view: View) -> Answer:
        person = view.people["person"]
        office = order.actor.office
        # What opens a record is not taken away, since its number must stay somebody's: the record is cancelled.
        opening = tuple(event for event in view.events if event.person == person.id and event.kind in OPENING)
        kinds = [event.kind for event in opening or view.events]
        return first(
            undo_fault(opening or view.events, view.later, "event"),
            *(refuse(kind in _NOT_SO, _NOT_SO.get(kind, ""), "event") for kind in _chief(kinds, others)),
            refuse(all(event.person != person.id for event in view.events), "event_of_another", "event"),
            refuse(office not in _owners(kinds, others), "reverse_by_other_office", "actor.office"),
            refuse(opening and (view.children or _lived_on(opening, view.later)), "later_rests_on_it", "event"),
        ) or (
            (draft(person, "reversed", status="cancelled", household=0, relation_to_head="", eid_locked=True),)
            if opening
            else undone(view, "reversed", {})
        )

    return (
        Rule(
            body=Reverse,
            kinds=("reversed",),
            offices=_MANY,
            sources=("civil_book", "judgment", "decision", "residence_file", "card_file", "agency_file"),
            decide=reverse,
            needs_reference=True,
            needs_reason=True,
            dead=("person",),
            missing=("person",),
            children="person",
            undoes="event",
        ),
    )


def _owners(kinds: list[str], others: tuple[Rule, ...]) -> set[Office]:
    """Offices that have a command which writes just such events; for what no command writes, any of those who may undo at all."""
    return {office for rule in _writers(kinds, others) for office in rule.offices} or set(_MANY)


def _chief(kinds: list[str], others: tuple[Rule, ...]) -> list[str]:
    """What an action was chiefly: a death that also locks is a death. All its kinds, where no command writes such."""
    return [rule.kinds[0] for rule in _writers(kinds, others)] or kinds


def _writers(kinds: list[str], others: tuple[Rule, ...]) -> list[Rule]:
    return [rule for rule in others if rule.kinds[0] in kinds and set(kinds) <= set(rule.kinds)]


def _lived_on(opening: tuple[Event, ...], later: tuple[Event, ...]) -> bool:
    """Whether anything was written of a person since the record was opened."""
    return any(after.person == event.person and after.position > event.position for event in opening for after in later)
