"""Finds the header of a table below its title rows, and joins one of several rows into a caption a column."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dancu.linkage.intake.columns.caption import PARTS, Meaning, couple, fold, meaning
from dancu.linkage.intake.sheets.book import Merge
from dancu.linkage.intake.source import GROUP_SIGN

LOOK_AT_ROWS = 40
"""Rows from the top in which a header may stand."""
MAX_HEIGHT = 3

_DATA = re.compile(r"\d{5,}|\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2,4}|\d{4}-\d\d-\d\d|^\d{3,}$")
_COLUMN_NUMBER = re.compile(r"[(\[]?\s*(?:\d{1,2}|[A-Z])\s*[)\]]?\s*(?:=[\d()\[\] +\-x*=]*)?$")

Rows = Sequence[Sequence[str | None]]


@dataclass(frozen=True)
class Header:
    """Where the header stands among the rows looked at, and the caption of each column ("" for none)."""

    captions: tuple[str, ...]
    first_data: int
    """Index of the row after the header (and after the row of column numbers)."""
    known: int
    """Distinct meanings recognised in it."""


def cell(row: Sequence[str | None], i: int) -> str:
    """Text of a cell on one line, "" where there is none."""
    return " ".join((row[i] or "").split()) if i < len(row) else ""


def _headerish(row: Sequence[str | None]) -> bool:
    texts = [cell(row, i) for i in range(len(row))]
    filled = [text for text in texts if text]
    if not filled or any(_DATA.search(text) or len(text) > 150 for text in filled):
        return False
    return any(any(char.isalpha() for char in text) for text in filled)


def is_column_numbers(row: Sequence[str | None]) -> bool:
    """A row such as (1) (2) (3), or A B 1 2 3, under the header: ascending marks and nothing else."""
    filled = [cell(row, i) for i in range(len(row)) if cell(row, i)]
    if len(filled) < 3 or not all(_COLUMN_NUMBER.match(text) for text in filled):
        return False
    numbers = [int(found[0]) for text in filled if (found := re.search(r"\d+", text))]
    bracketed = all(text[0] in "([" for text in filled)
    return numbers == sorted(set(numbers)) and (bracketed or len(numbers) >= 2 and numbers[0] <= 2)


def joined(rows: Rows, start: int, height: int, merges: Sequence[Merge] = (), top: int = 1) -> list[str]:
    """One caption a column from `height` rows; `top` is the sheet's row number of `rows[0]` for the merges.

    A group caption reaches over the blank cells to its right where something stands below them; merged ranges
    say it exactly where they are known.
    """
    block = [
        [cell(row, i) for i in range(_width(rows[start : start + height]))]
        for row in rows[start : start + height]
    ]
    for merge in merges:
        if merge.left == merge.right:
            continue
        for i in range(max(merge.top - top - start, 0), min(merge.bottom - top - start, height - 1) + 1):
            first = merge.top - top - start
            if 0 <= first < height and i == first and merge.left < len(block[i]):
                for j in range(merge.left + 1, min(merge.right, len(block[i]) - 1) + 1):
                    block[i][j] = block[i][j] or block[i][merge.left]
    for i in range(height - 1):
        for j in range(1, len(block[i])):
            below = any(block[k][j] for k in range(i + 1, height))
            left_below = any(block[k][j - 1] for k in range(i + 1, height))
            if not block[i][j] and below and left_below:
                block[i][j] = block[i][j - 1]
    captions = []
    for j in range(len(block[0])):
        parts: list[str] = []
        for row in block:
            if row[j] and row[j] not in parts:
                parts.append(row[j])
        captions.append(GROUP_SIGN.join(parts))
    return captions


def _width(rows: Rows) -> int:
    return max((i + 1 for row in rows for i in range(len(row)) if cell(row, i)), default=0)


def _known(captions: Sequence[str], wanted: frozenset[str]) -> tuple[int, int]:
    """(distinct meanings that lead to a field, distinct meanings understood at all)."""
    fields: set[tuple] = set()
    others: set[str] = set()
    pairs = couple(captions)
    for i, caption in enumerate(captions):
        found: Meaning = pairs.get(i) or (meaning(caption) if caption else Meaning())
        if found.field or fold(caption) in wanted:
            fields.add((found.field or fold(caption), found.role, found.half))
        elif found.known:
            others.add(fold(caption))
    strong = [key for key in fields if key[0] not in PARTS and key[0] not in {"sex_half"}]
    return len(fields) if strong or len(fields) > 1 else 0, len(others)


def find_header(
    rows: Rows,
    *,
    wanted: frozenset[str] = frozenset(),
    merges: Sequence[Merge] = (),
    numbers: Sequence[int] = (),
) -> Header | None:
    """The most telling window of one to three rows near the top; None when nothing in it is recognised.

    `wanted` are folded captions the user named with --map: they count as recognised. `numbers` are the sheet's
    row numbers of `rows`, for the merges.
    """
    best: tuple[float, int, int] | None = None
    for start in range(min(len(rows), LOOK_AT_ROWS)):
        for height in range(1, MAX_HEIGHT + 1):
            window = rows[start : start + height]
            if len(window) < height or not _headerish(window[-1]) or is_column_numbers(window[-1]):
                break
            captions = joined(rows, start, height, _inside(merges, numbers), numbers[0] if numbers else 1)
            fields, others = _known(captions, wanted)
            named = sum(bool(caption) for caption in captions)
            if fields == 0 or named < 2 and len(captions) > 1 or _single_title(captions, rows, start, height):
                continue
            score = 2 * fields + 0.5 * others - 0.7 * (height - 1) - 0.01 * start
            if best is None or score > best[0]:
                best = (score, start, height)
    if best is None:
        return None
    _, start, height = best
    captions = joined(rows, start, height, _inside(merges, numbers), numbers[0] if numbers else 1)
    first = start + height
    while first < len(rows) and (is_column_numbers(rows[first]) or not any(rows[first])):
        first += 1
    return Header(tuple(captions), first, _known(captions, wanted)[0])


def _inside(merges: Sequence[Merge], numbers: Sequence[int]) -> Sequence[Merge]:
    """Merges can only be used while the rows looked at are consecutive in the sheet."""
    regular = numbers and all(b - a == 1 for a, b in zip(numbers, numbers[1:], strict=False))
    return merges if regular else ()


def _single_title(captions: Sequence[str], rows: Rows, start: int, height: int) -> bool:
    """A lone caption above a wider table is a title, not a header."""
    below = rows[start + height : start + height + 3]
    return (
        sum(bool(c) for c in captions) == 1 and max((len([x for x in r if x]) for r in below), default=0) > 1
    )


def guess_header(rows: Rows) -> Header | None:
    """The first row of words followed by a row with numbers or dates: a header in words we do not know."""
    for start in range(min(len(rows) - 1, LOOK_AT_ROWS)):
        filled = [cell(rows[start], i) for i in range(len(rows[start])) if cell(rows[start], i)]
        below = [cell(rows[start + 1], i) for i in range(len(rows[start + 1]))]
        wide = len(filled) >= max(1, sum(map(bool, below)) * 0.7)
        if wide and len(set(filled)) == len(filled) and _headerish(rows[start]) and _data_below(below):
            first = start + 2 if is_column_numbers(rows[start + 1]) else start + 1
            return Header(tuple(joined(rows, start, 1)), first, 0)
    return None


def _data_below(below: Sequence[str]) -> bool:
    return any(_DATA.search(text) for text in below if text)


def no_header(rows: Rows) -> Header:
    """Data that starts at once: columns are called by their position."""
    return Header(tuple(f"Cột {i + 1}" for i in range(_width(rows))), 0, 0)
