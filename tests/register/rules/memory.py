"""A register that keeps its events in a list: what perform, lock and store are to the real one, in eighty lines, for tests."""

from __future__ import annotations

from typing import Any

from msgspec import Struct, structs

from dancu.register.command import Draft, Order, View
from dancu.register.event import Changes, Event
from dancu.register.fold import apply, fold, reversed_events
from dancu.register.person import Person
from dancu.register.rules import day_of, decide, ref_fields, rule_of
from tests.register.rules import sample


class Memory:
    """Events of all people in the order of their positions, and each person's state as it was stored after the last of them."""

    def __init__(self, people: dict[int, Person] | None = None) -> None:
        """A register that has loaded these people."""
        self.events: list[Event] = []
        self.actions: dict[int, int] = {}
        self.stored: dict[int, Person] = {}
        self.entries: set[tuple[str, str, str]] = set()
        self.last_id = 1000
        for one in (people or {}).values():
            said = {field: getattr(one, field) for field in one.__struct_fields__ if field not in ("id", "version")}
            self._write(Draft(one.id, "loaded", Changes(**said)), one.birth_date or "1900-01-01", action=0)

    def do(self, body: Struct, *, number: str | None = None, today: str = sample.TODAY, **more: Any) -> Any:
        """What comes of a command; its events are kept where it is not refused."""
        order = sample.order(body, **more)
        answer = decide(order, self.view(order, number=number, today=today))
        if isinstance(answer, tuple):
            rule, action = rule_of(body), len(self.events) + 1
            for one in answer:
                self._write(one, one.effective or day_of(order, rule, today), action=action)
            if order.entry:
                self.entries.add((order.entry.number, order.entry.book, order.entry.place))
            self.last_id += bool(rule.makes)
        return answer

    def view(self, order: Order, **more: Any) -> View:
        """What deciding is shown."""
        used = order.entry and (order.entry.number, order.entry.book, order.entry.place) in self.entries
        undone = self._undone(order)
        concerned = {event.person for event in undone}
        start = min((event.position for event in undone), default=0)
        ids = {event.id for event in undone}
        later = [e for e in self.standing() if e.person in concerned and e.position > start and e.id not in ids]
        rule = rule_of(order.body)
        day = day_of(order, rule, sample.TODAY)
        after = tuple(e for e in self.standing() if e.effective > day) if day < sample.TODAY else ()
        shown = {"after": after, "events": tuple(undone), "later": tuple(later), "entry_used": bool(used), **more}
        if rule.number == "":
            shown.pop("number", None)
        return sample.view(order, self.stored, **shown, **({"new_id": self.last_id + 1} if rule.makes else {}))

    def standing(self) -> list[Event]:
        """Events that nobody reversed."""
        gone = reversed_events(self.events)
        return [event for event in self.events if event.id not in gone]

    def of(self, person: int) -> list[Event]:
        """One person's events."""
        return [event for event in self.events if event.person == person]

    def _undone(self, order: Order) -> list[Event]:
        """The events that an order would undo or redact, as far as they stand."""
        rule, body = rule_of(order.body), order.body
        if not rule.undoes:
            return []
        standing = self.standing()
        if rule.undoes == "events":
            return [event for event in standing if event.id in body.events]
        if rule.undoes == "event":
            action = self.actions.get(body.event, -1)
            alone = [e for e in standing if e.id == body.event]
            return [e for e in standing if self.actions[e.id] == action] if action else alone
        other = sample.found(getattr(body, ref_fields(type(body))[0]), self.stored)
        merges = [self.actions[e.id] for e in standing if other and e.person == other.id and e.kind == "merged"]
        return [e for e in standing if merges and self.actions[e.id] == merges[-1]]

    def _write(self, draft: Draft, effective: str, *, action: int) -> None:
        position = len(self.events) + 1
        mine = self.of(draft.person)
        event = Event(
            id=position + 5000, position=position, person=draft.person, version=len(mine) + 1, kind=draft.kind, effective=effective,
            recorded_at=f"2026-06-01T00:{position // 60:02}:{position % 60:02}Z", changes=draft.changes, reverses=draft.reverses,
        )  # fmt: skip
        self.events.append(event)
        self.actions[event.id] = action
        state = self.stored.get(draft.person, Person(draft.person))
        if event.reverses or any(effective < before.effective for before in mine):
            state = fold(draft.person, self.of(draft.person)) or state
        else:
            state = structs.replace(apply(state, draft.changes), version=event.version)
        self.stored[draft.person] = state
