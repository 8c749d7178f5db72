"""Finds in which encoding a text file was written, from a bounded look at its beginning."""

from __future__ import annotations

import codecs
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from dancu.linkage.intake.encoding import legacy
from dancu.linkage.intake.encoding.syllable import marked_words, valid_share


@dataclass(frozen=True)
class Encoding:
    """How to turn the bytes of a file into Unicode text."""

    name: str
    """utf-8 | utf-16-le | utf-16-be | windows-1258 | windows-1252 | TCVN3 | VNI | VISCII"""
    codec: str
    """The Python codec that reads the bytes; `repair` finishes what it cannot."""
    skip_bytes: int = 0
    """Length of the byte-order mark."""

    @property
    def plain(self) -> bool:
        """True when DuckDB can read the file as it is."""
        return self.name == "utf-8"

    def repair(self) -> Callable[[str], str] | None:
        """What has to be done to decoded text, a line or more at a time; None for nothing."""
        if self.name in legacy.CHARSETS:
            return lambda text: legacy_text(text, self.name)
        if self.name == "windows-1258":
            return lambda text: unicodedata.normalize("NFC", text)
        return None


def legacy_text(text: str, charset: str) -> str:
    """`text` of a byte file in a legacy encoding: characters outside its chart stay as they are."""
    pattern, _ = legacy.machine(charset)
    known = legacy.table(charset)
    return unicodedata.normalize("NFC", pattern.sub(lambda found: known[found[0]], text))


def find_encoding(head: bytes, *, whole: bool) -> Encoding:
    """The encoding of a file that starts with `head` (`whole` when that is all of it)."""
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if head.startswith(mark):
            return Encoding(name, name, len(mark))
    zeros = head.count(0)
    if zeros > len(head) * 0.15:
        # Digits, commas and line ends of a table have a zero beside each: on which side tells the order.
        little = head[1::2].count(0) >= head[0::2].count(0)
        return Encoding("utf-16-le", "utf-16-le") if little else Encoding("utf-16-be", "utf-16-be")
    if _is_utf8(head, whole):
        return Encoding("utf-8", "utf-8")
    return _by_statistics(head)


def _is_utf8(head: bytes, whole: bool) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        decoder.decode(head, final=whole)
    except UnicodeDecodeError:
        return False
    return True


def _by_statistics(head: bytes) -> Encoding:
    """The reading that makes most words with marks into possible syllables."""
    windows = Encoding("windows-1252", "cp1252")
    candidates = [
        Encoding("windows-1258", "cp1258"), Encoding("TCVN3", "cp1252"), Encoding("VNI", "cp1252"),
        Encoding("VISCII", "latin-1"), windows,
    ]  # fmt: skip
    best, best_score = windows, -1.0
    for candidate in candidates:
        text = head.decode(candidate.codec, "replace")
        repair = candidate.repair()
        words = marked_words([repair(text) if repair else text])
        score = valid_share(words) - text.count("\ufffd") / max(len(words), 1) if words else 0.0
        if score > best_score + 1e-9:
            best, best_score = candidate, score
    return best if best_score >= 0.4 else windows
