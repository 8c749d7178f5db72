"""Excel workbooks written row by row: constant memory, fixed time stamps, numbers and dates as Excel keeps them."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

FONT = "Times New Roman"


def open_workbook(path: Path):
    """A workbook whose bytes depend on its content alone."""
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_numbers": False})
    book.set_properties({"created": datetime(2025, 7, 15, 8, 0, 0)})
    return book


def eaten(text: str) -> bool:
    """Whether a number lost its zeros because the cell holds a number."""
    return text.isdigit() and len(text) in (8, 10, 11)


def real_date(text: str) -> datetime | None:
    """dd/mm/yyyy as Excel's own date; None for anything else."""
    if len(text) != 10 or text[2] != "/" or text[5] != "/":
        return None
    try:
        day = date(int(text[6:]), int(text[3:5]), int(text[:2]))
    except ValueError:
        return None
    return datetime(day.year, day.month, day.day) if day.year >= 1901 else None


class Sheet:
    """One sheet written downwards; `row` is the next row, counted from 0."""

    def __init__(self, book, name: str, widths: tuple[float, ...], font: str = FONT):
        self.sheet = book.add_worksheet(name)
        self.plain = book.add_format({"font_name": font, "font_size": 11, "border": 1})
        self.bold = book.add_format(
            {"font_name": font, "bold": True, "border": 1, "align": "center", "valign": "vcenter", "text_wrap": True}
        )
        self.title = book.add_format({"font_name": font, "bold": True, "font_size": 14, "align": "center"})
        self.day = book.add_format({"font_name": font, "font_size": 11, "border": 1, "num_format": "dd/mm/yyyy"})
        self.whole = book.add_format({"font_name": font, "font_size": 11, "border": 1, "num_format": "0"})
        for column, width in enumerate(widths):
            self.sheet.set_column(column, column, width)
        self.row = 0

    def merge(self, top: int, left: int, bottom: int, right: int) -> None:
        """Merge cells already written: merge_range would go back to rows that constant memory has let go."""
        self.sheet.merge.append([top, left, bottom, right])

    def line(self, values, style=None) -> None:
        """One row of text."""
        for column, value in enumerate(values):
            if value != "":
                self.sheet.write_string(self.row, column, value, style or self.plain)
        self.row += 1

    def number_cell(self, column: int, text: str) -> None:
        """A personal number: a number where zeros were eaten, text elsewhere."""
        if eaten(text):
            self.sheet.write_number(self.row, column, int(text), self.whole)
        elif text:
            self.sheet.write_string(self.row, column, text, self.plain)

    def date_cell(self, column: int, text: str, *, typed: bool) -> None:
        """A real date where the clerk's cells are dates and the text is one; text elsewhere."""
        day = real_date(text) if typed else None
        if day:
            self.sheet.write_datetime(self.row, column, day, self.day)
        elif text:
            self.sheet.write_string(self.row, column, text, self.plain)
