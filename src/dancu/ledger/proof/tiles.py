"""Tiles of C2SP tlog-tiles: where they lie, how entries are packed in them, and hashes read from a folder of them."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from pathlib import Path

from dancu.ledger.proof import tree
from dancu.ledger.proof.fault import Fault, malformed, missing

WIDTH = 256
HEIGHT = 8
ENTRY_BYTES_MAX = 65_535
CACHED_TILES_MAX = 64
_PATH = re.compile(r"tile/(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


def number(n: int) -> str:
    """`n` as path elements of three digits, all but the last begun by an x: 1234067 is `x001/x234/067`."""
    digits = f"{n:03d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    parts = [digits[i : i + 3] for i in range(0, len(digits), 3)]
    return "/".join([*("x" + part for part in parts[:-1]), parts[-1]])


def _path(kind: str, n: int, width: int) -> str:
    return f"tile/{kind}/{number(n)}" + ("" if width == WIDTH else f".p/{width}")


def hash_path(level: int, n: int, width: int = WIDTH) -> str:
    """The path of tile `n` of a level (0..63) with `width` hashes (1..256)."""
    return _path(str(level), n, width)


def entries_path(n: int, width: int = WIDTH) -> str:
    """The path of entry bundle `n` with `width` entries (1..256)."""
    return _path("entries", n, width)


def parse_path(path: str) -> tuple[str, int, int] | None:
    """(`entries` or the level, n, width) of a tile's path as a client may ask for it, None where it is none."""
    found = _PATH.fullmatch(path)
    if not found:
        return None
    kind, digits, width = found[1], found[2].replace("x", "").replace("/", ""), int(found[3] or WIDTH)
    known = (kind == "entries" or int(kind) < 64) and (width < WIDTH or not found[3])
    return (kind, int(digits), width) if known and number(int(digits)) == found[2] else None


def hash_tiles(size: int) -> Iterator[tuple[int, int, int]]:
    """(level, n, width) of every hash tile of a tree of `size` leaves, level by level."""
    level = 0
    while count := size >> (HEIGHT * level):
        for n in range(count // WIDTH):
            yield level, n, WIDTH
        if count % WIDTH:
            yield level, count // WIDTH, count % WIDTH
        level += 1


def pack(entry: bytes) -> bytes:
    """An entry as it stands in a bundle: its length as uint16, most significant byte first, and its bytes."""
    if len(entry) > ENTRY_BYTES_MAX:
        raise malformed("mục dài quá 65.535 byte", "an entry is longer than 65,535 bytes")
    return len(entry).to_bytes(2, "big") + entry


def unpack(bundle: bytes, width: int | None = None) -> list[bytes]:
    """The entries of a bundle; with `width`, exactly its first `width`. Raises `Fault` where it breaks off."""
    entries, at, end = [], 0, len(bundle)
    while at < end and (width is None or len(entries) < width):
        stop = at + 2 + (bundle[at] << 8) + (bundle[at + 1] if at + 1 < end else 0)
        if at + 2 > end or stop > end:
            raise malformed("gói mục bị cụt", "an entry bundle breaks off")
        entries.append(bundle[at + 2 : stop])
        at = stop
    if width is not None and len(entries) < width:
        raise malformed("gói mục thiếu mục", "an entry bundle holds too few entries")
    return entries


def read_tile(root: Path, path: str, full: str) -> tuple[bytes, bool]:
    """The bytes of a tile and whether they are of the full one, which stands in for a partial one that was deleted."""
    for candidate, whole in ((path, path == full), (full, True)):
        try:
            return (root / candidate).read_bytes(), whole
        except FileNotFoundError:
            continue
    raise missing(root / path)


def read_hashes(root: Path, level: int, n: int, width: int) -> list[bytes]:
    """The first `width` hashes of a tile. Raises `Fault` where the file is missing or has a wrong length."""
    data, whole = read_tile(root, hash_path(level, n, width), hash_path(level, n))
    if len(data) != (WIDTH if whole else width) * tree.HASH_BYTES:
        raise malformed("ô băm sai độ dài", "a hash tile has a wrong length", str(root / hash_path(level, n, width)))
    return [data[i : i + 32] for i in range(0, width * 32, 32)]


def read_entries(root: Path, n: int, width: int) -> list[bytes]:
    """The first `width` entries of bundle `n`. Raises `Fault` where the file is missing or is broken."""
    data, whole = read_tile(root, entries_path(n, width), entries_path(n))
    try:
        entries = unpack(data)
    except Fault as fault:
        raise fault.at(root / entries_path(n, width)) from None
    if len(entries) != (WIDTH if whole else width):
        where = str(root / entries_path(n, width))
        raise malformed("gói mục có số mục sai", "an entry bundle holds a wrong number of entries", where)
    return entries[:width]


class TileHashes:
    """Hashes of the tree of `size` leaves, read from the tiles of one folder; the latest tiles are kept."""

    def __init__(self, root: Path, size: int):
        self.root = root
        self.size = size
        self._kept: OrderedDict[tuple[int, int], Sequence[Sequence[bytes]]] = OrderedDict()

    def __call__(self, height: int, position: int) -> bytes:
        """The hash of the complete subtree of 2**height leaves at `position` (a `tree.Read`)."""
        level, inner = divmod(height, HEIGHT)
        first = position << inner
        return self._tile(level, first // WIDTH)[inner][(first % WIDTH) >> inner]

    def _tile(self, level: int, n: int) -> Sequence[Sequence[bytes]]:
        if found := self._kept.get((level, n)):
            self._kept.move_to_end((level, n))
            return found
        width = min(WIDTH, (self.size >> (HEIGHT * level)) - n * WIDTH)
        if width < 1:
            raise ValueError("the subtree is outside the tree")
        rows = tree.levels(read_hashes(self.root, level, n, width))
        self._kept[level, n] = rows
        if len(self._kept) > CACHED_TILES_MAX:
            self._kept.popitem(last=False)
        return rows
