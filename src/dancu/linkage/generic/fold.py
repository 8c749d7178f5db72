"""Turns one distinct value into the form that is compared, so that no row is ever cleaned twice."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta

_WORD = re.compile(r"[^\W_]+")
# The combining marks of Latin, Greek and Cyrillic letters.
_MARKS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")
_DIGITS = re.compile(r"\d+")
WORD_MAX = 40
_STROKES = str.maketrans({"đ": "d", "ð": "d", "ł": "l", "ø": "o", "ß": "ss", "æ": "ae"})
_NOTHING = {"n/a", "nan", "null", "none", "nil", "unknown", "khong co", "khong ro"}
# Day 0 of spreadsheets that count from 1900.
_DAY_ZERO = date(1899, 12, 30)


def plain(text: str) -> str:
    """Lower case in composed form, spaces collapsed, accents kept."""
    return " ".join(unicodedata.normalize("NFC", text).lower().split())


def unaccented(text: str) -> str:
    """Lower case without diacritics; đ counts as d."""
    if text.isascii():
        return text.lower()
    bare = _bare(text).lower()
    return bare if bare.isascii() else _bare(bare.translate(_STROKES))


def _bare(text: str) -> str:
    """Compatibility letters and diacritics reduced to their base letters."""
    return _MARKS.sub("", unicodedata.normalize("NFKD", text))


def words(text: str) -> list[str]:
    """The unaccented words of a text in order, cut at 40 letters; a hyphen inside a word splits it."""
    return [word[:WORD_MAX] for word in _WORD.findall(unaccented(text))]


def is_nothing(text: str) -> bool:
    """Whether a cell says that nothing is known (no letter or digit, `null`, `không rõ`)."""
    if len(text) > 16:
        return not _WORD.search(text)
    return not _WORD.search(text) or unaccented(" ".join(text.split())) in _NOTHING


def code_text(text: str) -> str:
    """An identifier as compared: unaccented letters and digits only."""
    return "".join(words(text))


def code_head(text: str) -> str:
    """The coarse part of an identifier: its first word, or the first half where it is one word."""
    parts = words(text)
    if not parts:
        return ""
    if len(parts) > 1 and len(parts[0]) >= 2:
        return parts[0]
    whole = "".join(parts)
    return whole[: (len(whole) + 1) // 2]


def date_order(values: list[str]) -> str:
    """How a column writes its dates: `ymd`, `dmy` or `mdy`; day first where nothing decides."""
    first_big = second_big = year_first = 0
    for value in values:
        groups = _DIGITS.findall(value)
        if len(groups) == 1 and len(groups[0]) == 8:
            year_first += 1000 <= int(groups[0][:4]) <= 2200
        if len(groups) < 2:
            continue
        year_first += len(groups[0]) == 4
        first_big += len(groups[0]) <= 2 and int(groups[0]) > 12
        second_big += len(groups[1]) <= 2 and int(groups[1]) > 12
    if year_first > max(first_big, second_big):
        return "ymd"
    return "mdy" if second_big > first_big else "dmy"


def date_digits(text: str, order: str) -> str | None:
    """A date as eight digits `yyyymmdd` with 00 for what is unknown, or None.

    Impossible months and days (`1859-40-20`) are kept: they are typing errors of a real date, and the
    digits still tell which.
    """
    groups = _DIGITS.findall(text.split("T")[0] if len(text) > 16 else text)
    if len(groups) > 3 and ":" in text:
        groups = groups[:3]
    if len(groups) == 1:
        return _one_group(groups[0], order)
    if len(groups) == 2:
        month, year = (groups[1], groups[0]) if len(groups[0]) == 4 else groups
        return _joined(year, month, "00")
    if len(groups) != 3:
        return None
    if len(groups[0]) == 4:
        return _joined(*groups)
    day, month = (groups[1], groups[0]) if order == "mdy" else (groups[0], groups[1])
    return _joined(groups[2], month, day)


def _one_group(digits: str, order: str) -> str | None:
    if len(digits) == 4:
        return digits + "0000"
    if len(digits) == 5 and 3000 < int(digits) < 60000:
        return (_DAY_ZERO + timedelta(days=int(digits))).strftime("%Y%m%d")
    if len(digits) == 6:
        return digits + "00" if order == "ymd" else _joined(digits[4:], digits[2:4], digits[:2])
    if len(digits) != 8:
        return None
    if order == "ymd":
        return digits
    day, month = (digits[2:4], digits[:2]) if order == "mdy" else (digits[:2], digits[2:4])
    return digits[4:] + month + day


def _joined(year: str, month: str, day: str) -> str | None:
    if len(month) > 2 or len(day) > 2 or len(year) not in (2, 4):
        return None
    if len(year) == 2:
        year = ("19" if int(year) > 30 else "20") + year
    return year + month.zfill(2) + day.zfill(2)
