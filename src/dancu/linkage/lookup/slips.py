"""Numbers that one slip of the hand turns into the one written, for many rows at once; the SQL twin is `sql/near_numbers.sql`.

A digit replaced, two neighbours exchanged, one left out where the number is short, one too many where it is long. Slips that
would make the number contradict the row's own sex or birth year are not followed; where it contradicts them as written, the
date may be what is wrong.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

# Rows of a claim that may have slips.
WRITTEN = "kind IN (1, 3, 5) AND (len BETWEEN 10 AND 13 OR num >= 1000000000)"
_LEAST, _MOST = 1_000_000_000, 999_999_999_999
_UNITS = tuple(10**place for place in range(12))
# Places of the digits, from the right, that tell the year in its century, and with sex and century.
_YEAR, _SEX_AND_YEAR = {6, 7}, {6, 7, 8}


def _all(numbers: np.ndarray) -> np.ndarray:
    return np.ones(len(numbers), bool)


def near(
    num: np.ndarray,
    len: np.ndarray,
    date: np.ndarray,
    sex: np.ndarray,
    *,
    maybe: Callable[[np.ndarray], np.ndarray] = _all,
) -> tuple[np.ndarray, np.ndarray]:
    """(position of the row, number) of every slip; all four arrays are columns of `claim`, of rows that are `WRITTEN`.

    `maybe` tells which numbers are worth keeping, so that millions of slips need not be held.
    """
    found: list[tuple[np.ndarray, np.ndarray]] = []

    def keep(who: np.ndarray, numbers: np.ndarray, *, fits: bool = False) -> None:
        kept = np.flatnonzero(maybe(numbers))
        who, numbers = who[kept], numbers[kept]
        kept = _between(numbers) if fits else _fits(num[who], date[who], sex[who], numbers)
        found.append((who[kept], numbers[kept]))

    whole = np.flatnonzero((len == 12) | ((len < 12) & (num >= _LEAST)))
    # A slip elsewhere than in sex and year leaves a number that agrees with its row in agreement.
    year, parity = num // 1_000_000 % 100, num // 100_000_000 % 2
    agrees = (((date == 0) | (date // 10_000 % 100 == year)) & ((sex == 0) | (parity == sex - 1)))[whole]
    for rows, fits in ((whole[agrees], True), (whole[~agrees], False)):
        written = num[rows]
        digits = [written // unit % 10 for unit in _UNITS]
        for place, (unit, digit) in enumerate(zip(_UNITS, digits, strict=True)):
            # Another year contradicts the date, where there is one.
            here = np.flatnonzero(date[rows] == 0) if fits and place in _YEAR else np.arange(rows.size)
            for step in range(1, 10):
                slipped = written[here] + ((digit[here] + step) % 10 - digit[here]) * unit
                keep(rows[here], slipped, fits=fits and place not in _SEX_AND_YEAR)
        for place in range(11):
            crossed = np.flatnonzero(digits[place] != digits[place + 1])
            change = (digits[place + 1] - digits[place])[crossed] * (_UNITS[place] - _UNITS[place + 1])
            elsewhere = fits and not {place, place + 1} & _SEX_AND_YEAR
            keep(rows[crossed], written[crossed] + change, fits=elsewhere)
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
        _between(found)
        & ((date == 0) | (here == year) | ((said != year) & (here == said)))
        & ((sex == 0) | (found // 100_000_000 % 2 == sex - 1))
    )


def _between(found: np.ndarray) -> np.ndarray:
    """Which numbers have a province and no more than twelve digits."""
    return (found >= _LEAST) & (found <= _MOST)
