"""Invented people and small writers of every dialect, so that no test needs a file in the repository."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import xlsxwriter

HEADER = ["STT", "Họ và tên", "Ngày sinh", "Giới tính", "Số CCCD", "Địa chỉ", "SĐT"]
_FAMILY = ["Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Đặng", "Bùi", "Đỗ", "Võ", "Ngô"]
_MIDDLE = ["Văn", "Thị", "Đức", "Hữu", "Ngọc", "Quốc", "Thanh"]
_GIVEN = ["An", "Bình", "Dũng", "Hạnh", "Quyết", "Thắng", "Phượng", "Mỹ", "Ước", "Thuỷ", "Lộc", "Nghĩa"]


def people(n: int, seed: int = 7) -> list[list[str]]:
    """Rows in the order of HEADER; the number agrees with sex and year of birth."""
    pick = random.Random(seed)
    rows = []
    for i in range(n):
        year, female = pick.randint(1938, 2015), pick.random() < 0.5
        name = f"{pick.choice(_FAMILY)} {pick.choice(_MIDDLE)} {pick.choice(_GIVEN)}"
        century = (2 if year >= 2000 else 0) + female
        pin = f"0{pick.choice(['01', '38', '79', '52'])}{century}{year % 100:02d}{pick.randint(0, 999999):06d}"
        born = f"{pick.randint(1, 28):02d}/{pick.randint(1, 12):02d}/{year}"
        place = pick.choice(["Xã Đông Hội, Hà Nội", "Phường Bến Nghé, TP. Hồ Chí Minh", "Xã Quảng Phú, Thanh Hóa"])
        phone = f"09{pick.randint(10**7, 10**8 - 1)}"
        rows.append([str(i + 1), name, born, "Nữ" if female else "Nam", pin, place, phone])
    return rows


def as_csv(rows: Sequence[Sequence[str]], sign: str = ",", end: str = "\n") -> str:
    """Rows as delimited text, quoted where the delimiter stands inside."""
    return end.join(sign.join(f'"{v}"' if sign in v else v for v in row) for row in rows) + end


def windows_1258(text: str) -> bytes:
    """Vietnamese as Windows keeps it: precomposed vowels, tones as combining characters."""
    out = []
    for char in text:
        try:
            out.append(char.encode("cp1258"))
        except UnicodeEncodeError:
            marks = unicodedata.normalize("NFD", char)
            tones = "".join(m for m in marks if m in "\u0300\u0301\u0303\u0309\u0323")
            base = unicodedata.normalize("NFC", "".join(m for m in marks if m not in tones))
            out.append((base + tones).encode("cp1258"))
    return b"".join(out)


def write_xlsx(path: Path, sheets: dict[str, Sequence[Sequence[object]]], **formats: str) -> Path:
    """Sheets of plain cells; `font=".VnTime"` writes every cell in that font."""
    book = xlsxwriter.Workbook(path, {"strings_to_numbers": False})
    style = book.add_format({"font_name": formats["font"]}) if "font" in formats else None
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for i, row in enumerate(rows):
            for j, value in enumerate(row):
                if value is not None and value != "":
                    sheet.write(i, j, value, *([style] if style else []))
    book.close()
    return path
