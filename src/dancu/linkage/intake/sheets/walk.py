"""Walks the rows of one sheet in order: fonts repaired, merged cells filled, rows that are no person marked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from dancu.linkage.intake.columns.caption import fold
from dancu.linkage.intake.layout.rows import RowReader
from dancu.linkage.intake.plan import Plan
from dancu.linkage.intake.sheets.book import Book, Merge
from dancu.linkage.intake.sheets.cell import NO_VALUE
from dancu.linkage.intake.sheets.top import GAP_ROWS, Top, repair


def sheet_rows(
    book: Book, top: Top, plan: Plan, counts: Counter[str]
) -> Iterator[tuple[int, list[str | None], bool]]:
    """(row number in the sheet, cells in the sheet's own order, skipped); blank ends are cut off."""
    reader = RowReader(plan.places(), household_rows=_household_rows(top))
    start, width = top.data_from, len(plan.names)
    spans = _Spans([merge for merge in top.merges if merge.bottom > merge.top and merge.top >= start])
    repairs = [(i, name) for i, name in enumerate(top.charsets[:width]) if name]
    last = start - 1
    for line in book.lines(top.tab):
        if line.number < start or not any(line.cells):
            continue
        cells = line.cells[:width]
        cells += [None] * (width - len(cells))
        if NO_VALUE in cells:
            cells = [None if text is NO_VALUE else text for text in cells]
        for i, name in repairs:
            fonts = line.fonts or ()
            cells[i] = repair(cells[i], fonts[i] if i < len(fonts) else None, name)
        if spans.any:
            spans.fill(line.number, cells)
        if not any(cells):
            continue
        for blank in range(max(last + 1, line.number - GAP_ROWS), line.number):
            reader.counts["blank"] = reader.counts.get("blank", 0) + 1
            yield blank, [None] * width, True
        last = line.number
        counts["hidden rows"] += line.hidden
        cells, skip = reader.read(cells)
        yield line.number, cells, skip
    for what, n in reader.counts.items():
        counts[f"{what} rows" if what != "filled" else "cells filled from above"] += n


def _household_rows(top: Top) -> bool:
    firsts = [fold(next((text for text in row if text), "")) for row in top.data()]
    return any(text.startswith(("ho so ", "ho gia dinh")) and text[-1].isdigit() for text in firsts)


class _Spans:
    """Vertical merged ranges of a sheet: every row inside shows the value of the first."""

    def __init__(self, merges: Sequence[Merge]):
        self.any = bool(merges)
        self._by_column: dict[int, list[Merge]] = {}
        for merge in sorted(merges, reverse=True):
            self._by_column.setdefault(merge.left, []).append(merge)
        self._value: dict[int, str | None] = {}

    def fill(self, number: int, cells: list[str | None]) -> None:
        for i, waiting in self._by_column.items():
            while waiting and waiting[-1].bottom < number:
                waiting.pop()
            if not waiting or i >= len(cells) or waiting[-1].top > number:
                continue
            if waiting[-1].top == number:
                self._value[i] = cells[i]
            elif not cells[i]:
                cells[i] = self._value.get(i)
