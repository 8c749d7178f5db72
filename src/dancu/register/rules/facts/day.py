"""Days of a life: whole or partial ISO dates, compared so that what is not known is never held against anybody."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from functools import lru_cache
from typing import Annotated

from msgspec import Meta

from dancu.register.command import No

# Typed dates. The form is held at the edge; that the day is in the calendar is held by `day_fault`.
Day = Annotated[str, Meta(pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?\Z")]
Partial = Annotated[str, Meta(pattern=r"^([0-9]{4}(-[0-9]{2}){0,2})?\Z")]
# The earliest year of which the register takes a day (core.date keeps the same).
EARLIEST_YEAR = 1860


@lru_cache(maxsize=65536)
def bounds(text: str) -> tuple[date, date] | None:
    """First and last day that `yyyy`, `yyyy-mm` or `yyyy-mm-dd` can mean; None for any other text."""
    parts = text.split("-")
    if len(parts) > 3 or [len(part) for part in parts] != [4, 2, 2][: len(parts)]:
        return None
    if not all(part.isascii() and part.isdigit() for part in parts) or int(parts[0]) < EARLIEST_YEAR:
        return None
    year, month, day = (int(part) for part in (*parts, "0", "0")[:3])
    try:
        first = date(year, month if len(parts) > 1 else 1, day if len(parts) > 2 else 1)
    except ValueError:
        return None
    if len(parts) == 3:
        return first, first
    last_month = month if len(parts) == 2 else 12
    return first, date(year, last_month, monthrange(year, last_month)[1])


def is_day(text: str) -> bool:
    """Whether the text is one whole day of the calendar."""
    return len(text) == 10 and bounds(text) is not None


def first_day(text: str) -> str:
    """The first day a partial date can mean, as ISO; '' where it says none."""
    span = bounds(text)
    return span[0].isoformat() if span else ""


def last_day(text: str) -> str:
    """The last day a partial date can mean, as ISO; '' where it says none."""
    span = bounds(text)
    return span[1].isoformat() if span else ""


def surely_before(earlier: str, later: str) -> bool:
    """Whether one date lies before the other however their unknown parts are filled in; no when either is not known."""
    one, other = bounds(earlier), bounds(later)
    return bool(one and other and one[1] < other[0])


def surely_days_apart(earlier: str, later: str) -> int:
    """The fewest days that can lie between two dates; 0 where they may touch or either is not known."""
    one, other = bounds(earlier), bounds(later)
    return max(0, (other[0] - one[1]).days) if one and other else 0


def birthday(born: str, years: int) -> str:
    """The day (ISO) on which somebody reaches an age; 29 February becomes 28 February where the year has none. '' if unknown.

    Unknown month and day count as the first of January, as for the age of marriage (TTLT 01/2016, điều 2).
    """
    span = bounds(born)
    if not span or span[0].year + years > date.max.year:
        return ""
    first = span[0]
    day = min(first.day, monthrange(first.year + years, first.month)[1])
    return date(first.year + years, first.month, day).isoformat()


def under(born: str, years: int, on: str) -> bool:
    """Whether somebody has surely not reached an age on a day: no where the birth date is not known."""
    reached = birthday(born, years)
    return bool(reached) and on < reached


def days_after(day: str, count: int) -> str:
    """The day `count` days later, as ISO; '' where the day is none or the calendar ends."""
    span = bounds(day)
    try:
        return (span[0] + timedelta(days=count)).isoformat() if span else ""
    except OverflowError:
        return ""


def day_fault(text: str, field: str) -> No | None:
    """A typed date that the calendar does not have."""
    return No("day_not_real", field) if text and bounds(text) is None else None


def term_fault(since: str, until: str, *, years: int = 0, days: int = 0, code: str = "") -> No | None:
    """A term that ends before it begins, or that is longer than the law lets it be (then `code` is the refusal)."""
    if until and until < since:
        return No("term_ends_before_it_begins", "until")
    longest = birthday(since, years) if years else days_after(since, days)
    if code and until and longest and until > longest:
        return No(code, "until")
    return None
