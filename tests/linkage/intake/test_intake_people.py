"""Rows that name several people: whose column is which, who a row is about, and who is told well enough to be judged."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
import xlsxwriter

from dancu.core.refusal import Refusal
from dancu.linkage.intake.columns.caption import meaning, own_result
from tests.linkage.intake.invented_lists import people

PEOPLE = people(24)
HEADERS = {
    ("mother", "name"): """Người mẹ – Họ và tên|Họ tên mẹ|Họ, chữ đệm, tên người mẹ|mother_name|Mẹ – Họ, chữ đệm, tên|Mother's full name|
        Thông tin về người mẹ – Họ và tên""",
    ("mother", "birth_date"): "Người mẹ – Ngày sinh|Năm sinh mẹ|mother_birth_date|Mẹ – Ngày, tháng, năm sinh|Năm sinh của mẹ|mother_yob",
    ("mother", "pin"): "Số CCCD của mẹ|Mẹ – Số định danh|mother_pin|Người mẹ – Số giấy tờ tùy thân|Số giấy tờ mẹ|Số định danh người mẹ",
    ("mother", "old_id"): "CMND mẹ|Số CMND cũ của mẹ",
    ("mother", "address"): "Nơi cư trú của mẹ|Người mẹ – Nơi thường trú",
    ("father", "name"): "Người cha – Họ và tên|Họ tên bố|Cha – Họ, chữ đệm, tên",
    ("father", "birth_date"): "Năm sinh cha|Người cha – Năm sinh|father_dob",
    ("husband", "name"): "Bên nam – Họ và tên|Họ, chữ đệm, tên chồng|Chồng – Họ tên|Husband's name|Họ tên chú rể",
    ("husband", "pin"): "Bên nam – Số định danh cá nhân|Số CCCD của chồng|husband_pin",
    ("wife", "birth_date"): "Vợ – Ngày sinh|Ngày, tháng, năm sinh của vợ|Bên nữ – Năm sinh|bride_dob",
    ("wife", "address"): "Bên nữ – Nơi cư trú|Nơi cư trú của vợ",
    ("guardian", "name"): "Người giám hộ – Họ, chữ đệm, tên|Họ tên người giám hộ|guardian_name",
    ("guardian", "pin"): "Người giám hộ – Số CCCD|guardian_pin",
    ("ward", "name"): "Người được giám hộ – Họ và tên|Họ tên người được giám hộ",
    ("ward", "birth_date"): "Người được giám hộ – Ngày sinh|ward_birth_date",
    ("declarant", "name"): "Người yêu cầu – Họ tên|Họ tên người đi khai sinh|Họ tên người đi khai|Người đi đăng ký khai tử – Họ và tên",
    ("declarant", "pin"): "Số định danh người yêu cầu|Người đi khai – Số CCCD|applicant_id",
    ("parents", "address"): "Nơi cư trú của mẹ, cha|Địa chỉ cha mẹ",
    ("self", "name"): "Người chết – Họ tên|Họ tên người được khai sinh|Họ tên người mất|deceased_name",
    ("self", "commune"): "Ward|ward",
}  # fmt: skip
NOTHING = "Người mẹ – Dân tộc|Bên nam – Quốc tịch|Ngày cấp CCCD của mẹ|Mẹ – Nơi cấp|Người yêu cầu – Quan hệ"
BIRTHS = ("Họ tên người được khai sinh", "Ngày sinh", "Người mẹ – Họ và tên", "Người mẹ – Năm sinh", "Người mẹ – Số CCCD",
          "Họ tên cha", "Nơi cư trú của cha, mẹ")  # fmt: skip
GROUPS = (("STT", "Nam", "", "", "Nữ", "", ""), ("", "Họ tên", "Ngày sinh", "Số CCCD", "Họ tên", "Ngày sinh", "Số CCCD"))


def _couples() -> list[list[str]]:
    pairs = zip(PEOPLE[::2], PEOPLE[1::2], strict=True)
    return [[str(i), a[1], a[2], a[4], b[1], b[2], b[4]] for i, (a, b) in enumerate(pairs, 1)]


def _births() -> list[list[str]]:
    pairs = zip(PEOPLE[::2], PEOPLE[1::2], strict=True)
    return [[a[1], a[2], b[1], b[2][-4:], b[4], a[1], a[5]] for a, b in pairs]


def _csv(path: Path, *rows: list[list[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(row for block in rows for row in block)
    return path


@pytest.mark.parametrize(("wanted", "captions"), HEADERS.items())
def test_headers_say_whose_they_are(wanted: tuple[str, str], captions: str) -> None:
    found = {c: meaning(c) for c in (" ".join(part.split()) for part in captions.split("|"))}
    assert {c: (m.role, m.field) for c, m in found.items() if (m.role, m.field) != wanted} == {}


def test_headers_of_other_things_are_nobodys_field() -> None:
    assert {c: m.field for c in NOTHING.split("|") if (m := meaning(c)).field or not m.known} == {}


def test_a_birth_book_names_a_mother_well_and_a_father_by_name_alone(tmp_path, opened) -> None:
    source = opened(_csv(tmp_path / "a.csv", [list(BIRTHS)], _births())).source
    assert source.mapping["name"] == (BIRTHS[0],) and source.mapping["birth_date"] == (BIRTHS[1],)
    assert source.mapping["mother_name"] == (BIRTHS[2],) and source.mapping["mother_pin"] == (BIRTHS[4],)
    home = (BIRTHS[6],)
    assert source.people == {
        "mother": {"name": (BIRTHS[2],), "birth_date": (BIRTHS[3],), "pin": (BIRTHS[4],), "address": home},
        "father": {"name": (BIRTHS[5],), "address": home},
    }
    assert source.complete == ("mother",) and "address" not in source.mapping


def test_columns_without_a_value_do_not_make_a_person(tmp_path, opened) -> None:
    rows = [[*row[:3], "", "", *row[5:]] for row in _births()]
    assert opened(_csv(tmp_path / "a.csv", [list(BIRTHS)], rows)).source.complete == ()


def test_a_number_or_a_name_alone_is_evidence_only(tmp_path, opened) -> None:
    header = ["Họ tên", "Ngày sinh", "Số CCCD mẹ"]
    source = opened(_csv(tmp_path / "a.csv", [header], [[r[0], r[1], r[4]] for r in _births()])).source
    assert source.mapping["mother_pin"] == ("Số CCCD mẹ",) and source.complete == ()


def test_a_marriage_book_is_about_the_husband(tmp_path, opened) -> None:
    """Groups headed Nam and Nữ over names, in a workbook with merged cells: not the halves of a column."""
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("S")
    for i, row in enumerate([*GROUPS, *_couples()]):
        sheet.write_row(i, 0, row)
    sheet.merge_range(0, 1, 0, 3, "Nam")
    sheet.merge_range(0, 4, 0, 6, "Nữ")
    book.close()
    found = opened(path)
    assert found.field("name") == [(row[1],) for row in PEOPLE[::2]] and found.field("pin") == [(row[4],) for row in PEOPLE[::2]]
    assert found.source.people["wife"] == {"name": ("Nữ – Họ tên",), "birth_date": ("Nữ – Ngày sinh",), "pin": ("Nữ – Số CCCD",)}
    assert found.source.complete == ("wife",) and "husband" not in found.source.people
    assert "subject of each row: husband" in found.source.notes


def test_a_book_of_guardianships_is_about_the_ward(tmp_path, opened) -> None:
    header = ["STT", *(f"{who} – {what}" for who in ("Người giám hộ", "Người được giám hộ") for what in ("Họ tên", "Ngày sinh", "Số CCCD"))]
    source = opened(_csv(tmp_path / "a.csv", [header], _couples())).source
    assert source.mapping["pin"] == ("Người được giám hộ – Số CCCD",)
    assert source.people["guardian"]["pin"] == ("Người giám hộ – Số CCCD",) and source.complete == ("guardian",)


def test_the_user_says_whose_a_column_is(tmp_path, opened) -> None:
    path = _csv(tmp_path / "a.csv", [["Họ tên", "Ngày sinh", "Cột A", "Cột B", "Cột C", "x", "y"]], _births())
    told = {"Cột A": "mother.name", "Cột B": "mother.birth_date", "Cột C": "mother_pin"}
    source = opened(path, overrides=told).source
    assert source.people == {"mother": {"name": ("Cột A",), "birth_date": ("Cột B",), "pin": ("Cột C",)}}
    assert source.mapping["mother_name"] == ("Cột A",) and source.mapping["mother_pin"] == ("Cột C",)
    assert source.complete == ("mother",)
    other = opened(path, overrides={"Cột A": "guardian.name", "Cột C": "guardian.pin"}).source
    assert set(other.people) == {"guardian"} and "mother_name" not in other.mapping
    births = _csv(tmp_path / "b.csv", [list(BIRTHS)], _births())
    dropped = opened(births, overrides={BIRTHS[2]: "-", BIRTHS[4]: "-"}).source
    assert "mother" not in dropped.people and "mother_pin" not in dropped.mapping
    with pytest.raises(Refusal) as refused:
        opened(path, overrides={"Cột A": "uncle.name"})
    assert refused.value.code == "map_unknown_field" and "mother.pin" in refused.value.vi


def test_sheets_under_one_another_keep_their_people(tmp_path, opened) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(path)
    other = ["Họ tên trẻ", "Ngày sinh", "Họ tên mẹ", "Năm sinh mẹ", "CCCD mẹ", "Họ tên cha", "Địa chỉ"]
    for tab, header in (("2019", list(BIRTHS)), ("2020", other)):
        sheet = book.add_worksheet(tab)
        for i, row in enumerate([header, *_births()]):
            sheet.write_row(i, 0, row)
    book.close()
    found = opened(path)
    mother = found.source.people["mother"]
    for field, at in (("name", 2), ("birth_date", 3), ("pin", 4)):
        assert [row[mother[field][0]] for row in found.rows] == [row[at] for row in _births()] * 2


def test_results_about_further_people_are_no_input() -> None:
    captions = ["Họ tên", "Kết quả đối chiếu", "Người mẹ – Kết quả đối chiếu", "Người mẹ – Đề xuất: Năm sinh", "Mẹ – Họ tên"]
    assert own_result(captions) == {1, 2, 3}
    assert own_result(["mother_pin", "_mother_pin", "_mother_suggest_name", "_father_verdict", "_mothers"]) == {1, 2, 3}
