"""Birth dates as people write them, with twenty and more rows a hazard."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dancu.core import date as dates
from dancu.core.reason import BIT, codes
from tests.core import hazards
from tests.core.texts import cells

TABLE = hazards.rows("date")
days = st.dates(datetime.date(1860, 1, 1), datetime.date(2100, 12, 31))
partial = st.builds(
    lambda day, kept: int(f"{day:%Y%m%d}") // kept * kept, days, st.sampled_from([1, 100, 10_000])
)
orders = st.sampled_from(["dmy", "mdy", "ymd"])
epochs = st.sampled_from([1900, 1904])
years = st.one_of(st.integers(1855, 2105), st.integers(0, 9999)).map("{:04}".format)
few = st.integers(0, 35)
signs = st.sampled_from("-/.")
# A year with something around it: most are dates, some nearly so.
around_years = st.one_of(
    st.builds("{0}{3}{1}{4}{2}".format, few, few, years, signs, signs),
    st.builds("{2}{3}{1:02}{4}{0:02}{5}".format, few, few, years, signs, signs, st.sampled_from(["", " 00:00:00", "T00:00:00.0"])),
    st.builds("{0}{2}{1}".format, few, years, signs),
    st.builds("{0}{1}{2}".format, st.text("0123456789-/. ", max_size=7), years, st.text("0123456789-/. T:", max_size=7)),
)


@pytest.mark.parametrize(("hazard", "claim", "record", "relation", "reasons"), TABLE)
def test_hazard(hazard: str, claim: str, record: str, relation: str, reasons: str) -> None:
    found, bits = dates.compare(dates.parse(claim), dates.from_iso(record))
    assert (dates.RELATIONS[found], " ".join(codes(bits))) == (relation, reasons)


def test_every_hazard_has_twenty_rows() -> None:
    wanted = "written day_month_swapped year_only default_birthday date_typo different_date record_partial unreadable"
    assert hazards.fewest(TABLE, wanted) == {}


@given(cells, orders, epochs)
def test_any_cell_is_read_or_not(text: str, order: str, epoch: int) -> None:
    date = dates.parse(text, order, epoch)
    assert date == dates.from_iso(dates.iso(date))
    assert date == 0 or dates.parse(dates.iso(date), order, epoch) == date


@given(st.lists(st.one_of(around_years, partial.map(dates.iso), cells), max_size=12), orders, epochs, st.integers(1990, 2040))
def test_many_at_once_are_as_one_by_one(texts: list[str], order: str, epoch: int, pivot: int) -> None:
    assert dates.parse_many(texts, order, epoch, pivot) == [dates.parse(text, order, epoch, pivot) for text in texts]
    assert dates.parse_many(texts) == [dates.parse(text) for text in texts]


@pytest.mark.parametrize("order", ["dmy", "mdy", "ymd"])
def test_every_month_and_day_beside_any_year_is_as_one_by_one(order: str) -> None:
    forms = ("{0}/{1}/{2}", "{0:02}-{1:02}-{2}", "{2}-{1:02}-{0:02}", "{0:02}{1:02}{2}", "{0}{1:02}{2}", "{2}{1:02}{0:02}")
    texts = [
        form.format(a, b, year)
        for form in forms
        for a in range(34)
        for b in range(34)
        for year in (1859, 1860, 1900, 1912, 2000, 2020, 2100, 2101)
    ]
    assert dates.parse_many(texts, order) == [dates.parse(text, order) for text in texts]


@given(cells)
def test_any_cell_is_iso_or_not(text: str) -> None:
    assert dates.from_iso(dates.iso(dates.from_iso(text))) == dates.from_iso(text)


@given(partial, orders)
def test_iso_is_read_in_any_order(date: int, order: str) -> None:
    assert dates.parse(dates.iso(date), order) == date == dates.from_iso(dates.iso(date))


@given(days)
def test_a_day_is_read_in_each_order(day: datetime.date) -> None:
    date = int(f"{day:%Y%m%d}")
    assert dates.parse(f"{day:%d/%m/%Y}", "dmy") == date
    assert dates.parse(f"{day:%m/%d/%Y}", "mdy") == date
    assert dates.parse(f"{day:%Y/%m/%d}", "ymd") == date


@given(st.dates(datetime.date(1927, 1, 1), datetime.date(2099, 12, 31)))
def test_a_serial_is_the_day_excel_shows(day: datetime.date) -> None:
    date = int(f"{day:%Y%m%d}")
    assert dates.parse(str((day - datetime.date(1899, 12, 30)).days)) == date
    assert day.year < 1932 or dates.parse(f"{(day - datetime.date(1904, 1, 1)).days}.0", epoch=1904) == date


@given(st.integers(), st.integers())
def test_any_two_numbers_compare(claim: int, record: int) -> None:
    relation, bits = dates.compare(claim, record)
    assert relation in range(len(dates.RELATIONS)) and 0 <= bits < 1 << len(BIT)
    assert isinstance(dates.iso(claim), str) and isinstance(dates.swapped(claim), int)


@given(partial, partial)
def test_dates_relate_both_ways(a: int, b: int) -> None:
    mirrored = {dates.PARTIAL: dates.RECORD_PARTIAL, dates.RECORD_PARTIAL: dates.PARTIAL}
    # 1 January means more in a claim than on record: there it may be the day of a slip as well.
    assume(a % 10000 != 101 and b % 10000 != 101)
    relation, bits = dates.compare(a, b)
    back, bits_back = dates.compare(b, a)
    assert back == mirrored.get(relation, relation)
    assert bits_back == bits or relation in mirrored


@given(partial)
def test_a_date_matches_itself(date: int) -> None:
    assert dates.compare(date, date) == (dates.SAME, 0)
    assert dates.compare(date, 0) == dates.compare(0, date) == (dates.ABSENT, 0)


@given(partial)
def test_swapping_twice_changes_nothing(date: int) -> None:
    other = dates.swapped(date)
    assert other == 0 or dates.swapped(other) == date


@pytest.mark.parametrize(
    ("text", "order", "date"),
    [
        ("01/02/1960", "dmy", 19600201), ("01/02/1960", "mdy", 19600102), ("25/12/1960", "mdy", 19601225),
        ("12/25/1960", "dmy", 19601225), ("60-12-25", "ymd", 19601225), ("1960-25-12", "ymd", 19601225),
        ("01021960", "mdy", 19600102), ("1021960", "mdy", 19600102), ("010260", "mdy", 19600102),
        ("150160", "dmy", 19600115), ("195812", "dmy", 19581200), ("121960", "dmy", 19601200),
        ("19600201", "ymd", 19600201), ("00/00/60", "dmy", 19600000), ("01/01/00", "dmy", 20000101),
        ("31/12/26", "dmy", 20261231), ("31/12/27", "dmy", 19271231), ("2026", "dmy", 20260000),
        ("2027", "dmy", 20270000), ("2101", "dmy", 19051001), ("9999", "dmy", 19270517), ("73050", "dmy", 20991231),
        ("73051", "dmy", 0), ("30/02/1960", "dmy", 0), ("00/13/1960", "dmy", 19600000), ("1860", "dmy", 18600000),
        ("1859", "dmy", 0),
    ],
)  # fmt: skip
def test_reading(text: str, order: str, date: int) -> None:
    assert dates.parse(text, order) == date


@pytest.mark.parametrize("text", ["9" * 5000, "1/" * 50_000, " " * 100_000 + "1", "năm " * 20_000, "x" * 100_000])
def test_a_very_long_cell_is_no_date(text: str) -> None:
    assert dates.parse(text) in (0, dates.parse("1"))
