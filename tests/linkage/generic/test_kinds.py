"""The kind of a column is told by its header and content, and the caller may overrule."""

import pytest

from dancu.core.refusal import Refusal
from dancu.linkage.generic.kinds import guess, kinds_of, parse_map


@pytest.mark.parametrize(
    ("header", "values", "kind"),
    [
        ("STT", ["1", "2"], "skip"),
        ("Họ và tên", ["Nguyễn Văn An", "Lê Lan"], "name"),
        ("surname", ["smith", "jones"], "name"),
        ("Ngày sinh", ["01/02/1990", "25/03/1957"], "date"),
        ("dob", ["1857-03-25", "1862-01-01"], "date"),
        ("Số CCCD", ["001090000001", "001090000002"], "code"),
        ("postcode_fake", ["tq13 8df", "ts4 3eb"], "code"),
        ("soc_sec_id", ["5304218", "4066625"], "code"),
        ("birth_place", ["devon", "london"], "text"),
        ("Địa chỉ", ["số 5 phố Huế", "thôn 3"], "text"),
        ("street_number", ["8", "12", "130"], "number"),
        ("a", ["19570325", "19610412"], "date"),
        ("b", ["0912345678", "0987654321"], "code"),
        ("c", ["thợ mộc", "giáo viên"], "text"),
        ("d", [], "skip"),
    ],
)
def test_guess(header, values, kind):
    assert guess(header, values) == kind


def test_names_of_different_people_are_kept_apart():
    samples = {h: ["Nguyễn Văn An"] for h in ("first_name", "surname", "mother_first_name", "mother_surname")}
    groups = {k.column: k.group for k in kinds_of(list(samples), samples, None)}
    assert groups["first_name"] == groups["surname"] != groups["mother_first_name"] == groups["mother_surname"]


def test_map():
    assert parse_map(["Nơi sinh=text", "a=b=code"]) == {"Nơi sinh": "text", "a=b": "code"}
    with pytest.raises(Refusal):
        parse_map(["Nơi sinh"])
    with pytest.raises(Refusal):
        parse_map(["Nơi sinh=place"])
    with pytest.raises(Refusal):
        kinds_of(["a"], {}, {"b": "text"})
