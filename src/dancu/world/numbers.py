"""Numbers a state gives out: unique, spread as if by chance, and computable block by block without a shared counter.

A personal number is province (3 digits), century and sex (1), birth year (2) and six more. Each block of people owns
every `blocks`-th place of a cell's million, and a keyed bijection (Feistel rounds on two digits of radix 1000)
scatters the places, so equal numbers cannot happen and yet a mistyped digit now and then hits a living stranger.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

CELL = 1_000_000
COMPACT_CELLS = 40_000
_ROUNDS = 4
_OLD_ID_SPACE = {2: (10_000, 1_000), 3: (1_000, 1_000)}

# Issuing prefixes of the 9-digit identity card (domain notes; partly general knowledge: a weak hint only).
OLD_ID_PREFIX = {
    "001": "01", "002": "07", "004": "08", "006": "095", "008": "07", "010": "06", "011": "04", "012": "04",
    "014": "05", "015": "06", "017": "11", "019": "09", "020": "08", "022": "10", "024": "12", "025": "13",
    "026": "13", "027": "12", "030": "14", "031": "03", "033": "14", "034": "15", "035": "16", "036": "16",
    "037": "16", "038": "17", "040": "18", "042": "18", "044": "19", "045": "19", "046": "19", "048": "20",
    "049": "20", "051": "21", "052": "21", "054": "22", "056": "22", "058": "26", "060": "26", "062": "233",
    "064": "230", "066": "24", "067": "24", "068": "25", "070": "285", "072": "29", "074": "281", "075": "27",
    "077": "27", "079": "02", "080": "30", "082": "31", "083": "32", "084": "33", "086": "33", "087": "34",
    "089": "35", "091": "37", "092": "36", "093": "36", "094": "36", "095": "38", "096": "38",
}  # fmt: skip
# Đồng Nai and Bà Rịa - Vũng Tàu both issued these 50,000 numbers (271450001 to 271500000).
DOUBLE_ISSUED = (271_450_001, 50_000)


def mix(values: np.ndarray, key: int) -> np.ndarray:
    """A 64-bit finaliser (Murmur3 constants): equal input and key give equal output on every machine."""
    x = values.astype(np.uint64) ^ np.uint64(key & 0xFFFFFFFFFFFFFFFF)
    x ^= x >> np.uint64(33)
    x *= np.uint64(0xFF51AFD7ED558CCD)
    x ^= x >> np.uint64(33)
    x *= np.uint64(0xC4CEB9FE1A85EC53)
    x ^= x >> np.uint64(33)
    return x


def _round_key(cell: np.ndarray, half: np.ndarray, key: int, step: int, radix: int) -> np.ndarray:
    return (mix(cell * 8191 + half, key + step * 0x9E3779B97F4A7C15) % np.uint64(radix)).astype(np.int64)


def scatter(place: np.ndarray, cell: np.ndarray, key: int, *, radices: tuple[int, int] = (1000, 1000)) -> np.ndarray:
    """Place 0..a*b-1 of a cell to a pseudo-random one; one-to-one for every cell and key."""
    a, b = radices
    left, right = place // b, place % b
    for step in range(_ROUNDS):
        left = (left + _round_key(cell, right, key, 2 * step, a)) % a
        right = (right + _round_key(cell, left, key, 2 * step + 1, b)) % b
    return left * b + right


def gather(value: np.ndarray, cell: np.ndarray, key: int, *, radices: tuple[int, int] = (1000, 1000)) -> np.ndarray:
    """The inverse of `scatter`."""
    a, b = radices
    left, right = value // b, value % b
    for step in reversed(range(_ROUNDS)):
        right = (right - _round_key(cell, left, key, 2 * step + 1, b)) % b
        left = (left - _round_key(cell, right, key, 2 * step, a)) % a
    return left * b + right


def rank_in_group(group: np.ndarray) -> np.ndarray:
    """0, 1, 2 … within equal values of `group`, in order of appearance."""
    order = np.argsort(group, kind="stable")
    ordered = group[order]
    new = np.r_[True, ordered[1:] != ordered[:-1]]
    start = np.maximum.accumulate(np.where(new, np.arange(len(group)), 0))
    rank = np.empty(len(group), dtype=np.int64)
    rank[order] = np.arange(len(group)) - start
    return rank


@dataclass(frozen=True)
class Numbering:
    """Who may give out which numbers: lane `lane` of `lanes`, all from one `seed`."""

    seed: int
    lane: int
    lanes: int

    def pins(self, province: np.ndarray, year: np.ndarray, female: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Unused numbers as integers, and how many each compact cell gave out; call once per lane for everybody."""
        cell = cell_of(province, year, female)
        place = rank_in_group(cell) * self.lanes + self.lane
        if len(place) and place.max() >= CELL:
            raise AssertionError("a cell of a million numbers is full")
        home = cell[province < 100]
        used = np.bincount(compact(home), minlength=COMPACT_CELLS).astype(np.uint16)
        return cell * CELL + scatter(place, cell, self.seed), used

    def old_ids(self, prefixes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """9-digit numbers for issuing prefixes (2 or 3 digits as integers with their length); about unique."""
        out = np.zeros(len(prefixes), dtype=np.int64)
        for width, radices in _OLD_ID_SPACE.items():
            rows = np.flatnonzero((prefixes >= 1000) == (width == 3))
            prefix = prefixes[rows] % 1000
            space = radices[0] * radices[1]
            place = (rank_in_group(prefix) * self.lanes + self.lane) % space
            out[rows] = prefix * space + scatter(place, prefix, self.seed + 9, radices=radices)
        twice = np.flatnonzero((prefixes == 27) & (rng.random(len(prefixes)) < 0.012))
        start, count = DOUBLE_ISSUED
        out[twice] = start + rng.integers(0, count, len(twice))
        return out


def cell_of(province: np.ndarray, year: np.ndarray, female: np.ndarray) -> np.ndarray:
    """The first six digits as an integer: province, century and sex, two digits of the year."""
    century = np.where(year >= 2000, 2, 0) + female.astype(np.int64)
    return province.astype(np.int64) * 1000 + century * 100 + year % 100


def compact(cell: np.ndarray) -> np.ndarray:
    """Cells of provinces below 100 and of births up to 2099 as 0..39,999."""
    return cell // 1000 * 400 + cell % 1000


def taken(values: np.ndarray, counts: np.ndarray, *, seed: int, lanes: int) -> np.ndarray:
    """Whether numbers are in the register; `counts[lane, compact cell]` says how many a lane gave out."""
    cell, rest = values // CELL, values % CELL
    known = (values >= 0) & (cell < 100_000) & (cell % 1000 < 400)
    cell = np.where(known, cell, 0)
    place = gather(rest, cell, seed)
    lane = place % lanes
    known &= lane < len(counts)
    return known & (place // lanes < counts[np.where(known, lane, 0), compact(cell)])


def digits(values: np.ndarray, width: int, *, missing: np.ndarray | None = None) -> pa.Array:
    """Integers as zero-padded text of `width` digits; rows where `missing` is true become null."""
    n = len(values)
    text = np.empty((n, width), dtype=np.uint8)
    rest = values.astype(np.int64)
    for place in range(width - 1, -1, -1):
        rest, digit = np.divmod(rest, 10)
        text[:, place] = digit + 48
    offsets = np.arange(0, (n + 1) * width, width, dtype=np.int32)
    array = pa.StringArray.from_buffers(n, pa.py_buffer(offsets), pa.py_buffer(text))
    if missing is None or not missing.any():
        return array
    import pyarrow.compute as pc

    return pc.if_else(pa.array(missing), pa.scalar(None, pa.string()), array)
