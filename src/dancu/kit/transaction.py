"""Doing one thing wholly or not at all: a bounded pool of connections, and a limited number of tries."""

from __future__ import annotations

import contextlib
import queue
import random
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import psycopg
from psycopg.pq import TransactionStatus

from dancu.core.refusal import Refusal
from dancu.kit.answer import refusal_of

Connection = psycopg.Connection[Any]
T = TypeVar("T")

TRIES_MAX = 6
_FIRST_PAUSE_S = 0.01
_WAIT_S = 30.0
# A connection unused for longer is asked whether the server still knows it before it is given out.
_FRESH_S = 30.0


def transact(
    connection: Connection,
    work: Callable[[Connection], T],
    *,
    tries: int = TRIES_MAX,
    sleep: Callable[[float], None] = time.sleep,
    chance: Callable[[], float] = random.random,
) -> T:
    """Run `work(connection)` in one transaction and return what it returns; again when others got in its way.

    Only serialization failures and deadlocks are tried again, at most `tries` times with growing pauses, so `work`
    must do nothing that lasts but through the connection. Refuses `contended` after the last try and whatever else
    the database will not do (`refusal_of`). The connection must not be in a transaction already (RuntimeError).
    """
    if connection.info.transaction_status != TransactionStatus.IDLE:
        raise RuntimeError("a transaction is already open on this connection")
    for count in range(tries):
        try:
            with connection.transaction():
                return work(connection)
        except (psycopg.errors.SerializationFailure, psycopg.errors.DeadlockDetected) as error:
            if count + 1 == tries:
                raise _told(error) from None
            sleep(_FIRST_PAUSE_S * 2**count * (0.5 + chance()))
        except psycopg.Error as error:
            raise _told(error) from None
    raise ValueError("tries must be at least 1")


class Pool:
    """At most `size` connections, made when first needed, given to one user at a time; shared by threads.

    Refuses `database_busy` when none comes free within `wait_s` seconds. A connection that broke, or was given
    back in the middle of a transaction, is undone or replaced before the next user gets it.
    """

    def __init__(self, connect: Callable[[], Connection], size: int, *, wait_s: float = _WAIT_S):
        self._connect = connect
        self._wait_s = wait_s
        self._free: queue.LifoQueue[tuple[Connection | None, float]] = queue.LifoQueue(size)
        self._lock = threading.Lock()
        self._closed = False
        for _ in range(size):
            self._free.put((None, 0.0))

    @contextlib.contextmanager
    def connection(self) -> Iterator[Connection]:
        """Borrow a connection for the block; nothing is committed that the block did not commit."""
        try:
            kept, since = self._free.get(timeout=self._wait_s)
        except queue.Empty:
            raise Refusal(
                "database_busy",
                vi="Mọi kết nối tới cơ sở dữ liệu đều đang bận; hãy thử lại sau ít giây.",
                en="Every connection to the database is in use; try again in a few seconds.",
            ) from None
        connection: Connection | None = None
        try:
            connection = kept if kept and _usable(kept, since) else self._connect()
            yield connection
        finally:
            self._free.put((self._kept(connection), time.monotonic()))

    def transact(self, work: Callable[[Connection], T], *, tries: int = TRIES_MAX) -> T:
        """`transact` on a borrowed connection."""
        with self.connection() as connection:
            return transact(connection, work, tries=tries)

    def close(self) -> None:
        """Close what is free now, and what is in use as soon as it is given back."""
        with self._lock:
            self._closed = True
        with contextlib.suppress(queue.Empty):
            emptied = 0
            while emptied < self._free.maxsize:
                kept, _ = self._free.get_nowait()
                emptied += 1
                if kept:
                    kept.close()

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _kept(self, connection: Connection | None) -> Connection | None:
        """The connection as the next user may have it, or None when a new one must be made."""
        if connection is None:
            return None
        with contextlib.suppress(psycopg.Error):
            if connection.info.transaction_status != TransactionStatus.IDLE:
                connection.rollback()
        with self._lock:
            if not self._closed and connection.info.transaction_status == TransactionStatus.IDLE:
                return connection
        connection.close()
        return None


def _usable(connection: Connection, since: float) -> bool:
    if connection.closed:
        return False
    if time.monotonic() - since < _FRESH_S:
        return True
    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except psycopg.Error:
        connection.close()
        return False
    return True


def _told(error: psycopg.Error) -> BaseException:
    return refusal_of(error) or error
