"""Looks at the top of one sheet: repairs its fonts, finds its header, gives its rows for deciding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from dancu.linkage.intake.columns.caption import fold, meaning
from dancu.linkage.intake.encoding import charset
from dancu.linkage.intake.encoding.legacy import decode, of_font
from dancu.linkage.intake.layout.header import LOOK_AT_ROWS, Header, find_header, guess_header, no_header
from dancu.linkage.intake.refusals import refuse
from dancu.linkage.intake.sheets.book import MAX_COLUMNS, Book, Line, Merge
from dancu.linkage.intake.sheets.cell import NO_VALUE

SAMPLE_LINES = 2_000
GAP_ROWS = 20
"""Blank rows kept between two filled ones; a longer gap is closed."""


@dataclass
class Top:
    """The first lines of a sheet, fonts repaired."""

    tab: str
    numbers: list[int] = field(default_factory=list)
    rows: list[list[str | None]] = field(default_factory=list)
    charsets: list[str | None] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)
    whole: bool = False
    """True when the sheet ends within the lines read."""
    unsaved: Counter[int] = field(default_factory=Counter)
    """Cells with a formula and no stored result, by column."""
    header: Header | None = None
    headed: bool = True

    @property
    def data_from(self) -> int:
        """Row number of the sheet from which on rows are data."""
        first = self.header.first_data if self.header else 0
        return self.numbers[first - 1] + 1 if first else 1

    def data(self) -> list[list[str | None]]:
        return self.rows[self.header.first_data :] if self.header else self.rows


def repair(text: str | None, font: str | None, name: str | None) -> str | None:
    """One cell of a column decided as `name`; capitals where its font draws them."""
    if not text or name is None:
        return text
    told, capitals = of_font(font) if font else (None, False)
    if font and told is None and not charset.legacy.possible(text, name):
        return text
    return charset.repaired(text, name, capitals and told == name)


def read_top(book: Book, tab: str, path: Path, overrides: Mapping[str, str]) -> Top:
    """The top of `tab`; `header` stays None for an empty sheet. Raises Refusal("too_many_columns")."""
    top = Top(tab)
    lines: list[Line] = list(islice(book.lines(tab), SAMPLE_LINES))
    top.whole = len(lines) < SAMPLE_LINES
    top.merges = book.merges(tab) if lines else []
    width = max((i + 1 for line in lines for i, text in enumerate(line.cells) if text), default=0)
    if width > MAX_COLUMNS:
        raise refuse("too_many_columns", file=path, detail=width, limit=MAX_COLUMNS)
    columns: list[list[str | None]] = [[] for _ in range(width)]
    fonts: list[Counter[str]] = [Counter() for _ in range(width)]
    last = 0
    for line in lines:
        top.numbers += range(max(last + 1, line.number - GAP_ROWS), line.number + 1)
        top.rows += [[] for _ in range(len(top.numbers) - len(top.rows) - 1)]
        last = line.number
        cells = line.cells[:width]
        for i, text in enumerate(cells):
            if text == NO_VALUE:
                cells[i], text = None, None
                top.unsaved[i] += 1
            columns[i].append(text)
            if text and line.fonts and not text.isascii() and line.fonts[i]:
                fonts[i][line.fonts[i]] += 1
        top.rows.append(cells)
    top.charsets = charset.decide_all(columns, fonts)
    leader = Counter(name for name in top.charsets if name).most_common(1)
    _repair_rows(
        top, {line.number: line.fonts for line in lines if line.fonts}, leader[0][0] if leader else None
    )
    _find(top, overrides)
    return top


def _repair_rows(top: Top, fonts: Mapping[int, list[str | None]], leader: str | None) -> None:
    for at, (number, row) in enumerate(zip(top.numbers, top.rows, strict=True)):
        named = fonts.get(number, [])
        for i, text in enumerate(row):
            if not text or text.isascii():
                continue
            font = named[i] if i < len(named) else None
            if top.charsets[i]:
                row[i] = repair(text, font, top.charsets[i])
            elif at < LOOK_AT_ROWS and (font and of_font(font)[0] or leader):
                row[i] = _header_text(text, of_font(font)[0] if font else None, leader)


def _header_text(text: str, told: str | None, leader: str | None) -> str:
    """A header over a column of plain digits has nothing but itself to be judged by."""
    if told:
        return decode(text, told)
    read = decode(text, leader) if leader else text
    return read if meaning(read).known and not meaning(text).known else text


def _find(top: Top, overrides: Mapping[str, str]) -> None:
    if not top.rows:
        return
    wanted = frozenset(fold(column) for column in overrides)
    top.header = find_header(top.rows, wanted=wanted, merges=top.merges, numbers=top.numbers) or guess_header(
        top.rows
    )
    if top.header is None:
        top.header, top.headed = no_header(top.rows), False
