"""What clerks write into a name's cell beside the name: a title or a number in front, a remark behind."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from dancu.core import name as names

_RELATIVES = r"ông|bà|anh|chị|cụ|cô|chú|bác|bé|cháu|em|thầy|đ/c|đồng chí|ong|ba|chi|cu|co|chu|bac|be|chau|thay|dong chi"
_NUMBERED = re.compile(r"^\s*(?:stt\s*)?\d{1,6}\s*(?:[.):/\-–]\s*|\s)(?=\D)", re.I)
_TITLE = re.compile(rf"^\s*(?:{_RELATIVES}|mr|mrs|ms|ô|bs|ts|ths|gs|pgs|ls)\b\s*[.:]?\s*(?=\S+\s+\S)", re.I)
_COUPLED_TITLE = re.compile(
    rf"^\s*(?:{_RELATIVES}|ô)\s*[.:]?\s*[/(,&]\s*(?:{_RELATIVES}|b)\s*[).]?\s*[.:]?\s*(?=\S+\s+\S)"
    r"|^\s*[ôb]\s*[.:]\s*(?=\S+\s+\S)",
    re.I,
)
_BRACKETS = re.compile(r"[(\[{<][^)\]}>]*[)\]}>]?")
_SIGN = re.compile(r"\s[-–—/].*|[-–—]\s.*|[,;:*+&=].*", re.S)
_REMARK = re.compile(
    r"\s(?:"
    r"(?:đã|da|mới|moi)\s+(?:chết|mất|chet|mat|bỏ|chuyển|chuyen|từ trần|qua đời)"
    r"|(?:chết|mất|chet|mat)(?:\s|$)|từ trần|qua đời|hy sinh"
    r"|chuyển\s+(?:đi|đến|khẩu)|chuyen\s+(?:di|den|khau)|tạm (?:trú|vắng)|tam (?:tru|vang)"
    r"|hộ (?:cận )?nghèo|ho (?:can )?ngheo|chủ hộ|chu ho"
    r"|vợ\b|chồng\b|(?:vo|chong)\s+(?:ong|ba|anh|chi|cua|cu)\b|(?:và|va)\s+(?:vợ|chồng|vo|chong|con)\b"
    rf"|(?:con|cháu|em|mẹ|bố|cha|chau|me|bo)\s+(?:của|cua|liệt sĩ|liệt sỹ|liet si|liet sy|{_RELATIVES})\b"
    r"|(?:sinh năm|sinh nam|s\.?n\.?|ns)\s*:?\s*\d"
    r"|\d{1,4}\s*$"
    r").*",
    re.I | re.S,
)

_SIGNS = re.compile(r"[()\[\]{}<>,;:*+&=/\-–—\d]")
# Keys of words that begin a title, and of words that begin a remark; a name without any has nothing to be taken out.
_FIRST = frozenset(
    ("ONG", "BA", "ANH", "CHI", "CU", "CO", "CHU", "BAC", "BE", "CHAU", "EM", "THAI", "D", "DC", "DONG", "MR", "MRS",
     "MS", "O", "B", "BS", "TS", "THS", "GS", "PGS", "LS", "STT")
)  # fmt: skip
_LATER = frozenset(
    ("DA", "MOI", "CHET", "MAT", "TU", "QUA", "HI", "CHUIEN", "TAM", "HO", "CHU", "VO", "CHONG", "VA", "CON", "CHAU",
     "EM", "ME", "BO", "CHA", "SINH", "S", "SN", "NS")
)  # fmt: skip
_EITHER = _FIRST | _LATER


def may_hold_note(text: str, words: list[str]) -> bool:
    """Whether `without_notes` may find anything; cheap. `words` is the key of the text, split."""
    # Most names have none of these words anywhere.
    if not _EITHER.isdisjoint(words) and (words[0] in _FIRST or not _LATER.isdisjoint(words[1:])):
        return True
    return _SIGNS.search(text) is not None


def bare_keys(texts: Sequence[str], keys: Sequence[str]) -> list[str]:
    """The key of each text `without_notes`; `keys` are those of the texts as they are (`core.name.keys`)."""
    bare = list(keys)
    held = [place for place, key in enumerate(keys) if may_hold_note(texts[place], key.split(" "))]
    for place, key in zip(held, names.keys([without_notes(texts[place]) for place in held]), strict=True):
        bare[place] = key
    return bare


def without_notes(text: str) -> str:
    """A second reading of a name's cell: without title, line number and remarks. May be empty.

    A reading, not a correction: "Chu Văn An" without its title-like first word is another name, so
    callers take it only where it agrees better with a record. A title needs two more words behind it:
    "Anh Tuấn" keeps both.
    """
    # Composed and single-spaced first: the patterns are written so, agencies' files often are not.
    bare = " ".join(unicodedata.normalize("NFC", text).split())
    for front in (_NUMBERED, _COUPLED_TITLE, _TITLE):
        if found := front.match(bare):
            bare = bare[found.end() :]
    bare = _SIGN.sub("", _BRACKETS.sub(" ", bare))
    return " ".join(_REMARK.sub("", bare).split())
