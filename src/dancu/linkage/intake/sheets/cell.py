"""What a spreadsheet cell shows: numbers, dates and zeros as the officer sees them, no digit lost."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

NO_VALUE = "\x00formula without a stored result"
"""Stands in a cell whose formula was never calculated; it is counted and then read as empty."""

_BUILTIN_DATES = {14: "d/m/yyyy", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm", 19: "h:mm:ss", 20: "h:mm",
                  21: "h:mm:ss", 22: "d/m/yyyy h:mm", 45: "mm:ss", 46: "h:mm:ss", 47: "mm:ss"}  # fmt: skip
_BUILTIN_DATES |= {i: "d/m/yyyy" for i in (*range(27, 37), *range(50, 59))}
_NOISE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_PREFIX = re.compile(r'(?:"(0+)"|((?:\\0)+))[#0]+$')


@dataclass(frozen=True)
class NumberFormat:
    """How a number format shows a number."""

    kind: str = "plain"
    """plain | day | month | year | time | zeros | prefix"""
    width: int = 0
    """Digits shown at least (`zeros`), or zeros written in front (`prefix`)."""


PLAIN = NumberFormat()


@lru_cache(maxsize=1024)
def number_format(code: str | None, builtin: int = 0) -> NumberFormat:
    """The format behind a format code, or behind the number of a built-in one."""
    code = code or _BUILTIN_DATES.get(builtin, "")
    if not code or code.lower() == "general":
        return PLAIN
    first = code.split(";")[0]
    prefix = _PREFIX.match(first)
    if prefix:
        return NumberFormat("prefix", len(prefix[1] or prefix[2].replace("\\", "")))
    bare = _NOISE.sub("", first).lower()
    if re.fullmatch(r"[0 .\-]{2,}", bare) and "." not in bare and bare.count("0") > 1:
        return NumberFormat("zeros", bare.count("0"))
    if not re.search(r"[ymdhs]", bare) or re.search(r"[#0?]", bare.replace(".0", "")):
        return PLAIN
    if "d" in bare or "e" in bare:
        return NumberFormat("day")
    if "y" in bare:
        return NumberFormat("month" if "m" in bare else "year")
    return NumberFormat("time")


@lru_cache(maxsize=50_000)
def number_text(value: str) -> str:
    """A stored number as digits: `1205000001.0` and `1.205000001E9` both become `1205000001`."""
    if value.isdigit():
        return value
    try:
        number = float(value)
    except ValueError:
        return value
    if number.is_integer() and abs(number) < 1e17:
        return str(int(number))
    return repr(number)


@lru_cache(maxsize=50_000)
def shown(value: str, style: NumberFormat, epoch: int) -> str:
    """A stored number as its format shows it; dates as ISO text of the precision the format shows."""
    kind = style.kind
    if kind == "plain":
        return number_text(value)
    if kind in {"zeros", "prefix"}:
        text = number_text(value)
        if not text.isdigit():
            return text
        return text.zfill(style.width) if kind == "zeros" else "0" * style.width + text
    try:
        return _serial_text(float(value), kind, epoch)
    except (ValueError, OverflowError):
        return number_text(value)


def _serial_text(serial: float, kind: str, epoch: int) -> str:
    if kind == "time" or not 0 < serial < 2_958_466:
        return number_text(repr(serial))
    # Excel believes in 29 February 1900, so serials before it count from one day later.
    day_zero = datetime(1899, 12, 30) if serial >= 61 else datetime(1899, 12, 31)
    start = datetime(1904, 1, 1) if epoch == 1904 else day_zero
    return moment_text(start + timedelta(seconds=round(serial * 86400)), kind)


def moment_text(moment: datetime | date, kind: str = "day") -> str:
    """ISO text of a date: day, month or year precision; a time of day only where there is one."""
    text = moment.isoformat(sep=" ") if isinstance(moment, datetime) else moment.isoformat()
    if kind != "day":
        return text[: 7 if kind == "month" else 4]
    return text.removesuffix(" 00:00:00")


def plain_text(value: object) -> str | None:
    """A value a library already typed (str, int, float, bool, date …) as text; empty is None."""
    if value is None:
        return None
    if isinstance(value, str):
        return None if not value or value.isspace() else value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return number_text(repr(value))
    if isinstance(value, date):
        return moment_text(value)
    return value.isoformat() if isinstance(value, time) else str(value)
