"""The one writer of a log: many callers, one thread that makes their leaves durable in groups and answers them.

A group is whatever came in while the disk was busy with the one before, so a slow disk makes larger groups instead of
longer queues. The order is: write-ahead file, fdatasync, answer, tree; a second thread writes tiles and signs.
"""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from dancu.core.refusal import Refusal
from dancu.ledger import refusals
from dancu.ledger.disk import Disk, take_lock
from dancu.ledger.leaf import Leaf, encode
from dancu.ledger.proof.checkpoint import Checkpoint
from dancu.ledger.proof.month import month_of, next_month_ms
from dancu.ledger.proof.tiles import ENTRY_BYTES_MAX
from dancu.ledger.publisher import Publisher, PublisherProcess
from dancu.ledger.shard import Shard, is_log, next_shard, open_latest, read_log_key

QUEUE_ENTRIES_MAX = 65_536
QUEUE_BYTES_MAX = 64 * 1024 * 1024
# Entries that are durable but not yet in durable tiles; past it callers wait for the tiles, then are refused.
UNPUBLISHED_MAX = 1_000_000
# Past this many, the publisher does not rest between two checkpoints.
HURRY_ENTRIES = 8_192
ANSWER_TIMEOUT_S = 10.0
PUBLISH_EVERY_S = 0.5


class Place(NamedTuple):
    """Where a leaf is: its month's shard, its index there, and the shard's size when the answer left."""

    month: str
    index: int
    size: int


class _Group:
    """The leaves of one commit and those who wait for it: threads on one event, asyncio by futures resolved in bulk."""

    __slots__ = ("frames", "bytes", "done", "futures", "loops", "month", "first", "size", "refusal")

    def __init__(self):
        self.frames: list[bytes] = []
        self.bytes = 0
        self.done = threading.Event()
        # One a leaf, in the order of the leaves; None where a thread waits.
        self.futures: list[asyncio.Future | None] = []
        # With the timer that answers those who waited too long: one a group, not one a call.
        self.loops: dict[asyncio.AbstractEventLoop, asyncio.TimerHandle] = {}
        self.month, self.first, self.size = "", 0, 0
        self.refusal: Refusal | None = None

    def answer(self) -> None:
        """Wake everybody."""
        self.done.set()
        for loop in self.loops:
            # A closed loop raises RuntimeError: nobody waits there any more.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(self._resolve, loop)

    def _waiting(self, loop: asyncio.AbstractEventLoop) -> Iterator[tuple[int, asyncio.Future]]:
        for index, future in enumerate(self.futures, self.first):
            if future is not None and not future.done() and future.get_loop() is loop:
                yield index, future

    def _resolve(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loops[loop].cancel()
        if self.refusal is not None:
            for _, future in self._waiting(loop):
                future.set_exception(self.refusal)
        elif len(self.loops) > 1 or None in self.futures:
            for index, future in self._waiting(loop):
                future.set_result(Place(self.month, index, self.size))
        else:
            month, index, size, new = self.month, self.first, self.size, tuple.__new__
            for future in self.futures:
                if not future.done():
                    future.set_result(new(Place, (month, index, size)))
                index += 1

    def expire(self, loop: asyncio.AbstractEventLoop, seconds: float) -> None:
        """Answer those who waited too long."""
        for _, future in self._waiting(loop):
            future.set_exception(refusals.slow(seconds))


def now_ms() -> int:
    """Milliseconds since 1970 UTC."""
    return time.time_ns() // 1_000_000


class Sequencer:
    """The owner of a log's folder until it is closed; one per log on a machine.

    Raises Refusal when the folder is no log (`ledger_absent`), another process owns it (`ledger_owned`), or what is on
    the disk is not what was signed (`ledger_damaged`, `ledger_truncated`). `clock` gives milliseconds since 1970 UTC.
    `own_process` puts tiles and signing into a process of their own, for servers that take thousands of leaves a second.
    """

    def __init__(
        self,
        log: Path,
        *,
        clock: Callable[[], int] = now_ms,
        disk: Disk | None = None,
        publish_every_s: float = PUBLISH_EVERY_S,
        answer_timeout_s: float = ANSWER_TIMEOUT_S,
        queue_entries_max: int = QUEUE_ENTRIES_MAX,
        own_process: bool = False,
    ):
        self.log = log
        self._clock, self._disk = clock, disk or Disk()
        self._publish_every_s, self._timeout_s = publish_every_s, answer_timeout_s
        self._entries_max = queue_entries_max
        self._queue = threading.Lock()
        self._came = threading.Condition(self._queue)
        self._group = _Group()
        self._ended = False
        self._stop = threading.Event()
        self._published = threading.Event()
        self._next_month_ms = 0
        if not is_log(log):
            raise refusals.no_key(log)
        lock = take_lock(log / "lock")
        if lock is None:
            raise refusals.owned(log)
        self._lock_fd = lock
        try:
            self._key = read_log_key(log)
            self._publisher = (PublisherProcess if own_process else Publisher)(log, self._key, self._disk)
            try:
                self._open(month_of(clock()), clock())
            except BaseException:
                self._publisher.close()
                raise
        except BaseException:
            os.close(lock)
            raise
        self._committer = threading.Thread(target=self._commit_all, name="ledger-commit", daemon=True)
        self._publishing = threading.Thread(target=self._publish_all, name="ledger-publish", daemon=True)
        self._committer.start()
        self._publishing.start()

    def _open(self, month: str, time_ms: int) -> None:
        """Recover the latest month, or begin the first, and sign what a crash left unsigned."""
        self._shard = open_latest(self.log, month, time_ms, self._key, self._disk)
        try:
            self._publisher.take(self._shard.month, self._shard.state)
            self._sign(self._shard)
        except BaseException:
            self._shard.close()
            raise

    @property
    def verifier_key(self) -> str:
        """The one line that checks everything this log signs."""
        return self._key.verifier.text()

    def append(self, leaf: Leaf | bytes) -> Place:
        """Return once the leaf is durable. Raises Refusal; after `ledger_slow` it may be recorded, else it is not."""
        entry = leaf if isinstance(leaf, bytes) else encode(leaf)
        with self._queue:
            group = self._join(entry)
            slot = len(group.futures)
            group.futures.append(None)
        if not group.done.wait(self._timeout_s):
            raise refusals.slow(self._timeout_s)
        if group.refusal:
            raise group.refusal
        return Place(group.month, group.first + slot, group.size)

    def append_soon(self, leaf: Leaf | bytes) -> asyncio.Future[Place]:
        """As `append`, for asyncio: `await log.append_soon(leaf)` from the running loop."""
        entry = leaf if isinstance(leaf, bytes) else encode(leaf)
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        with self._queue:
            group = self._join(entry)
            group.futures.append(future)
            if loop not in group.loops:
                group.loops[loop] = loop.call_later(self._timeout_s, group.expire, loop, self._timeout_s)
        return future

    def _join(self, entry: bytes) -> _Group:
        """Put an entry into the open group; the queue's lock is held."""
        length, group = len(entry), self._group
        frames = group.frames
        if not 0 < length <= ENTRY_BYTES_MAX:
            raise refusals.too_long()
        if self._ended:
            raise refusals.closed()
        if not frames:
            self._came.notify()
        elif len(frames) >= self._entries_max or group.bytes > QUEUE_BYTES_MAX:
            raise refusals.busy()
        frames.append(length.to_bytes(2, "big") + entry)
        group.bytes += length
        return group

    def _commit_all(self) -> None:
        while True:
            with self._queue:
                while not self._group.frames and not self._ended:
                    self._came.wait()
                group, self._group = self._group, _Group()
            if not group.frames:
                return
            try:
                self._commit(group)
            except BaseException:
                # A broken invariant: whoever is not answered yet hears so, and nothing more is taken.
                self._break()
                group.refusal = group.refusal or refusals.closed()
                group.answer()
                raise

    def _commit(self, group: _Group) -> None:
        """Make one group durable and answer it."""
        try:
            if self._shard.unpublished > UNPUBLISHED_MAX:
                self._wait_for_tiles()
            self._turn_month()
            group.first = self._shard.append(b"".join(group.frames), len(group.frames))
        except Refusal as refusal:
            group.refusal = refusal
        except OSError:
            group.refusal = refusals.full()
        else:
            group.month, group.size = self._shard.month, self._shard.next_index
        self._disk.step("answer")
        group.answer()

    def _wait_for_tiles(self) -> None:
        end = time.monotonic() + self._timeout_s
        while self._shard.unpublished > UNPUBLISHED_MAX:
            self._published.clear()
            if self._shard.unpublished > UNPUBLISHED_MAX and not self._published.wait(end - time.monotonic()):
                raise refusals.full()

    def _turn_month(self) -> None:
        """Begin the next month's shard when its time has come; a clock that went back changes nothing."""
        time_ms = self._clock()
        if time_ms < self._next_month_ms:
            return
        month, old = month_of(time_ms), self._shard
        if month > old.month:
            last = self._sign(old)
            self._shard = next_shard(self.log, last, month, time_ms, self._key, self._disk)
            old.close(over=True)
        self._next_month_ms = next_month_ms(time_ms)

    def _sign(self, shard: Shard) -> Checkpoint:
        """Publish all of a shard that is durable now. Raises Refusal."""
        try:
            checkpoint = self._publisher.publish(shard.month, shard.next_index)
            shard.signed(checkpoint)
            return checkpoint
        finally:
            self._published.set()

    def publish(self) -> Checkpoint:
        """Write the tiles and sign now instead of within a second. Raises Refusal where the disk does not take them."""
        return self._sign(self._shard)

    def _publish_all(self) -> None:
        wait_s = self._publish_every_s
        while not self._stop.wait(wait_s):
            wait_s = self._publish_every_s
            try:
                if self._shard.unpublished:
                    self.publish()
                if self._shard.unpublished > HURRY_ENTRIES:
                    wait_s = 0
            except Refusal as refusal:
                if refusal.code != "ledger_disk":
                    self._break()
                    return

    def _break(self) -> None:
        """What is on the disk no longer continues what was signed: take nothing more."""
        with self._queue:
            self._ended = True
            self._came.notify()

    def close(self) -> None:
        """Answer what waits, publish it, give the folder free. Closing twice does nothing."""
        with self._queue:
            self._ended = True
            self._came.notify()
        self._committer.join()
        self._stop.set()
        self._publishing.join()
        if self._lock_fd < 0:
            return
        try:
            self.publish()
        except Refusal:
            pass  # The write-ahead file holds it; the next opening publishes it.
        finally:
            self._shard.close()
            self._publisher.close()
            os.close(self._lock_fd)
            self._lock_fd = -1

    def __enter__(self) -> Sequencer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
