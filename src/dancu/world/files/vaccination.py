"""Vaccination lists: one workbook, two sheets of different shape, titles on top, dates half real and half text."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from dancu.world.chunk import Chunk
from dancu.world.draw import Listing, Rows
from dancu.world.files.insurance import everybody
from dancu.world.files.spec import FileSpec
from dancu.world.files.workbook import Sheet, open_workbook

FIRST, SECOND = "Mũi 1", "Mũi 2"
_VACCINES = ("AstraZeneca", "Comirnaty (Pfizer)", "Moderna", "Vero Cell", "Abdala")
_HEADER = ("STT", "Họ và tên", "Ngày sinh", "Giới tính", "Số CCCD/Mã định danh", "Số điện thoại",
           "Địa chỉ nơi ở hiện tại", "Loại vắc xin", "Ngày tiêm", "Số lô")  # fmt: skip
# (caption, first column, last column) of the upper header row, and the lower row under the merged ones.
_UPPER = (("STT", 0, 0), ("Họ và tên", 1, 1), ("Ngày, tháng, năm sinh", 2, 3), ("Số định danh/CCCD", 4, 4),
          ("Nơi cư trú", 5, 6), ("Điện thoại", 7, 7), ("Thông tin tiêm chủng", 8, 10))  # fmt: skip
_LOWER = {2: "Nam", 3: "Nữ", 5: "Xã/phường", 6: "Tỉnh/thành phố", 8: "Tên vắc xin", 9: "Ngày tiêm", 10: "Số lô"}


def _doses(chunk: Chunk, rng: np.random.Generator) -> None:
    n = len(chunk)
    chunk.cells["vaccine"][:] = np.array(_VACCINES, dtype=object)[rng.integers(0, len(_VACCINES), n)]
    day, month = rng.integers(1, 29, n), rng.integers(6, 13, n)
    chunk.cells["dose_date"][:] = [f"{d:02d}/{m:02d}/2021" for d, m in zip(day, month, strict=True)]
    chunk.cells["lot"][:] = [f"{a}{b:05d}" for a, b in zip("ABFP" * (n // 4 + 1), rng.integers(0, 99999, n))][:n]  # noqa: B905


class VaccinationBook:
    """The first 60 % of the rows go to the first sheet, the rest to the second."""

    def __init__(self, path: Path, seed: int, total: int):
        self.book = open_workbook(path)
        self.left_in_first = total * 6 // 10
        self.first = Sheet(self.book, FIRST, (6, 28, 13, 9, 18, 14, 48, 20, 12, 10))
        self.second = Sheet(self.book, SECOND, (6, 28, 13, 13, 18, 24, 24, 14, 20, 12, 10))
        self.count = [0, 0]
        self._open_first()
        self._open_second()

    def _open_first(self) -> None:
        sheet = self.first
        sheet.sheet.merge_range(0, 0, 0, 9, "TRUNG TÂM Y TẾ KHU VỰC", sheet.title)
        sheet.sheet.merge_range(1, 0, 1, 9, "DANH SÁCH ĐỐI TƯỢNG TIÊM CHỦNG VẮC XIN PHÒNG COVID-19", sheet.title)
        sheet.sheet.write_string(2, 0, "Mũi 1 - Năm 2021 (dữ liệu mô phỏng)", sheet.title)
        sheet.row = 4
        sheet.line(_HEADER, sheet.bold)

    def _open_second(self) -> None:
        sheet = self.second
        sheet.sheet.merge_range(0, 0, 0, 10, "DANH SÁCH TIÊM MŨI 2 (dữ liệu mô phỏng)", sheet.title)
        for row, captions in ((2, {low: caption for caption, low, _ in _UPPER}), (3, _LOWER)):
            for column in range(11):
                sheet.sheet.write_string(row, column, captions.get(column, ""), sheet.bold)
        for _, low, high in _UPPER:
            sheet.merge(2, low, 2 if high > low else 3, high)
        sheet.row = 4
        sheet.line([f"({i})" for i in range(1, 12)], sheet.bold)

    def write(self, rows: Rows) -> tuple[list[str | None], np.ndarray]:
        """Append rows, first sheet first."""
        names, numbers = [], []
        columns = {c: v.tolist() for c, v in rows.cells.items()}
        for i, clerk in enumerate(rows.facts["clerk"].tolist()):
            cells = {c: v[i] for c, v in columns.items()}
            second = self.left_in_first <= 0
            self.left_in_first -= 1
            (self._second_row if second else self._first_row)(cells, clerk % 5 < 3)
            names.append(SECOND if second else FIRST)
            numbers.append((self.second if second else self.first).row)
        return names, np.array(numbers, dtype=np.int64)

    def _first_row(self, cells: dict[str, str], typed: bool) -> None:
        sheet = self.first
        self.count[0] += 1
        sheet.sheet.write_number(sheet.row, 0, self.count[0], sheet.whole)
        sheet.date_cell(2, cells["birth_date"], typed=typed)
        sheet.number_cell(4, cells["pin"])
        sheet.date_cell(8, cells["dose_date"], typed=typed)
        text = ("", cells["name"], "", cells["sex"], "", cells["phone"], cells["address"], cells["vaccine"], "",
                cells["lot"])  # fmt: skip
        sheet.line(text)

    def _second_row(self, cells: dict[str, str], typed: bool) -> None:
        sheet = self.second
        self.count[1] += 1
        sheet.sheet.write_number(sheet.row, 0, self.count[1], sheet.whole)
        sheet.date_cell(3 if cells["sex"] == "Nữ" else 2, cells["birth_date"], typed=typed)
        sheet.number_cell(4, cells["pin"])
        sheet.date_cell(9, cells["dose_date"], typed=typed)
        text = ("", cells["name"], "", "", "", cells["commune"], cells["province"], cells["phone"], cells["vaccine"],
                "", cells["lot"])  # fmt: skip
        sheet.line(text)

    def close(self) -> None:
        self.book.close()


_CELLS = ("pin", "name", "birth_date", "sex", "province", "commune", "address", "phone", "vaccine", "dose_date", "lot")
SPECS = (
    FileSpec(
        "vaccination",
        "xlsx",
        Listing(name="vaccination", cells=_CELLS, eligible=everybody, prepare=_doses),
        lambda people: min(people // 25, 20_000),
        VaccinationBook,
    ),
)
