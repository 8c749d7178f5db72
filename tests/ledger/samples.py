"""Logs, leaves and failing disks that the tests of the ledger share."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
from collections.abc import Callable
from pathlib import Path

from dancu.ledger.disk import Disk
from dancu.ledger.leaf import Access, encode
from dancu.ledger.proof.note import VerifierKey
from dancu.ledger.sequencer import Sequencer
from dancu.ledger.shard import create_log

NAME = "log.example/access"
SEED = bytes(range(32))
# 1 October 2026, noon in Vietnam.
OCTOBER_MS = 1_790_830_800_000
DAY_MS = 86_400_000
MONTH = "2026-10"


class Clock:
    """Milliseconds that only a test moves."""

    def __init__(self, at: int = OCTOBER_MS):
        self.at = at

    def __call__(self) -> int:
        return self.at


def leaf(number: int, **more) -> Access:
    """An access decision that differs by its number."""
    about = {
        "time_ms": OCTOBER_MS + number,
        "request": f"VN-{number}",
        "member": "VN/GOV/H41",
        "service": "verify",
        "purpose": "1.004194",
        "agreement": "A-17@3",
        "decision": "granted",
        "outcome": "match",
        "key": MONTH,
        "subject": f"{number % 7:064x}",
    }
    return Access(**about | more)


def entry(number: int) -> bytes:
    """The bytes of that leaf."""
    return encode(leaf(number))


def new_log(folder: Path) -> VerifierKey:
    """Make `folder` a log with the fixed key."""
    return create_log(folder, NAME, seed=SEED).verifier


def writer(folder: Path, **more) -> Sequencer:
    """A sequencer of October that publishes only when told."""
    return Sequencer(folder, **{"clock": Clock(), "publish_every_s": 3600.0} | more)


def filled(folder: Path, count: int) -> VerifierKey:
    """A log with its beginning and `count` leaves, closed."""
    key = new_log(folder)
    with writer(folder) as log:
        append_all(log, count)
    return key


def append_all(log: Sequencer, count: int, start: int = 0) -> None:
    """Append leaves one after another, by groups of one loop so that a thousand take no time."""
    async def go() -> None:
        await asyncio.gather(*(log.append_soon(entry(n)) for n in range(start, start + count)))

    asyncio.run(go())


class FaultyDisk(Disk):
    """A disk that does something at a named step, and that can be full."""

    def __init__(self, at_step: Callable[[str], None] | None = None):
        super().__init__()
        self.full = False
        self.room = 0
        self._at_step = at_step

    def step(self, name: str) -> None:
        if self._at_step:
            self._at_step(name)

    def write(self, fd: int, *parts: bytes) -> None:
        """When full, the first `room` bytes still fit, as on a real disk."""
        if self.full:
            os.write(fd, b"".join(parts)[: self.room])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        super().write(fd, *parts)


class DyingDisk(Disk):
    """A disk whose process is killed at the n-th time of a step; `half` writes half a record before it dies."""

    def __init__(self, step: str, times: int):
        super().__init__()
        self._step, self._left = step.removesuffix(".half"), times
        self._half = step.endswith(".half")
        self._dying = False

    def step(self, name: str) -> None:
        if name != self._step:
            return
        self._left -= 1
        if self._left == 0:
            if not self._half:
                os.kill(os.getpid(), signal.SIGKILL)
            self._dying = True

    def write(self, fd: int, *parts: bytes) -> None:
        if self._dying:
            data = b"".join(parts)
            os.write(fd, data[: len(data) // 2])
            os.kill(os.getpid(), signal.SIGKILL)
        super().write(fd, *parts)
