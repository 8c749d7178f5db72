"""Gives personal identification numbers: the place, century, sex and year they say, and six digits nobody ever had."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from importlib.resources import files
from typing import Any

import psycopg

from dancu.places import province_code, province_of
from dancu.places.units import by_code
from dancu.register.person import Place

# Free digits of one (place, century and sex, year): a million numbers (TT 59/2021/TT-BCA, điều 4).
SIZE = 1_000_000
# So many random tries leave one wish in 256 to the search when a block is half full.
_TRIES = 8
_CANDIDATES = 64
_ROUNDS = 8
_DIGITS = 6
_CENTURIES = range(1900, 2400)
_TAKE = "SELECT register_take_number(%s::text[])"
_SEARCH = (files("dancu.register") / "sql" / "free_numbers.sql").read_text(encoding="utf-8")

Connection = psycopg.Connection[Any]


def block(place: Place, sex: str, birth_date: str) -> str | None:
    """The first six digits (PPP C YY) of the numbers for somebody; None where they cannot be told.

    PPP is the code of the 63-province list (TT 07/2016, annex 1): of today's provinces the one that kept its name. Country
    codes for births registered abroad are not at hand, so there none is given; the record waits.
    """
    prefix = province(place)
    year = int(birth_date[:4]) if birth_date[:4].isdecimal() else 0
    if prefix is None or sex not in ("male", "female") or year not in _CENTURIES:
        return None
    century = (year - 1900) // 100 * 2 + (sex == "female")
    return f"{prefix}{century}{year % 100:02}"


def province(place: Place) -> str | None:
    """The code in a personal number for a unit of any scheme; None abroad and where the unit is unknown."""
    unit = by_code(place.scheme, place.code) if place.country == "VN" and place.code else None
    if unit is None:
        return None
    top = province_of(unit)
    return province_code(top.name) if top.scheme == "2025-07" else f"0{top.code}"


def candidates(prefix: str, *, below: Callable[[int], int] = secrets.randbelow, size: int = SIZE) -> list[str]:
    """Random numbers of a block, one of which is free all but surely as long as the block is not nearly full."""
    return [_pin(prefix, below(size)) for _ in range(_TRIES)]


def allocate(
    connection: Connection, prefix: str, *, below: Callable[[int], int] = secrets.randbelow, size: int = SIZE
) -> str | None:
    """A number of the block that nobody has or ever had, this transaction's until it ends; None when the block is used up.

    An advisory lock keeps it from everybody else who allocates until this transaction has written it to register_number or
    given it up; only after the lock is it looked for, so that what was committed meanwhile is seen. `below`: a random whole
    number below its argument. `size`: of the block, smaller in tests.
    """
    pin = _taken(connection, candidates(prefix, below=below, size=size))
    return pin or search(connection, prefix, below=below, size=size)


def search(
    connection: Connection, prefix: str, *, below: Callable[[int], int] = secrets.randbelow, size: int = SIZE
) -> str | None:
    """`allocate` for a block that is nearly full: its free numbers are looked up, not guessed."""
    for _ in range(_ROUNDS):
        wished = {"prefix": prefix, "first": _pin(prefix, below(size)), "size": size, "limit": _CANDIDATES}
        free = [pin for (pin,) in connection.execute(_SEARCH, wished)]
        if not free:
            return None
        begin = below(len(free))
        if pin := _taken(connection, free[begin:] + free[:begin]):
            return pin
    return None


def _pin(prefix: str, serial: int) -> str:
    return f"{prefix}{serial:0{_DIGITS}}"


def _taken(connection: Connection, wished: Sequence[str]) -> str | None:
    """The first candidate that this transaction could have for itself and nobody has."""
    row = connection.execute(_TAKE, [list(wished)]).fetchone()
    return row[0] if row else None
