"""What happens to a birth date, and to the sex, between the certificate and the file."""

from __future__ import annotations

import re
from datetime import date

import numpy as np

from dancu.world.chunk import Chunk, param
from dancu.world.mix import injector
from dancu.world.spoken import date_in_words

_SLASHED = re.compile(r"[0-9]{2}/[0-9]{2}/[0-9]{4}")


def _full(chunk: Chunk, rows: np.ndarray) -> np.ndarray:
    """Of `rows`, those whose birth date is still dd/mm/yyyy, in digits."""
    cells = chunk.cells["birth_date"]
    return np.array([r for r in rows.tolist() if _SLASHED.fullmatch(cells[r])], dtype=np.int64)


def _real(text: str) -> bool:
    try:
        day = date(int(text[6:]), int(text[3:5]), int(text[:2]))
    except ValueError:
        return False
    return date(1905, 1, 1) <= day <= date(2025, 7, 1)


def _apart(a: str, b: str) -> int:
    return sum(x != y for x, y in zip(a, b, strict=True))


@injector("year_only")
def year_only(chunk, rows, rng, params):
    """The year alone, now and then dressed as 00/00/1960."""
    zeros = rng.random(len(rows)) < param(params, "zeros", 0.1)
    chunk.change(
        "birth_date",
        _full(chunk, rows),
        lambda text, i: ("00/00/" if zeros[i] else "") + text[6:],
        code="year_only",
    )


@injector("month_only")
def month_only(chunk, rows, rng, params):
    """mm/yyyy."""
    chunk.change("birth_date", _full(chunk, rows), lambda text, i: text[3:], code="hazard:month_only")


@injector("default_birthday")
def default_birthday(chunk, rows, rng, params):
    """1 January of the right year; next to the right day it could be a slip as well."""
    rows = _full(chunk, rows)
    near = [r for r in rows.tolist() if _apart(chunk.cells["birth_date"][r][:5], "01/01") == 1]
    chunk.change("birth_date", rows, lambda text, i: "01/01/" + text[6:], code="default_birthday")
    chunk.doubt(np.array(near, dtype=np.int64))


@injector("day_month_swapped")
def day_month_swapped(chunk, rows, rng, params):
    """Day and month change places where both readings are real days."""

    def edit(text: str, i: int) -> str:
        return text if int(text[:2]) > 12 else text[3:5] + "/" + text[:2] + text[5:]

    chunk.change("birth_date", _full(chunk, rows), edit, code="day_month_swapped")


@injector("month_first")
def month_first(chunk, rows, rng, params):
    """An export that writes month first: days up to 12 read as swapped, later days betray the order."""
    rows = _full(chunk, rows)
    cells = chunk.cells["birth_date"]
    plain = np.array([int(cells[r][:2]) > 12 for r in rows.tolist()], dtype=bool)
    chunk.change("birth_date", rows[~plain], lambda t, i: t[3:5] + "/" + t[:2] + t[5:], code="day_month_swapped")
    chunk.change("birth_date", rows[plain], lambda t, i: t[3:5] + "/" + t[:2] + t[5:], code="hazard:month_first")


@injector("date_typo")
def date_typo(chunk, rows, rng, params):
    """One digit wrong, still a real day."""
    u = rng.random((len(rows), 8, 2))

    def edit(text: str, i: int) -> str:
        for place, digit in u[i]:
            at = (0, 1, 3, 4, 8, 9, 9, 1)[int(place * 8)]
            new = text[:at] + str(int(digit * 10)) + text[at + 1 :]
            if new != text and _real(new) and new[:5] != "01/01" and new[:5] != text[3:5] + "/" + text[:2]:
                return new
        return text

    chunk.change("birth_date", _full(chunk, rows), edit, code="date_typo")


@injector("different_date")
def different_date(chunk, rows, rng, params):
    """Another day altogether, within a few years."""
    u = rng.integers(0, [28, 12, 7], (len(rows), 3))

    def edit(text: str, i: int) -> str:
        day, month, years = u[i]
        new = f"{day + 1:02d}/{month + 1:02d}/{int(text[6:]) + years - 3}"
        told_apart = _apart(new, text) >= 2 and new[:5] not in ("01/01", text[3:5] + "/" + text[:2])
        return new if told_apart and _real(new) else text

    chunk.change("birth_date", _full(chunk, rows), edit, code="different_date")


@injector("date_missing")
def date_missing(chunk, rows, rng, params):
    """An empty cell."""
    chunk.change("birth_date", rows, lambda text, i: "", code="hazard:date_missing")


@injector("date_style")
def date_style(chunk, rows, rng, params):
    """Other ways to write the same day: 5/3/1985, 05-03-1985, 05.03.1985, 1985-03-05, 05/03/85."""
    style = param(params, "style", "short")

    def edit(text: str, i: int) -> str:
        day, month, year = text.split("/")
        return {
            "short": f"{int(day)}/{int(month)}/{year}",
            "dash": f"{day}-{month}-{year}",
            "dot": f"{day}.{month}.{year}",
            "iso": f"{year}-{month}-{day}",
            "two_digit_year": f"{day}/{month}/{year[2:]}",
        }[style]

    rows = np.array([r for r in _full(chunk, rows).tolist() if chunk.cells["birth_date"][r][:2] != "00"], np.int64)
    chunk.change("birth_date", rows, edit, code=f"hazard:date_{style}")


@injector("sex_differs")
def sex_differs(chunk, rows, rng, params):
    """Nam for Nữ and the reverse."""
    other = {"Nam": "Nữ", "Nữ": "Nam"}
    chunk.change("sex", rows, lambda text, i: other.get(text, text), code="sex_differs")


@injector("sex_missing")
def sex_missing(chunk, rows, rng, params):
    """An empty cell."""
    chunk.change("sex", rows, lambda text, i: "", code="hazard:sex_missing")


@injector("words_wrong")
def words_wrong(chunk, rows, rng, params):
    """The date in words is another row's; the digits are right."""
    words = chunk.cells["birth_words"]
    other = words[rng.integers(0, len(chunk), len(rows))]
    both = (words[rows] != "") & (other != "")
    words[rows[both]] = other[both]


@injector("compare_words")
def compare_words(chunk, rows, rng, params):
    """Marks rows where the date in digits is whole and the words say another day."""
    cells, words = chunk.cells["birth_date"], chunk.cells["birth_words"]
    differ = [r for r in _full(chunk, rows).tolist() if words[r] and date_in_words(cells[r]) not in ("", words[r])]
    chunk.mark(np.array(differ, dtype=np.int64), "words_differ_from_digits")
