"""Processes that live and end together: children are started, watched, started again when they die, and ended in one go."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dancu.core.refusal import Refusal

_END_TIMEOUT_S = 20.0
_POLL_S = 0.2
# A child that dies so often so fast will not get better by itself.
_DEATHS_MAX, _DEATHS_S = 5, 60.0
_PR_SET_PDEATHSIG = 1


@dataclass
class Child:
    """One process of the family: what it is called, how it is started, and when it died of late."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes]
    deaths: list[float] = field(default_factory=list)


class Family:
    """Children of this process. `with Family(environ) as family: family.add(...); family.watch(stop)`; the end ends all."""

    def __init__(self, environ: Mapping[str, str], log: Path | None = None):
        """`log`: the file to which children say what they have to say, in place of our own stderr."""
        self._environ, self._log = {**os.environ, **environ}, log
        self._children: list[Child] = []

    def add(self, name: str, code: str, *arguments: str) -> None:
        """Start a child that runs Python code: a group of its own, so that Ctrl-C reaches it through us and in order.

        It ties itself to us as the first thing it does; nothing of ours runs between fork and its program, since other threads of
        this process may hold locks at that moment.
        """
        tied = f"from dancu.web.serving.family import follow_parent; follow_parent({os.getpid()}); {code}"
        command = [sys.executable, "-c", tied, *arguments]
        self._children.append(Child(name, command, self._started(command)))

    def watch(self, stop: threading.Event) -> None:
        """Until `stop` is set, start again what died. Refuses `child_dies` when a child does not stay up."""
        while not stop.wait(_POLL_S):
            for child in self._children:
                if child.process.poll() is not None:
                    self._again(child)

    def alive(self) -> bool:
        """Whether every child runs."""
        return all(child.process.poll() is None for child in self._children)

    def end(self) -> None:
        """Ask all to end, the last that was started first, and wait; what does not end is killed with its group."""
        for child in reversed(self._children):
            with contextlib.suppress(ProcessLookupError):
                child.process.send_signal(signal.SIGTERM)
        until = time.monotonic() + _END_TIMEOUT_S
        for child in self._children:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.process.wait(max(0.1, until - time.monotonic()))
            # The group may outlive its leader.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(child.process.pid, signal.SIGKILL)
            child.process.wait()
        self._children.clear()

    def __enter__(self) -> Family:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def _again(self, child: Child) -> None:
        now = time.monotonic()
        child.deaths = [*(at for at in child.deaths if now - at < _DEATHS_S), now]
        if len(child.deaths) >= _DEATHS_MAX:
            raise Refusal(
                "child_dies",
                vi=f"Tiến trình {child.name} dừng nhiều lần liên tiếp; hãy chạy dancu doctor và xem nhật ký.",
                en=f"The process {child.name} keeps ending; run dancu doctor and see the log.",
            )
        # What the dead one had started would keep its port.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.process.pid, signal.SIGKILL)
        time.sleep(min(0.2 * 2 ** len(child.deaths), 5.0))
        child.process = self._started(child.command)

    def _started(self, command: Sequence[str]) -> subprocess.Popen[bytes]:
        with self._log.open("ab") if self._log else contextlib.nullcontext() as said:
            return subprocess.Popen(
                command, env=self._environ, stdin=subprocess.DEVNULL, stderr=said, start_new_session=True, close_fds=True
            )


def follow_parent(parent: int = 0) -> None:
    """End this process when the one that started it is gone: the kernel sees to it, or a thread that looks.

    `parent`: its number, where it is known, so that one that ended before we came here is noticed.
    """
    if sys.platform == "linux":
        _die_with_parent()
        if parent and os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGTERM)
        return
    parent = parent or os.getppid()

    def watching() -> None:
        while os.getppid() == parent:
            time.sleep(1.0)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watching, name="parent", daemon=True).start()


_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def _die_with_parent() -> None:
    """The kernel ends this process when its parent dies, even by SIGKILL."""
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
