"""The write-ahead file: groups of entries, framed and summed, durable before anybody is answered.

One record is one group: magic, index of its first entry, number of entries, length, CRC-32 of all that, then the
entries packed as in a bundle of tlog-tiles. Each record is durable before the next is begun, so a broken record with
nothing sound behind it is a torn tail and is cut; a broken record with a sound one behind it is damage and refused.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from dancu.ledger import refusals
from dancu.ledger.disk import Disk

MAGIC = b"DCW1"
SEGMENT_BYTES = 64 * 1024 * 1024
# More than the largest group, so that a read always holds one whole record.
READ_BYTES_MAX = 128 * 1024 * 1024
_HEAD = struct.Struct(">4sQIII")
_SUMMED = struct.Struct(">QII")


@dataclass(frozen=True)
class Record:
    """A group read back: its first entry's index, how many there are, their packed bytes, the byte where it ends."""

    first: int
    count: int
    payload: bytes
    end: int


def head(first: int, count: int, payload: bytes) -> bytes:
    """What stands before a record's payload."""
    crc = zlib.crc32(payload, zlib.crc32(_SUMMED.pack(first, count, len(payload))))
    return _HEAD.pack(MAGIC, first, count, len(payload), crc)


def _record_at(data: bytes, at: int) -> Record | None:
    if len(data) - at < _HEAD.size:
        return None
    magic, first, count, length, crc = _HEAD.unpack_from(data, at)
    end = at + _HEAD.size + length
    payload = data[at + _HEAD.size : end]
    if magic != MAGIC or len(payload) != length:
        return None
    sound = zlib.crc32(payload, zlib.crc32(_SUMMED.pack(first, count, length))) == crc
    return Record(first, count, payload, end) if sound else None


def scan(data: bytes) -> tuple[list[Record], int, bool]:
    """(records, length up to which they are sound, whether a sound record stands behind a broken one)."""
    records, at = [], 0
    while record := _record_at(data, at):
        records.append(record)
        at = record.end
    behind = at
    while (behind := data.find(MAGIC, behind + 1)) >= 0:
        if _record_at(data, behind):
            return records, at, True
    return records, at, False


def segments(folder: Path) -> list[tuple[int, Path]]:
    """(index of its first entry, path) of each segment, in order."""
    return sorted((int(p.stem), p) for p in folder.glob("*.wal") if p.stem.isdigit())


@dataclass(frozen=True)
class Segment:
    """A segment read back: the index of its first entry, its sound records, its sound length."""

    first: int
    records: list[Record]
    length: int


def read(folder: Path) -> list[Segment]:
    """All segments. Raises Refusal where anything but the tail of the last one is broken."""
    found, read_back = segments(folder), []
    for first, path in found:
        data = path.read_bytes()
        records, length, hole = scan(data)
        if hole or (length < len(data) and path != found[-1][1]):
            raise refusals.damaged(f"{path.name}: byte {length}")
        read_back.append(Segment(first, records, length))
    return read_back


class Follower:
    """Reads groups as they become durable; starts at a byte of a segment and is told how far it may go."""

    def __init__(self, folder: Path, segment: int = 0, at: int = 0):
        self._folder, self._segment, self._at = folder, segment, at

    def read(self, index: int, upto: int) -> Iterator[Record]:
        """The records from entry `index` up to entry `upto`, all durable. Raises Refusal where they are not whole."""
        while index < upto:
            with (self._folder / f"{self._segment:020d}.wal").open("rb") as file:
                file.seek(self._at)
                data = file.read(READ_BYTES_MAX)
            at = 0
            while index < upto and (record := _record_at(data, at)):
                if record.first != index:
                    raise refusals.damaged(f"wal: {record.first} != {index}")
                self._at += record.end - at
                at, index = record.end, index + record.count
                yield record
            if not at and index < upto:
                self._turn(index, len(data))

    def _turn(self, index: int, left: int) -> None:
        """Go on with the segment that begins at `index`, once this one is read to its end."""
        if left or not (self._folder / f"{index:020d}.wal").exists() or index == self._segment:
            raise refusals.damaged(f"wal: entry {index}")
        self._segment, self._at = index, 0


class Wal:
    """The write-ahead file of one shard, open for appending after what was read from it."""

    def __init__(self, folder: Path, disk: Disk, next_index: int, length: int):
        self._folder, self._disk = folder, disk
        self._segments = segments(folder)
        self._length = length
        self._broken = False
        self._fd = -1
        if self._segments:
            self._fd = disk.append_to(self._segments[-1][1])
            if os.fstat(self._fd).st_size != length:
                disk.cut(self._fd, length)
        else:
            self._start(next_index)

    def append(self, first: int, count: int, payload: bytes) -> None:
        """Return once the group is durable. Raises OSError with the file as it was before."""
        if self._broken:
            self._mend()
        if self._length >= SEGMENT_BYTES:
            self._start(first)
        before = head(first, count, payload)
        try:
            self._disk.step("wal.write")
            self._disk.write(self._fd, before, payload)
            self._disk.step("wal.sync")
            self._disk.sync(self._fd)
        except OSError:
            self._broken = True
            # Where even that fails, the next group tries again before it writes.
            with suppress(OSError):
                self._mend()
            raise
        self._length += len(before) + len(payload)

    def _mend(self) -> None:
        self._disk.cut(self._fd, self._length)
        self._broken = False

    def _start(self, first: int) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{first:020d}.wal"
        fd = self._disk.append_to(path)
        if self._fd >= 0:
            os.close(self._fd)
        self._fd, self._length = fd, 0
        self._segments.append((first, path))

    def drop(self, size: int) -> None:
        """Remove the segments whose entries are all below `size`, where durable tiles hold them; the last stays."""
        self._disk.step("wal.drop")
        while len(self._segments) > 1 and self._segments[1][0] <= size:
            self._segments.pop(0)[1].unlink(missing_ok=True)

    def close(self, *, remove: bool = False) -> None:
        """Close the file; `remove` where everything in it is in durable tiles and the shard is over."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1
        if remove:
            for _, path in self._segments:
                path.unlink(missing_ok=True)
