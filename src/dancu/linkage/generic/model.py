"""The Fellegi-Sunter model: how often levels occur among matches (m) and by chance (u), learned unlabelled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dancu.linkage.generic.blocks import COARSE
from dancu.linkage.generic.compare import levels_of
from dancu.linkage.generic.fields import Field

if TYPE_CHECKING:
    import numpy as np

ROUNDS = 25
# The weight, in pairs, of the starting values of m against what the file teaches.
START_PAIRS = 20.0
# Blocks teach m in full when at least this share of their pairs match.
FULL_TRUST = 0.1
WEIGHT_MIN, WEIGHT_MAX = -8.0, 26.0


@dataclass
class Model:
    """m, u and excess per field and level (index 0 = missing, unused) and log2 of the prior odds of a match.

    `excess`: bits by which a weak level is commoner among rejected candidates than by pure chance.
    """

    fields: list[Field]
    m: list[np.ndarray]
    u: list[np.ndarray]
    excess: list[np.ndarray]
    prior_bits: float

    def weights(self, number: int, level: np.ndarray, info: np.ndarray) -> np.ndarray:
        """Evidence in bits of one field for graded pairs; 0 where a value is missing."""
        kind = self.fields[number].kind
        return field_weights(kind, self.m[number], self.u[number], self.excess[number], level, info)


def field_weights(
    kind: str, m: np.ndarray, u: np.ndarray, excess: np.ndarray, level: np.ndarray, info: np.ndarray
) -> np.ndarray:
    """log2(m/u) of each pair, where u of a `rare` level is the chance of the very value shared."""
    import numpy as np

    rare = np.array([x.rare for x in levels_of(kind)])
    base = np.zeros(len(m))
    base[1:] = np.log2(m[1:]) - np.where(rare[1:], 0.0, np.log2(u[1:])) - excess[1:]
    bits = base[level] + np.where(rare[level], info, 0)
    return np.where(level == 0, 0.0, np.clip(bits, WEIGHT_MIN, WEIGHT_MAX)).astype(np.float32)


def start_m(kind: str) -> np.ndarray:
    """m before training."""
    import numpy as np

    m = np.array([x.start for x in levels_of(kind)])
    return m / m.sum()


def chance(level: np.ndarray, size: int) -> np.ndarray:
    """u from the levels of random pairs, smoothed by half a pair a level."""
    import numpy as np

    seen = np.bincount(level[level > 0], minlength=size)[:size].astype(float)
    u = (seen + 0.5) / (seen.sum() + 0.5 * (size - 1))
    u[0] = 0.0
    return u


def random_pairs(rows: int, split: int | None, wanted: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of different rows drawn evenly; across the two files where `split` rows are the left one."""
    import numpy as np

    draw = np.random.default_rng(seed)
    if split is None:
        left, right = draw.integers(0, rows, wanted), draw.integers(0, rows, wanted)
    else:
        left, right = draw.integers(0, max(split, 1), wanted), draw.integers(split, max(rows, split + 1), wanted)
    keep = (left != right) & (left < rows) & (right < rows)
    return left[keep], right[keep]


def learn(
    grades: list[tuple[np.ndarray, np.ndarray]],
    kinds: list[str],
    mask: np.ndarray,
    u: list[np.ndarray],
    *,
    rounds: int = ROUNDS,
) -> tuple[list[np.ndarray], list[np.ndarray], np.ndarray]:
    """m and excess of every field by expectation-maximisation, and the posterior of the sample's pairs.

    `grades` are (level, information) of the sample by field, `mask` the bit set of the fields that made the
    block of each pair. A pair teaches nothing about the fields it was chosen by: they are left out of its
    posterior and of the counts. Every mask has a prior of its own; m is shared. Blocks in which matches are
    rare count less, and coarse ones not at all: what agrees there (relatives in one house, numbers that
    contain the year) is not what makes a match.
    """
    import numpy as np

    m, excess = [start_m(k) for k in kinds], [np.zeros(len(levels_of(k))) for k in kinds]
    rules, rule = np.unique(mask, return_inverse=True)
    pairs = np.maximum(np.bincount(rule, minlength=len(rules)), 1)
    prior = np.full(len(rules), 0.3)
    posterior = np.zeros(len(mask))
    for _ in range(rounds):
        bits = np.log2(prior / (1 - prior))[rule] if len(rules) else posterior
        for number, (level, info) in enumerate(grades):
            free = (mask >> number & 1) == 0
            weights = field_weights(kinds[number], m[number], u[number], excess[number], level, info)
            bits = bits + np.where(free, weights, 0)
        posterior = 1 / (1 + np.exp2(-np.clip(bits, -60, 60)))
        found = np.bincount(rule, weights=posterior, minlength=len(rules))
        prior = np.clip((found + 0.1) / (pairs + 1), 1e-6, 0.999)
        trust = np.where(rules & COARSE, 0.0, np.minimum(prior / FULL_TRUST, 1.0))
        for number, (level, _) in enumerate(grades):
            use = ((mask >> number & 1) == 0) & (level > 0)
            m[number], excess[number] = _counted(
                kinds[number], level[use], posterior[use], (posterior * trust[rule])[use], u[number]
            )
    return m, excess, posterior


def _counted(kind: str, level: np.ndarray, posterior: np.ndarray, trusted: np.ndarray, u: np.ndarray):
    """m of one field from its pairs, and by how many bits its weak levels exceed chance among non-matches."""
    import numpy as np

    size = len(u)
    m = np.bincount(level, weights=trusted, minlength=size) + START_PAIRS * start_m(kind)
    m[0] = 0.0
    against = np.bincount(level, weights=1 - posterior, minlength=size)
    against[0] = 0.0
    share = against / max(against.sum(), 1.0)
    weak = np.array([x.weak for x in levels_of(kind)])
    excess = np.zeros(size)
    excess[weak] = np.maximum(np.log2(np.maximum(share[weak], 1e-9) / u[weak]), 0)
    return m / m.sum(), excess


def prior_from(bits: np.ndarray, pairs_total: float, *, rounds: int = 30) -> float:
    """log2 prior odds at which the expected number of matches equals the sum of the posteriors.

    `bits` is the evidence of the candidate pairs without a prior; all other pairs count as non-matches.
    """
    import numpy as np

    prior = -np.log2(max(pairs_total, 2.0)) / 2
    for _ in range(rounds):
        expected = float((1 / (1 + np.exp2(-np.clip(bits + prior, -60, 60)))).sum()) + 0.5
        share = min(expected / max(pairs_total, 2.0), 0.5)
        prior = float(np.log2(share / (1 - share)))
    return prior
