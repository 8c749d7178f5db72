"""Spreadsheets as offices keep them: titles, merged headers, groups, totals, signatures, fonts, several sheets."""

from __future__ import annotations

import datetime

import pytest
import xlsxwriter

from dancu.core.refusal import Refusal
from dancu.linkage.intake.encoding import legacy
from tests.linkage.intake.invented_lists import HEADER, people, write_xlsx

PEOPLE = people(40)
TITLED = [["SỞ Y TẾ TỈNH"], ["DANH SÁCH TIÊM CHỦNG NĂM 2022"], [], HEADER, *PEOPLE]


def _tcvn3(text: str) -> str:
    small = {v: k for k, v in legacy.table("TCVN3").items()}
    return "".join(small.get(char, char) for char in text)


def test_title_rows_totals_and_signatures(tmp_path, opened) -> None:
    rows = [*TITLED, ["", "Tổng cộng", "40"], [], ["", "", "", "", "", "Ngày 03 tháng 02 năm 2022"],
            ["", "", "", "", "", "NGƯỜI LẬP BIỂU"], [], [], ["", "", "", "", "", "Nguyễn Thị Mẫu"]]  # fmt: skip
    found = opened(write_xlsx(tmp_path / "a.xlsx", {"Xã A": rows}))
    assert [row["Số CCCD"] for row in found.people()] == [row[4] for row in PEOPLE]
    assert found.source.skipped_rows == len(found.rows) - 40 == 7
    assert (found.rows[0]["_source_row"], found.rows[0]["_sheet"], found.rows[0]["_row"]) == (5, "Xã A", 1)


def test_three_row_header_with_halves_and_column_numbers(tmp_path, opened) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("S")
    sheet.merge_range(0, 0, 0, 7, "DANH SÁCH NGƯỜI CAO TUỔI")
    for i, caption in ((0, "STT"), (1, "Họ và tên"), (4, "Số CCCD"), (5, "Địa chỉ")):
        sheet.merge_range(2, i, 4, i, caption)
    sheet.merge_range(2, 2, 2, 3, "Ngày/Năm sinh")
    sheet.merge_range(3, 2, 4, 2, "Nam")
    sheet.merge_range(3, 3, 4, 3, "Nữ")
    sheet.merge_range(2, 6, 2, 7, "Thông tin mẹ")
    sheet.merge_range(3, 6, 4, 6, "Họ tên")
    sheet.merge_range(3, 7, 4, 7, "Số CCCD")
    sheet.write_row(5, 0, [f"({i})" for i in range(1, 9)])
    for i, row in enumerate(PEOPLE):
        born = [row[2], None] if row[3] == "Nam" else [None, row[2]]
        sheet.write_row(6 + i, 0, [row[0], row[1], *born, row[4], row[5], "Trần Thị Mẫu", "001170000001"])
    book.close()
    found = opened(path)
    assert found.field("birth_date") == [(row[2],) for row in PEOPLE]
    assert found.field("sex") == [("male" if row[3] == "Nam" else "female",) for row in PEOPLE]
    assert found.field("mother_name")[0] == ("Trần Thị Mẫu",) and found.field("mother_pin")[0] == ("001170000001",)
    assert found.source.derived == ("_derived_birth_date", "_derived_sex")
    assert {c.caption: c.field for c in found.source.columns}["Ngày/Năm sinh – Nữ"] == "birth_date"


def test_groups_and_addresses_filled_down_inside_a_household(tmp_path, opened) -> None:
    header = ["TT", "Họ và tên", "Ngày sinh", "CCCD", "Địa chỉ"]
    rows = [header, ["I. Thôn Đông"]]
    for house in range(5):
        rows.append([f"Hộ số {house + 1}"])
        rows += [
            [str(i + 1), p[1], p[2], p[4], f"Xóm {house}" if i == 0 else ("nt" if i == 1 else "")]
            for i, p in enumerate(PEOPLE[house * 4 : house * 4 + 4])
        ]
    found = opened(write_xlsx(tmp_path / "a.xlsx", {"S": rows}))
    assert [row["Địa chỉ"] for row in found.people()] == [f"Xóm {h}" for h in range(5) for _ in range(4)]
    assert found.source.skipped_rows == 6


def test_a_blank_address_without_households_stays_blank(tmp_path, opened) -> None:
    rows = [HEADER, *([*row[:5], row[5] if i % 3 == 0 else "", row[6]] for i, row in enumerate(PEOPLE))]
    found = opened(write_xlsx(tmp_path / "a.xlsx", {"S": rows}))
    assert [row["Địa chỉ"] for row in found.rows][:3] == [PEOPLE[0][5], None, None]


def test_vertically_merged_addresses(tmp_path, opened) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("S")
    sheet.write_row(0, 0, HEADER)
    for i, row in enumerate(PEOPLE):
        sheet.write_row(1 + i, 0, row[:5])
    for top in range(1, 41, 4):
        sheet.merge_range(top, 5, top + 3, 5, f"Xóm {top}")
    book.close()
    assert [row["Địa chỉ"] for row in opened(path).rows] == [f"Xóm {i - i % 4 + 1}" for i in range(40)]


def test_sheets_of_one_shape_are_read_one_after_another(tmp_path, opened) -> None:
    path = tmp_path / "a.xlsx"
    sheets = {"Xã A": TITLED, "Xã B": [HEADER, *people(5, seed=9)], "Khác": [["Mục", "Số"], ["a", "1"]], "Ẩn": TITLED}
    write_xlsx(path, sheets)
    found = opened(path)
    assert [row["_sheet"] for row in found.rows] == ["Xã A"] * 40 + ["Xã B"] * 5 + ["Ẩn"] * 40
    assert any("Khác" in note for note in found.source.notes)
    assert [row["_sheet"] for row in opened(path, sheets=("xã b",)).rows] == ["Xã B"] * 5
    with pytest.raises(Refusal) as refused:
        opened(path, sheets=("Xã A", "Khác"))
    assert refused.value.code == "no_header"
    write_xlsx(path, {"A": [["Họ tên", "Ngày sinh"], ["Lê Văn Mẫu", "1/2/1990"]], "B": [["Số CCCD"], ["001090000001"]]})
    with pytest.raises(Refusal) as refused:
        opened(path, sheets=("A", "B"))
    assert refused.value.code == "sheets_differ"


def test_sheets_of_different_headers_are_laid_over_one_table(tmp_path, opened) -> None:
    other = [["LẦN 2"], ["TT", "Họ, chữ đệm", "Tên", "Năm sinh", "", "Số định danh", "Nơi cư trú", ""],
             ["", "", "", "Nam", "Nữ", "", "Xã/phường", "Tỉnh"]]  # fmt: skip
    for row in PEOPLE:
        born = [row[2], ""] if row[3] == "Nam" else ["", row[2]]
        other.append([row[0], row[1].rpartition(" ")[0], row[1].split()[-1], *born, row[4], "Xã A", "Hà Nội"])
    sheets = {"Mũi 1": TITLED, "Mũi 2": other, "Danh mục": [["Mã", "Xã"], ["1", "A"]]}
    found = opened(write_xlsx(tmp_path / "a.xlsx", sheets))
    first, second = found.rows[:40], found.rows[40:]
    for name in ("Họ và tên", "Ngày sinh", "Số CCCD", "Giới tính"):
        assert [row[name] for row in second] == [row[name] for row in first]
    assert found.source.mapping["commune"] == ("Nơi cư trú – Xã/phường",)
    assert (second[0]["Nơi cư trú – Tỉnh"], first[0]["Nơi cư trú – Tỉnh"]) == ("Hà Nội", None)
    assert second[0]["Năm sinh – Nam"] or second[0]["Năm sinh – Nữ"]


def test_hidden_sheets_are_listed_and_read_only_when_named(tmp_path, opened) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(path)
    for name in ("Hiện", "Ẩn"):
        sheet = book.add_worksheet(name)
        for i, row in enumerate([HEADER, *PEOPLE]):
            sheet.write_row(i, 0, row)
    sheet.hide()
    book.worksheets()[0].set_row(3, None, None, {"hidden": True})
    book.close()
    found = opened(path)
    assert {row["_sheet"] for row in found.rows} == {"Hiện"}
    assert 'hidden sheets not read: "Ẩn"' in found.source.notes and "hidden rows: 1" in found.source.notes
    assert {row["_sheet"] for row in opened(path, sheets=("Ẩn",)).rows} == {"Ẩn"}


def test_numbers_keep_their_digits_and_dates_their_precision(tmp_path, opened) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(path, {"date_1904": True})
    zeros = book.add_format({"num_format": "000000000000"})
    day, year = book.add_format({"num_format": "dd/mm/yyyy"}), book.add_format({"num_format": "yyyy"})
    sheet = book.add_worksheet("S")
    sheet.write_row(0, 0, ["Số CCCD", "Họ và tên", "Ngày sinh"])
    for i in range(10):
        sheet.write(1 + i, 1, PEOPLE[i][1])
    sheet.write_column(1, 0, [1190000001.0, 38190000001], None)
    sheet.write(3, 0, 1190000001, zeros)
    sheet.write(4, 0, "1.1900E+9")
    sheet.write_column(5, 0, ["001190000001"] * 6)
    sheet.write(1, 2, datetime.date(1990, 5, 17), day)
    sheet.write(2, 2, datetime.date(1960, 1, 1), year)
    sheet.write(3, 2, 33000)
    sheet.write_column(4, 2, ["17/05/1990"] * 7)
    book.close()
    found = opened(path)
    assert [row["Số CCCD"] for row in found.rows][:4] == ["1190000001", "38190000001", "001190000001", "1.1900E+9"]
    assert [row["Ngày sinh"] for row in found.rows][:4] == ["1990-05-17", "1960", "33000", "17/05/1990"]
    assert found.source.date_epoch == 1904


def test_tcvn3_told_by_fonts_with_capitals(tmp_path, opened) -> None:
    small = [[*r[:1], r[1].lower(), *r[2:]] for r in PEOPLE]
    rows = [[_tcvn3(v) for v in row] for row in [HEADER, *small]]
    found = opened(write_xlsx(tmp_path / "a.xlsx", {"S": rows}, font=".VnTimeH"))
    assert found.field("name")[0] == (PEOPLE[0][1].upper(),)
    assert found.source.columns[1].caption == "HỌ VÀ TÊN"
    plain = opened(write_xlsx(tmp_path / "b.xlsx", {"S": [HEADER, *PEOPLE]}, font=".VnTime"))
    assert plain.field("name") == [(row[1],) for row in PEOPLE]


def test_a_legacy_column_beside_a_unicode_one(tmp_path, opened) -> None:
    rows = [HEADER, *([r[0], _tcvn3(r[1].lower()), *r[2:]] for r in PEOPLE)]
    found = opened(write_xlsx(tmp_path / "a.xlsx", {"S": rows}))
    assert found.field("name") == [(row[1].lower(),) for row in PEOPLE]
    assert found.field("address") == [(row[5],) for row in PEOPLE]


def test_result_columns_of_an_earlier_check_are_no_input(tmp_path, opened) -> None:
    own = ["Kết quả đối chiếu", "Giải thích", "Số định danh trong CSDL", "Đề xuất: Họ và tên", "Kết quả xử lý"]
    rows = [[*HEADER, *own], *([*row, "Khớp đúng", "Đúng người", row[4], row[1], ""] for row in PEOPLE)]
    found = opened(write_xlsx(tmp_path / "a.xlsx", {"S": rows, "Cần xử lý": rows[:5]}))
    assert [c.caption for c in found.source.columns] == [*HEADER, "Kết quả xử lý"]
    assert len(found.rows) == 40


def test_inline_strings_and_prefixed_xml(tmp_path, opened) -> None:
    import zipfile

    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    sheet = book.add_worksheet("S")
    for i, row in enumerate([HEADER, *PEOPLE]):
        sheet.write_row(i, 0, [f"{v} & <b>" if i and j == 5 else v for j, v in enumerate(row)])
    book.close()
    assert opened(path).field("address")[0] == (PEOPLE[0][5] + " & <b>",)
    other = tmp_path / "b.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(other, "w") as new:
        for name in old.namelist():
            text = old.read(name).decode()
            if "sheet1.xml" in name and "_rels" not in name:
                text = text.replace("</", "</x:").replace("<?", "\0").replace("<x", "<x:x").replace("</x:", "\1")
                for tag in ("worksheet", "dimension", "sheetViews", "sheetView", "sheetFormatPr", "sheetData", "row",
                            "c", "is", "t", "pageMargins"):  # fmt: skip
                    for end in " >/":
                        text = text.replace(f"<{tag}{end}", f"<x:{tag}{end}")
                text = text.replace("\0", "<?").replace("\1", "</x:").replace('xmlns="', 'xmlns:x="')
            new.writestr(name, text)
    assert opened(other).field("name") == [(row[1],) for row in PEOPLE]
