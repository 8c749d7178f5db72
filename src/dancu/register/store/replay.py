"""Folds the book anew: compares everybody's stored state with what their events say, and mends what differs."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from importlib.resources import files
from operator import itemgetter
from typing import Any

import msgspec
import psycopg
from msgspec import Struct

from dancu.core import name as names
from dancu.register.event import Event
from dancu.register.fold import fold
from dancu.register.person import Person
from dancu.register.read import queries
from dancu.register.store import view
from dancu.register.store.rows import columns_of, row_of

Connection = psycopg.Connection[Any]
# People a chunk; what they say is held in memory, a few megabytes.
CHUNK = 2_000
_SQL = {name: (files("dancu.register") / "sql" / f"{name}.sql").read_text(encoding="utf-8") for name in ("replay", "mend")}
_STATES = """SELECT id, version, status, pin, name, fold, birth_date, sex, commune, household, mother, father, state::text
  FROM register_person WHERE id > %s AND id <= %s ORDER BY id"""
# The next CHUNK people who have a state or an event, in either table.
_UPTO = """SELECT max(id) FROM (
    (SELECT id FROM register_person WHERE id > %(after)s ORDER BY id LIMIT %(limit)s) UNION
    (SELECT person FROM register_action WHERE person > %(after)s AND version = 1 ORDER BY person LIMIT %(limit)s)
    ORDER BY 1 LIMIT %(limit)s) AS people"""
_person = msgspec.json.Decoder(Person).decode
# A country has far fewer names than people.
_folded = lru_cache(100_000)(names.fold)


class Progress(Struct, frozen=True):
    """How far a replay is: the last person's id, people and events so far."""

    upto: int
    people: int
    events: int


def folded(connection: Connection, after: int, upto: int) -> Iterator[tuple[int, list[Event]]]:
    """Everybody with an id in (after, upto], each with all their events."""
    rows = connection.execute(_SQL["replay"], {"after": after, "upto": upto}).fetchall()
    for person, own in itertools.groupby(rows, key=itemgetter(0)):
        yield person, [queries.event(*row) for row in own]


def check(
    connection: Connection,
    *,
    after: int = 0,
    chunk: int = CHUNK,
    tell: Callable[[Progress], None] | None = None,
) -> Iterator[int]:
    """Ids of people whose row is not what their events fold to, or who lack one of the two, in order.

    Each chunk is read in one snapshot, in memory of the chunk's size; commands may go on meanwhile. The connection has no open
    transaction.
    """
    people = events = 0
    while True:
        with connection.transaction():
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            (upto,) = connection.execute(_UPTO, {"after": after, "limit": chunk}).fetchone() or (None,)
            if upto is None:
                return
            stored = {row[0]: row for row in connection.execute(_STATES, [after, upto]).fetchall()}
            wrong = []
            for person, history in folded(connection, after, upto):
                people, events = people + 1, events + len(history)
                if not _same(stored.pop(person, None), fold(person, history)):
                    wrong.append(person)
        # Whoever is left has a state and no event.
        yield from sorted([*wrong, *stored])
        after = upto
        if tell:
            tell(Progress(upto, people, events))


def mend(connection: Connection, people: Iterable[int]) -> int:
    """Fold these people anew and write their rows; how many were written. A row without any event is left for the operator.

    Each is locked for itself, so that commands may go on; the connection acts as dancu_register.
    """
    count = 0
    for person in people:
        with connection.transaction():
            view.lock(connection, [person])
            state = fold(person, queries.events_of(connection, person))
            if state is not None:
                connection.execute(_SQL["mend"], {"all": msgspec.json.encode([row_of(state)]).decode()})
                count += 1
    return count


def _same(stored: tuple[Any, ...] | None, state: Person | None) -> bool:
    """Whether the stored row, its columns and its state, is that of the folded person."""
    if stored is None or state is None:
        return stored is None and state is None
    return columns_of(state, _folded(state.name)) == stored[:-1] and _person(stored[-1]) == state
