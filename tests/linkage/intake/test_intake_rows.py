"""Rows of people told from groups, totals and signatures; "as above" written out."""

from __future__ import annotations

import pytest

from dancu.linkage.intake.layout.header import find_header, guess_header, is_column_numbers
from dancu.linkage.intake.layout.rows import Places, RowReader, is_ditto

CAPTIONS = ("STT", "Họ và tên", "Ngày sinh", "Số CCCD", "Địa chỉ")
PLACES = Places(captions=CAPTIONS, keys=(2, 3), name=1, ditto=(4,), fill=(4,))
PERSON = ["1", "Nguyễn Văn Mẫu", "01/02/1990", "001090000001", "Xã A"]


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (PERSON, None), (["2", "Hồ Thị Mẫu", None, None, None], None), ([None, "Đoàn Văn Mẫu", None, None, None], None),
        (["3", "Trần Thị Mẫu", "1960", None, None], None), ([None, "Lê Văn Mẫu", None, None, "Xã A"], None),
        (["I. Thôn Đông"], "group"), (["II", "Thôn Tây"], "group"), (["Hộ số 12"], "group"), ([None, "Thôn Đoài"], "group"),
        (["A", "Khối phố 3"], "group"), (["Xã Đông Hội"], "group"), ([None, None, None, None, "Ấp 3"], "group"),
        (["Tổng cộng", None, "25"], "total"), ([None, "Cộng: 25 người"], "total"), (["Tổng số: 12 người"], "total"),
        ([None, None, None, "NGƯỜI LẬP BIỂU"], "sign"), (["TM. UBND XÃ", None, None, "CHỦ TỊCH"], "sign"),
        ([None, None, None, "Ngày 3 tháng 2 năm 2022"], "sign"), (["(1)", "(2)", "(3)", "(4)", "(5)"], "numbers"),
        (list(CAPTIONS), "header"), ([None] * 5, "blank"), (["  "], "blank"),
    ],
)  # fmt: skip
def test_rows_and_what_they_are(cells: list, reason: str | None) -> None:
    assert RowReader(PLACES).skip_reason(cells) == reason


def test_names_of_signers_are_no_people_of_the_list() -> None:
    reader = RowReader(PLACES)
    assert reader.skip_reason(["Tổng cộng"]) == "total"
    assert reader.skip_reason([None, "Nguyễn Thị Mẫu", None, "Trần Văn Mẫu"]) == "sign"
    assert reader.skip_reason(PERSON) is None
    assert reader.skip_reason([None, "Nguyễn Thị Mẫu", None, None]) is None


@pytest.mark.parametrize("text", ["nt", "NT", "-nt-", "- nt -", '"', "''", "//", "như trên", "Nhu tren", "n.t", "〃"])
def test_ways_of_writing_as_above(text: str) -> None:
    assert is_ditto(text)
    reader = RowReader(PLACES)
    reader.read(list(PERSON))
    assert reader.read([*PERSON[:4], text])[0][4] == "Xã A"


@pytest.mark.parametrize("text", ["Nam", "Nguyễn", "-", "?", "0", "Xã A", "như trên đã nói ở mục 2"])
def test_not_as_above(text: str) -> None:
    assert not is_ditto(text)


def test_places_are_not_carried_into_another_group_or_household() -> None:
    reader = RowReader(PLACES)
    reader.read(list(PERSON))
    reader.read(["II. Thôn Tây"])
    assert reader.read([*PERSON[:4], "nt"])[0][4] == "nt"
    by_number = RowReader(Places(captions=(*CAPTIONS, "Số hộ"), keys=(2, 3), name=1, fill=(4,), ditto=(4,), household=5))
    rows = [[*PERSON, "1"], [*PERSON[:4], None, "1"], [*PERSON[:4], None, "2"], [*PERSON[:4], "Xã B", "3"],
            [*PERSON[:4], None, None]]  # fmt: skip
    assert [by_number.read(list(row))[0][4] for row in rows] == ["Xã A", "Xã A", None, "Xã B", "Xã B"]
    by_head = RowReader(Places(captions=(*CAPTIONS, "QH"), keys=(2, 3), name=1, fill=(4,), ditto=(4,), relation=5))
    rows = [[*PERSON, "Chủ hộ"], [*PERSON[:4], None, "Con"], [*PERSON[:4], None, "Chủ hộ"]]
    assert [by_head.read(list(row))[0][4] for row in rows] == ["Xã A", "Xã A", None]


def test_headers_among_titles() -> None:
    title = [["UBND XÃ"], ["DANH SÁCH HỌ TÊN NGƯỜI HƯỞNG"], [None]]
    found = find_header([*title, list(CAPTIONS), PERSON])
    assert found and (found.first_data, found.captions) == (4, CAPTIONS)
    assert find_header([["Họ và tên", "Giới tính"], ["Nguyễn Văn Mẫu", "Nam"]]).first_data == 1
    assert find_header([PERSON, PERSON]) is None
    assert guess_header([["k", "l"], ["x", "001090000001"]]).first_data == 1
    assert guess_header([["x", "001090000001"]] * 2) is None


@pytest.mark.parametrize(
    ("row", "told"),
    [(["(1)", "(2)", "(3)"], True), (["1", "2", "3", "4"], True), (["A", "B", "1", "2", "3"], True),
     (["[1]", "[2]", "[3]=[1]+[2]"], True), (["5", "3", "1"], False), (["1", "2"], False), (["7", "12", "40"], False)],
)  # fmt: skip
def test_rows_of_column_numbers(row: list, told: bool) -> None:
    assert is_column_numbers(row) is told
