"""The order of dates and the coding of sex, decided over whole columns."""

from __future__ import annotations

import pytest

from dancu.linkage.intake.columns.coding import date_order, sex_codes
from tests.linkage.intake.invented_lists import people

PEOPLE = people(60)
PINS = [row[4] for row in PEOPLE]
SEXES = ["male" if row[3] == "Nam" else "female" for row in PEOPLE]


def _dates(form: str) -> list[str]:
    parts = [row[2].split("/") for row in PEOPLE]
    return [form.format(d=d, m=m, y=y, yy=y[2:]) for d, m, y in parts]


@pytest.mark.parametrize(
    ("form", "order"),
    [("{d}/{m}/{y}", "dmy"), ("{m}/{d}/{y}", "mdy"), ("{y}-{m}-{d}", "ymd"), ("{y}/{m}/{d}", "ymd"),
     ("{d}.{m}.{yy}", "dmy"), ("{m}-{d}-{yy}", "mdy"), ("{yy}/{m}/{d}", "ymd"), ("{y}", "dmy")],
)  # fmt: skip
def test_order_by_impossible_values_and_numbers(form: str, order: str) -> None:
    assert date_order(_dates(form), PINS)[0] == order


def test_nothing_to_decide_means_day_first() -> None:
    assert date_order(["01/02/1990", "03/04/1985", None, ""])[0] == "dmy"


def test_mixed_orders_and_swapped_date_cells_are_noted() -> None:
    mixed = _dates("{d}/{m}/{y}")[:30] + _dates("{m}/{d}/{y}")[30:]
    assert "date order mixed" in date_order(mixed)[1]
    cells = ["1990-05-03"] * 12 + ["17/05/1990"] * 12
    assert "day and month may be swapped in date cells" in date_order(cells)[1]


@pytest.mark.parametrize(
    "coding",
    [("Nam", "Nữ"), ("NAM", "NU"), ("M", "F"), ("Nam", "N"), ("N", "Nữ"), ("1", "0"), ("0", "1"), ("1", "2"),
     ("2", "1"), ("x", "-"), ("Trai", "Gái"), ("T", "G"), ("M", "N"), ("1.0", "0.0")],
)  # fmt: skip
def test_sex_by_words_and_by_the_numbers(coding: tuple[str, str]) -> None:
    values = [coding[0] if sex == "male" else coding[1] for sex in SEXES]
    codes, notes = sex_codes(values, [pin.lstrip("0") for pin in PINS])
    assert codes == {coding[0].lower(): "male", coding[1].lower(): "female"}
    if coding == ("0", "1"):
        assert "sex 0=male (by the numbers)" in notes


def test_sex_codes_without_numbers() -> None:
    assert sex_codes(["1", "0", "1"])[0] == {"1": "male", "0": "female"}
    assert sex_codes(["Nam", "N"])[0] == {"nam": "male", "n": "female"}
    assert sex_codes(["N", "N"])[0] == {}
