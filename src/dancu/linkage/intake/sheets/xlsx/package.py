"""Opens an xlsx package: which parts it has, its sheets, its epoch, its styles."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from dancu.linkage.intake.encoding.legacy import of_font
from dancu.linkage.intake.refusals import refuse
from dancu.linkage.intake.sheets.book import Line, Merge, Tab
from dancu.linkage.intake.sheets.cell import PLAIN, NumberFormat, number_format
from dancu.linkage.intake.sheets.xlsx.sheet import sheet_lines
from dancu.linkage.intake.sheets.xlsx.strings import MappedStrings, shared_strings

MERGES_UP_TO_BYTES = 64 << 20
"""Sheets whose XML is larger are not read to their end for merged ranges, which stand after the rows."""
_SMALL_PART_BYTES = 64 << 20
_MERGE = re.compile(r'mergeCell ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')


@dataclass(frozen=True)
class Styles:
    """Per cell style (`s`): its number format and, where any is a legacy font, its font."""

    formats: tuple[NumberFormat, ...] = ()
    fonts: tuple[str | None, ...] = ()


def column_index(letters: str) -> int:
    """`A` is 0, `AA` is 26."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


@dataclass
class XlsxBook:
    """An open xlsx package; see `book.Book`."""

    path: Path
    archive: zipfile.ZipFile
    work: Path
    epoch: int
    tabs: tuple[Tab, ...]
    parts: dict[str, str]
    styles: Styles
    strings_part: str | None
    format: str = "xlsx"
    _strings: object = field(default=None, repr=False)

    def lines(self, tab: str) -> Iterator[Line]:
        if self._strings is None:
            self._strings = shared_strings(self.archive, self.strings_part, self.work)
        with self.archive.open(self.parts[tab]) as stream:
            yield from sheet_lines(stream, self._strings, self.styles, self.epoch)

    def merges(self, tab: str) -> list[Merge]:
        """Merged ranges, from the tail of a sheet that is not too large to be read for them."""
        if self.archive.getinfo(self.parts[tab]).file_size > MERGES_UP_TO_BYTES:
            return []
        tail = b""
        with self.archive.open(self.parts[tab]) as stream:
            while chunk := stream.read(1 << 20):
                at = chunk.rfind(b"</sheetData>")
                tail = chunk[at:] if at >= 0 else tail + chunk if tail else tail
        if not tail:
            return []
        found = _MERGE.findall(tail.decode("utf-8", "replace"))
        return [Merge(int(r1), column_index(c1), int(r2), column_index(c2)) for c1, r1, c2, r2 in found]

    def close(self) -> None:
        self.archive.close()
        if isinstance(self._strings, MappedStrings):
            self._strings.close()


def local(tag: str) -> str:
    """A tag without its namespace."""
    return tag.rpartition("}")[2]


def _tree(archive: zipfile.ZipFile, part: str) -> ElementTree.Element:
    info = archive.getinfo(part)
    if info.file_size > _SMALL_PART_BYTES:
        raise refuse("zip_bomb", file=Path(archive.filename or ""), detail=part)
    raw = archive.read(part)
    if b"<!DOCTYPE" in raw[:4096] or b"<!ENTITY" in raw:
        raise refuse("unreadable_file", file=Path(archive.filename or ""), detail="DTD")
    return ElementTree.fromstring(raw)


def _relations(archive: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """Relation id to (kind, part name) of one part."""
    folder, name = posixpath.split(part)
    try:
        tree = _tree(archive, posixpath.join(folder, "_rels", name + ".rels"))
    except KeyError:
        return {}
    found = {}
    for item in tree:
        target = item.get("Target", "")
        joined = (
            target.lstrip("/")
            if target.startswith("/")
            else posixpath.normpath(posixpath.join(folder, target))
        )
        found[item.get("Id", "")] = (item.get("Type", "").rpartition("/")[2], joined)
    return found


def open_xlsx(path: Path, work: Path) -> XlsxBook:
    """Opens `path`; raises KeyError, BadZipFile or ParseError for a damaged package (the caller refuses)."""
    archive = zipfile.ZipFile(path)
    root = {kind: part for kind, part in _relations(archive, "").values()}
    main = root.get("officeDocument", "xl/workbook.xml")
    relations = _relations(archive, main)
    kinds = {kind: part for kind, part in relations.values()}
    tree = _tree(archive, main)
    tabs, parts, epoch = [], {}, 1900
    for item in tree.iter():
        tag = local(item.tag)
        if tag == "workbookPr" and item.get("date1904", "0") in {"1", "true"}:
            epoch = 1904
        if tag == "sheet":
            relation = next((v for k, v in item.attrib.items() if local(k) == "id" and k != "id"), "")
            kind, part = relations.get(relation, ("", ""))
            if kind == "worksheet" and part in archive.NameToInfo:
                tabs.append(Tab(item.get("name", ""), item.get("state", "visible") != "visible"))
                parts[tabs[-1].name] = part
    styles = _styles(archive, kinds.get("styles"))
    return XlsxBook(path, archive, work, epoch, tuple(tabs), parts, styles, kinds.get("sharedStrings"))


def _styles(archive: zipfile.ZipFile, part: str | None) -> Styles:
    if part is None or part not in archive.NameToInfo:
        return Styles()
    codes: dict[int, str] = {}
    font_names: list[str] = []
    formats: list[NumberFormat] = []
    fonts: list[str | None] = []
    for group in _tree(archive, part):
        tag = local(group.tag)
        if tag == "numFmts":
            codes = {int(item.get("numFmtId", "0")): item.get("formatCode", "") for item in group}
        elif tag == "fonts":
            for item in group:
                name = next((x.get("val", "") for x in item if local(x.tag) == "name"), "")
                font_names.append(name)
        elif tag == "cellXfs":
            for item in group:
                builtin = int(item.get("numFmtId", "0"))
                formats.append(number_format(codes.get(builtin), builtin))
                font = int(item.get("fontId", "0"))
                fonts.append(font_names[font] if font < len(font_names) else None)
    legacy = any(name and of_font(name)[0] for name in fonts)
    return Styles(tuple(formats or [PLAIN]), tuple(fonts) if legacy else ())
