"""Finds people by what a person types: twelve digits, nine, or a name without accents, with a year or a commune."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import psycopg

from dancu.core import name as names

# More than so many namesakes help nobody: the count is told and a year or commune is asked for.
MOST = 200
_TWELVE, _NINE = re.compile(r"\d{12}"), re.compile(r"\d{9}")
_COLUMNS = "id, pin, name, birth_date, sex, commune, status"
_BY_NUMBER = """SELECT p.id, p.pin, p.name, p.birth_date, p.sex, p.commune, p.status, n.pin IS DISTINCT FROM p.pin
    FROM register_number n JOIN register_person p ON p.id = n.person WHERE n.pin = %s LIMIT 1"""
_BY_OLD = """SELECT p.id, p.pin, p.name, p.birth_date, p.sex, p.commune, p.status, false
    FROM register_old_number o JOIN register_person p ON p.id = o.person WHERE o.number = %s LIMIT %s"""
_BY_NAME = f"SELECT {_COLUMNS}, slip FROM register_find(%s, %s, %s, %s, %s)"


@dataclass(frozen=True)
class Hit:
    """Somebody found. `loosely`: by a number that was replaced, or by a name that is one slip from the one typed."""

    id: int
    pin: str | None
    name: str
    birth_date: str
    sex: str
    commune: str
    status: str
    loosely: bool


@dataclass(frozen=True)
class Found:
    """At most `MOST` hits; `more` where there are more, so that a year or a commune must be given."""

    hits: tuple[Hit, ...]
    more: bool


def search(
    connection: psycopg.Connection[Any], text: str, *, year: int | None = None, commune: str | None = None
) -> Found:
    """People by what was typed: 12 digits (living or replaced number), 9 digits (old number), else a name in any writing.

    Spaces, dots and hyphens in numbers are left out. `year` of birth and `commune` (5 digits) narrow a name. The caller writes
    the leaf of the search.
    """
    digits = re.sub(r"[\s.\-]", "", text)
    if _TWELVE.fullmatch(digits):
        rows = connection.execute(_BY_NUMBER, [digits]).fetchall()
    elif _NINE.fullmatch(digits):
        rows = connection.execute(_BY_OLD, [digits, MOST + 1]).fetchall()
    else:
        asked = names.fold(text)
        since, until = (f"{year:04d}", f"{year:04d}-12-31") if year else (None, None)
        rows = connection.execute(_BY_NAME, [asked, since, until, commune, MOST + 1]).fetchall() if asked else []
    hits = tuple(Hit(*row[:4], ("", "male", "female")[row[4]], *row[5:]) for row in rows[:MOST])
    return Found(hits, len(rows) > MOST)
