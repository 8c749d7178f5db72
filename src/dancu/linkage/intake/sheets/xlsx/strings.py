"""The shared strings of a workbook: a list while they are few, a file on disk once they are many."""

from __future__ import annotations

import html
import mmap
import re
import zipfile
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Protocol
from xml.etree import ElementTree

LIST_UP_TO_BYTES = 32 << 20
"""Up to this size of XML the strings are kept as Python text; past it as one mapped file of UTF-8."""
CHUNK_BYTES = 1 << 20
_TEXT = re.compile(r"<t(?:\s[^>]*)?>([^<]*)</t>")
_PHONETIC = re.compile(r"<rPh\b.*?</rPh>", re.DOTALL)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


_SURROGATES = frozenset(f"d{c}" for c in "89abcdef")


class Strings(Protocol):
    """Texts by number."""

    def __getitem__(self, index: int) -> str: ...


def unescape(text: str) -> str:
    """XML entities and Excel's `_xHHHH_` escapes as characters."""
    if "&" in text:
        text = html.unescape(text)
    if "_x" in text:
        # A lone surrogate is no character: it stays as it was written.
        text = _ESCAPED.sub(
            lambda hit: hit[0] if hit[1][:2].lower() in _SURROGATES else chr(int(hit[1], 16)), text
        )
    return text


def pieces(stream: IO[bytes], end: str) -> Iterator[str]:
    """The stream cut after each `end` tag, one megabyte at a time; namespace prefixes are taken off."""
    rest, prefix, first = b"", b"", True
    mark = end.encode()
    while chunk := stream.read(CHUNK_BYTES):
        rest += chunk
        if first:
            found = re.search(rb"<(\w+):(?:worksheet|sst)\b", rest[:4096])
            prefix, first = found[1] + b":" if found else b"", False
        if prefix:
            # A cut inside a tag cannot split the prefix unseen: what follows the last end tag is kept back.
            mark = end.replace("</", "</" + prefix.decode()).encode()
        at = rest.rfind(mark)
        if at < 0:
            if len(rest) > 64 * CHUNK_BYTES:
                raise ValueError("element too long")
            continue
        ready, rest = rest[: at + len(mark)], rest[at + len(mark) :]
        if prefix:
            ready = ready.replace(b"<" + prefix, b"<").replace(b"</" + prefix, b"</")
        yield from ready.decode("utf-8", "replace").split(end)[:-1]


def string_of(piece: str) -> str:
    """The text of one `<si>` or `<is>` element, runs joined, phonetic guides left out; blanks alone are nothing."""
    if "<rPh" in piece:
        piece = _PHONETIC.sub("", piece)
    if "<![CDATA[" in piece:
        start = piece.find("<si")
        tree = ElementTree.fromstring(piece[start:] + "</si>")
        return "".join(item.text or "" for item in tree.iter() if item.tag == "t")
    found = _TEXT.findall(piece)
    text = found[0] if len(found) == 1 else "".join(found)
    if "&" in text or "_x" in text:
        text = unescape(text)
    return "" if text.isspace() else text


class MappedStrings:
    """Strings kept as UTF-8 in a file of `work`, found by offset: memory is eight bytes a string."""

    def __init__(self, texts: Iterator[str], path: Path):
        self._ends = array("Q", [0])
        position = 0
        with path.open("wb") as out:
            for text in texts:
                raw = text.encode("utf-8", "surrogatepass")
                out.write(raw)
                position += len(raw)
                self._ends.append(position)
            out.write(b" ")
        with path.open("rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)

    def __getitem__(self, index: int) -> str:
        if not 0 <= index < len(self._ends) - 1:
            raise IndexError(index)
        return self._map[self._ends[index] : self._ends[index + 1]].decode("utf-8", "replace")

    def close(self) -> None:
        """Lets go of the file, so that the work folder can be removed on Windows too."""
        self._map.close()


def shared_strings(archive: zipfile.ZipFile, name: str | None, work: Path) -> Strings:
    """The shared strings of a package; an empty list where it has none."""
    if name is None or name not in archive.NameToInfo:
        return []
    with archive.open(name) as stream:
        # `<si/>` is an empty string; spelled out it cuts like the others.
        cut = (
            part
            for piece in pieces(stream, "</si>")
            for part in piece.replace("<si/>", "<si></si>").split("</si>")
        )
        texts = map(string_of, cut)
        if archive.getinfo(name).file_size <= LIST_UP_TO_BYTES:
            return list(texts)
        return MappedStrings(texts, work / f"strings-{Path(archive.filename or 'book').stem}.bin")
