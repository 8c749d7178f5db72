"""Reckons terms in working days of Vietnam, with its holidays and the days that are worked in exchange."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from dancu.kit.clock import VIETNAM

# Five working days: ours, a setting, not a law's (words: the last section).
DAYS = 5


def due(opened: datetime, days: int = DAYS) -> date:
    """The last day of a term of `days` working days that begins the day after an aware moment."""
    day = today(opened)
    for _ in range(days):
        day += timedelta(days=1)
        while not is_working_day(day):
            day += timedelta(days=1)
    return day


def today(moment: datetime) -> date:
    """The day of an aware moment in Vietnam."""
    return moment.astimezone(VIETNAM).date()


def is_working_day(day: date) -> bool:
    """Whether offices are open: neither weekend nor holiday, or a weekend day that is worked in exchange."""
    return bool(_calendar(day.year).is_working_day(day))


def working_days_between(first: date, last: date) -> int:
    """Working days after `first` up to `last`; negative where `last` lies before."""
    if last < first:
        return -working_days_between(last, first)
    return sum(is_working_day(first + timedelta(days=n)) for n in range(1, (last - first).days + 1))


@cache
def _calendar(year: int) -> Any:
    import holidays

    # Tet falls where the moon says; days before and after a year's end are asked of the neighbouring years.
    return holidays.country_holidays("VN", years=year)
