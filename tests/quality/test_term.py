"""Terms in working days: Tet, the days worked in exchange, and weekends are what the calendar of Vietnam says."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from dancu.quality import term

days = st.dates(date(2024, 1, 1), date(2028, 12, 31))


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 5, tzinfo=UTC)


@given(days, st.integers(1, 30))
def test_a_term_ends_on_a_working_day_after_as_many_of_them(day: date, count: int) -> None:
    due = term.due(noon(day), count)
    assert term.is_working_day(due) and due > day
    assert term.working_days_between(day, due) == count
    assert term.working_days_between(due, day) == -count


def test_five_days_over_a_weekend_and_over_new_year() -> None:
    assert term.due(noon(date(2026, 11, 30))) == date(2026, 12, 7)
    # 1 January is a holiday.
    assert term.due(noon(date(2026, 12, 30)), 2) == date(2027, 1, 4)


def test_a_saturday_that_is_worked_counts_and_its_monday_does_not() -> None:
    assert term.is_working_day(date(2026, 8, 22)) and not term.is_working_day(date(2026, 8, 31))


def test_the_day_is_that_of_vietnam() -> None:
    late = datetime(2026, 11, 29, 20, 0, tzinfo=UTC)
    assert term.today(late) == date(2026, 11, 30)
    assert term.today(late - timedelta(hours=4)) == date(2026, 11, 29)
