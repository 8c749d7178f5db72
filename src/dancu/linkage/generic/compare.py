"""Grades the agreement of two values of one field in levels, for arrays of pairs at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dancu.linkage.generic.fields import INFO_MAX, Field

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class Level:
    """One grade of agreement. `rare` says that the shared value's rarity is the evidence against
    chance; otherwise chance is measured on random pairs. `start` is m before training. `weak`
    agreement often follows from another column (a year within a number, a commune within an address),
    so its chance is measured among rejected candidates as well."""

    name: str
    rare: bool
    start: float
    weak: bool = False


# Index 0 is always "missing": no evidence either way.
_MISSING = Level("missing", False, 0.0)
LEVELS: dict[str, tuple[Level, ...]] = {
    "name": (
        _MISSING,
        Level("equal", True, 0.60),
        Level("reordered", True, 0.05),
        Level("subset", True, 0.08),
        Level("similar", True, 0.12),
        Level("mostly", True, 0.06),
        Level("partly", True, 0.04),
        Level("different", False, 0.05),
    ),
    "text": (
        _MISSING,
        Level("equal", True, 0.60),
        Level("reordered", True, 0.05),
        Level("subset", True, 0.08),
        Level("similar", True, 0.12),
        Level("mostly", True, 0.06, weak=True),
        Level("partly", True, 0.04, weak=True),
        Level("different", False, 0.05),
    ),
    "code": (
        _MISSING,
        Level("equal", True, 0.75),
        Level("similar", False, 0.10),
        Level("head", True, 0.05, weak=True),
        Level("different", False, 0.10),
    ),
    "number": (
        _MISSING,
        Level("equal", True, 0.80),
        Level("similar", False, 0.08),
        Level("near", False, 0.04, weak=True),
        Level("different", False, 0.08),
    ),
    "date": (
        _MISSING,
        Level("equal", True, 0.80),
        Level("one_digit", False, 0.07),
        Level("swapped", False, 0.03),
        Level("same_day", False, 0.02, weak=True),
        Level("same_year", False, 0.04, weak=True),
        Level("near_year", False, 0.02, weak=True),
        Level("different", False, 0.02),
    ),
}
FOLLOWING_WORDS = 0.25


def levels_of(kind: str) -> tuple[Level, ...]:
    """The levels of a kind, best agreement first after `missing`."""
    return LEVELS[kind]


def grade(field: Field, left: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Level (int8) and shared information in bits (float32) of pairs of rows."""
    import numpy as np

    a, b = field.code[left], field.code[right]
    level = np.zeros(len(a), np.int8)
    info = np.zeros(len(a), np.float32)
    both = np.flatnonzero((a >= 0) & (b >= 0))
    if len(both) == 0:
        return level, info
    va, vb = a[both], b[both]
    inner = {"date": _dates, "code": _codes, "number": _numbers}.get(field.kind, _bags)
    lv, bits = inner(field, va, vb)
    level[both], info[both] = lv, np.minimum(bits, INFO_MAX)
    return level, info


def _codes(field: Field, a: np.ndarray, b: np.ndarray):
    import numpy as np

    level = np.full(len(a), 4, np.int8)
    bits = np.zeros(len(a), np.float32)
    head = field.heads[a] == field.heads[b]
    level[head] = 3
    bits[head] = field.head_info[field.heads[a[head]]]
    level[_typos(field, a, b)] = 2
    equal = a == b
    level[equal] = 1
    bits[equal] = field.info[a[equal]]
    return level, bits


def _numbers(field: Field, a: np.ndarray, b: np.ndarray):
    import numpy as np

    level = np.full(len(a), 4, np.int8)
    x, y = field.amount[a], field.amount[b]
    with np.errstate(invalid="ignore"):
        level[np.abs(x - y) <= 0.05 * np.maximum(np.abs(x), np.abs(y))] = 3
    level[_typos(field, a, b)] = 2
    equal = a == b
    level[equal] = 1
    return level, np.where(equal, field.info[a], 0).astype(np.float32)


def _typos(field: Field, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Positions of pairs that differ by one typing error (two in ten characters and more)."""
    import numpy as np
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import cpdist

    # One error changes at most two of the character counts by one; most pairs end here.
    apart = np.abs(field.letters[a] - field.letters[b]).sum(axis=1, dtype=np.int16)
    maybe = np.flatnonzero((a != b) & (apart <= 4))
    if len(maybe) == 0:
        return maybe
    left, right = a[maybe], b[maybe]
    far = cpdist(field.spelled[left], field.spelled[right], scorer=OSA.distance, score_cutoff=2, dtype=np.uint8)
    size = np.minimum(field.sizes[left], field.sizes[right])
    return maybe[(size >= 3) & (far <= np.where(size >= 10, 2, 1))]


def _dates(field: Field, a: np.ndarray, b: np.ndarray):
    import numpy as np

    x, y = field.digits[a], field.digits[b]
    off = x != y
    year, day = off[:, :4].sum(axis=1), off[:, 4:].sum(axis=1)
    coarse = field.coarse[a] | field.coarse[b]
    crossed = (x[:, 4:6] == y[:, 6:8]).all(axis=1) & (x[:, 6:8] == y[:, 4:6]).all(axis=1) & (year == 0)
    moved = np.zeros(len(a), bool)
    for i in range(7):
        moved |= (x[:, i] == y[:, i + 1]) & (x[:, i + 1] == y[:, i]) & off[:, i] & (year + day == 2)
    level = np.full(len(a), 7, np.int8)
    level[year == 1] = 6
    level[year == 0] = 5
    level[~coarse & (day == 0)] = 4
    level[~coarse & (crossed | moved | (year + day == 2))] = 3
    level[~coarse & (year + day == 1)] = 2
    equal = a == b
    level[equal] = 1
    return level, np.where(equal, field.info[a], 0).astype(np.float32)


def _bags(field: Field, a: np.ndarray, b: np.ndarray):
    """Sets of words: equal, reordered, subset, similar, mostly or partly shared, different."""
    import numpy as np

    level = np.full(len(a), 7, np.int8)
    bits = np.zeros(len(a), np.float32)
    equal = a == b
    folded = ~equal & ((field.same[a] == field.same[b]) | (field.shapes[a] == field.shapes[b]))
    level[equal], level[folded] = 1, 2
    whole = equal | folded
    bits[whole] = np.minimum(field.info[a[whole]], field.info[b[whole]])
    rest = np.flatnonzero(~whole)
    if len(rest):
        level[rest], bits[rest] = align(field, a[rest], b[rest])
    return level, bits


def align(field: Field, a: np.ndarray, b: np.ndarray):
    """Pairs the words of two values: equal words first, then typing errors."""
    import numpy as np

    from dancu.linkage.generic.variants import close_words

    x, y = field.tokens[a], field.tokens[b]
    width = x.shape[1]
    own = field.token_info
    info_x = np.where(x >= 0, own[np.maximum(x, 0)], 0)
    info_y = np.where(y >= 0, own[np.maximum(y, 0)], 0)
    hit_x, hit_y = np.zeros(x.shape, bool), np.zeros(y.shape, bool)
    for i in range(width):
        for j in range(width):
            same = (x[:, i] == y[:, j]) & (x[:, i] >= 0)
            hit_x[:, i] |= same
            hit_y[:, j] |= same
    gains = np.where(hit_x, info_x, 0)
    size_x, size_y = (x >= 0).sum(axis=1), (y >= 0).sum(axis=1)
    exact = hit_x.sum(axis=1)
    loose = np.zeros(len(a), np.int16)
    for i in range(width):
        for j in range(width):
            free = np.flatnonzero((x[:, i] >= 0) & (y[:, j] >= 0) & ~hit_x[:, i] & ~hit_y[:, j])
            if len(free) == 0:
                continue
            close, gain = close_words(field, x[free, i], y[free, j])
            rows = free[close]
            hit_x[rows, i] = hit_y[rows, j] = True
            gains[rows, i] = gain[close]
            loose[rows] += 1
    bits = gains.sum(axis=1)
    matched, short = exact + loose, np.minimum(size_x, size_y)
    share = bits / np.maximum(np.minimum(info_x.sum(axis=1), info_y.sum(axis=1)), 1e-6)
    level = np.where(matched == 0, 7, np.where(share >= 0.5, 5, 6))
    level = np.where((matched >= short) & (matched > 0), np.where(loose > 0, 4, 3), level)
    if field.kind == "text":
        # The words of a place or a trade follow from each other: the rarest counts in full, the rest little.
        rarest = gains.max(axis=1, initial=0)
        bits = rarest + FOLLOWING_WORDS * (bits - rarest)
    # Choosing which words agree gives chance several tries.
    ways = np.where(matched > 0, np.maximum(size_x, size_y) * np.where(matched < short, short, 1), 1)
    bits = np.where(level == 7, 0, np.maximum(bits - np.log2(np.maximum(ways, 1)), 0))
    return level.astype(np.int8), bits.astype(np.float32)
