"""Holds one kind of evidence for all rows: distinct values coded once, with their frequencies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dancu.linkage.generic.fold import (
    code_head,
    code_text,
    date_digits,
    date_order,
    is_nothing,
    plain,
    unaccented,
    words,
)

if TYPE_CHECKING:
    import numpy as np

TOKENS_MAX = 6
INFO_MAX = 26.0
# A month-day carried by this share of all dates is a default (1 January), not a birthday.
DEFAULT_DAY_SHARE, DEFAULT_DAY_ROWS = 0.02, 500


@dataclass
class Field:
    """One comparison. Arrays over rows: `code` (index of the distinct value, -1 missing). Arrays over
    distinct values: `count`, `info` (bits of surprise of agreeing on it), `most` (a bound
    of the bits any agreement with it can give) and those of the kind."""

    name: str
    kind: str
    columns: tuple[str, ...]
    code: np.ndarray
    texts: list[str]
    count: np.ndarray
    info: np.ndarray
    most: np.ndarray
    same: np.ndarray
    tokens: np.ndarray | None = None
    token_texts: np.ndarray | None = None
    token_marks: np.ndarray | None = None
    token_sizes: np.ndarray | None = None
    token_info: np.ndarray | None = None
    token_count: np.ndarray | None = None
    bag: np.ndarray | None = None
    heads: np.ndarray | None = None
    head_info: np.ndarray | None = None
    shapes: np.ndarray | None = None
    spelled: np.ndarray | None = None
    letters: np.ndarray | None = None
    sizes: np.ndarray | None = None
    digits: np.ndarray | None = None
    coarse: np.ndarray | None = None
    amount: np.ndarray | None = None
    typo_bits: np.ndarray | None = None

    @property
    def known(self) -> int:
        """Number of rows that have a value."""
        return int((self.code >= 0).sum())


def surprise(count: np.ndarray, total: int) -> np.ndarray:
    """Bits of surprise when two records share a value held by `count` of `total` rows.

    The two records themselves are left out, so that a small file is not blind: a value only they hold
    counts as seen half a time.
    """
    import numpy as np

    left_out = np.maximum(count - 2.0, 0.0) + 0.5
    return np.clip(-np.log2(left_out / (total + 1.0)), 0.0, INFO_MAX).astype(np.float32)


def build(name: str, kind: str, columns: tuple[str, ...], column) -> Field:
    """A field from an Arrow array or chunked array of texts (one per row, null = missing)."""
    import numpy as np
    import pyarrow as pa

    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    coded = array.dictionary_encode()
    raw = coded.dictionary.to_pylist()
    forms = _forms(kind, raw)
    index: dict[str, int] = {}
    numbered = [-1 if f is None else index.setdefault(f, len(index)) for f in forms]
    to_value = np.array([*numbered, -1], np.int32)
    rows = coded.indices.fill_null(len(raw)).to_numpy(zero_copy_only=False).astype(np.int64)
    code = to_value[rows]
    texts = list(index)
    count = np.bincount(code[code >= 0], minlength=len(texts)).astype(np.float64)
    known = int(count.sum())
    info = surprise(count, known)
    made = Field(name, kind, columns, code, texts, count, info, info, np.arange(len(texts)))
    {"code": _add_code, "number": _add_number, "date": _add_date}.get(kind, _add_bag)(made)
    return made


def _forms(kind: str, raw: list[str | None]) -> list[str | None]:
    if kind == "date":
        order = date_order([v for v in raw[:5000] if v])
        return [date_digits(v, order) if v else None for v in raw]
    if kind == "code":
        return [None if not v or is_nothing(v) else _code(v) for v in raw]
    return [None if not v or is_nothing(v) else plain(v) for v in raw]


def _code(value: str) -> str | None:
    text = code_text(value)
    # A long number loses its leading zero in a spreadsheet; without them both spellings are equal.
    return (text.lstrip("0") if text.isdigit() and len(text) >= 9 else text) or None


def char_marks(texts: list[str]) -> np.ndarray:
    """A 64-bit set of the characters of each text; d edits change at most 2·d bits of it."""
    import numpy as np

    def mark(text: str) -> int:
        bits = 0
        for char in text:
            bits |= 1 << (ord(char) * 0x9E3779B1 >> 4 & 63)
        return bits

    return np.array([mark(t) for t in texts], np.uint64) if texts else np.zeros(0, np.uint64)


def mix(values: np.ndarray) -> np.ndarray:
    """A well-spread 64-bit hash of unsigned integers, equal on every machine."""
    import numpy as np

    with np.errstate(over="ignore"):
        x = values.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return x ^ (x >> np.uint64(31))


def _group_count(keys: np.ndarray, count: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    import numpy as np

    _, inverse = np.unique(keys, return_inverse=True)
    return inverse, np.bincount(inverse, weights=count) if len(keys) else count


def _add_bag(made: Field) -> None:
    """Tokens of each distinct value, rarest first, with the document frequency of every token."""
    import numpy as np

    vocabulary: dict[str, int] = {}
    squeezed: dict[str, int] = {}
    lists, shapes = [], []
    for text in made.texts:
        found = words(text)
        lists.append([vocabulary.setdefault(w, len(vocabulary)) for w in dict.fromkeys(found)])
        shapes.append(squeezed.setdefault("".join(found), len(squeezed)))
    width = max((len(x) for x in lists), default=1)
    tokens = np.full((len(lists), max(width, 1)), -1, np.int32)
    for row, items in enumerate(lists):
        tokens[row, : len(items)] = items
    known = int(made.count.sum())
    held = tokens >= 0
    weights = np.repeat(made.count, held.sum(axis=1))
    made.token_count = np.bincount(tokens[held], weights=weights, minlength=len(vocabulary))
    made.token_info = surprise(made.token_count, known)
    made.token_texts = np.array(list(vocabulary), dtype=object)
    made.token_marks = char_marks(list(vocabulary))
    made.token_sizes = np.array([len(w) for w in vocabulary], np.int32)
    with np.errstate(over="ignore"):
        made.bag = np.where(held, mix(tokens.astype(np.int64)), np.uint64(0)).sum(axis=1, dtype=np.uint64)
    made.same, same_count = _group_count(made.bag, made.count)
    rarity = np.where(held, -made.token_info[np.maximum(tokens, 0)], 99.0)
    order = np.argsort(rarity, axis=1, kind="stable")[:, :TOKENS_MAX]
    made.tokens = np.take_along_axis(tokens, order, axis=1)
    total = np.where(made.tokens >= 0, made.token_info[np.maximum(made.tokens, 0)], 0).sum(axis=1)
    made.most = np.minimum(total, INFO_MAX).astype(np.float32)
    made.info = np.minimum(total, surprise(same_count, known)[made.same]).astype(np.float32)
    made.shapes = np.array(shapes, np.int32)
    made.texts = []  # compared by word from here on


def _add_code(made: Field) -> None:
    import numpy as np

    heads: dict[str, int] = {}
    made.heads = np.array([heads.setdefault(code_head(t), len(heads)) for t in made.texts], np.int32)
    held = np.bincount(made.heads, weights=made.count, minlength=len(heads)) if made.texts else made.count
    made.head_info = surprise(held, int(made.count.sum()))
    made.most = np.maximum(made.info, made.head_info[made.heads]) if made.texts else made.info
    _add_letters(made)


def _add_letters(made: Field) -> None:
    """Character counts in sixteen classes (each digit its own), which tell most different codes apart."""
    import numpy as np

    made.spelled = np.array(made.texts, dtype=object)
    made.sizes = np.array([len(t) for t in made.texts], np.int32)
    made.letters = np.zeros((len(made.texts), 16), np.int8)
    known = {}
    for row, text in enumerate(made.texts):
        at = [known.setdefault(c, int(c) if "0" <= c <= "9" else 10 + ord(c) % 6) for c in text[:100]]
        made.letters[row] = np.bincount(at, minlength=16) if at else 0


def _add_number(made: Field) -> None:
    import numpy as np

    def amount(text: str) -> float:
        try:
            return float(unaccented(text).replace(" ", "").replace(",", "."))
        except ValueError:
            return float("nan")

    made.amount = np.array([amount(t) for t in made.texts], np.float64)
    _add_letters(made)


def _add_date(made: Field) -> None:
    import numpy as np

    made.digits = np.array([[int(c) for c in t] for t in made.texts], np.int8).reshape(-1, 8)
    days = np.array([int(t[4:]) for t in made.texts], np.int32)
    held = np.bincount(days, weights=made.count, minlength=10000)
    common = held > DEFAULT_DAY_SHARE * max(made.count.sum(), DEFAULT_DAY_ROWS)
    made.coarse = common[days] | (days % 100 == 0) if len(days) else np.zeros(0, bool)
