"""Numbers that one slip of the hand turns into the one written, for many rows at once; the SQL twin is `sql/near_numbers.sql`.

A digit replaced, two neighbours exchanged, one left out where the number is short, one too many where it is long. Slips that
would make the number contradict the row's own sex or birth year are not followed; where it contradicts them as written, the
date may be what is wrong.
"""

from __future__ import annotations

import numpy as np

# Rows of a claim that may have slips.
WRITTEN = "kind IN (1, 3, 5) AND (len BETWEEN 10 AND 13 OR num >= 1000000000)"
_LEAST, _MOST = 1_000_000_000, 999_999_999_999
_UNITS = tuple(10**place for place in range(12))


def near(num: np.ndarray, len: np.ndarray, date: np.ndarray, sex: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(position of the row, number) of every slip; all four arrays are columns of `claim`, of rows that are `WRITTEN`."""
    found: list[tuple[np.ndarray, np.ndarray]] = []

    def keep(who: np.ndarray, numbers: np.ndarray) -> None:
        fits = _fits(num[who], date[who], sex[who], numbers)
        found.append((who[fits], numbers[fits]))

    whole = np.flatnonzero((len == 12) | ((len < 12) & (num >= _LEAST)))
    written = num[whole]
    digits = [written // unit % 10 for unit in _UNITS]
    for unit, digit in zip(_UNITS, digits, strict=True):
        for step in range(1, 10):
            keep(whole, written + ((digit + step) % 10 - digit) * unit)
    for place in range(11):
        crossed = np.flatnonzero(digits[place] != digits[place + 1])
        change = (digits[place + 1] - digits[place])[crossed] * (_UNITS[place] - _UNITS[place + 1])
        keep(whole[crossed], written[crossed] + change)
    short = np.flatnonzero((len == 10) | (len == 11))
    for unit in _UNITS:
        for digit in range(10):
            keep(short, num[short] // unit * unit * 10 + digit * unit + num[short] % unit)
    long = np.flatnonzero(len == 13)
    for unit in _UNITS:
        keep(long, num[long] // (unit * 10) * unit + num[long] % unit)
    rows, numbers = zip(*found, strict=True)
    return np.concatenate(rows), np.concatenate(numbers)


def _fits(num: np.ndarray, date: np.ndarray, sex: np.ndarray, found: np.ndarray) -> np.ndarray:
    """Which of the numbers found can be the row's: a number there is, of its sex, and of its birth year or the year written."""
    year, said, here = date // 10_000 % 100, num // 1_000_000 % 100, found // 1_000_000 % 100
    return (
        (found >= _LEAST)
        & (found <= _MOST)
        & ((date == 0) | (here == year) | ((said != year) & (here == said)))
        & ((sex == 0) | (found // 100_000_000 % 2 == sex - 1))
    )
