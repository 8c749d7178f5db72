"""Pensioners: an OpenDocument list by commune, names in three columns, many births by year, totals at the end."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from dancu.world.chunk import Chunk
from dancu.world.draw import Listing, Rows
from dancu.world.files.sheet_xml import OdsSheet
from dancu.world.files.spec import FileSpec
from dancu.world.files.workbook import eaten
from dancu.world.locations import locations

SHEET = "Danh sách chi trả"
HEADER = ("STT", "Họ", "Chữ đệm", "Tên", "Ngày/năm sinh", "Giới tính (1: nam, 2: nữ)", "Số sổ BHXH",
          "Số CCCD/định danh", "Nơi cư trú", "Số tiền (đồng)", "Ghi chú")  # fmt: skip
_TITLE = re.compile(r"(?i)^(ông|ong|bà|ba|cháu|chau) +(?=\S+ +\S)")
_NOTE = re.compile(r" +(\(.*\)|- .*)$")


def _retired(people, record) -> np.ndarray:
    return people.age >= np.where(people.female, 57, 61)


def _payments(chunk: Chunk, rng: np.random.Generator) -> None:
    n = len(chunk)
    chunk.cells["book"][:] = [f"{a:02d}{b:08d}" for a, b in zip(rng.integers(1, 97, n), rng.integers(0, 10**8, n),
                                                                 strict=True)]  # fmt: skip
    chunk.cells["amount"][:] = [str(500 * int(a)) for a in rng.integers(1000, 16000, n)]


def split_name(text: str) -> tuple[str, str, str]:
    """Họ, chữ đệm, tên; a title stays with the family name, a note with the given name."""
    title = _TITLE.match(text)
    note = _NOTE.search(text)
    core = text[title.end() if title else 0 : note.start() if note else len(text)]
    words = core.split()
    if len(words) < 2:
        return "", "", text
    family = (text[: title.end()] if title else "") + words[0]
    return family, " ".join(words[1:-1]), words[-1] + (text[note.start() :] if note else "")


def roman(number: int) -> str:
    """I, II, III … for group rows."""
    signs = ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"),
             (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))  # fmt: skip
    out = ""
    for value, sign in signs:
        out += sign * (number // value)
        number %= value
    return out


class PensionList:
    """Titles, header, a row of column numbers, groups by commune, the total and the signatures."""

    def __init__(self, path: Path, seed: int, total: int):
        self.sheet = OdsSheet(path, SHEET, len(HEADER))
        self.sheet.line(["BẢO HIỂM XÃ HỘI VIỆT NAM (dữ liệu mô phỏng)"], span=True)
        self.sheet.line(["DANH SÁCH CHI TRẢ LƯƠNG HƯU VÀ TRỢ CẤP BẢO HIỂM XÃ HỘI"], span=True)
        self.sheet.line(["Tháng 7 năm 2025"], span=True)
        self.sheet.line(HEADER)
        self.sheet.line([f"({i})" for i in range(1, len(HEADER) + 1)])
        self.group, self.groups, self.count, self.paid = "", 0, 0, 0

    def write(self, rows: Rows) -> tuple[list[str | None], np.ndarray]:
        """Append rows, opening a group whenever the commune changes."""
        where = locations().new_commune.take(rows.facts["location"]).to_pylist()
        columns = {c: v.tolist() for c, v in rows.cells.items()}
        numbers = []
        for i, commune in enumerate(where):
            if commune != self.group:
                self.group, self.groups = commune, self.groups + 1
                self.sheet.line([f"{roman(self.groups)}. {commune}"], span=True)
            self._row({c: v[i] for c, v in columns.items()})
            numbers.append(self.sheet.row)
        return [SHEET] * len(numbers), np.array(numbers, dtype=np.int64)

    def _row(self, cells: dict[str, str]) -> None:
        self.count += 1
        self.paid += int(cells["amount"])
        pin, born = cells["pin"], cells["birth_date"]
        self.sheet.line([
            self.count, *split_name(cells["name"]), int(born) if len(born) == 4 else born,
            {"Nam": 1, "Nữ": 2}.get(cells["sex"], ""), cells["book"], int(pin) if eaten(pin) else pin,
            cells["address"], int(cells["amount"]), "",
        ])  # fmt: skip

    def close(self) -> None:
        self.sheet.line(["", "Tổng cộng", "", "", "", "", "", "", "", self.paid, ""])
        self.sheet.line([])
        self.sheet.line(["", "NGƯỜI LẬP BIỂU", "", "", "", "", "", "GIÁM ĐỐC", "", "", ""])
        self.sheet.line(["", "(Ký, họ tên)", "", "", "", "", "", "(Ký, đóng dấu)", "", "", ""])
        self.sheet.close()


_CELLS = ("pin", "name", "birth_date", "sex", "province", "district", "commune", "address", "book", "amount")
SPECS = (
    FileSpec(
        "pension",
        "ods",
        Listing(name="pension", cells=_CELLS, eligible=_retired, by_place=True, prepare=_payments),
        lambda people: min(people // 50, 10_000),
        PensionList,
    ),
)
