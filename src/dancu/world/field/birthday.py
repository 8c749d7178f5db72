"""Birth dates as offices get them: by age, by the moon, by the year alone, a day early, as a serial number."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from dancu.world.chunk import param
from dancu.world.field.lunar import lunar
from dancu.world.field.seen import digits_apart, real_date, redate, whole
from dancu.world.mix import injector
from dancu.world.pyramid import TODAY

_YEAR_FORMS = ("{y}", "00/00/{y}", "--/--/{y}", "../../{y}", "năm {y}")
_DATE_CODES = ("year_only", "default_birthday", "day_month_swapped", "date_typo", "different_date")
_SERIAL_ZERO = date(1899, 12, 30)  # Excel's day 0 for dates after February 1900
_MAC_DAYS = 1462  # between the 1900 and the 1904 system


def _day(text: str) -> date:
    return date(int(text[6:]), int(text[3:5]), int(text[:2]))


def _unspoilt(chunk, rows) -> np.ndarray:
    """Of `rows`, those whose date is still the right one: a shift on top of another error would hide it."""
    marked = [found for found, code in chunk.marks if code in _DATE_CODES]
    return np.setdiff1d(rows, np.concatenate(marked)) if marked else rows


def _older(chunk, rows, rng) -> np.ndarray:
    """Of `rows`, those whose papers are of a time that cared less for days: few of the young, most of the old."""
    chance = np.interp(chunk.facts["age"][rows], [20, 45, 60, 75, 90], [0.03, 0.12, 0.45, 0.8, 1.0])
    return rows[rng.random(len(rows)) < chance]


@injector("year_by_age")
def year_by_age(chunk, rows, rng, params):
    """The year alone, the likelier the older the person; `dressed`: --/--/1950, năm 1950."""
    rows = whole(chunk, _older(chunk, rows, rng))
    form = np.where(rng.random(len(rows)) < param(params, "dressed", 0.2), rng.integers(1, 5, len(rows)), 0)
    chunk.change("birth_date", rows, lambda t, i: _YEAR_FORMS[form[i]].format(y=t[6:]), code="year_only")


@injector("new_year_by_age")
def new_year_by_age(chunk, rows, rng, params):
    """1 January for people whose day nobody wrote down, the likelier the older; beside the right day it is doubtful."""
    rows = whole(chunk, _older(chunk, rows, rng))
    near = [r for r in rows.tolist() if digits_apart(chunk.cells["birth_date"][r][:5], "01/01") == 1]
    redate(chunk, rows, lambda text, i: "01/01/" + text[6:])
    chunk.doubt(np.array(near, dtype=np.int64))


@injector("age_for_year")
def age_for_year(chunk, rows, rng, params):
    """45 in the column of birth dates, counted as in the West or (`tuoi_mu`) one more: no code says that."""
    extra = rng.random(len(rows)) < param(params, "tuoi_mu", 0.4)

    def edit(text: str, i: int) -> str:
        age = TODAY.year - int(text[6:]) + int(extra[i])
        return str(age) if age > 1 else text

    rows = whole(chunk, rows)
    chunk.doubt(chunk.change("birth_date", rows, edit, code="year_only"))


@injector("lunar_birthday")
def lunar_birthday(chunk, rows, rng, params):
    """The day by the moon, three to seven weeks early; the year by the moon only for some."""
    keep_year = rng.random(len(rows)) < param(params, "solar_year", 0.7)

    def edit(text: str, i: int) -> str:
        day, month, year = lunar(_day(text))
        new = f"{day:02d}/{month:02d}/{text[6:] if keep_year[i] else year}"
        return new if new[:5] != "01/01" else text

    redate(chunk, rows[chunk.facts["age"][rows] > 30], edit)


@injector("month_early")
def month_early(chunk, rows, rng, params):
    """The right day of the month before: a lunar birthday put right by halves."""

    def edit(text: str, i: int) -> str:
        month = int(text[3:5]) - 1
        new = f"{text[:2]}/{month:02d}{text[5:]}"
        return new if month and new[:5] != "01/01" and real_date(new) else text

    redate(chunk, rows[chunk.facts["age"][rows] > 30], edit)


@injector("year_slip")
def year_slip(chunk, rows, rng, params):
    """A year or ten too many or too few."""
    step = rng.choice([-1, 1, -10, 10], len(rows), p=[0.36, 0.36, 0.14, 0.14])
    _other_year(chunk, rows, step)


@injector("century_guessed")
def century_guessed(chunk, rows, rng, params):
    """1915 for 2015 and 2008 for 1908: a program made four digits of two; runs after styles with two."""
    _other_year(chunk, rows, np.where(chunk.facts["age"][rows] < 50, -100, 100))


def _other_year(chunk, rows, step: np.ndarray) -> None:
    """The year moved by `step`, where that leaves a day somebody alive may be born on."""

    def edit(text: str, i: int) -> str:
        new = text[:6] + str(int(text[6:]) + int(step[i]))
        return new if real_date(new) else text

    kept = np.isin(rows, whole(chunk, rows))
    rows, step = rows[kept], step[kept]
    before = chunk.cells["birth_date"].copy()
    changed = redate(chunk, rows, edit)
    after = chunk.cells["birth_date"]
    # 1989 for 1990 is one slip to the eye and two digits to the ruler.
    several = [r for r in changed.tolist() if digits_apart(before[r], after[r]) > 1]
    chunk.doubt(np.array(several, dtype=np.int64))


@injector("day_early")
def day_early(chunk, rows, rng, params):
    """A server wrote midnight of Vietnam as the evening before: every day is one too early."""
    redate(chunk, _unspoilt(chunk, rows), lambda text, i: (_day(text) - timedelta(days=1)).strftime("%d/%m/%Y"))


@injector("mac_epoch")
def mac_epoch(chunk, rows, rng, params):
    """Pasted between workbooks of the 1904 and the 1900 system: every date is 1,462 days too early."""
    redate(chunk, _unspoilt(chunk, rows), lambda text, i: (_day(text) - timedelta(days=_MAC_DAYS)).strftime("%d/%m/%Y"))


@injector("paper_date")
def paper_date(chunk, rows, rng, params):
    """The day the card was issued, from the line below on the card."""
    days = rng.integers(0, 1500, len(rows))
    first = date(2021, 2, 1)
    rows = rows[chunk.facts["age"][rows] > 16]
    redate(chunk, rows, lambda text, i: (first + timedelta(days=int(days[i]))).strftime("%d/%m/%Y"))


@injector("date_of_line_above")
def date_of_line_above(chunk, rows, rng, params):
    """The date of the row above, typed once more."""
    above = chunk.cells["birth_date"].copy()
    rows = whole(chunk, rows[rows > 0])
    real = set(above[whole(chunk, rows - 1)].tolist())

    def edit(text: str, i: int) -> str:
        other = above[rows[i] - 1]
        return other if other in real else text

    redate(chunk, rows, edit)


@injector("date_serial")
def date_serial(chunk, rows, rng, params):
    """31111 for 05/03/1985: a column of dates under the format of numbers."""

    def edit(text: str, i: int) -> str:
        number = (_day(text) - _SERIAL_ZERO).days
        return str(number) if number > 60 else text

    chunk.change("birth_date", whole(chunk, rows), edit, code="hazard:date_serial")


@injector("date_time")
def date_time(chunk, rows, rng, params):
    """1985-03-05 00:00:00, as programs export a day."""
    chunk.change(
        "birth_date", whole(chunk, rows), lambda t, i: f"{t[6:]}-{t[3:5]}-{t[:2]} 00:00:00", code="hazard:date_time"
    )
