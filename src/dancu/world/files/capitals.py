"""A correct list typed wholly in capitals: the file that must come back matched to the last row."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow.compute as pc

from dancu.world.draw import Listing, Rows
from dancu.world.files.spec import FileSpec
from dancu.world.files.workbook import Sheet, open_workbook

_HEADER = {
    "STT": "", "HỌ VÀ TÊN": "name", "NGÀY SINH": "birth_date", "GIỚI TÍNH": "sex", "SỐ ĐỊNH DANH CÁ NHÂN": "pin",
    "HỌ TÊN MẸ": "mother_name", "XÃ/PHƯỜNG": "commune", "TỈNH/THÀNH PHỐ": "province",
}  # fmt: skip


def _sound(people, record) -> np.ndarray:
    """Active people with one record, whose number agrees with the record."""
    n = len(people.day)
    active = pc.equal(record.table["status"], "active").combine_chunks().to_numpy(zero_copy_only=False)[:n]
    single = np.ones(n, dtype=bool)
    single[people.twice] = False
    year_digits = people.pin // 1_000_000 % 100 == people.year % 100
    sex_digit = people.pin // 100_000_000 % 2 == people.female
    return active & single & year_digits & sex_digit


class CapitalsBook:
    """One plain sheet, header in the first row."""

    def __init__(self, path: Path, seed: int, total: int):
        self.book = open_workbook(path)
        self.sheet = Sheet(self.book, "DANH SÁCH", (6, 30, 13, 10, 20, 30, 26, 26))
        self.sheet.line(tuple(_HEADER), self.sheet.bold)

    def write(self, rows: Rows) -> tuple[list[str | None], np.ndarray]:
        start = self.sheet.row
        columns = [rows.cells[c].tolist() if c else [] for c in _HEADER.values()]
        for i in range(len(rows.first_of)):
            self.sheet.line([str(self.sheet.row), *(c[i].upper() for c in columns[1:])])
        n = self.sheet.row - start
        return ["DANH SÁCH"] * n, np.arange(start + 1, start + n + 1)

    def close(self) -> None:
        self.book.close()


_CELLS = tuple(c for c in _HEADER.values() if c)
SPECS = (
    FileSpec(
        "capitals",
        "xlsx",
        Listing(name="capitals", cells=_CELLS, eligible=_sound, clean=True, habits=("capitals",)),
        lambda people: min(people // 50, 5_000),
        CapitalsBook,
        default=False,
    ),
)
