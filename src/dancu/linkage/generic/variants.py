"""Decides when two different words stand for the same one, and how much that is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from dancu.linkage.generic.fields import Field

LENGTHS = 12
RANDOM_WORDS = 300_000


def close_words(field: Field, a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For pairs of word numbers: whether they are close, and the information in bits they share.

    Close is one typing error, two from eight letters on.
    """
    import numpy as np

    own = field.token_info
    gain = np.minimum(own[a], own[b])
    close = np.zeros(len(a), bool)
    maybe = np.flatnonzero(np.bitwise_count(field.token_marks[a] ^ field.token_marks[b]) <= 4)
    if len(maybe):
        typo, length = typing_errors(field, a[maybe], b[maybe])
        rows = maybe[typo]
        close[rows] = True
        if field.typo_bits is not None:
            gain[rows] = np.minimum(gain[rows], field.typo_bits[np.minimum(length[typo], LENGTHS - 1)])
    return close, gain


def typing_errors(field: Field, a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Whether each pair of words differs by a typing error, and the length of the shorter."""
    import numpy as np
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import cpdist

    left, right = field.token_texts[a], field.token_texts[b]
    far = cpdist(left, right, scorer=OSA.distance, score_cutoff=2, dtype=np.uint8)
    short = np.minimum(field.token_sizes[a], field.token_sizes[b])
    return (short >= 3) & (far <= np.where(short >= 8, 2, 1)), short


def measure_typo_chance(field: Field, seed: int) -> np.ndarray:
    """Bits of surprise of a typing-error agreement between random words, by length of the shorter.

    Returns LENGTHS floats. Words are drawn by how often they stand in the file.
    """
    import numpy as np

    bits = np.full(LENGTHS, 2.0, np.float32)
    if field.tokens is None or not len(field.token_texts):
        return bits
    draw = np.random.default_rng(seed)
    odds = np.cumsum(field.token_count) / field.token_count.sum()
    wanted = min(RANDOM_WORDS, 1000 * len(odds))
    pick = np.minimum(np.searchsorted(odds, draw.random((2, wanted))), len(odds) - 1)
    a, b = pick[0][pick[0] != pick[1]], pick[1][pick[0] != pick[1]]
    sizes = np.minimum(field.token_sizes, LENGTHS - 1)
    short = np.minimum(sizes[a], sizes[b])
    maybe = np.bitwise_count(field.token_marks[a] ^ field.token_marks[b]) <= 4
    close = np.zeros(len(a), bool)
    close[maybe] = typing_errors(field, a[maybe], b[maybe])[0]
    # A short word is compared with every word, so chance is counted over words of that length.
    drawn = np.bincount(short, minlength=LENGTHS) + 1.0
    met = np.bincount(short[close], minlength=LENGTHS) + 0.5
    return (-np.log2(met / drawn)).astype(np.float32)
