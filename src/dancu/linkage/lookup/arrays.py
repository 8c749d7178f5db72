"""Sorted arrays on disk: thousands of keys are found among a hundred million people without a scan.

An index is one file of fixed-width entries (key, position of the person), sorted by key, and a small one with every
`BLOCK`-th key. A look-up searches the small file, copies the blocks that may hold the keys and searches those.
Positions lead into one file of fixed-width people. Files are NumPy's `.npy` (NEP 1).
"""

from __future__ import annotations

import mmap
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np

BLOCK = 128
ENTRY = np.dtype([("k", "<i8"), ("pos", "<u4")])
_BITS_A_PERSON = 8
# Fills up the last block; no key is this large.
_BEYOND = np.iinfo(np.int64).max
# Rows of a batch of texts.
_TEXTS = 16_384
# Pieces of a file that are looked at through one mapping; a mapping's pages count as memory of the process.
_PIECES = 512
# Up to so many parts of a look-up one thread does them sooner.
_FEW_PARTS = 8

PERSON = np.dtype(
    [
        ("pin", "<i8"), ("mpin", "<i8"), ("fpin", "<i8"), ("spin", "<i8"), ("phone", "<i8"), ("nid", "<i4"), ("dob", "<i4"),
        ("mnid", "<i4"), ("fnid", "<i4"), ("onid", "<i4"), ("pnid", "<i4"), ("old", "<i4"), ("status_date", "<i4"),
        ("commune", "<i4"), ("prov", "<i2"), ("nf", "u1"), ("df", "u1"), ("mf", "u1"), ("ff", "u1"), ("sex", "i1"),
        ("status", "i1"), ("past", "?"),
    ]
)  # fmt: skip


class _Writer:
    """Appends arrays to a `.npy` file whose length is known only at the end."""

    def __init__(self, path: Path, dtype: np.dtype) -> None:
        self.file = path.open("wb")
        self.dtype = dtype
        self.rows = 0
        self._header()

    def _header(self) -> None:
        described = {"descr": np.lib.format.dtype_to_descr(self.dtype), "fortran_order": False, "shape": (self.rows,)}
        np.lib.format.write_array_header_1_0(self.file, described)

    def add(self, values: np.ndarray) -> None:
        self.file.write(np.ascontiguousarray(values, self.dtype).data)
        self.rows += len(values)

    def close(self) -> None:
        self.file.seek(0)
        self._header()
        self.file.close()


def write_index(path: Path, batches: Iterator[Any]) -> None:
    """Write `path` and `<stem>.top.npy` from Arrow batches with columns k (BIGINT, rising) and pos (position)."""
    writer, tops = _Writer(path, ENTRY), []
    for batch in batches:
        entries = np.empty(batch.num_rows, ENTRY)
        entries["k"] = _numpy(batch, "k")
        entries["pos"] = _numpy(batch, "pos")
        tops.append(entries["k"][-writer.rows % BLOCK :: BLOCK])
        writer.add(entries)
    missing = np.empty(-writer.rows % BLOCK, ENTRY)
    missing["k"], missing["pos"] = _BEYOND, 0
    writer.add(missing)
    writer.close()
    np.save(path.with_suffix(".top.npy"), np.concatenate(tops) if tops else np.empty(0, np.int64))


def write_people(path: Path, batches: Iterator[Any]) -> None:
    """Write the people of Arrow batches with the columns of `PERSON`, in the order in which they come."""
    writer = _Writer(path, PERSON)
    for batch in batches:
        people = np.empty(batch.num_rows, PERSON)
        for column in PERSON.names:
            people[column] = _numpy(batch, column)
        writer.add(people)
    writer.close()


def write_bits(path: Path, pins: Iterator[Any], people: int) -> None:
    """Write a bit map of the numbers of Arrow batches (column k): what it does not hold, nobody has (Bloom 1970, one hash)."""
    places = max(1 << 16, 1 << (people * _BITS_A_PERSON).bit_length())
    bits = np.zeros(places // 8, np.uint8)
    for batch in pins:
        where = _spread(_numpy(batch, "k"), places)
        np.bitwise_or.at(bits, where >> 3, np.left_shift(1, where & 7).astype(np.uint8))
    np.save(path, bits)


def _spread(keys: np.ndarray, places: int) -> np.ndarray:
    """Where each key's bit is among `places` (a power of two): multiplicative hashing (Knuth, vol. 3, 6.4)."""
    mixed = keys.view(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    return (mixed >> np.uint64(65 - places.bit_length())).astype(np.int64)


def write_texts(path: Path, reader: Any) -> None:
    """Write the rows of an Arrow reader as one Arrow file (IPC, not compressed) in batches of `_TEXTS`, read by position."""
    import pyarrow as pa

    whole = reader.read_all().combine_chunks()
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, whole.schema) as file:
        for batch in whole.to_batches(max_chunksize=_TEXTS):
            file.write_batch(batch)


def save(path: Path, values: np.ndarray) -> None:
    """One column of numbers as a `.npy` file."""
    np.save(path, values)


def _numpy(batch: Any, column: str) -> np.ndarray:
    return batch.column(column).to_numpy(zero_copy_only=False)


@dataclass(frozen=True)
class Pieces:
    """A `.npy` file seen as pieces of `size` entries each, of which some are copied out."""

    path: Path
    size: int = 1

    @cached_property
    def _shape(self) -> tuple[int, np.dtype, int]:
        with self.path.open("rb") as file:
            np.lib.format.read_magic(file)
            shape, _, dtype = np.lib.format.read_array_header_1_0(file)
            return shape[0], dtype, file.tell()

    def copy(self, wanted: np.ndarray) -> np.ndarray:
        """The pieces at `wanted` (rising), one after the other."""
        out = np.empty((len(wanted), self.size), self._shape[1])
        starts = range(0, len(wanted), _PIECES)
        _both(lambda start: self._copy(wanted[start : start + _PIECES], out[start : start + _PIECES]), starts)
        return out.reshape(-1)

    def _copy(self, wanted: np.ndarray, out: np.ndarray) -> None:
        """The pieces at `wanted` into `out`, through a mapping of their own, so that few pages stay in memory."""
        rows, dtype, offset = self._shape
        with self.path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
            piece = np.dtype((np.void, dtype.itemsize * self.size))
            pieces = np.frombuffer(mapped, piece, count=rows // self.size, offset=offset)
            np.take(pieces, wanted, out=out.reshape(-1).view(piece), mode="clip")
            # The mapping cannot be closed while it is looked at.
            del pieces


@dataclass(frozen=True)
class Index:
    """A sorted index of one part of the prepared register."""

    path: Path

    @cached_property
    def _top(self) -> np.ndarray:
        return np.load(self.path.with_suffix(".top.npy"), mmap_mode="r")

    @cached_property
    def _blocks(self) -> Pieces:
        return Pieces(self.path, BLOCK)

    def find(self, keys: np.ndarray, most: int, width: int = 1) -> tuple[np.ndarray, np.ndarray]:
        """(position in `keys`, position of the person) of every entry whose key, divided by `width`, is one of `keys`, which
        rise and are distinct.

        Keys with more than `most` entries are left out.
        """
        low, high = keys * width, keys * width + (width - 1)
        if not len(self._top) or not len(keys):
            return np.empty(0, np.int64), np.empty(0, np.uint32)
        first = np.maximum(np.searchsorted(self._top, low, "left") - 1, 0)
        last = np.maximum(np.searchsorted(self._top, high, "right") - 1, 0)
        likely = np.flatnonzero(last - first <= most // BLOCK + 1)
        chunks = min(len(likely), len(self._top)) // _PIECES + 1
        found = _both(
            lambda part: self._find(low, high, part, first[part], last[part], most), np.array_split(likely, chunks)
        )
        which, positions = zip(*found, strict=True)
        return np.concatenate(which), np.concatenate(positions)

    def _find(
        self, low: np.ndarray, high: np.ndarray, part: np.ndarray, first: np.ndarray, last: np.ndarray, most: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """`find` for the keys at `part`, from `low` to `high` each, whose entries lie in the blocks from `first` to `last`."""
        if not len(part):
            return np.empty(0, np.int64), np.empty(0, np.uint32)
        needed = np.zeros(last[-1] - first[0] + 1, bool)
        for step in range(int((last - first).max()) + 1):
            needed[np.minimum(first + step, last) - first[0]] = True
        entries = self._blocks.copy(np.flatnonzero(needed) + first[0])
        sorted_keys = np.ascontiguousarray(entries["k"])
        start = np.searchsorted(sorted_keys, low[part], "left")
        many = np.searchsorted(sorted_keys, high[part], "right") - start
        kept = np.flatnonzero((many > 0) & (many <= most))
        many, start = many[kept], start[kept]
        return np.repeat(part[kept], many), entries["pos"][np.repeat(start, many) + running(many)]


def _both(work: Callable[[Any], Any], parts: Sequence[Any]) -> list[Any]:
    """`work` of each part, in order; many parts are shared by two threads: most of the time goes by waiting for memory."""
    if len(parts) <= _FEW_PARTS:
        return [work(part) for part in parts]
    return list(_threads().map(work, parts))


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(2, thread_name_prefix="dancu-copy")


def running(many: np.ndarray) -> np.ndarray:
    """0 … n-1 for each n of `many`, one after the other."""
    return np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)


@dataclass(frozen=True)
class PartArrays:
    """The arrays of one part of a prepared register; `later`: folders of the parts that replace people of this one."""

    folder: Path
    later: tuple[Path, ...] = ()

    def index(self, table: str) -> Index:
        """The index of one table of `keys.KEYS`."""
        return self._indexes.setdefault(table, Index(self.folder / f"{table}.npy"))

    @cached_property
    def _indexes(self) -> dict[str, Index]:
        return {}

    def names(self, positions: np.ndarray) -> Any:
        """The names at `positions` (rising) as an Arrow table; those of a part are counted from its own first."""
        import pyarrow as pa

        batches = positions // _TEXTS
        taken = [self._names_batch(i).take(pa.array(positions[batches == i] - i * _TEXTS)) for i in np.unique(batches)]
        return pa.Table.from_batches(taken, self._names_file.schema)

    def _names_batch(self, number: int) -> Any:
        """A batch of the mapped file, which is asked for again and again."""
        batch = self._batches.get(number)
        if batch is None:
            batch = self._batches[number] = self._names_file.get_batch(number)
        return batch

    @cached_property
    def _batches(self) -> dict[int, Any]:
        return {}

    @cached_property
    def _names_file(self) -> Any:
        import pyarrow as pa

        return pa.ipc.open_file(pa.memory_map(str(self.folder / "name.arrow")))

    @cached_property
    def names_count(self) -> int:
        """How many names the part has of its own."""
        return len(np.load(self.folder / "kid.npy", mmap_mode="r"))

    def maybe(self, pins: np.ndarray) -> np.ndarray:
        """Which of the numbers may be somebody's; most of those that nobody has are told apart at once."""
        where = _spread(pins, len(self._bits) * 8)
        return (self._bits[where >> 3] >> (where & 7).astype(np.uint8)) & 1 == 1

    @cached_property
    def _bits(self) -> np.ndarray:
        return np.load(self.folder / "pin.bits.npy", mmap_mode="r")

    def people(self, positions: np.ndarray) -> np.ndarray:
        """Records (`PERSON`) of the people at `positions` (rising)."""
        return Pieces(self.folder / "person.npy").copy(positions)

    def living(self, pins: np.ndarray) -> np.ndarray:
        """Which of the numbers no later part has changed or taken away."""
        return ~np.isin(pins, self._changed) if self.later else np.ones(len(pins), bool)

    @cached_property
    def _changed(self) -> np.ndarray:
        return np.concatenate([np.load(folder / "changed.npy") for folder in self.later])
