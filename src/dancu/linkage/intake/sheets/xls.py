"""Workbooks of Excel 97–2003: cells, number formats and fonts through xlrd."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dancu.linkage.intake.encoding.legacy import of_font
from dancu.linkage.intake.refusals import refuse
from dancu.linkage.intake.sheets.book import Line, Merge, Tab
from dancu.linkage.intake.sheets.cell import NumberFormat, number_format, shown

_EMPTY, _TEXT, _NUMBER, _DATE, _BOOLEAN, _ERROR = range(6)


@dataclass
class XlsBook:
    """An open xls workbook; see `book.Book`."""

    path: Path
    raw: object
    epoch: int
    tabs: tuple[Tab, ...]
    formats: tuple[NumberFormat, ...]
    fonts: tuple[str | None, ...]
    format: str = "xls"

    def lines(self, tab: str) -> Iterator[Line]:
        """Lines of a sheet with what each cell shows."""
        sheet = self.raw.sheet_by_name(tab)
        for i in range(sheet.nrows):
            styles = [sheet.cell_xf_index(i, j) for j in range(sheet.row_len(i))]
            row = zip(sheet.row_types(i), sheet.row_values(i), styles, strict=True)
            cells = [self._text(kind, value, style) for kind, value, style in row]
            fonts = (
                [self.fonts[style] if style < len(self.fonts) else None for style in styles]
                if self.fonts
                else None
            )
            info = sheet.rowinfo_map.get(i)
            yield Line(i + 1, cells, fonts, bool(info and info.hidden))

    def _text(self, kind: int, value: object, style: int) -> str | None:
        if kind == _TEXT:
            return None if not value or value.isspace() else value
        if kind in {_NUMBER, _DATE}:
            form = self.formats[style] if style < len(self.formats) else NumberFormat()
            return shown(repr(value), form, self.epoch)
        if kind == _BOOLEAN:
            return "TRUE" if value else "FALSE"
        if kind == _ERROR:
            from xlrd.biffh import error_text_from_code

            return error_text_from_code.get(value, "#N/A")
        return None

    def merges(self, tab: str) -> list[Merge]:
        merged = self.raw.sheet_by_name(tab).merged_cells
        return [Merge(top + 1, left, bottom, right - 1) for top, bottom, left, right in merged]

    def close(self) -> None:
        self.raw.release_resources()


def open_xls(path: Path) -> XlsBook:
    """Opens `path`; raises Refusal("password") for an encrypted book, xlrd's errors for a damaged one."""
    import xlrd

    try:
        raw = xlrd.open_workbook(
            path, formatting_info=True, on_demand=True, ragged_rows=True, logfile=io.StringIO()
        )
    except xlrd.XLRDError as error:
        if "encrypted" in str(error).lower():
            raise refuse("password", file=path) from None
        raise
    tabs = tuple(Tab(name, raw._sheet_visibility[i] != 0) for i, name in enumerate(raw.sheet_names()))
    formats = []
    for xf in raw.xf_list:
        known = raw.format_map.get(xf.format_key)
        formats.append(number_format(known.format_str if known else None, xf.format_key))
    fonts = tuple(
        raw.font_list[xf.font_index].name if xf.font_index < len(raw.font_list) else None
        for xf in raw.xf_list
    )
    legacy = any(name and of_font(name)[0] for name in fonts)
    return XlsBook(path, raw, 1904 if raw.datemode else 1900, tabs, tuple(formats), fonts if legacy else ())
