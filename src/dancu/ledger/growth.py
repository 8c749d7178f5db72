"""The tree as it grows: hashes of what is not yet a full tile, and the tiles that became full and wait to be written."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from dancu.ledger.proof import tiles, tree

File = tuple[str, bytes]


@dataclass(frozen=True)
class Snapshot:
    """The tree at one size: its root, the tiles that became full since the last one, and the partial ones."""

    size: int
    root: bytes
    full: list[File]
    partial: list[File]


class Growth:
    """The right edge of one shard's tree; `extend` and `snapshot` may be called from two threads."""

    def __init__(self, size: int = 0, levels: list[list[bytes]] | None = None, bundle: bytes = b""):
        self.size = size
        self._levels = levels or [[]]
        self._bundle = [bundle] if bundle else []
        self._full: list[File] = []
        self._lock = threading.Lock()

    @classmethod
    def load(cls, shard: Path, size: int) -> Growth:
        """The edge of the tree of `size` leaves from its tiles. Raises `Fault` where one is missing or broken."""
        levels: list[list[bytes]] = [[]]
        level = 0
        while count := size >> (tiles.HEIGHT * level):
            width = count % tiles.WIDTH
            levels[level:] = [tiles.read_hashes(shard, level, count // tiles.WIDTH, width) if width else [], []]
            level += 1
        width = size % tiles.WIDTH
        entries = tiles.read_entries(shard, size // tiles.WIDTH, width) if width else []
        return cls(size, levels, b"".join(map(tiles.pack, entries)))

    def extend(self, payload: bytes) -> None:
        """Add entries packed as in a bundle, which must be whole."""
        hashes, ends, at, end = [], [0], 0, len(payload)
        while at < end:
            stop = at + 2 + (payload[at] << 8) + payload[at + 1]
            hashes.append(sha256(b"\x00" + payload[at + 2 : stop]).digest())
            ends.append(stop)
            at = stop
        with self._lock:
            self._add(hashes, payload, ends)

    def _add(self, hashes: list[bytes], payload: bytes, ends: list[int]) -> None:
        at = 0
        while at < len(hashes):
            stop = min(len(hashes), at + tiles.WIDTH - len(self._levels[0]))
            self._levels[0] += hashes[at:stop]
            self._bundle.append(payload[ends[at] : ends[stop]])
            self.size += stop - at
            at = stop
            if self.size % tiles.WIDTH == 0:
                n = self.size // tiles.WIDTH - 1
                self._full.append((tiles.entries_path(n), b"".join(self._bundle)))
                self._bundle = []
                self._close(0, n)

    def _close(self, level: int, n: int) -> None:
        """A tile is full: keep it to be written and hand its root to the level above."""
        hashes = self._levels[level]
        self._full.append((tiles.hash_path(level, n), b"".join(hashes)))
        self._levels[level] = []
        if level + 1 == len(self._levels):
            self._levels.append([])
        self._levels[level + 1].append(tree.root_of(hashes))
        if len(self._levels[level + 1]) == tiles.WIDTH:
            self._close(level + 1, n // tiles.WIDTH)

    @property
    def root(self) -> bytes:
        """The root over all leaves."""
        with self._lock:
            return tree.root_of_tiles(self._levels)

    def snapshot(self) -> Snapshot:
        """The tree now. Full tiles are handed out once; who takes them must keep them until they are durable."""
        with self._lock:
            partial = []
            for level, hashes in enumerate(self._levels):
                if hashes:
                    n = self.size >> (tiles.HEIGHT * (level + 1))
                    partial.append((tiles.hash_path(level, n, len(hashes)), b"".join(hashes)))
            if self._bundle:
                path = tiles.entries_path(self.size // tiles.WIDTH, self.size % tiles.WIDTH)
                partial.append((path, b"".join(self._bundle)))
            full, self._full = self._full, []
            return Snapshot(self.size, tree.root_of_tiles(self._levels), full, partial)
