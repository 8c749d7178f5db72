"""Tells what a file is from its first bytes; its extension is only believed between kinds of plain text."""

from __future__ import annotations

import zipfile
from pathlib import Path

from dancu.linkage.intake.refusals import refuse

HEAD_BYTES = 1 << 16
_FOREIGN = (
    (b"%PDF", "PDF"), (b"\x89PNG", "PNG"), (b"\xff\xd8\xff", "JPEG"), (b"GIF8", "GIF"), (b"Rar!", "RAR"),
    (b"7z\xbc\xaf\x27\x1c", "7-Zip"), (b"\x1f\x8b", "gzip"), (b"MZ", "EXE"), (b"\x7fELF", "ELF"), (b"{\\rtf", "RTF"),
    (b"SQLite format 3", "SQLite"), (b"BZh", "bzip2"), (b"\xfd7zXZ", "xz"), (b"ORC", "ORC"), (b"Obj\x01", "Avro"),
    (b"ARROW1", "Arrow"),
)  # fmt: skip
_MARKUP = (b"<html", b"<!doctype", b"<?xml", b"<table", b"<svg")


def kind_of(path: Path) -> str:
    """xlsx | xlsb | ods | xls | zip | parquet | json | text; Refusal for what is none of them."""
    head = _head(path)
    if head.startswith(b"PK\x03\x04") or head.startswith(b"PK\x05\x06"):
        return _zipped(path)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _ole(path, head)
    if head.startswith(b"\x09\x08") or head[:4] in {
        b"\x09\x00\x04\x00",
        b"\x09\x02\x06\x00",
        b"\x09\x04\x06\x00",
    }:
        return "xls"
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"PARE"):
        raise refuse("password", file=path)
    for mark, name in _FOREIGN:
        if head.startswith(mark) and not (name in {"EXE", "ORC"} and _is_text(head)):
            raise refuse("not_a_table", file=path, detail=name)
    plain = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if plain[:10].lower().startswith(_MARKUP):
        raise refuse("not_a_table", file=path, detail="HTML/XML")
    if not _is_text(head):
        raise refuse("not_a_table", file=path, detail="binary")
    return "json" if plain[:1] in (b"{", b"[") and b":" in plain[:HEAD_BYTES] and b'"' in plain else "text"


def _head(path: Path) -> bytes:
    if path.is_dir():
        raise refuse("file_is_folder", file=path)
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except FileNotFoundError:
        raise refuse("file_missing", file=path) from None
    except OSError:
        raise refuse("file_not_readable", file=path) from None
    if not head.strip(b"\x00\xef\xbb\xbf\xff\xfe \t\r\n"):
        raise refuse("file_empty", file=path)
    return head


def _is_text(head: bytes) -> bool:
    """Few control bytes, or the regular zeros of UTF-16."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return True
    zeros = head.count(0)
    if zeros:
        even, odd = head[0::2].count(0), head[1::2].count(0)
        return zeros > len(head) * 0.15 and min(even, odd) <= max(even, odd) * 0.05
    # VISCII keeps six capital letters among the control bytes, so a few of those are allowed.
    control = sum(byte < 32 and byte not in b"\t\n\r\x0c\x1a\x02\x05\x06\x14\x19\x1e" for byte in head)
    odd = sum(byte in b"\x02\x05\x06\x14\x19\x1e\x7f" for byte in head)
    return control <= len(head) * 0.001 and odd <= len(head) * 0.02


def _zipped(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            declared = archive.read("mimetype")[:100] if "mimetype" in names else b""
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, ValueError, EOFError) as error:
        raise refuse("file_damaged", file=path, detail=type(error).__name__) from None
    if "xl/workbook.bin" in names:
        return "xlsb"
    if "[Content_Types].xml" in names and any(
        n.startswith(("xl/", "/xl/")) or n == "xl/workbook.xml" for n in names
    ):
        return "xlsx"
    if b"opendocument.spreadsheet" in declared:
        return "ods"
    if "[Content_Types].xml" in names or b"opendocument" in declared:
        raise refuse("not_a_table", file=path, detail="Word/PowerPoint")
    return "zip"


def _ole(path: Path, head: bytes) -> str:
    """Old Office files: an encrypted xlsx is one too, and so are Word documents."""
    size = path.stat().st_size
    with path.open("rb") as file:
        body = head + file.read(1 << 20)
        if size > 2 << 20:
            # The directory of streams may stand at the end of a large file.
            file.seek(-(1 << 20), 2)
            body += file.read()
    if "EncryptedPackage".encode("utf-16-le") in body:
        raise refuse("password", file=path)
    if "Workbook".encode("utf-16-le") in body or "Book".encode("utf-16-le") in body:
        return "xls"
    if "WordDocument".encode("utf-16-le") in body or "PowerPoint".encode("utf-16-le") in body:
        raise refuse("not_a_table", file=path, detail="Word/PowerPoint")
    return "xls"
