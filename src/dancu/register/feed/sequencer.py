"""Gives everything that was committed its position in the feed: one process, one statement a batch, no state of its own.

Why each person's versions come in order. A command draws the outbox ids of a person's events while it holds that person's row
lock, and PostgreSQL makes a transaction visible before it lets go of its locks. So the next command of the same person draws
larger ids, and whoever sees the later event sees the earlier one too. A batch is the smallest visible ids in order: it can
hold a person's event only together with, or after, every older one. Ids of different people may be taken out of order, which
nobody can tell.

Why there is no hole and nothing twice. Rows leave the outbox and enter the feed in one statement, numbered on from the last
position; a crash undoes both. An advisory lock keeps a second sequencer waiting, and were it lost, the primary key of the feed
would refuse the same position twice.

Why it polls. NOTIFY takes a lock on the whole database at commit, which would put all writers in one line; asking an empty
outbox ten times a second costs nothing that can be measured.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import psycopg

from dancu.core.refusal import Refusal
from dancu.kit import roles
from dancu.kit.answer import refusal_of
from dancu.kit.database import Database
from dancu.register.feed.buckets import BUCKET, seal

Connection = psycopg.Connection[Any]
BATCH = 10_000
POLL_S = 0.1
_RETRY_S = 1.0
_LOCK = 0x64616E637566
_SEQUENCE = (files("dancu.register") / "sql" / "sequence.sql").read_text(encoding="utf-8")
# A server that is restarting or out of reach: the sequencer waits for it.
_PASSING = frozenset({"no_connection", "connection_lost", "starting_up", "database_busy", "too_many_connections", "contended"})


def sequence(connection: Connection, *, limit: int = BATCH) -> int:
    """Give positions to at most `limit` of what waits; how many got one. The connection is in autocommit, and holds the lock."""
    return max(connection.execute(_SEQUENCE, {"limit": limit}).rowcount, 0)


def run(database: Database, stop: threading.Event) -> None:
    """Sequence until `stop` is set; where another sequencer is at work, stand by for it; over restarts of the server too."""
    while not stop.is_set():
        try:
            with leading(database) as connection:
                if connection is not None:
                    _steadily(connection, stop)
        except Refusal as refusal:
            if refusal.code not in _PASSING:
                raise
        except psycopg.Error as error:
            told = refusal_of(error)
            if told is None or told.code not in _PASSING:
                raise (told or error) from None
        stop.wait(_RETRY_S)


@contextlib.contextmanager
def leading(database: Database) -> Iterator[Connection | None]:
    """A connection of dancu_sequencer that is the only one to sequence until the block ends; None where another is."""
    with contextlib.closing(
        database.connect(roles.SEQUENCER, autocommit=True, application_name="dancu sequencer")
    ) as connection:
        row = connection.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK]).fetchone()
        yield connection if row and row[0] else None


def drain(connection: Connection) -> int:
    """Give positions to all that waits now, and seal the buckets that are full; how many positions were given."""
    given = 0
    while count := sequence(connection):
        given += count
    while seal(connection):
        pass
    return given


def trim(connection: Connection, *, keep: int) -> int:
    """Take the oldest positions out of the feed, in whole sealed buckets, and keep at least the newest `keep`.

    Gives how many were taken; at most a hundred buckets a call. Their digests stay; a consumer who is behind starts anew.
    """
    (last,) = connection.execute("SELECT coalesce(max(position), 0) FROM register_feed").fetchone() or (0,)
    (count,) = connection.execute("SELECT register_feed_trim(%s)", [max(last - max(keep, BUCKET), 0)]).fetchone() or (0,)
    return count


def _steadily(connection: Connection, stop: threading.Event) -> None:
    while not stop.is_set():
        moved = sequence(connection)
        if not seal(connection) and not moved:
            stop.wait(POLL_S)
