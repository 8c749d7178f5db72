"""Values are folded the same way however they were typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dancu.linkage.generic.fold import (
    code_head,
    code_text,
    date_digits,
    date_order,
    is_nothing,
    plain,
    unaccented,
    words,
)


@pytest.mark.parametrize(
    ("text", "order", "digits"),
    [
        ("1857-03-25", "ymd", "18570325"),
        ("25/03/1957", "dmy", "19570325"),
        ("3/25/1957", "mdy", "19570325"),
        ("19151111", "ymd", "19151111"),
        ("11111915", "dmy", "19151111"),
        ("1960", "dmy", "19600000"),
        ("03/1960", "dmy", "19600300"),
        ("1960-03", "ymd", "19600300"),
        ("1859-40-20", "ymd", "18594020"),
        ("1957-03-25T00:00:00", "ymd", "19570325"),
        ("1957-03-25 00:00:00", "ymd", "19570325"),
        ("5/4/59", "dmy", "19590405"),
        ("43831", "dmy", "20200101"),
        ("không rõ", "dmy", None),
        ("1/2/3/4", "dmy", None),
    ],
)
def test_dates(text, order, digits):
    assert date_digits(text, order) == digits


def test_date_order_is_told_by_the_column():
    assert date_order(["01/02/1990", "25/03/1957"]) == "dmy"
    assert date_order(["01/02/1990", "03/25/1957"]) == "mdy"
    assert date_order(["1990-02-01"]) == "ymd"
    assert date_order(["01/02/1990"]) == "dmy"


def test_names_and_codes():
    assert words("Đặng  Thị Ngọc-Ánh") == ["dang", "thi", "ngoc", "anh"]
    assert plain(" NGUYỄN  An ") == "nguyễn an"
    assert code_text(" TS4 3EB") == "ts43eb"
    assert code_head("TS4 3EB") == "ts4"
    assert code_head("0912345678") == "09123"
    assert is_nothing(" - ") and is_nothing("Không rõ") and not is_nothing("Khang")


@given(st.text(max_size=40))
def test_folding_twice_changes_nothing(text):
    assert words(" ".join(words(text))) == words(text)
    assert unaccented(unaccented(text)) == unaccented(text)


@given(st.text(alphabet="0123456789/-. :Ta", max_size=24), st.sampled_from(["ymd", "dmy", "mdy"]))
def test_any_text_is_a_date_or_none(text, order):
    digits = date_digits(text, order)
    assert digits is None or (len(digits) == 8 and digits.isdigit())
