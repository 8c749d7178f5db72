"""A person at a terminal: a real pseudo-terminal on which `dancu` runs, typed at and read from as it goes."""

from __future__ import annotations

import os
import re
import select
import subprocess
import sys
import time
from pathlib import Path

PATIENCE_S, AGAIN_S = 60, 5
# The command takes the terminal for its own, so that Ctrl-C reaches it as it would a person's.
_LAUNCH = (
    "import fcntl, runpy, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
    "sys.argv = ['dancu', *sys.argv[1:]]; runpy.run_module('dancu.cli', run_name='__main__')"
)
_COLOUR = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Terminal:
    """`dancu` typed in `folder` with its settings in `home`."""

    def __init__(self, folder: Path, home: Path, *typed: str):
        import pty

        self._master, slave = pty.openpty()
        settings = {"XDG_CONFIG_HOME": str(home / "config"), "HOME": str(home), "COLUMNS": "120", "TERM": "xterm"}
        self._running = subprocess.Popen(
            [sys.executable, "-c", _LAUNCH, *typed],
            stdin=slave, stdout=slave, stderr=slave, cwd=folder, start_new_session=True, env={**os.environ, **settings},
        )  # fmt: skip
        os.close(slave)
        self._seen, self._read = b"", 0

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        if self._running.poll() is None:
            self._running.kill()
        self._running.wait()
        os.close(self._master)

    @property
    def seen(self) -> str:
        """All that has been shown so far, without colours."""
        return _COLOUR.sub("", self._seen.decode("utf-8", "replace")).replace("\r\n", "\n")

    def _more(self, until: float) -> bool:
        """Take in what is shown next; False at the end."""
        ready, _, _ = select.select([self._master], [], [], max(until - time.monotonic(), 0))
        assert ready, f"nothing more was shown after:\n{self.seen[-2000:]}"
        try:
            new = os.read(self._master, 65536)
        except OSError:
            # Linux ends a pseudo-terminal with an error where others end it with nothing.
            new = b""
        self._seen += new
        return bool(new)

    def wait_for(self, words: str) -> str:
        """What is shown from the last answer until `words`."""
        until = time.monotonic() + PATIENCE_S
        while words not in self.seen[self._read :]:
            assert self._more(until), f"it ended before “{words}”:\n{self.seen[-2000:]}"
        shown = self.seen[self._read :]
        end = shown.index(words) + len(words)
        self._read += end
        return shown[:end]

    def answer(self, question: str, text: str) -> str:
        """Wait for a question and type an answer to it; gives what was shown before."""
        shown = self.wait_for(question)
        os.write(self._master, (text + "\n").encode())
        return shown

    def leave(self, key: bytes) -> tuple[int, str]:
        """Press b"\\x03" (Ctrl-C) or b"\\x04" (Ctrl-D) and see it end as `ended` does.

        A program is quicker than a person: a key pressed in the instant before the reading begins goes unnoticed,
        and is pressed again.
        """
        for _ in range(PATIENCE_S // AGAIN_S):
            os.write(self._master, key)
            until = time.monotonic() + AGAIN_S
            while select.select([self._master], [], [], max(until - time.monotonic(), 0))[0]:
                if not self._more(until):
                    return self._running.wait(PATIENCE_S), self.seen[self._read :]
        raise AssertionError(f"it did not end after:\n{self.seen[-2000:]}")

    def ended(self) -> tuple[int, str]:
        """The exit status and what was shown since the last answer."""
        until = time.monotonic() + PATIENCE_S
        while self._more(until):
            pass
        return self._running.wait(PATIENCE_S), self.seen[self._read :]
