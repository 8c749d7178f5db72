"""Each file opens with an ordinary reader, holds one row per truth row, and the hazards it is there for."""

from __future__ import annotations

import csv
import datetime
import io
import re
import unicodedata
import zipfile

import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

from dancu.world import build
from dancu.world.files.pension import roman, split_name
from dancu.world.legacy import TCVN3
from dancu.world.spoken import date_in_words, year_in_words

# Codes under which a name no longer has the letters of the register.
NAME_CODES = {
    "diacritics", "d_lookalike", "i_y", "tone_placement", "word_order", "middle_name_missing", "initial", "typo_1",
    "note_in_name", "other_name_used", "previous_value",
}  # fmt: skip


def sheets(small, name: str) -> dict[str, list[list]]:
    """All sheets with every row from the first."""
    book = CalamineWorkbook.from_path(str(small.agency(name)))
    return {s: book.get_sheet_by_name(s).to_python(skip_empty_area=False) for s in book.sheet_names}


def located(small, name: str) -> list[tuple[dict, list]]:
    """(truth, cells) through sheet and source_row."""
    tables = sheets(small, name)
    return [(t, tables[t["sheet"]][t["source_row"] - 1]) for t in small.truth(name)]


def plain(text: str) -> str:
    return re.sub(r"\W", "", unicodedata.normalize("NFC", str(text)).lower())


@pytest.mark.parametrize(("name", "column"), [("vaccination", 1), ("capitals", 1)])
def test_source_rows_point_at_the_person(small, records, name, column):
    for truth, cells in located(small, name):
        if truth["pin"] and not set(truth["errors"]) & NAME_CODES:
            assert plain(cells[column]) == plain(records[truth["pin"]]["name"])


def test_vaccination_hazards(small):
    tables = sheets(small, "vaccination")
    first, second = tables.values()
    assert [str(c) for c in first[4]][:3] == ["STT", "Họ và tên", "Ngày sinh"]
    assert second[2][1] == "Họ và tên"
    assert second[3][2:4] == ["Nam", "Nữ"]
    assert second[4][:3] == ["(1)", "(2)", "(3)"]
    kinds = {type(row[2]) for row in first[5:] if row[2] != ""}
    assert {datetime.date, str} <= kinds
    assert any(isinstance(row[4], float) for row in first[5:])
    raw = zipfile.ZipFile(small.agency("vaccination")).read("xl/worksheets/sheet2.xml").decode()
    assert 'mergeCell ref="C3:D3"' in raw
    for row in second[5:]:
        assert row[2] == "" or row[3] == ""


def test_civil_status_is_tcvn3_under_its_font(small, records):
    back = {v: k for k, v in TCVN3.items()}
    read = lambda text: "".join(back.get(c, c) for c in str(text))  # noqa: E731
    styles = zipfile.ZipFile(small.agency("civil_status")).read("xl/styles.xml").decode()
    assert ".VnTime" in styles
    assert ".VnTimeH" in styles
    (table,) = sheets(small, "civil_status").values()
    assert read(table[4][5]).lower() == "họ, chữ đệm, tên người được khai sinh"
    assert [read(cell) for cell in table[4][13:19]] == ["Người mẹ", "", "", "Người cha", "", ""]
    assert [read(cell) for cell in table[5][13:16]] == ["Họ, chữ đệm, tên", "Năm sinh", "Số giấy tờ tùy thân"]
    seen = 0
    for truth, cells in located(small, "civil_status"):
        record = records.get(truth["pin"])
        if record and not set(truth["errors"]) & NAME_CODES:
            seen += 1
            assert plain(read(cells[5])) == plain(record["name"])
            assert truth["mother_pin"] == (record["mother_pin"] or truth["mother_pin"])
            numbers = [(truth["mother_pin"], cells[15]), (truth["father_pin"], cells[18])]
            assert all(number in (pin, "") for pin, number in numbers)
    assert seen > 300
    codes = [e for t in small.truth("civil_status") for e in t["errors"]]
    assert "words_differ_from_digits" in codes
    assert "unicode_form" not in codes


@pytest.mark.parametrize(("seed", "encoding"), [(2, "cp1258"), (3, "utf-16")])
def test_sim_encodings(tmp_path, seed, encoding):
    build(people=2_000, seed=seed, out=tmp_path, files=("sim",), rows={"sim": 300})
    raw = (tmp_path / "agency" / "sim.csv").read_bytes()
    lines = list(csv.reader(io.StringIO(raw.decode(encoding), newline=""), delimiter=";"))
    assert lines[0][:3] == ["SO_TB", "TEN_KH", "NGAY_SINH"]
    assert len(lines) == 301
    truth = pq.read_table(tmp_path / "truth" / "sim.parquet").to_pylist()
    register = {r["pin"]: r for r in pq.read_table(tmp_path / "register.parquet").to_pylist()}
    right = [plain(lines[t["source_row"] - 1][1]) == plain(register[t["pin"]]["name"]) for t in truth
             if t["pin"] and not set(t["errors"]) & NAME_CODES]  # fmt: skip
    assert all(right)
    assert len(right) > 50
    assert sum(t["duplicate_of"] is not None for t in truth) > 60
    assert {row[3] for row in lines[1:]} <= {"M", "F", ""}


def test_pension_groups_totals_and_split_names(small, records):
    (table,) = sheets(small, "pension").values()
    groups = [r[0] for r in table if isinstance(r[0], str) and re.match(r"[IVXLCDM]+\. ", r[0])]
    assert len(groups) > 5
    assert [r[1] for r in table if r[1] in ("Tổng cộng", "NGƯỜI LẬP BIỂU")] == ["Tổng cộng", "NGƯỜI LẬP BIỂU"]
    people = located(small, "pension")
    assert len(people) + len(groups) + 5 + 4 == len(table)
    years = 0
    for truth, cells in people:
        if truth["pin"] and not set(truth["errors"]) & NAME_CODES:
            assert plain("".join(map(str, cells[1:4]))) == plain(records[truth["pin"]]["name"])
            years += isinstance(cells[4], float)
    assert years > 50


def test_capitals_is_right_but_for_case(small, records):
    for truth, cells in located(small, "capitals"):
        record = records[truth["pin"]]
        assert truth["errors"] == ["case"]
        assert truth["duplicate_of"] is None
        assert cells[1] == record["name"].upper()
        assert cells[4] == record["pin"]
        assert record["status"] == "active"


def test_no_number_has_no_number(small):
    table = pq.read_table(small.agency("no_number"))
    assert "SO_CCCD" not in table.column_names
    assert "MA_THE_BHYT" not in table.column_names
    codes = {e for t in small.truth("no_number") for e in t["errors"]}
    assert not codes & {"number_missing", "digit_typo", "leading_zero", "old_id", "spaces", "subject_swapped"}


def test_split_name():
    assert split_name("Nguyễn Thị Thu Hà") == ("Nguyễn", "Thị Thu", "Hà")
    assert split_name("Ông Trần An (đã chết)") == ("Ông Trần", "", "An (đã chết)")
    assert split_name("Brôm") == ("", "", "Brôm")


def test_roman():
    assert [roman(n) for n in (1, 4, 9, 14, 40, 1994)] == ["I", "IV", "IX", "XIV", "XL", "MCMXCIV"]


def test_dates_in_words():
    assert date_in_words("15/03/1990") == "Ngày mười lăm, tháng ba, năm một nghìn chín trăm chín mươi"
    assert date_in_words("01/04/2005") == "Ngày mùng một, tháng tư, năm hai nghìn không trăm linh năm"
    assert date_in_words("21/12/2024") == "Ngày hai mươi mốt, tháng mười hai, năm hai nghìn không trăm hai mươi tư"
    assert year_in_words(2000) == "hai nghìn"
    assert date_in_words("00/00/1960") == ""


def test_a_decomposed_name_and_a_mark_alone_are_written_in_windows_1258():
    from dancu.world.legacy import cp1258, fit_cp1258

    name = "Nguyễn Thị Hường Ơi"
    assert cp1258(fit_cp1258(unicodedata.normalize("NFD", name))) == cp1258(fit_cp1258(name)) == cp1258(name)
    assert fit_cp1258("\u0302a") == "a"
