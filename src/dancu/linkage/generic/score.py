"""Weighs every candidate pair in bounded portions, leaving a pair as soon as it cannot matter any more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dancu.linkage.generic.blocks import pairs_of
from dancu.linkage.generic.compare import grade, levels_of
from dancu.linkage.generic.model import Model, prior_from

if TYPE_CHECKING:
    import numpy as np

# Pairs this many bits below an even chance still count when groups are averaged; weaker ones are dropped.
KEEP_BELOW = 6.0
PORTION = 250_000
# Cheap comparisons first: they spare most pairs the comparison of words.
_COST = {"date": 0, "code": 1, "number": 1, "text": 2, "name": 3}


@dataclass(frozen=True)
class Scored:
    """Pairs of row numbers (from 0; in a link the right file's rows follow the left's) and evidence in bits.

    `bits` includes the prior: 0 is an even chance.
    """

    left: np.ndarray
    right: np.ndarray
    bits: np.ndarray


def score(model: Model, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Evidence in bits with the model's prior, for pairs of row numbers."""
    import numpy as np

    bits = np.full(len(left), model.prior_bits, np.float32)
    for start in range(0, len(left), PORTION):
        part = slice(start, start + PORTION)
        for number, field in enumerate(model.fields):
            level, info = grade(field, left[part], right[part])
            bits[part] += model.weights(number, level, info)
    return bits


def score_all(
    con, model: Model, *, rows: int, split: int | None, tell: Callable[[str, int, int], None]
) -> tuple[Scored, int]:
    """Scores every blocked pair, sets the model's prior from the result; also the number compared."""
    from concurrent.futures import ThreadPoolExecutor

    import numpy as np

    floor = np.log2(max(rows, 2)) - KEEP_BELOW
    plan = _Plan(model)
    parts, compared = [_nothing()], 0
    with ThreadPoolExecutor(2) as pool:
        for left, right, done in pairs_of(con, rows, split):
            cuts = [slice(s, s + PORTION) for s in range(0, len(left), PORTION)]
            parts += pool.map(plan.above, [left[c] for c in cuts], [right[c] for c in cuts], [floor] * len(cuts))
            compared += len(left)
            tell("compare", done, rows)
    left, right, bits = (np.concatenate([p[i] for p in parts]) for i in range(3))
    order = np.lexsort((right, left))  # the database returns pairs in any order
    left, right, bits = left[order], right[order], bits[order]
    total = rows * (rows - 1) / 2 if split is None else float(split) * (rows - split)
    model.prior_bits = prior_from(bits, total)
    bits += np.float32(model.prior_bits)
    keep = bits > -KEEP_BELOW
    return Scored(left[keep], right[keep], bits[keep]), compared


def _nothing():
    import numpy as np

    return np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, np.float32)


class _Plan:
    """The order of the comparisons and the most that each can still add to a pair."""

    def __init__(self, model: Model):
        self.model = model
        self.order = sorted(range(len(model.fields)), key=lambda i: (_COST[model.fields[i].kind], i))
        self.most = {i: self._most(i) for i in self.order}

    def _most(self, number: int) -> np.ndarray:
        """Over rows: a bound of the evidence of one field; 0 where the value is missing."""
        import numpy as np

        field, m, u = self.model.fields[number], self.model.m[number], self.model.u[number]
        kinds = levels_of(field.kind)
        rare = [np.log2(m[i]) for i, x in enumerate(kinds) if i and x.rare]
        plain = [np.log2(m[i] / u[i]) for i, x in enumerate(kinds) if i and not x.rare]
        bound = np.maximum(field.most + np.float32(max(rare)), np.float32(max(plain)))
        return np.where(field.code >= 0, bound[field.code], 0).astype(np.float32)

    def above(self, left: np.ndarray, right: np.ndarray, floor: float):
        """The pairs whose evidence without the prior exceeds `floor`: (left, right, bits)."""
        import numpy as np

        bits = np.zeros(len(left), np.float32)
        for at, number in enumerate(self.order):
            level, info = grade(self.model.fields[number], left, right)
            bits += self.model.weights(number, level, info)
            open_bits = np.zeros(len(left), np.float32)
            for later in self.order[at + 1 :]:
                a, b = self.most[later][left], self.most[later][right]
                open_bits += np.where((a != 0) & (b != 0), np.maximum(np.minimum(a, b), 0), 0)
            keep = bits + open_bits > floor
            left, right, bits = left[keep], right[keep], bits[keep]
        return left.astype(np.int32), right.astype(np.int32), bits
