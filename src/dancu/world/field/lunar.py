"""The lunar date of a birth, near enough for what families remember: mean moons, leap months in the middle."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

_MONTH_DAYS = 29.530588853
# New moon of 6 January 2000, 18:14 UTC, counted in days of Vietnam's time (UTC+7).
_NEW_MOON = date(2000, 1, 6).toordinal() + 1.05
_LEAP_AFTER = 7  # months after the one of the winter solstice


@lru_cache(maxsize=4096)
def lunar(day: date) -> tuple[int, int, int]:
    """Day, month and year of the lunar calendar; the month may be one off around leap months."""
    moon = _moon_of(day.toordinal())
    winter = _moon_of(date(day.year, 12, 22).toordinal())
    year = day.year
    if moon < winter:
        after, winter = winter, _moon_of(date(day.year - 1, 12, 22).toordinal())
    else:
        after, year = _moon_of(date(day.year + 1, 12, 22).toordinal()), day.year + 1
    steps = moon - winter
    if after - winter == 13 and steps > _LEAP_AFTER:
        steps -= 1
    month = (10 + steps) % 12 + 1
    # The months before New Year belong to the year that is ending.
    return day.toordinal() - _first_day(moon) + 1, month, year - 1 if steps < 2 else year


def _moon_of(ordinal: int) -> int:
    moon = round((ordinal - _NEW_MOON) / _MONTH_DAYS)
    return moon if _first_day(moon) <= ordinal else moon - 1


def _first_day(moon: int) -> int:
    return int(_NEW_MOON + moon * _MONTH_DAYS)
