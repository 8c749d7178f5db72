"""Birth dates as people write them: whole, year only, swapped, or as the number Excel keeps.

A date is an integer yyyymmdd with 00 for an unknown day or month; 0 means absent. The population
database itself admits `yyyy` (technical guide of the NPD service: yyyy-mm-dd or yyyy).
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Sequence

from dancu.core.reason import BIT

# Relations, from the closest. Values are stored in tables; never renumber.
# YEAR came last: one side has the year alone, and it is one digit off. One digit of four is what one in six of all
# people shares by chance, one digit of eight (TYPO) one in a thousand.
ABSENT, SAME, PARTIAL, RECORD_PARTIAL, DEFAULT, SWAPPED, TYPO, NEAR, DIFFERENT, YEAR = range(10)
RELATIONS = (
    "absent", "same", "partial", "record_partial", "default", "swapped", "typo", "near", "different", "year",
)  # fmt: skip

_EARLIEST_YEAR, _LATEST_YEAR = 1860, 2100
_LONGEST = 80
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_CLOCK = r"(?:[ T]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?\s*(?:[AP]M|SA|CH|Z|[+-][0-9]{2}:?[0-9]{2})?)?$"
_NUMBER = re.compile(r"([0-9]{1,8})(?:[.,]0+)?$")
_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})" + _CLOCK, re.I)
_THREE = re.compile(r"([0-9]{1,4})\s*[-/.,\s]\s*([0-9]{1,2})\s*[-/.,\s]\s*([0-9]{1,4})" + _CLOCK, re.I)
_TWO = re.compile(r"([0-9]{1,4})\s*[-/.\s]\s*([0-9]{1,4})$")
_WORDS = re.compile(r"([0-9]{1,2})?\s*(?:tháng|thang|th\.?)\s*([0-9]{1,2})\s*(?:năm|nam|[-/,])\s*([0-9]{4})$", re.I)
_NAMED = re.compile(r"([0-9]{1,2})[-\s./]([A-Za-z]{3})[a-z]*[-\s./,]+([0-9]{2,4})$")
# What stands before a date: "sinh ngày 15/01/1960", "SN: 1960", "khoảng năm 1960".
_BEFORE = re.compile(
    r"(?:(?:sinh|ngày|ngay|mồng|mong|mùng|mung|năm|nam|khoảng|khoang|n\.?s|s\.?n|~)(?![^\W\d_])[.:\s]*)+", re.I
)
# Day, or day and month, left open: "__/__/1960", "../../1960", "x/5/1960", "?/?/1960".
_OPEN = re.compile(r"[xX_?.*…\s-]*[-/.\s](?:[xX_?.*…\s-]*|\s*([0-9]{1,2})\s*)[-/.]\s*([0-9]{4})$")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# What may stand before a year, and behind one, so that `parse` reads it without regard to which year it is.
_BEFORE_YEAR = re.compile(r"(?:[0-9]{1,2}[-/.]){0,2}|[0-9]{3,4}")
_BEHIND_YEAR = re.compile(r"[-/.][0-9]{1,2}[-/.][0-9]{1,2}(?:[ T]00:00:00(?:\.0+)?)?|[0-9]{4}")
_YEARS = {str(year): year * 10000 for year in range(_EARLIEST_YEAR, _LATEST_YEAR + 1)}
_EXCEL_EPOCH = {1900: datetime.date(1899, 12, 30), 1904: datetime.date(1904, 1, 1)}


def whole(year: int, month: int, day: int) -> int:
    """yyyymmdd if such a day can exist (29 February in any year), else 0; month or day 0 = unknown."""
    if not _EARLIEST_YEAR <= year <= _LATEST_YEAR:
        return 0
    if month == 0:
        return year * 10000
    if not 1 <= month <= 12 or not 0 <= day <= _DAYS[month - 1]:
        return 0
    return year * 10000 + month * 100 + day


def parse(text: str, order: str = "dmy", epoch: int = 1900, pivot: int = 2026) -> int:
    """The date in `text`, or 0 if none can be read.

    Never raises.

    order   `dmy`, `mdy` or `ymd`: decided per column; an impossible reading falls back to the other one
    epoch   1900 or 1904: what day 0 is where the text is the bare number of days that Excel keeps
    pivot   two-digit years later than this year's belong to the century before
    """
    text = _tidy(text)
    if found := _NUMBER.match(text):
        return _digits(found.group(1), order, epoch, pivot)
    if found := _ISO.match(text):
        return _year_first(*found.groups())
    if found := _THREE.match(text):
        return _three(*found.groups(), order, pivot)
    if found := _TWO.match(text):
        return _two(*found.groups())
    if found := _WORDS.match(text):
        day, month, year = found.groups()
        return whole(int(year), int(month), int(day or 0))
    if (found := _NAMED.match(text)) and found.group(2).lower() in _MONTHS:
        return whole(_year(found.group(3), pivot), _MONTHS.index(found.group(2).lower()) + 1, int(found.group(1)))
    if found := _OPEN.match(text):
        return whole(int(found.group(2)), int(found.group(1) or 0), 0)
    return 0


class _Rests(dict[str, int | None]):
    """What stands around a year → month and day (mmdd) as `parse` reads it, -1 for no date, None for other texts.

    Worked out once each: a file of a million people has some thousands of them.
    """

    def __init__(self, form: re.Pattern[str], text: str, *asked: str | int) -> None:
        """`form`: what may stand there; `text`: a date to ask `parse` of, with {} in its place."""
        super().__init__()
        self._form, self._text, self._asked = form, text, asked

    def __missing__(self, rest: str) -> int | None:
        self[rest] = None
        if self._form.fullmatch(rest):
            date = parse(self._text.format(rest), *self._asked)
            self[rest] = date % 10000 if date else -1
        return self[rest]


def parse_many(texts: Sequence[str], order: str = "dmy", epoch: int = 1900, pivot: int = 2026) -> list[int]:
    """`parse` of many texts, in order; several times faster where they are days, months and years of four digits.

    Such a text falls into its year and the rest, and what the rest means does not hang on the year: `whole` lets
    29 February be in any, and the four digits of no year read as mmdd. All else is left to `parse`.
    """
    before = _Rests(_BEFORE_YEAR, "{}2000", order, epoch, pivot)
    behind = _Rests(_BEHIND_YEAR, "2000{}", order, epoch, pivot)
    dates = []
    for text in texts:
        rest = None
        if year := _YEARS.get(text[-4:]):
            rest = before[text[:-4]]
        elif year := _YEARS.get(text[:4]):
            rest = behind[text[4:]]
        if rest is None:
            dates.append(parse(text, order, epoch, pivot))
        else:
            dates.append(year + rest if rest >= 0 else 0)
    return dates


def _tidy(text: str) -> str:
    """Composed, without quotes, closing dots and words in front; nothing where it is too long to be a date."""
    text = text.strip()
    if not text or len(text) > _LONGEST:
        return ""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    text = text.strip("'\"’ \t").rstrip(".,; ")
    # Most texts begin with a digit, and no word does.
    if text[:1].isdigit() or not (found := _BEFORE.match(text)):
        return text
    return text[found.end() :]


def _digits(text: str, order: str, epoch: int, pivot: int) -> int:
    """Digits without a sign between them: a year, ddmmyyyy and its kin, or the number of days that Excel keeps."""
    if len(text) == 7:
        # Excel took the zero of a day before the tenth: 5011960.
        text = "0" + text
    if len(text) == 8:
        if order != "ymd" and (date := _three(text[:2], text[2:4], text[4:], order, pivot)):
            return date
        return whole(int(text[:4]), int(text[4:6]), int(text[6:]))
    number = int(text)
    if len(text) == 6:
        day, month = (text[2:4], text[:2]) if order == "mdy" else (text[:2], text[2:4])
        if order != "ymd" and number and (date := whole(_year(text[4:], pivot), int(month), int(day))):
            return date
        return whole(int(text[2:]), int(text[:2]), 0) or whole(int(text[:4]), int(text[4:]), 0)
    if len(text) == 4 and number <= _LATEST_YEAR:
        return whole(number, 0, 0)
    # Days since the epoch, up to the year 2100; the few four-digit ones that read as years are years.
    if 4 <= len(text) <= 5 and text[0] != "0" and number < 73_051:
        day = _EXCEL_EPOCH[epoch] + datetime.timedelta(days=number)
        return whole(day.year, day.month, day.day)
    return 0


def _year(text: str, pivot: int) -> int:
    year = int(text)
    if len(text) > 2:
        return year
    century = pivot // 100 * 100
    return century + year if century + year <= pivot else century - 100 + year


def _three(first: str, second: str, third: str, order: str, pivot: int) -> int:
    if len(first) == 4:
        return _year_first(first, second, third)
    if len(first) > 2 or len(third) == 3 or not (int(first) or int(second) or int(third)):
        return 0
    if order == "ymd" and len(third) <= 2:
        return whole(_year(first, pivot), int(second), int(third))
    day, month = int(first), int(second)
    if order == "mdy":
        day, month = month, day
    year = _year(third, pivot)
    return whole(year, month, day) or whole(year, day, month)


def _year_first(year: str, month: str, day: str) -> int:
    return whole(int(year), int(month), int(day)) or whole(int(year), int(day), int(month))


def _two(first: str, second: str) -> int:
    if len(second) == 4:
        return whole(int(second), int(first), 0) if len(first) <= 2 else 0
    if len(first) == 4:
        return whole(int(first), int(second), 0) if len(second) <= 2 else 0
    return 0


def iso(date: int) -> str:
    """`yyyy`, `yyyy-mm` or `yyyy-mm-dd`; empty for 0."""
    year, month, day = date // 10000, date // 100 % 100, date % 100
    if not date:
        return ""
    return f"{year:04}" + (f"-{month:02}" if month else "") + (f"-{day:02}" if day else "")


def from_iso(text: str | None) -> int:
    """The integer of an ISO text `yyyy[-mm[-dd]]`; 0 for anything else."""
    if not text or not re.fullmatch(r"[0-9]{4}(-[0-9]{2}){0,2}", text):
        return 0
    year, month, day = ([int(part) for part in text.split("-")] + [0, 0])[:3]
    return whole(year, month, day)


def swapped(date: int) -> int:
    """Day and month exchanged, or 0 where that is no date or the same one."""
    year, month, day = date // 10000, date // 100 % 100, date % 100
    if not day or day == month or day > 12:
        return 0
    return whole(year, day, month)


def compare(claim: int, record: int) -> tuple[int, int]:
    """(relation, reason bits) of a claimed date to the one on record; the SQL twin is in `linkage/judge.py`."""
    if claim <= 0 or record <= 0:
        return ABSENT, 0
    if claim == record:
        return SAME, 0
    same_year = claim // 10000 == record // 10000
    same_month = claim // 100 == record // 100
    if claim % 100 == 0 and same_year and (claim // 100 % 100 == 0 or same_month):
        return PARTIAL, BIT["year_only"]
    if record % 100 == 0 and same_year and (record // 100 % 100 == 0 or same_month):
        return RECORD_PARTIAL, 0
    if same_year and claim % 10000 == 101:
        return DEFAULT, BIT["default_birthday"]
    if swapped(claim) == record:
        return SWAPPED, BIT["day_month_swapped"]
    if _digits_apart(claim, record) == 1:
        year_alone = claim % 10000 == 0 or record % 10000 == 0
        return YEAR if year_alone else TYPO, BIT["date_typo"]
    if same_year and record % 10000 == 101:
        return DEFAULT, BIT["default_birthday"]
    if _parts_equal(claim, record) >= 2:
        return NEAR, BIT["different_date"]
    return DIFFERENT, BIT["different_date"]


def _digits_apart(a: int, b: int) -> int:
    """Digits in which two dates differ; a year-only date is compared by its year alone."""
    if a % 10000 == 0 or b % 10000 == 0:
        a, b = a // 10000, b // 10000
    apart = 0
    while a or b:
        apart += a % 10 != b % 10
        a, b = a // 10, b // 10
    return apart


def _parts_equal(a: int, b: int) -> int:
    return (a // 10000 == b // 10000) + (a // 100 % 100 == b // 100 % 100) + (a % 100 == b % 100)
