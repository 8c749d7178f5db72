"""OpenDocument sheets (ods) and binary workbooks (xlsb) through calamine, which loads one sheet at a time."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dancu.linkage.intake.refusals import refuse
from dancu.linkage.intake.sheets.book import Line, Merge, Tab
from dancu.linkage.intake.sheets.cell import plain_text

MAX_PART_BYTES = 400 << 20
"""A whole sheet is held in memory here; larger ones are better saved as xlsx or csv, which are streamed."""
MAX_REPEATS = 5_000
"""Times a filled row or cell may be repeated; blank ends of a sheet repeat a million times and cost nothing."""
_CELL = re.compile(rb'<table:table-cell[^>]*number-columns-repeated="(\d{4,12})"[^>]*>')
_ROW = re.compile(rb'<table:table-row[^>]*number-rows-repeated="(\d{4,12})"[^>]*>(.*?)</table:table-row>', re.DOTALL)
_FILLED = re.compile(rb"office:value|<text:p")


@dataclass
class CalamineBook:
    """An open ods or xlsb; see `book.Book`. Number formats and fonts are not known here."""

    path: Path
    raw: object
    tabs: tuple[Tab, ...]
    format: str
    epoch: int = 1900

    def lines(self, tab: str) -> Iterator[Line]:
        sheet = self.raw.get_sheet_by_name(tab)
        if sheet.height == 0:
            return
        first_row, first_column = sheet.start or (0, 0)
        for i, row in enumerate(sheet.to_python(skip_empty_area=True)):
            cells = [None] * first_column + [plain_text(value) for value in row]
            yield Line(first_row + i + 1, cells)

    def merges(self, tab: str) -> list[Merge]:
        ranges = self.raw.get_sheet_by_name(tab).merged_cell_ranges or []
        return [Merge(top + 1, left, bottom + 1, right) for (top, left), (bottom, right) in ranges]

    def close(self) -> None:
        self.raw.close()


def open_calamine(path: Path, kind: str) -> CalamineBook:
    """Opens `path` (`ods` or `xlsb`); raises Refusal("password") for an encrypted document."""
    from python_calamine import CalamineWorkbook, SheetVisibleEnum

    with zipfile.ZipFile(path) as archive:
        if any(info.file_size > MAX_PART_BYTES for info in archive.infolist()):
            raise refuse("book_too_large", file=path, detail=kind)
        if kind == "ods":
            _check_ods(archive, path)
    with path.open("rb") as file:
        raw = CalamineWorkbook.from_filelike(file)
    tabs = tuple(Tab(item.name, item.visible != SheetVisibleEnum.Visible) for item in raw.sheets_metadata)
    return CalamineBook(path, raw, tabs, kind)


def _check_ods(archive: zipfile.ZipFile, path: Path) -> None:
    """Refuses encrypted documents, and rows or cells with contents repeated beyond any list."""
    names = archive.NameToInfo
    if "META-INF/manifest.xml" in names and b"encryption-data" in archive.read("META-INF/manifest.xml")[: 1 << 20]:
        raise refuse("password", file=path)
    content = archive.read("content.xml")
    wide = any(int(found[1]) > MAX_REPEATS and not found[0].endswith(b"/>") for found in _CELL.finditer(content))
    tall = any(int(found[1]) > MAX_REPEATS and _FILLED.search(found[2]) for found in _ROW.finditer(content))
    if wide or tall or any(int(f[1]) > MAX_REPEATS and b"office:value" in f[0] for f in _CELL.finditer(content)):
        raise refuse("zip_bomb", file=path, detail="number-repeated")
