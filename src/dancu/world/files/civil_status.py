"""The birth book typed into Excel years ago: .VnTime font, TCVN3 letters, child, mother and father in one row."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from dancu.world.chunk import Chunk
from dancu.world.draw import Listing, Rows
from dancu.world.files.spec import FileSpec
from dancu.world.files.workbook import Sheet, open_workbook
from dancu.world.legacy import fit_tcvn3, tcvn3
from dancu.world.pyramid import TODAY_DAY, Calendar
from dancu.world.spoken import date_in_words

SHEET = "SoKhaiSinh"
# (caption, cell); captions are written in TCVN3 as well. A caption of two parts stands under a group of several columns.
SIGN = " – "
COLUMNS = (
    ("STT", ""), ("Số", "book_number"), ("Quyển số", "book"), ("Trang số", "page"), ("Ngày đăng ký", "registered"),
    ("Họ, chữ đệm, tên người được khai sinh", "name"), ("Ngày, tháng, năm sinh", "birth_date"),
    ("Ngày sinh ghi bằng chữ", "birth_words"), ("Giới tính", "sex"), ("Dân tộc", "ethnicity"),
    ("Quốc tịch", "nationality"), ("Số định danh cá nhân", "pin"), ("Nơi sinh", "birth_place"),
    ("Người mẹ – Họ, chữ đệm, tên", "mother_name"), ("Người mẹ – Năm sinh", "mother_year"),
    ("Người mẹ – Số giấy tờ tùy thân", "mother_number"), ("Người cha – Họ, chữ đệm, tên", "father_name"),
    ("Người cha – Năm sinh", "father_year"), ("Người cha – Số giấy tờ tùy thân", "father_number"),
    ("Nơi cư trú của mẹ, cha", "address"), ("Người đi khai sinh", "declarer"), ("Ghi chú", "remark"),
)  # fmt: skip
_WIDTHS = (5, 6, 9, 7, 12, 28, 13, 40, 8, 9, 10, 16, 30, 28, 9, 15, 28, 9, 15, 48, 12, 12)


def _children(people, record) -> np.ndarray:
    return (people.mother >= 0) & (people.father >= 0) & (people.age < 32)


def _entries(chunk: Chunk, rng: np.random.Generator) -> None:
    """Book references, registration days, dates in words and what the book says of the parents."""
    n, cells, facts = len(chunk), chunk.cells, chunk.facts
    spoken = rng.random(n) < 0.7
    cells["birth_words"][:] = [
        date_in_words(b) if s and len(b) == 10 else "" for b, s in zip(cells["birth_date"], spoken, strict=True)
    ]
    late = rng.random(n) < 0.08
    after = np.where(late, rng.integers(400, 5000, n), rng.integers(3, 60, n))
    registered = Calendar.get().slashed.take(np.minimum(facts["day"] + after, TODAY_DAY + 60)).to_pylist()
    cells["registered"][:] = registered
    entry = rng.integers(1, 400, n)
    cells["book_number"][:] = entry.astype(str).astype(object)
    cells["page"][:] = (entry // 2 + 1).astype(str).astype(object)
    cells["book"][:] = [f"01/{r[6:]}" for r in registered]
    cells["nationality"][:] = "Việt Nam"
    at_home = rng.random(n) < 0.4
    cells["birth_place"][:] = [
        f"Trạm y tế {c}" if k else "Bệnh viện tỉnh" for c, k in zip(cells["commune"], at_home, strict=True)
    ]
    for parent in ("mother", "father"):
        year = facts[f"{parent}_year"]
        cells[f"{parent}_year"][:] = [str(y) if y else "" for y in year.tolist()]
        known = rng.random(n) < 0.6
        pins = zip(facts[f"{parent}_in_book"], known, strict=True)
        cells[f"{parent}_number"][:] = [p if p and k else "" for p, k in pins]
    cells["declarer"][:] = np.array(["Mẹ", "Cha", "Bà nội", "Ông ngoại"], dtype=object)[rng.integers(0, 4, n)]
    cells["remark"][:] = np.where(late, "Đăng ký quá hạn", "")


class BirthBook:
    """Three rows of titles, a header of two rows from the fifth on, then one entry a row."""

    def __init__(self, path: Path, seed: int, total: int):
        self.book = open_workbook(path)
        self.sheet = Sheet(self.book, SHEET, _WIDTHS, font=".VnTime")
        self.capitals = self.book.add_format({"font_name": ".VnTimeH", "font_size": 11, "border": 1})
        top = self.book.add_format({"font_name": ".VnTimeH", "bold": True, "font_size": 13})
        self.sheet.sheet.write_string(0, 0, tcvn3("ủy ban nhân dân"), top)
        self.sheet.sheet.write_string(1, 0, tcvn3("sổ đăng ký khai sinh"), top)
        self.sheet.sheet.write_string(2, 0, tcvn3("(dữ liệu mô phỏng)"), self.sheet.title)
        self._header(4)
        self.count = 0

    def _header(self, top: int) -> None:
        """Groups over their columns; every other caption reaches over both rows."""
        parts = [caption.partition(SIGN) for caption, _ in COLUMNS]
        groups = [p[0] for p in parts]
        first = [group if i == groups.index(group) else "" for i, group in enumerate(groups)]
        self.sheet.row = top
        for captions in (first, [p[2] for p in parts]):
            self.sheet.line([tcvn3(fit_tcvn3(caption)) for caption in captions], self.sheet.bold)
        for at, (group, sign, _) in enumerate(parts):
            if not sign:
                self.sheet.merge(top, at, top + 1, at)
            elif at == groups.index(group):
                self.sheet.merge(top, at, top, at + groups.count(group) - 1)

    def write(self, rows: Rows) -> tuple[list[str | None], np.ndarray]:
        columns = {c: v.tolist() for c, v in rows.cells.items()}
        start = self.sheet.row
        for i, clerk in enumerate(rows.facts["clerk"].tolist()):
            self.count += 1
            self._row({c: v[i] for c, v in columns.items()}, clerk % 4 == 0)
        return [SHEET] * (self.sheet.row - start), np.arange(start + 1, self.sheet.row + 1)

    def _row(self, cells: dict[str, str], typed: bool) -> None:
        sheet = self.sheet
        sheet.sheet.write_number(sheet.row, 0, self.count, sheet.whole)
        for column, (_, cell) in enumerate(COLUMNS):
            text = cells.get(cell, "")
            if cell in ("birth_date", "registered"):
                sheet.date_cell(column, text, typed=typed)
            elif cell.endswith("number") or cell == "pin":
                sheet.number_cell(column, text)
            elif text and text.isupper() and not text.isascii():
                sheet.sheet.write_string(sheet.row, column, tcvn3(fit_tcvn3(text.lower())), self.capitals)
            elif text:
                sheet.sheet.write_string(sheet.row, column, tcvn3(fit_tcvn3(text)), sheet.plain)
        sheet.row += 1

    def close(self) -> None:
        self.book.close()


_CELLS = (*(c for _, c in COLUMNS if c), "commune", "province")
SPECS = (
    FileSpec(
        "civil_status",
        "xlsx",
        Listing(
            name="civil_status",
            cells=_CELLS,
            eligible=_children,
            by_place=True,
            prepare=_entries,
            habits=("fit_tcvn3", "compare_words"),
        ),
        lambda people: min(people // 50, 10_000),
        BirthBook,
    ),
)
