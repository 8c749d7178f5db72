"""Which process serves a cluster: read from its pid file, and believed only when that process stands in its folder."""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dancu.core.refusal import Refusal

_POLL_S = 0.02
_ORPHANS_PATIENCE_S = 5.0
_PS_TIMEOUT_S = 10


@dataclass(frozen=True)
class Serving:
    """A postmaster as its pid file tells: `socket` is its folder, `state` starting, ready or stopping."""

    pid: int
    socket: Path | None
    state: str

    @property
    def ready(self) -> bool:
        return self.state == "ready"


def serving(data: Path) -> Serving | None:
    """The live postmaster of a data folder; None when there is none, whatever a stale pid file says."""
    told = read_pid_file(data)
    return told if told and _stands_in(told.pid, data) else None


def read_pid_file(data: Path) -> Serving | None:
    """What `postmaster.pid` says, true or stale; lines as PostgreSQL's pidfile.h lists them."""
    try:
        lines = (data / "postmaster.pid").read_text(encoding="utf-8", errors="surrogateescape").split("\n")
        pid = abs(int(lines[0]))
    except (OSError, ValueError):
        return None
    lines += [""] * 8
    return Serving(pid, Path(lines[4]) if lines[4] else None, lines[7].strip() or "starting")


def clear_away(data: Path) -> None:
    """After a postmaster was killed: wait for the children it left, end those that stay, drop a pid file that lies.

    Needs the lock of the place and no live postmaster. A pid file whose number went to another program (after a
    reboot) would stop the server from starting; it is removed only when no process stands in the folder. Refuses
    `server_stuck` when a process cannot be ended.
    """
    until = time.monotonic() + _ORPHANS_PATIENCE_S
    killed = False
    while left := _standing_in(data):
        if time.monotonic() > until and killed:
            raise Refusal(
                "server_stuck",
                vi="Máy chủ nhúng bị dừng đột ngột và còn tiến trình không kết thúc được; hãy khởi động lại máy.",
                en="The embedded server was killed and left processes that do not end; restart the machine.",
            )
        if time.monotonic() > until:
            # Their shared memory lost its owner; the next start recovers from the write-ahead log.
            for pid in left:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            killed, until = True, time.monotonic() + _ORPHANS_PATIENCE_S
        time.sleep(_POLL_S)
    (data / "postmaster.pid").unlink(missing_ok=True)


def end(pid: int, data: Path, *, how: signal.Signals, timeout_s: float) -> bool:
    """Ask a postmaster to end (SIGINT: roll back and stop; SIGQUIT: stop at once) and wait; whether it did."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, how)
    until = time.monotonic() + timeout_s
    while _stands_in(pid, data):
        if time.monotonic() > until:
            return False
        time.sleep(_POLL_S)
    return True


@contextlib.contextmanager
def locked(path: Path, timeout_s: float) -> Iterator[None]:
    """Hold the lock of a place; the kernel lets it go when this process ends, however that happens.

    Refuses `server_busy` when another process holds it for longer than `timeout_s`.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        until = time.monotonic() + timeout_s
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise Refusal(
                        "server_busy",
                        vi="Một tiến trình khác đang khởi động hoặc dừng máy chủ nhúng; hãy chờ ít phút rồi chạy lại.",
                        en="Another process is starting or stopping the embedded server; wait a little and run again.",
                    ) from None
                time.sleep(_POLL_S)
        yield
    finally:
        os.close(handle)


def _stands_in(pid: int, data: Path) -> bool:
    """Whether a PostgreSQL process lives and its working folder is the data folder, as all of a server's have it."""
    try:
        if os.readlink(f"/proc/{pid}/cwd") != os.path.realpath(data):
            return False
        return Path(f"/proc/{pid}/comm").read_text(encoding="utf-8").startswith("postgres")
    except FileNotFoundError:
        return False if os.path.isdir("/proc/self") else _named_postgres(pid)
    except OSError:
        return False


def _standing_in(data: Path) -> list[int]:
    """All processes whose working folder is the data folder; none where the system has no /proc."""
    if not os.path.isdir("/proc/self"):
        return []
    return [int(name) for name in os.listdir("/proc") if name.isdecimal() and _stands_in(int(name), data)]


def _named_postgres(pid: int) -> bool:
    """Where there is no /proc: whether a process of that number is a PostgreSQL."""
    command = ["ps", "-o", "comm=", "-p", str(pid)]
    told = subprocess.run(command, capture_output=True, text=True, timeout=_PS_TIMEOUT_S, check=False).stdout
    return "postgres" in told
