"""Reads the book: people as of now and as of then, their events and history, proofs of what was written, and figures."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from datetime import datetime
from importlib.resources import files
from typing import Any

import msgspec
import psycopg
from msgspec import UNSET, Struct

from dancu.core.refusal import Refusal
from dancu.register.event import FIELDS, Changes, Event, read
from dancu.register.fold import fold
from dancu.register.person import Person
from dancu.register.store import asked
from dancu.register.store.write import Action, More

Connection = psycopg.Connection[Any]
EVENTS_MAX = 50_000
HISTORY_MAX = 500
_ACTIONS_MAX = 100_000
# Each event that is compared folds all before it.
_COMPARED_MAX = 1_000
_SQL = {name: (files("dancu.register") / "sql" / f"{name}.sql").read_text(encoding="utf-8") for name in ("events", "history")}
_BY_ID = "SELECT state::text FROM register_person WHERE id = %s"
_BY_NUMBER = """SELECT p.state::text, n.until IS NOT NULL FROM register_number n JOIN register_person p ON p.id = n.person
  WHERE n.pin = %s"""
_person = msgspec.json.Decoder(Person).decode
_more = msgspec.json.Decoder(More).decode


class Found(Struct, frozen=True):
    """A person as of now; `former`: found by a number that is no longer theirs to use."""

    person: Person
    former: bool = False


class Line(Struct, frozen=True, kw_only=True):
    """One event of a person's history as it is shown; `changes` is None where it was redacted, `fields` names what it set, `differs`
    gives plain values before and after it, where they were asked for (`differences`), and `hidden` names those not open to the reader."""

    id: int
    version: int
    kind: str
    effective: str
    recorded_at: datetime
    fields: tuple[str, ...]
    changes: Changes | None  # type: ignore[valid-type]
    order: str
    command: str
    actor: str
    office: str
    unit: str
    legal_basis: str
    source_kind: str
    source: str
    entry: dict[str, str] | None
    reason: str
    differs: dict[str, tuple[Any, Any]] = {}
    hidden: tuple[str, ...] = ()


def person_now(connection: Connection, ref: str) -> Found | None:
    """A person by number, present or former, or by `#id`."""
    if ref.startswith("#"):
        row = connection.execute(_BY_ID, [int(ref[1:])]).fetchone()
        return Found(_person(row[0])) if row else None
    row = connection.execute(_BY_NUMBER, [ref]).fetchone()
    return Found(_person(row[0]), row[1]) if row else None


def people_now(connection: Connection, people: Sequence[int]) -> list[Person]:
    """Some people as of now, by id, in no order; whoever is not on record is left out."""
    query = "SELECT state::text FROM register_person WHERE id = ANY(%s) LIMIT %s"
    return [_person(text) for (text,) in connection.execute(query, [list(people), len(people)])]


def sealed(connection: Connection, people: Sequence[int]) -> list[Person]:
    """Those of some people, by id, whose record has a seal."""
    query = "SELECT state::text FROM register_person WHERE id = ANY(%s) AND state ? 'sealed' LIMIT %s"
    return [_person(text) for (text,) in connection.execute(query, [list(people), len(people)])]


def events_of(connection: Connection, person: int) -> list[Event]:
    """All events of a person, oldest first. Refuses `too_many_events` past 50,000, which no life has."""
    wanted = {"person": person, "limit": EVENTS_MAX + 1}
    found = [event(person, *row) for row in connection.execute(_SQL["events"], wanted)]
    if len(found) > EVENTS_MAX:
        raise Refusal(
            "too_many_events",
            vi="Bản ghi này có quá nhiều sự kiện để đọc một lần; hãy báo người quản trị kiểm tra.",
            en="This record has too many events to read at once; have the operator look at it.",
        )
    return found


def event(
    person: int, id: int, version: int, kind: str, day: str, moment: str, schema: int, changes: str | None, more: str | None
) -> Event:
    """An event from its columns; an empty payload is one that was redacted."""
    beside = _more(more) if more else _NO_MORE
    return Event(
        id=id,
        position=id,
        person=person,
        version=version,
        kind=kind,
        effective=day,
        recorded_at=moment,
        changes=read(changes.encode(), schema) if changes else None,
        reverses=beside.reverses,
        snapshot=beside.snapshot,
        schema=schema,
    )


_NO_MORE = More()


def as_of(connection: Connection, person: int, *, at: str | None = None, known: datetime | None = None) -> Person | None:
    """The person on day `at` (ISO; None: all that is written), as known at `known` (aware; None: now)."""
    return fold(person, events_of(connection, person), at=at, known=asked.instant(known) if known else None)


def history(connection: Connection, person: int, *, before: int = 1 << 30, limit: int = HISTORY_MAX) -> list[Line]:
    """What happened to a person and on whose order, newest first, below version `before`; at most 500 lines a call."""
    wanted = {"person": person, "before": before, "limit": min(limit, HISTORY_MAX)}
    lines = []
    for id, version, kind, day, moment, schema, payload, *rest in connection.execute(_SQL["history"], wanted):
        changes = read(payload.encode(), schema) if payload else None
        lines.append(
            Line(
                id=id,
                version=version,
                kind=kind,
                effective=day,
                recorded_at=moment,
                fields=fields_of(changes),
                changes=changes,
                **dict(zip(Line.__struct_fields__[7:-2], rest, strict=True)),
            )
        )
    return lines


def differences(connection: Connection, person: int, versions: Collection[int]) -> dict[int, dict[str, tuple[Any, Any]]]:
    """What differed after each of some of a person's events, {} for the one it began with and of records with over a thousand events:
    field → plain value before and after."""
    events = events_of(connection, person)
    if len(events) > _COMPARED_MAX:
        return {}
    found = {}
    for version in versions:
        before = fold(person, [event for event in events if event.version < version])
        after = fold(person, [event for event in events if event.version <= version])
        found[version] = differing(before, after) if before and after else {}
    return found


def differing(before: Person, after: Person) -> dict[str, tuple[Any, Any]]:
    """Fields in which two states differ, with their plain values."""
    old, new = msgspec.to_builtins(before), msgspec.to_builtins(after)
    return {field: (old.get(field), new.get(field)) for field in FIELDS if old.get(field) != new.get(field)}


def fields_of(changes: Changes | None) -> tuple[str, ...]:  # type: ignore[valid-type]
    """Names of the fields that changes set, in the order of the law's groups."""
    return tuple(field for field in FIELDS if getattr(changes, field) is not UNSET) if changes is not None else ()


def actions_of(connection: Connection, order: str) -> tuple[Action, ...]:
    """The events an order wrote, in order."""
    query = "SELECT id, person, version, kind FROM register_action WHERE order_id = %s ORDER BY id LIMIT %s"
    return tuple(Action(*row) for row in connection.execute(query, [order, _ACTIONS_MAX]))


def number_given(connection: Connection, order: str) -> str:
    """The number that an order gave to somebody; empty where it gave none."""
    query = """SELECT p.changes FROM register_action a JOIN register_action_payload p ON p.action_id = a.id
      WHERE a.order_id = %s AND a.kind IN ('birth', 'number_allocated', 'number_replaced') ORDER BY a.id LIMIT 8"""
    given = (read(text.encode()).pin for (text,) in connection.execute(query, [order]) if text)
    return next((pin for pin in given if pin is not UNSET and pin), "")


def wrong_digests(connection: Connection, person: int) -> list[int]:
    """Ids of a person's events whose content is not what was written, or is gone though no redaction took it."""
    query = """SELECT a.id, a.kind, a.digest, p.salt, p.changes FROM register_action a
      LEFT JOIN register_action_payload p ON p.action_id = a.id WHERE a.person = %s ORDER BY a.id DESC LIMIT %s"""
    wrong, redacted = [], False
    for id, kind, kept, salt, changes in connection.execute(query, [person, EVENTS_MAX]):
        # Whatever a redaction took is older than it.
        if changes == "" and salt == b"" and redacted:
            continue
        redacted |= kind == "redacted"
        if changes is None or hashlib.sha256(salt + changes.encode()).digest() != kept:
            wrong.append(id)
    return sorted(wrong)
