"""Joins scored pairs into groups by average linkage, so that one false pair cannot chain two people."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

Scorer = Callable[["np.ndarray", "np.ndarray"], "np.ndarray"]

# One pair's say is limited both ways, or a single certain pair would outvote ten doubtful ones.
AGAINST, IN_FAVOUR = -4.0, 8.0
# Members of a large group that stand for it when two groups are compared.
SPOKESMEN = 40
ROUNDS_MAX = 2000


def components(rows: int, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """The smallest row number reachable from each row over the given pairs."""
    import numpy as np

    label = np.arange(rows)
    while True:
        low = np.minimum(label[left], label[right])
        new = label.copy()
        np.minimum.at(new, label[left], low)
        np.minimum.at(new, label[right], low)
        while (new[new] != new).any():
            new = new[new]
        if (new == label).all():
            return label
        label = new


def average_link(
    rows: int, left: np.ndarray, right: np.ndarray, bits: np.ndarray, score: Scorer, *, threshold: float = 0.0
) -> np.ndarray:
    """Groups of rows: label[row] = smallest row of its group.

    Exact average linkage over limited evidence, in rounds: groups that are each other's best are joined
    together (average linkage is reducible, so the order does not matter). A mean over the pairs known
    so far is a promise only; before two groups join, all pairs between them are scored by `score`.
    Work is bounded: pairs outside `left`/`right` are scored only for groups about to join.
    """
    import numpy as np

    label = np.arange(rows)
    size = np.ones(rows, np.int64)
    a, b, total = left.astype(np.int64), right.astype(np.int64), np.clip(bits, AGAINST, IN_FAVOUR).astype(float)
    known = np.ones(len(a), np.int64)
    sure = np.ones(len(a), bool)
    for _ in range(ROUNDS_MAX):
        mean = total / known
        pick = _mutual(rows, a, b, mean, threshold)
        if len(pick) == 0:
            break
        open_ones = pick[~sure[pick]]
        if len(open_ones):
            total[open_ones], known[open_ones] = _ask(label, a[open_ones], b[open_ones], score)
            sure[open_ones] = True
            pick = pick[np.isin(pick, open_ones, invert=True)]
            if len(pick) == 0:
                continue
        into = np.arange(rows)
        into[b[pick]] = a[pick]
        np.add.at(size, a[pick], size[b[pick]])
        label = into[label]
        a, b, total, known, sure = _merged(into, a, b, total, known, sure, size)
    return label


def _mutual(rows: int, a, b, mean, threshold) -> np.ndarray:
    """Edges above the threshold that are the best of both their ends; ties go to the smaller numbers."""
    import numpy as np

    good = np.flatnonzero(mean > threshold)
    order = good[np.lexsort((b[good], a[good], -mean[good]))]
    rank = np.arange(len(order))
    best = np.full(rows, len(order), np.int64)
    np.minimum.at(best, a[order], rank)
    np.minimum.at(best, b[order], rank)
    return order[(best[a[order]] == rank) & (best[b[order]] == rank)]


def _merged(into, a, b, total, known, sure, size):
    """Edges after groups were renamed: parallel ones added up, inner ones dropped."""
    import numpy as np

    a, b = into[a], into[b]
    low, high = np.minimum(a, b), np.maximum(a, b)
    outer = low != high
    key = low[outer] * len(into) + high[outer]
    keys, place = np.unique(key, return_inverse=True)
    count = len(keys)
    total = np.bincount(place, weights=total[outer], minlength=count)
    known = np.bincount(place, weights=known[outer], minlength=count).astype(np.int64)
    all_sure = np.bincount(place, weights=~sure[outer], minlength=count) == 0
    a, b = keys // len(into), keys % len(into)
    whole = np.minimum(size[a], SPOKESMEN) * np.minimum(size[b], SPOKESMEN)
    return a, b, total, known, all_sure & (known >= whole)


def _ask(label, a, b, score: Scorer):
    """Sum and number of the evidence between the members of groups a[i] and b[i]."""
    import numpy as np

    wanted = np.unique(np.concatenate([a, b]))
    members = np.flatnonzero(np.isin(label, wanted))
    order = members[np.argsort(label[members], kind="stable")]
    start = np.searchsorted(label[order], wanted)
    end = np.searchsorted(label[order], wanted, side="right")
    ia, ib = np.searchsorted(wanted, a), np.searchsorted(wanted, b)
    na = np.minimum(end[ia] - start[ia], SPOKESMEN)
    nb = np.minimum(end[ib] - start[ib], SPOKESMEN)
    pairs = na * nb
    owner = np.repeat(np.arange(len(a)), pairs)
    inner = np.arange(len(owner)) - np.repeat(np.cumsum(pairs) - pairs, pairs)
    left = order[start[ia][owner] + inner // nb[owner]]
    right = order[start[ib][owner] + inner % nb[owner]]
    bits = np.clip(score(left, right), AGAINST, IN_FAVOUR)
    return np.bincount(owner, weights=bits, minlength=len(a)), pairs
