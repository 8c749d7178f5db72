"""The disk as the log needs it: durable writes, atomic replacement, one owner; the only file that knows POSIX.

Everything that must survive a power cut goes through `Disk`, so tests and benches put a failing or a slow one in its
place. `step` is called with a name before each act that a crash could cut short.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows: msvcrt locks a byte instead.
    fcntl = None
    import msvcrt

# Waits for the disk overlap; more threads only wait longer for the interpreter.
WRITERS = 4
_sync_data = getattr(os, "fdatasync", os.fsync)


class Disk:
    """Durable files. Every method raises OSError when the disk cannot do it."""

    def __init__(self):
        self._pool: ThreadPoolExecutor | None = None

    def step(self, name: str) -> None:
        """What happens next; does nothing here."""

    def write(self, fd: int, *parts: bytes) -> None:
        """Write all parts, or raise: a disk that takes a part of them is asked again until it says why."""
        wrote = os.writev(fd, parts) if len(parts) > 1 and hasattr(os, "writev") else 0
        if wrote == sum(map(len, parts)):
            return
        left = memoryview(b"".join(parts))[wrote:]
        while left:
            wrote = os.write(fd, left)
            if not wrote:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            left = left[wrote:]

    def sync(self, fd: int) -> None:
        """Return once the file's bytes are durable."""
        _sync_data(fd)

    def cut(self, fd: int, length: int) -> None:
        """Shorten a file to `length` bytes, durably."""
        os.ftruncate(fd, length)
        self.sync(fd)

    def append_to(self, path: Path) -> int:
        """A descriptor that appends to `path`, which is made durable if it is new."""
        new = not path.exists()
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o600)
        if new:
            self.sync_folder(path.parent)
        return fd

    def put(self, path: Path, data: bytes, mode: int = 0o640) -> None:
        """Write a whole file and make its bytes durable; its folder must be synced afterwards."""
        self.step("tile.write")
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), mode)
        try:
            self.write(fd, data)
            self.step("tile.sync")
            self.sync(fd)
        finally:
            os.close(fd)

    def put_all(self, root: Path, files: Sequence[tuple[str, bytes]]) -> None:
        """Write many files below `root`, their folders too, and return once all of it is durable."""
        folders = {(root / name).parent for name, _ in files}
        made = {p for folder in folders if not folder.exists() for p in (folder, *folder.parents) if not p.exists()}
        for folder in folders:
            folder.mkdir(parents=True, exist_ok=True)
        if len(files) < WRITERS:
            for name, data in files:
                self.put(root / name, data)
        else:
            self._pool = self._pool or ThreadPoolExecutor(WRITERS, "ledger-tiles")
            for _ in self._pool.map(lambda file: self.put(root / file[0], file[1]), files):
                pass
        for folder in folders | {p.parent for p in made}:
            self.sync_folder(folder)

    def replace(self, path: Path, data: bytes, mode: int = 0o644) -> None:
        """Put `data` in the place of a file at one moment: a new file, synced, then renamed over the old one."""
        fresh = path.with_name(path.name + ".new")
        self.step("replace.write")
        fd = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), mode)
        try:
            self.write(fd, data)
            self.step("replace.sync")
            self.sync(fd)
        finally:
            os.close(fd)
        self.step("replace.rename")
        os.replace(fresh, path)
        self.step("replace.folder")
        self.sync_folder(path.parent)

    def sync_folder(self, folder: Path) -> None:
        """Make new, renamed and removed names in a folder durable; where a folder cannot be opened, it is so already."""
        if os.name != "posix":
            return
        fd = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)

    def close(self) -> None:
        """End the threads that wait for tiles."""
        if self._pool:
            self._pool.shutdown()
            self._pool = None


def take_lock(path: Path) -> int | None:
    """A descriptor that holds the only lock on `path` until it is closed, None where another process has it."""
    fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if fcntl:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        else:
            msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
    except OSError:
        os.close(fd)
        return None
    return fd
