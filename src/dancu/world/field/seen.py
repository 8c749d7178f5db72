"""Names an error by what a reader of the row sees, whatever caused it: the codes of names and of dates."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import numpy as np
from rapidfuzz.distance import Levenshtein

from dancu.world.chunk import Chunk
from dancu.world.inject.name import fold
from dancu.world.pyramid import TODAY

_SLASHED = re.compile(r"[0-9]{2}/[0-9]{2}/[0-9]{4}")
Edit = Callable[[str, int], str]


def rename(chunk: Chunk, rows: np.ndarray, edit: Edit, *, far: str, sure: bool = False) -> np.ndarray:
    """Change names and mark them: only marks differ, one letter differs, or more (`far`; doubted unless `sure`)."""
    before = chunk.cells["name"].copy()
    changed = chunk.change("name", rows, edit)
    after = chunk.cells["name"]
    apart = np.array([Levenshtein.distance(fold(before[r]), fold(after[r])) for r in changed.tolist()], dtype=np.int64)
    chunk.mark(changed[apart == 0], "diacritics")
    chunk.mark(changed[apart == 1], "typo_1")
    chunk.mark(changed[apart > 1], far)
    if not sure:
        chunk.doubt(changed[apart > 1])
    return changed


def redate(chunk: Chunk, rows: np.ndarray, edit: Edit) -> np.ndarray:
    """Change whole dates dd/mm/yyyy into other whole dates and mark what the two look like side by side."""
    before = chunk.cells["birth_date"].copy()
    changed = chunk.change("birth_date", whole(chunk, rows), edit)
    after = chunk.cells["birth_date"]
    by_code: dict[str, list[int]] = {}
    for row in changed.tolist():
        by_code.setdefault(date_code(before[row], after[row]), []).append(row)
    for code, found in by_code.items():
        chunk.mark(np.array(found, dtype=np.int64), code)
    return changed


def date_code(right: str, wrong: str) -> str:
    """The code of one whole date dd/mm/yyyy standing where another should."""
    if right[6:] == wrong[6:]:
        if wrong[:5] == "01/01":
            return "default_birthday"
        if wrong[:5] == right[3:5] + "/" + right[:2]:
            return "day_month_swapped"
    return "date_typo" if digits_apart(right, wrong) == 1 else "different_date"


def digits_apart(a: str, b: str) -> int:
    """In how many places two texts of one length differ."""
    return sum(x != y for x, y in zip(a, b, strict=True))


def real_date(text: str) -> bool:
    """dd/mm/yyyy is a day on which somebody alive may be born."""
    try:
        day = date(int(text[6:]), int(text[3:5]), int(text[:2]))
    except ValueError:
        return False
    return date(1905, 1, 1) <= day <= TODAY


def whole(chunk: Chunk, rows: np.ndarray) -> np.ndarray:
    """Of `rows`, those whose birth date is dd/mm/yyyy and a real day."""
    cells = chunk.cells["birth_date"]
    keep = [r for r in rows.tolist() if _SLASHED.fullmatch(cells[r]) and real_date(cells[r])]
    return np.array(keep, dtype=np.int64)


def plain(chunk: Chunk, rows: np.ndarray) -> np.ndarray:
    """Of `rows`, those whose number is still twelve bare digits."""
    cells = chunk.cells["pin"]
    return np.array([r for r in rows.tolist() if len(cells[r]) == 12 and cells[r].isdigit()], dtype=np.int64)


def like(pattern: str, word: str) -> str:
    """`word` in the case of `pattern`: ALL, First or none."""
    if pattern.isupper() and len(pattern) > 1:
        return word.upper()
    return word[:1].upper() + word[1:] if pattern[:1].isupper() else word
