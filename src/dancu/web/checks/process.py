"""Starts the child that reads or checks a file, listens to it, and ends it when it is no longer wanted or takes too long."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from dancu.core.refusal import Refusal

COLUMNS_TIMEOUT_S = 120.0
CHECK_TIMEOUT_S = 6 * 3600.0
_POLL_S = 0.25
# Results tell the time by the clock of Vietnam, wherever the machine stands.
_CLOCK = "ICT-7"
_WORD_BYTES_MAX = 64 << 20

Told = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Ended:
    """How a child ended: with a result, an expected no, cancelled, or otherwise (`fault`: the class of what happened)."""

    result: Any = None
    refused: Refusal | None = None
    cancelled: bool = False
    fault: str = ""


def ask(
    asked: dict[str, Any], *, timeout_s: float, wanted: Callable[[], bool] = lambda: True, told: Told = lambda *_: None
) -> Ended:
    """Have a child do something and wait; `wanted` is asked several times a second and ends it when it says no."""
    child = subprocess.Popen(
        [sys.executable, "-m", "dancu.web.checks.child"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        env={**os.environ, **settings.DANCU.environ(), "TZ": _CLOCK}, start_new_session=True,
    )  # fmt: skip
    lines: queue.Queue[bytes] = queue.Queue(maxsize=1000)
    listening = threading.Thread(target=_listen, args=(child, lines), daemon=True)
    try:
        listening.start()
        _hand(child, asked)
        return _heard(child, lines, time.monotonic() + timeout_s, wanted, told)
    finally:
        _end(child)
        listening.join(5)
        child.stdout.close()  # type: ignore[union-attr]


def _hand(child: subprocess.Popen[bytes], asked: dict[str, Any]) -> None:
    try:
        with child.stdin as pipe:  # type: ignore[union-attr]
            pipe.write(json.dumps(asked).encode() + b"\n")
    except BrokenPipeError:
        # It has ended already; what became of it is heard below.
        return


def _listen(child: subprocess.Popen[bytes], lines: queue.Queue[bytes]) -> None:
    while line := child.stdout.readline(_WORD_BYTES_MAX):  # type: ignore[union-attr]
        try:
            lines.put(line, timeout=60)
        except queue.Full:
            return
    lines.put(b"")


def _heard(
    child: subprocess.Popen[bytes], lines: queue.Queue[bytes], until: float, wanted: Callable[[], bool], told: Told
) -> Ended:
    while True:
        if not wanted():
            return Ended(cancelled=True)
        if time.monotonic() > until:
            return Ended(fault="timeout")
        try:
            line = lines.get(timeout=_POLL_S)
        except queue.Empty:
            continue
        if not line:
            return Ended(fault="killed")
        said = json.loads(line)
        if "progress" in said:
            told(*said["progress"])
        elif "refused" in said:
            refused = said["refused"]
            return Ended(refused=Refusal(refused["code"], vi=refused["vi"], en=refused["en"]))
        elif "failed" in said:
            return Ended(fault=str(said["failed"]))
        else:
            return Ended(result=said["done"])


def _end(child: subprocess.Popen[bytes]) -> None:
    """The child and whatever it started are gone."""
    try:
        child.wait(1.0)
    except subprocess.TimeoutExpired:
        child.send_signal(signal.SIGTERM)
        try:
            child.wait(2.0)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
