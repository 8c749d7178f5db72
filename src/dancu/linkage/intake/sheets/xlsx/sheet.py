"""Streams the rows of one sheet's XML: a fast path for the shape Excel writes, the XML parser for the rest."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import IO, TYPE_CHECKING
from xml.etree import ElementTree

from dancu.linkage.intake.sheets.book import Line
from dancu.linkage.intake.sheets.cell import NO_VALUE, PLAIN, number_text, shown
from dancu.linkage.intake.sheets.xlsx.strings import Strings, pieces, string_of, unescape

if TYPE_CHECKING:
    from dancu.linkage.intake.sheets.xlsx.package import Styles

_CELL = re.compile(
    r'<c r="([A-Z]+)\d+"(?: s="(\d+)")?(?: t="(\w+)")?'
    r"(?:/>|>(?:<v>([^<]*)</v>|<is>(.*?)</is>|(<f\b[^>]*?(?:/>|>[^<]*</f>))(?:<v>([^<]*)</v>|<v/>)?)?</c>)",
    re.DOTALL,
)
_ROW_NUMBER = re.compile(r'\br="(\d+)"')
MAX_WIDTH = 16_384


@cache
def _index(letters: str) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    if index > MAX_WIDTH:
        raise ValueError("column out of range")
    return index - 1


def sheet_lines(stream: IO[bytes], strings: Strings, styles: Styles, epoch: int) -> Iterator[Line]:
    """Lines of a sheet; rows without any cell are left out."""
    read = _reader(styles, epoch)
    number = 0
    for piece in pieces(stream, "</row>"):
        start = piece.rfind("<row")
        head_end = piece.find(">", start)
        if start < 0 or head_end < 0:
            continue
        head, body = piece[start:head_end], piece[head_end + 1 :]
        told = _ROW_NUMBER.search(head)
        number = int(told[1]) if told else number + 1 + piece.count("<row", 0, start)
        found = _CELL.findall(body)
        if len(found) != body.count("<c ") + body.count("<c>"):
            found = _parsed(body)
        cells = _cells(found, strings, read)
        if cells:
            fonts = _fonts(found, styles.fonts) if styles.fonts else None
            yield Line(number, cells, fonts, 'hidden="1"' in head or 'hidden="true"' in head)


def _cells(found: list[tuple[str, ...]], strings: Strings, read: Callable) -> list[str | None]:
    cells: list[str | None] = []
    add = cells.append
    for letters, style, kind, value, inline, formula, result in found:
        column = _index(letters) if letters else len(cells)
        while len(cells) < column:
            add(None)
        if kind == "s" and value:
            add(strings[int(value)] or None)
        elif value or inline or formula:
            add(read(style, kind, value, inline, formula, result))
        else:
            add(None)
    return cells


def _fonts(found: list[tuple[str, ...]], names: tuple[str | None, ...]) -> list[str | None]:
    fonts: list[str | None] = []
    for letters, style, *_ in found:
        column = _index(letters) if letters else len(fonts)
        fonts.extend([None] * (column - len(fonts)))
        number = int(style or 0)
        fonts.append(names[number] if number < len(names) else None)
    return fonts


def _reader(styles: Styles, epoch: int) -> Callable[..., str | None]:
    formats = styles.formats

    def read(style: str, kind: str, value: str, inline: str, formula: str, result: str) -> str | None:
        if formula:
            if not result and kind != "str":
                return NO_VALUE
            value = result
        if kind == "inlineStr":
            return string_of(inline) or None
        if not value or value.isspace():
            return None
        if kind == "" or kind == "n":
            form = formats[int(style)] if style and int(style) < len(formats) else PLAIN
            return number_text(value) if form is PLAIN else shown(value, form, epoch)
        if kind == "b":
            return "TRUE" if value == "1" else "FALSE"
        return unescape(value)

    return read


def _parsed(body: str) -> list[tuple[str, ...]]:
    """Cells of an unusual row by the XML parser, in the shape the fast path gives."""
    found = []
    tree = ElementTree.fromstring(f"<row xmlns:x='x' xmlns:r='r' xmlns:mc='m' xmlns:x14ac='a'>{body}</row>")
    for cell in tree:
        parts = {item.tag.rpartition("}")[2]: item for item in cell}
        value = (parts["v"].text or "") if "v" in parts else ""
        inline = (
            "".join(f"<t>{_escaped(x.text or '')}</t>" for x in parts["is"].iter("t"))
            if "is" in parts
            else ""
        )
        formula = "f" if "f" in parts else ""
        letters = (cell.get("r") or "").rstrip("0123456789")
        plain = "" if formula else _escaped(value)
        found.append((letters, cell.get("s", ""), cell.get("t", ""), plain, inline, formula, _escaped(value)))
    return found


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
