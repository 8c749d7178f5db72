"""Carries a command out: one transaction in which people are locked, the rule decides, and everything is written or nothing."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import Any

import psycopg
from msgspec import Struct, structs

from dancu.core.refusal import Refusal
from dancu.kit import roles
from dancu.kit.clock import Clock
from dancu.kit.database import Database
from dancu.kit.transaction import Pool, transact
from dancu.register.command import Draft, No, Order, View
from dancu.register.event import Event
from dancu.register.fold import apply, fold
from dancu.register.person import Person
from dancu.register.read import queries
from dancu.register.store import asked, redaction, view, write
from dancu.register.store.asked import Rule
from dancu.register.store.write import Action, More

Connection = psycopg.Connection[Any]
# What is checked of every command before its own rule is asked: `dancu.register.rules.gate.admitted`.
Admit = Callable[[Order, View, Any], No | None]
# How often a command begins anew because more people turned out to be concerned, or another was quicker.
_TRIES = 8


class Done(Struct, frozen=True, kw_only=True):
    """A command that was carried out: its events, the number it gave, the fields whose person was named by a former number.

    `again`: it had been carried out before; this is what came of it then.
    """

    order: str
    actions: tuple[Action, ...]
    number: str = ""
    former: tuple[str, ...] = ()
    again: bool = False


class Refused(Struct, frozen=True, kw_only=True):
    """A command that was not: the code of the reason, the field at fault, and the names of fields that changed meanwhile."""

    code: str
    field: str = ""
    changed: tuple[str, ...] = ()
    former: tuple[str, ...] = ()


class _Asked(Struct, frozen=True):
    """A command with everything that carrying it out takes."""

    order: Order
    rule: Rule
    admit: Admit | None
    clock: Clock
    below: Callable[[int], int]
    witnessed: Callable[[Done], None] | None


def perform(
    where: Database | Pool | Connection,
    order: Order,
    *,
    rules: Mapping[str, Rule],
    clock: Clock,
    admit: Admit | None = None,
    witnessed: Callable[[Done], None] | None = None,
    below: Callable[[int], int] = secrets.randbelow,
) -> Done | Refused:
    """Carry a command out, once however often it is sent: the same order again gives what came of it the first time.

    `where`: a connection (or pool) of dancu_register without an open transaction, or the database to connect to. `rules`: by
    name. `witnessed` is told what is about to be committed, inside the transaction and as its last step: what it writes down is
    there before anything can be seen of the command, and where it raises nothing is done. It is told again when the order is sent
    again. Refused: what the rules or the state of the register say. Raises Refusal for what the database will not do.
    """
    rule = next((rule for rule in rules.values() if rule.body is type(order.body)), None)
    if rule is None:
        return Refused(code="command_unknown", field="body")
    return _persistently(where, _Asked(order, rule, admit, clock, below, witnessed))


class _Rehearsed(Exception):
    """Ends the transaction of a rehearsal with what it came to, so that nothing of it stays."""


def rehearse(
    connection: Connection, order: Order, *, rules: Mapping[str, Rule], clock: Clock, admit: Admit | None = None
) -> tuple[Done | Refused, dict[int, tuple[Person, Person]]]:
    """What a command would come to now, and each person before and after it, by internal id; nothing of it is done.

    A number it would give was free at this moment; carried out, the command may give another.
    """

    def stop(done: Done) -> None:
        raise _Rehearsed(done, _changed(connection, done))

    try:
        return perform(connection, order, rules=rules, clock=clock, admit=admit, witnessed=stop), {}
    except _Rehearsed as end:
        done, people = end.args
        return done, people


def _changed(connection: Connection, done: Done) -> dict[int, tuple[Person, Person]]:
    first: dict[int, int] = {}
    for action in done.actions:
        first[action.person] = min(action.version, first.get(action.person, action.version))
    people = {}
    for id, version in first.items():
        events = queries.events_of(connection, id)
        before = fold(id, [event for event in events if event.version < version])
        people[id] = (before or Person(id), fold(id, events) or Person(id))
    return people


def _persistently(where: Database | Pool | Connection, task: _Asked) -> Done | Refused:
    also: frozenset[int] = frozenset()
    quicker: Refusal | None = None
    for _ in range(_TRIES):
        try:
            return within(where, lambda connection, also=also: _seen(_once(connection, task, also), task))
        except view.MorePeople as more:
            also |= more.ids
        except Refusal as refusal:
            # Somebody else wrote the same order, entry, number or card between our look and our write: look again.
            if refusal.code != "already_there":
                raise
            quicker = refusal
    raise quicker or Refusal(
        "contended",
        vi="Nhiều thao tác cùng sửa một dữ liệu nên thao tác này bị hủy; hãy thử lại.",
        en="Several operations changed the same data, so this one was undone; try again.",
    )


def _seen(answer: Done | Refused, task: _Asked) -> Done | Refused:
    if task.witnessed and isinstance(answer, Done):
        task.witnessed(answer)
    return answer


def within(where: Database | Pool | Connection, work: Callable[[Connection], Done | Refused]) -> Done | Refused:
    """Run `work` in one transaction of dancu_register, wherever that is to be had."""
    if isinstance(where, Pool):
        return where.transact(work)
    if isinstance(where, Database):
        with where.connect(roles.REGISTER, application_name="dancu register") as connection:
            return transact(connection, work)
    return transact(where, work)


def _once(connection: Connection, task: _Asked, also: frozenset[int]) -> Done | Refused:
    order, rule = task.order, task.rule
    begun = view.start(connection, order, rule)
    if begun.before is not None:
        return _again(connection, order, begun)
    now = task.clock.now()
    held = view.hold(connection, order, rule, begun, also, task.below, asked.today(now))
    decided = _changed_meanwhile(connection, order, held) or _decided(task, held.view)
    if isinstance(decided, Refused):
        # The same order, sent twice at once, may have been carried out since we looked: then what it did is in our way.
        begun = structs.replace(begun, before=view.kept_order(connection, order))
        return _again(connection, order, begun) if begun.before else structs.replace(decided, former=begun.former)
    unlocked = {draft.person for draft in decided} - held.people.keys() - {held.view.new_id}
    if unlocked - also:
        raise view.MorePeople(unlocked)
    if unlocked:
        return Refused(code="not_on_record", former=begun.former)
    # Moments of one person never go back, whatever the clocks of several machines say.
    moment = max(asked.instant(now), held.latest_moment)
    return _write(connection, task, begun, held, decided, moment)


def _decided(task: _Asked, shown: View) -> tuple[Draft, ...] | Refused:
    answer = (task.admit and task.admit(task.order, shown, task.rule)) or task.rule.decide(task.order, shown)
    if isinstance(answer, No):
        return Refused(code=answer.code, field=answer.field)
    return answer or Refused(code="nothing_to_do")


def _again(connection: Connection, order: Order, begun: view.Start) -> Done | Refused:
    if not write.same_order(begun.before or b"", order):
        return Refused(code="order_id_used", field="id")
    actions = queries.actions_of(connection, order.id)
    number = queries.number_given(connection, order.id)
    return Done(order=order.id, actions=actions, number=number, former=begun.former, again=True)


def _changed_meanwhile(connection: Connection, order: Order, held: view.Held) -> Refused | None:
    """Whether somebody changed since the actor looked; what then differs, by names of fields."""
    for role, version in order.seen.items():
        person = held.view.people.get(role)
        if person is None or person.version == version:
            continue
        before = fold(person.id, [e for e in queries.events_of(connection, person.id) if e.version <= version])
        fields = [f for f in person.__struct_fields__ if f not in ("id", "version")]
        changed = tuple(f for f in fields if getattr(before, f, None) != getattr(person, f))
        return Refused(code="changed_meanwhile", field=role, changed=changed)
    return None


def _write(
    connection: Connection, task: _Asked, begun: view.Start, held: view.Held, drafts: tuple[Draft, ...], moment: str
) -> Done | Refused:
    order, rule = task.order, task.rule
    day = asked.effective(order, rule, held.view.today)
    states = {id: held.people.get(id, Person(id)) for id in sorted({draft.person for draft in drafts})}
    histories = {
        id: held.histories.get(id) or queries.events_of(connection, id) for id in states if _refolds(id, drafts, held, day)
    }
    before, actions, gone = dict(states), [], redaction.NOTHING
    for n, draft in enumerate(drafts):
        state, more = states[draft.person], More(draft.reverses) if draft.reverses else None
        if draft.kind == redaction.KIND:
            taken = redaction.of(histories[draft.person], begun.undone, getattr(order.body, "fields", None))
            if taken is None:
                return Refused(code="nothing_to_do", former=begun.former)
            gone, more = gone | taken.gone, More(snapshot=taken.snapshot)
        when = draft.effective or day
        actions.append(write.action_row(order, n, draft, state.version + 1, when, moment, more))
        states[draft.person] = _after(state, draft, histories.get(draft.person), n, when, moment, more)
    all = write.Written(
        order=write.order_row(order, rule.name, moment),
        actions=tuple(actions),
        entry=asked.entry_key(order, rule) if not held.view.entry_used else "",
        **write.changed_rows(((before[id], states[id]) for id in states), day),
    )
    written = write.put(connection, all)
    redaction.take(connection, gone)
    number = held.view.number if any(state.pin == held.view.number for state in states.values()) else None
    return Done(order=order.id, actions=tuple(written), number=number or "", former=begun.former)


def _refolds(person: int, drafts: tuple[Draft, ...], held: view.Held, day: str) -> bool:
    """Whether a person's state must be folded anew from all events: one is back-dated, reverses others, or takes them out."""
    latest = held.latest_day.get(person, "")
    for draft in drafts:
        if draft.person == person:
            when = draft.effective or day
            if when < latest or draft.reverses or draft.kind == redaction.KIND:
                return True
            latest = max(latest, when)
    return False


def _after(
    state: Person, draft: Draft, history: list[Event] | None, n: int, day: str, moment: str, more: More | None
) -> Person:
    """The state after an event: applied to the last, or folded anew where it takes its place among older ones."""
    if history is None:
        return apply(state, draft.changes)
    event = Event(
        id=redaction.LATER + n,
        position=redaction.LATER + n,
        person=draft.person,
        version=state.version + 1,
        kind=draft.kind,
        effective=day,
        recorded_at=moment,
        changes=draft.changes,
        reverses=draft.reverses,
        snapshot=more.snapshot if more else (),
    )
    history.append(event)
    return fold(draft.person, history) or state
