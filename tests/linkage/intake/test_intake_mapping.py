"""Columns recognised by their contents, split over several columns, and named by the user."""

from __future__ import annotations

import random

import pytest

from dancu.core.refusal import Refusal
from dancu.linkage.intake import parse_map
from tests.linkage.intake.invented_lists import HEADER, as_csv, people

PEOPLE = people(60)


@pytest.fixture
def table(tmp_path, opened):
    """Opens a table of a header (or None) and rows written as csv."""
    def run(header, rows, **options):
        path = tmp_path / f"t{random.random()}.csv"
        path.write_text(as_csv(([header] if header else []) + [[str(v) for v in r] for r in rows]), encoding="utf-8")
        return opened(path, **options).source
    return run


def test_contents_speak_where_headers_do_not(table) -> None:
    source = table(["a1", "b2", "c3", "d4", "e5", "f6", "g7"], PEOPLE)
    assert source.mapping == {"name": ("b2",), "birth_date": ("c3",), "sex": ("d4",), "pin": ("e5",), "phone": ("g7",)}
    assert {c.why for c in source.columns if c.field} == {"content"}


def test_data_that_starts_at_once(table) -> None:
    source = table(None, PEOPLE)
    assert (source.mapping["pin"], source.mapping["name"]) == (("Cột 5",), ("Cột 2",))
    assert "no header: columns recognised by their contents" in source.notes


def test_zeros_eaten_by_a_spreadsheet_are_still_numbers(table) -> None:
    source = table(["x", "y", "z"], [[r[4].lstrip("0"), r[1], r[6]] for r in PEOPLE])
    assert source.mapping == {"pin": ("x",), "name": ("y",), "phone": ("z",)}


@pytest.mark.parametrize("form", ["0912345678", "84912345678", "+84912345678", "912345678", "84325678901"])
def test_phones_are_no_personal_numbers(table, form) -> None:
    pick = random.Random(1)
    phones = [form[:-6] + f"{pick.randint(0, 999999):06d}" for _ in PEOPLE]
    source = table(["a", "b"], [[phone, r[1]] for phone, r in zip(phones, PEOPLE, strict=True)])
    assert "pin" not in source.mapping and "old_id" not in source.mapping


def test_numbers_of_nine_digits_alone_and_mixed(table) -> None:
    pick = random.Random(2)
    old = [f"{pick.choice('0123')}{pick.randint(0, 99999999):08d}" for _ in PEOPLE]
    alone = table(["Số CMND/CCCD", "Họ tên"], [[n, r[1]] for n, r in zip(old, PEOPLE, strict=True)])
    assert alone.mapping["old_id"] == ("Số CMND/CCCD",)
    mixed = [[n if i % 3 else r[4], r[1]] for i, (n, r) in enumerate(zip(old, PEOPLE, strict=True))]
    assert table(["Số CMND", "Họ tên"], mixed).mapping["pin"] == ("Số CMND",)
    assert table(["số", "người"], mixed).mapping["pin"] == ("số",)
    both = table(["CMND", "CCCD", "Họ tên"], [[n, r[4], r[1]] for n, r in zip(old, PEOPLE, strict=True)])
    assert (both.mapping["old_id"], both.mapping["pin"]) == (("CMND",), ("CCCD",))


def test_twelve_digits_are_the_number_under_any_header(table) -> None:
    source = table(["Mã số thuế", "Họ tên"], [[r[4], r[1]] for r in PEOPLE])
    assert source.mapping["pin"] == ("Mã số thuế",)


def test_swapped_headers_are_seen_through(table) -> None:
    source = table(["Số CCCD", "Họ và tên"], [[r[1], r[4]] for r in PEOPLE])
    assert source.mapping == {"pin": ("Họ và tên",), "name": ("Số CCCD",)}
    assert [c.why for c in source.columns] == ["content", "content"]


def test_registration_dates_are_never_a_birth_date(table) -> None:
    header = ["Số", "Quyển số", "Trang", "Ngày đăng ký", "Họ tên", "Ngày cấp", "Số CCCD"]
    rows = [[i, "01/2020", 5, f"0{i % 9 + 1}/02/{1950 + i}", r[1], "03/04/1999", r[4]] for i, r in enumerate(PEOPLE)]
    source = table(header, rows)
    assert set(source.mapping) == {"name", "pin"}
    unknown = table(["n", "d", "so"], [[r[1], f"0{i % 9 + 1}/02/2021", r[4]] for i, r in enumerate(PEOPLE)])
    assert "birth_date" not in unknown.mapping


def test_names_in_parts_in_reading_order(table) -> None:
    parts = [r[1].split() for r in PEOPLE]
    two = table(["Tên", "Họ đệm", "CCCD"], [[p[2], f"{p[0]} {p[1]}", r[4]] for p, r in zip(parts, PEOPLE, strict=True)])
    assert two.mapping["name"] == ("Họ đệm", "Tên")
    three = table(["first_name", "middle_name", "last_name", "id"], [[p[2], p[1], p[0], r[4]]
                  for p, r in zip(parts, PEOPLE, strict=True)])  # fmt: skip
    assert three.mapping["name"] == ("last_name", "middle_name", "first_name")
    halves = [[f"{p[0]} {p[1]}", p[2], r[4]] for p, r in zip(parts, PEOPLE, strict=True)]
    spread = table(["Họ và tên", "", "CCCD"], halves)
    assert spread.mapping["name"] == ("Họ và tên", "Cột 2")
    whole = table(["Họ và tên", "Tên", "CCCD"], [[r[1], p[2], r[4]] for p, r in zip(parts, PEOPLE, strict=True)])
    assert whole.mapping["name"] == ("Họ và tên",)


@pytest.mark.parametrize(
    "header",
    [["Ngày", "Tháng", "Năm"], ["Ngày sinh", "Tháng sinh", "Năm sinh"],
     ["Ngày tháng năm sinh Ngày", "Ngày tháng năm sinh Tháng", "Ngày tháng năm sinh Năm"]],
)  # fmt: skip
def test_birth_date_in_three_columns(table, header) -> None:
    rows = [[r[1], *r[2].split("/"), r[4]] for r in PEOPLE]
    assert table(["Họ tên", *header, "CCCD"], rows).mapping["birth_date"] == tuple(header)


def test_a_cross_under_female(table) -> None:
    rows = [[r[1], r[2], "x" if r[3] == "Nữ" else "", r[4]] for r in PEOPLE]
    source = table(["Họ tên", "Ngày sinh", "Nữ", "CCCD"], rows)
    assert source.mapping["sex"] == ("_derived_sex",) and source.derived == ("_derived_sex",)


def test_a_marriage_book_is_about_its_first_person(table) -> None:
    header = ["Họ tên chồng", "Ngày sinh chồng", "CCCD chồng", "Họ tên vợ", "CCCD vợ", "Ngày kết hôn"]
    source = table(header, [[r[1], r[2], r[4], "Lê Thị Mẫu", r[4], "01/02/2020"] for r in PEOPLE])
    assert source.mapping == {"name": ("Họ tên chồng",), "birth_date": ("Ngày sinh chồng",),
                              "pin": ("CCCD chồng",), "spouse_name": ("Họ tên vợ",)}  # fmt: skip


def test_the_user_has_the_last_word(table) -> None:
    source = table(HEADER, PEOPLE, overrides={"số cccd": "-", "G": "other_name", "Địa chỉ": "commune"})
    assert "pin" not in source.mapping and source.mapping["commune"] == ("Địa chỉ",)
    assert next(c for c in source.columns if c.field == "commune").why == "map"
    names = table(["a", "b", "c"], [["1", r[1], r[5]] for r in PEOPLE], overrides={"c": "name"})
    assert names.mapping["name"] == ("c",)
    parts = [r[1].split() for r in PEOPLE]
    joined = table(["k", "l", "m"], parts, overrides=dict.fromkeys("klm", "name"))
    assert joined.mapping["name"] == ("k", "l", "m")


@pytest.mark.parametrize(("overrides", "code"), [({"Không có": "pin"}, "map_unknown_column"),
                                                 ({"Địa chỉ": "sao"}, "map_unknown_field")])  # fmt: skip
def test_wrong_overrides_are_refused_with_what_there_is(table, overrides, code) -> None:
    with pytest.raises(Refusal) as refused:
        table(HEADER, PEOPLE, overrides=overrides)
    assert refused.value.code == code
    assert ("Số CCCD" if code == "map_unknown_column" else "birth_date") in refused.value.vi


def test_map_arguments() -> None:
    assert parse_map(["Số CC=pin", "a=b=name"]) == {"Số CC": "pin", "a=b": "name"}
    with pytest.raises(Refusal) as refused:
        parse_map(["pin"])
    assert refused.value.code == "map_form"
