"""Finds people by what a person types: twelve digits, nine, or a name without accents, with a year, a birth date or a commune."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

import psycopg

from dancu.core import name as names

# More than so many namesakes help nobody: the count is told and a year or commune is asked for.
MOST = 200
_TWELVE, _NINE = re.compile(r"\d{12}"), re.compile(r"\d{9}")
# A day, a month or a year of birth among the words of a name, as people or as machines write it.
_BORN = re.compile(r"(?<![\w/.-])(?:(?:(\d{1,2})[/. -])?(\d{1,2})[/. -])?((?:18|19|20)\d\d)(?![\w/.-])")
_ISO = re.compile(r"(?<![\w/.-])((?:18|19|20)\d\d)-(\d\d)(?:-(\d\d))?(?![\w/.-])")
# What makes the last day of a year, a month or a day out of its ISO text, by the text's length.
_END = {4: "-12-31", 7: "-31", 10: ""}
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


def read(text: str) -> tuple[str, str]:
    """(name, birth date as ISO, which may be a year or a month alone, '' for none) of a name with a date or year typed beside it."""
    iso = _ISO.search(text)
    found = iso or _BORN.search(text)
    rest = f"{text[: found.start()]} {text[found.end() :]}" if found else text
    if found is None or not any(sign.isalpha() for sign in rest):
        return text, ""
    year, month, day = found.groups() if iso else reversed(found.groups())
    try:
        date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return text, ""
    return " ".join(rest.split()), "-".join(part.zfill(2) for part in (year, month, day) if part)


def search(
    connection: psycopg.Connection[Any], text: str, *, born: str = "", commune: str | None = None, near: str = ""
) -> Found:
    """People by what was typed: 12 digits (living or replaced number), 9 digits (old number), else a name in any writing, with a birth
    date or year beside it.

    Spaces, dots and hyphens in numbers are left out. `born` (ISO, which may be a year or a month alone) and `commune` (5 digits) narrow a
    name; those of commune `near` come first, the dead last. The caller writes the leaf of the search.
    """
    digits = re.sub(r"[\s.\-]", "", text)
    if _TWELVE.fullmatch(digits):
        rows = connection.execute(_BY_NUMBER, [digits]).fetchall()
    elif _NINE.fullmatch(digits):
        rows = connection.execute(_BY_OLD, [digits, MOST + 1]).fetchall()
    else:
        rows = _named(connection, text, born, commune, near)
    hits = tuple(Hit(*row[:4], ("", "male", "female")[row[4]], *row[5:]) for row in rows[:MOST])
    return Found(hits, len(rows) > MOST)


def _named(connection: psycopg.Connection[Any], text: str, born: str, commune: str | None, near: str) -> list[tuple[Any, ...]]:
    """Rows by name: `near` before elsewhere, living before dead; one more than `MOST` where there are more. Who is on record by year or
    month of birth alone is found by their whole date, too."""
    name, said = read(text)
    asked, since = names.fold(name), said or born
    if not asked:
        return []
    begin, until = (since[:4], since + _END[len(since)]) if since else (None, None)

    def rows(lives_in: str | None) -> list[tuple[Any, ...]]:
        found = connection.execute(_BY_NAME, [asked, begin, until, lives_in, MOST + 1])
        return [row for row in found if row[3] >= since or since.startswith(row[3])]

    found = rows(commune)
    if near and not commune and len(found) > MOST and not found[0][7]:
        # More namesakes than are told: those of the own commune are among them.
        own = {row[0]: row for row in rows(near) if not row[7]}
        found = [*own.values(), *(row for row in found if row[0] not in own)]
    return sorted(found, key=lambda row: (row[5] != near, row[6] == "deceased"))[: MOST + 1]
