"""The register is a fold: a person is what is left when their events are applied in order, at any time, as known at any time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import attrgetter

from msgspec import UNSET, structs

from dancu.register.event import FIELDS, MAPS, Changes, Event
from dancu.register.person import Person

_said = attrgetter(*FIELDS)


def apply(person: Person, changes: Changes | None) -> Person:  # type: ignore[valid-type]
    """The person after one event. Total and pure: it never refuses; a redacted event changes nothing but the version."""
    if changes is None:
        return structs.replace(person, version=person.version + 1)
    new = {field: value for field, value in zip(FIELDS, _said(changes), strict=True) if value is not UNSET}
    for field in MAPS & new.keys():
        merged = {**getattr(person, field), **new[field]}
        new[field] = {key: kept for key, kept in merged.items() if kept is not None}
    return structs.replace(person, version=person.version + 1, **new)


def fold(person: int, events: Iterable[Event], *, at: str | None = None, known: str | None = None) -> Person | None:
    """State of a person on day `at` (ISO; None: all that is written), as known at `known` (ISO instant; None: now).

    Events recorded by then, less the reversed ones, in the order of (effective, position); a back-dated event thus takes its
    place among the older ones. None where the person was not on record by then.
    """
    heard = [event for event in events if known is None or event.recorded_at <= known]
    if len(heard) == 1 and at is None and not heard[0].snapshot:
        # Most of a country: one event and nothing to put in order.
        return structs.replace(apply(Person(person), heard[0].changes), version=heard[0].version)
    steps = sorted(_steps(heard), key=lambda step: step[:2])
    if not steps:
        return None
    state = Person(person)
    for effective, _, changes in steps:
        if at is None or effective <= at:
            state = apply(state, changes)
    return structs.replace(state, version=max(event.version for event in heard)) if state.version else None


def _steps(events: list[Event]) -> Iterator[tuple[str, int, Changes | None]]:  # type: ignore[valid-type]
    """(effective, position, changes) of what counts: a snapshot stands for all that was written before it."""
    gone = reversed_events(events)
    # A snapshot knows its steps by position alone, and what it holds may be reversed after it was taken.
    gone_positions = {event.position for event in events if event.id in gone}
    return (step for step in _written(events) if step[1] not in gone_positions)


def _written(events: list[Event]) -> Iterator[tuple[str, int, Changes | None]]:  # type: ignore[valid-type]
    """`_steps`, with those that were reversed."""
    start = max((event.position for event in events if event.snapshot), default=0)
    for event in events:
        if event.position == start:
            yield from event.snapshot
        elif event.position > start:
            yield event.effective, event.position, event.changes


def reversed_events(events: Iterable[Event]) -> set[int]:
    """Ids of events that are as if they had never been; a reversal that was itself reversed takes nothing away."""
    gone: set[int] = set()
    events = [event for event in events if event.reverses]
    for event in sorted(events, key=lambda event: -event.position):
        if event.id not in gone:
            gone.update(event.reverses)
    return gone


def condensed(
    events: Iterable[Event], *, without: frozenset[int], fields: frozenset[str] = frozenset(FIELDS)
) -> tuple[tuple[str, int, Changes], ...]:  # type: ignore[valid-type]
    """A snapshot of a history from which what the events `without` say in `fields` is to disappear.

    Later events fold over it exactly as over the events themselves, because each step keeps its day and position; reversed steps
    are kept too, since a reversal can be reversed. What the events without their payload reversed stays reversed.
    """
    heard = list(events)
    cut = {event.position for event in heard if event.id in without}
    steps = sorted(_written(heard), key=lambda step: step[:2])
    return tuple((day, position, _cut(changes, fields if position in cut else frozenset())) for day, position, changes in steps)


def _cut(changes: Changes | None, fields: frozenset[str]) -> Changes:  # type: ignore[valid-type]
    """The changes without some fields; a step of which nothing is left stays: the person was on record then."""
    if changes is None or not fields:
        return changes or Changes()
    return Changes(**{field: said for field in FIELDS if field not in fields and (said := getattr(changes, field)) is not UNSET})
