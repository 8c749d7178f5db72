"""Tiles and checkpoints out of the write-ahead file: signs only what is durable, and only what continues the last.

The publisher follows the write-ahead file, so it never sees an entry that is not durable. It can run in a thread of
the writer, or in a process of its own: hashing and many small files then cost the callers nothing.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

from dancu.core.refusal import Refusal
from dancu.ledger import refusals
from dancu.ledger.disk import Disk, take_lock
from dancu.ledger.growth import File
from dancu.ledger.proof import tiles, tree
from dancu.ledger.proof.checkpoint import Checkpoint
from dancu.ledger.proof.month import origin_of
from dancu.ledger.proof.note import SigningKey
from dancu.ledger.recovery import Recovered, recover

PUBLISH_TIMEOUT_S = 60.0
LOCK_TIMEOUT_S = 30.0
# Tiles wait in memory until they are written: about this many entries of them.
STEP_ENTRIES = 65_536
# Answers go first where processors are scarce; tiles may take until the next second.
PROCESS_NICENESS = 5


class ShardPublisher:
    """The tree of one month, from what was signed on; belongs to one thread."""

    def __init__(self, shard: Path, key: SigningKey, disk: Disk, state: Recovered):
        self._shard, self._key, self._disk = shard, key, disk
        self._growth, self._follower = state.growth, state.follower
        self.checkpoint = state.checkpoint
        self._unwritten: list[File] = []

    def publish(self, upto: int) -> Checkpoint | None:
        """Take the durable entries below `upto` into the tree, write its tiles durably, sign; by steps where it is much.

        Raises OSError with the old checkpoint in force where the disk fails; Refusal where what is on the disk does not
        continue the last checkpoint, which is proven from the tiles just written.
        """
        while self._growth.size < upto:
            for record in self._follower.read(self._growth.size, min(upto, self._growth.size + STEP_ENTRIES)):
                self._growth.extend(record.payload)
            self._sign()
        return self._sign()

    def _sign(self) -> Checkpoint | None:
        old, state = self.checkpoint, self._growth.snapshot()
        self._unwritten += state.full
        if state.size == (old.size if old else 0):
            return old
        self._disk.put_all(self._shard, self._unwritten + state.partial)
        new = Checkpoint(self._key.name, state.size, state.root)
        self._guard(old, new)
        self._disk.step("checkpoint.sign")
        self._disk.replace(self._shard / "checkpoint", new.signed(self._key))
        self.checkpoint = new
        written, self._unwritten = self._unwritten, []
        for path, _ in written:
            shutil.rmtree(self._shard / (path + ".p"), ignore_errors=True)
        return new

    def _guard(self, old: Checkpoint | None, new: Checkpoint) -> None:
        if old is None:
            return
        path = tree.consistency_path(old.size, new.size, tiles.TileHashes(self._shard, new.size))
        if not tree.is_consistent(old.size, new.size, path, old.root, new.root):
            raise refusals.damaged(f"{new.origin}: {old.size} -> {new.size}")


class Publisher:
    """The publisher of a log's months in this process; `publish` may be called by several threads.

    One per log on a machine: it holds `publish.lock`, for which a new owner waits until the one before has ended.
    """

    def __init__(self, log: Path, key: SigningKey, disk: Disk):
        self._log, self._key, self._disk = log, key, disk
        self._lock_fd = _wait_for_lock(log)
        self._one = threading.Lock()
        self._month, self._current = "", None

    def take(self, month: str, state: Recovered) -> None:
        """Go on with a month as it was recovered, instead of reading it again."""
        with self._one:
            self._month, self._current = month, self._open(month, state)

    def _open(self, month: str, state: Recovered | None = None, upto: int = 0) -> ShardPublisher:
        key = self._key.renamed(origin_of(self._key.name, month))
        shard = self._log / month
        return ShardPublisher(shard, key, self._disk, state or recover(shard, key.verifier, upto))

    def publish(self, month: str, upto: int) -> Checkpoint | None:
        """Sign the month up to `upto` entries. Raises Refusal (`ledger_disk`, `ledger_damaged`)."""
        with self._one:
            try:
                if month != self._month:
                    self._month, self._current = month, self._open(month, upto=upto)
                return self._current.publish(upto)
            except OSError:
                self._month = ""  # What was half read or half written is read again from the disk.
                raise refusals.full() from None

    def close(self) -> None:
        """Let another owner publish."""
        self._disk.close()
        if self._lock_fd >= 0:
            os.close(self._lock_fd)
            self._lock_fd = -1


def _wait_for_lock(log: Path) -> int:
    end = time.monotonic() + LOCK_TIMEOUT_S
    while (lock := take_lock(log / "publish.lock")) is None:
        if time.monotonic() > end:
            raise refusals.owned(log)
        time.sleep(0.01)
    return lock


def _serve(pipe: Connection, log: Path, key: str, disk: Disk) -> None:
    """The publisher's process: answers until the writer is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(PROCESS_NICENESS)
    publisher = Publisher(log, SigningKey.parse(key), disk)
    try:
        while True:
            month, upto = pipe.recv()
            try:
                pipe.send(publisher.publish(month, upto))
            except Refusal as refusal:
                pipe.send((refusal.code, refusal.vi, refusal.en))
    except (EOFError, OSError):
        pass  # The writer ended; what it left is published by the next.
    finally:
        publisher.close()


class PublisherProcess:
    """The publisher in a process of its own, started again where it died; the same calls as `Publisher`."""

    def __init__(self, log: Path, key: SigningKey, disk: Disk):
        self._start_with: Callable[[Connection], tuple] = lambda pipe: (pipe, log, key.text(), disk)
        self._one = threading.Lock()
        self._start()

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, other = context.Pipe()
        self.process = context.Process(
            target=_serve, args=self._start_with(other), name="ledger-publisher", daemon=True
        )
        self.process.start()
        other.close()

    def take(self, month: str, state: Recovered) -> None:
        """Nothing: the process reads what it needs itself."""

    def publish(self, month: str, upto: int) -> Checkpoint | None:
        """As `Publisher.publish`; Refusal `ledger_disk` too where the process does not answer in time."""
        with self._one:
            if not self.process.is_alive():
                self._pipe.close()
                self._start()
            try:
                self._pipe.send((month, upto))
                if not self._pipe.poll(PUBLISH_TIMEOUT_S):
                    self.process.kill()
                    self.process.join()
                    raise refusals.full()
                answer = self._pipe.recv()
            except (EOFError, OSError):
                self.process.join(1.0)
                raise refusals.full() from None
        if isinstance(answer, tuple):
            raise Refusal(answer[0], vi=answer[1], en=answer[2])
        return answer

    def close(self) -> None:
        """End the process and wait for it."""
        self._pipe.close()
        self.process.join(PUBLISH_TIMEOUT_S)

