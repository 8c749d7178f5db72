"""Rows that name several people: everybody is checked, has columns of their own, and nobody is told of who is not there."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import duckdb
import pytest
from python_calamine import CalamineWorkbook

from dancu.linkage import explain
from tests.journeys.conftest import Country, as_csv

GROUPS = ("Bên nam", "", "", "Bên nữ", "", "", "", "")
HEADER = ("Họ và tên", "Ngày sinh", "Số định danh", "Họ và tên", "Ngày sinh", "Số định danh", "Nơi cư trú", "Ghi chú")
WIFE = ("Bên nữ – Họ và tên", "Bên nữ – Ngày sinh", "Bên nữ – Số định danh")
VERDICTS = ("matched", "matched_with_differences", "ambiguous", "not_found", "invalid")
PAIRS = 60


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _summary(out: Path, stem: str = "kethon") -> dict:
    return json.loads((out / f"{stem}.summary.json").read_text(encoding="utf-8"))


@pytest.fixture
def couples(country: Country) -> tuple[list[tuple], list[tuple]]:
    """Men and women as the register says them: name, date of birth, number."""
    found = [(name, born, pin, sex) for _, name, born, sex, pin, _ in country.people(600)]
    men = [row[:3] for row in found if row[3] == "Nam"][:PAIRS]
    return men, [row[:3] for row in found if row[3] == "Nữ"][:PAIRS]


@pytest.fixture
def book(couples, tmp_path: Path) -> Path:
    """A marriage book of sixty rows; what is wrong with the wives goes by the row: every tenth is not there at all, every tenth
    only a dash, every tenth has lost a zero, every tenth carries the husband's number, every tenth is a name alone."""
    rows = []
    for i, (man, woman) in enumerate(zip(*couples, strict=True)):
        name, born, pin = woman
        said = {0: ("", "", ""), 1: ("-", "", "…"), 2: (name, born, pin.lstrip("0")), 3: (name, born, man[2]), 4: (name, "", "")}
        rows.append((*man, *said.get(i % 10, woman), "", f"quyển {i}"))
    path = tmp_path / "kethon.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([GROUPS, HEADER, *rows])
    return path


def test_parents_of_a_birth_book_against_the_truth(country: Country, check, tmp_path: Path) -> None:
    """TCVN3 letters, groups over the columns of mother and father, their home in one column, most of them with a year alone."""
    assert check(country.root / "agency" / "civil_status.xlsx", "--to", "parquet", "--to", "xlsx").returncode == 0
    told = duckdb.sql(
        f"""SELECT c._mother_pin, t.mother_pin, c._father_pin, t.father_pin
        FROM (SELECT *, row_number() OVER () AS line FROM '{tmp_path}/out/civil_status.checked.parquet') c
        JOIN '{country.root}/truth/civil_status.parquet' t ON t.row = c.line"""
    ).fetchall()
    summary = _summary(tmp_path / "out", "civil_status")
    for at, who in enumerate(("mother", "father")):
        found = [(row[2 * at], row[2 * at + 1]) for row in told]
        linked = [(said, true) for said, true in found if said]
        assert len(linked) > 0.9 * sum(true is not None for _, true in found) > 40
        assert [pair for pair in linked if pair[0] != pair[1]] == []
        here = summary["subjects"][who]
        assert here["rows"] + here["absent"] == summary["rows"] == len(told)
        assert sum(here[code] for code in VERDICTS) == here["rows"] and "year_only" not in here["reasons"], "no more is asked for"
        assert here["matched"] + here["matched_with_differences"] == len(linked)
    fields = {column["caption"]: column["field"] for column in summary["columns"]}
    assert fields["Người cha – Năm sinh"] == "father.birth_date" and fields["Người mẹ – Họ, chữ đệm, tên"] == "mother_name"
    assert fields["Nơi cư trú của mẹ, cha"] == "mother+father.address"
    page = (tmp_path / "out" / "civil_status.report.html").read_text(encoding="utf-8")
    assert "Ngày, tháng, năm sinh (Người cha)" in page and "Địa chỉ (Người mẹ, Người cha)" in page
    head = CalamineWorkbook.from_path(tmp_path / "out" / "civil_status.checked.xlsx").get_sheet_by_index(0).to_python()[0]
    assert {"Người mẹ – Kết quả đối chiếu", "Người cha – Đề xuất: Số giấy tờ tùy thân", "Người cha – Mã lý do"} <= set(head)
    assert all(head.count(caption) == 1 for caption in head if caption and caption != "Ghi chú")


def test_husband_and_wife_each_have_their_answer(book: Path, couples, check, tmp_path: Path) -> None:
    kinds = [word for kind in ("csv", "parquet", "ndjson", "xlsx") for word in ("--to", kind)]
    done = check(book, *kinds)
    assert done.returncode == 0 and "Bên nữ: Khớp đúng 30" in done.stdout, done.stderr
    out = tmp_path / "out"
    rows = _rows(out / "kethon.checked.csv")
    assert [row["_pin"] for row in rows] == [man[2] for man in couples[0]]
    theirs = [column for column in rows[0] if column.startswith("_wife_")]
    assert theirs[:8] == [f"_wife_{part}" for part in ("verdict", "pin", "confidence", "reasons", "explain", "action", "who", "state")]
    assert list(rows[0])[-len(theirs) :] == theirs and not any(column.endswith("_severity") for column in rows[0])
    for i, (row, woman) in enumerate(zip(rows, couples[1], strict=True)):
        said = {column: row[column] for column in theirs}
        if i % 10 < 2:
            assert not any(said.values()), "nobody is named, so nobody is answered for"
        elif i % 10 == 2 and woman[2][0] == "0":
            assert said["_wife_pin"] == said["_wife_suggest_pin"] == woman[2]
            assert set(said["_wife_reasons"].split(";")) & {"leading_zero", "leading_zeros_2"}
        elif i % 10 == 3:
            assert said["_wife_pin"] in ("", woman[2]) and "number_of_another_person" in said["_wife_reasons"]
        elif i % 10 == 4:
            assert (said["_wife_verdict"], said["_wife_reasons"]) == ("invalid", "too_little_to_check")
        else:
            assert (said["_wife_verdict"], said["_wife_pin"]) == ("matched", woman[2])
    here = _summary(out)["subjects"]
    assert list(here) == ["wife"] and (here["wife"]["rows"], here["wife"]["absent"], here["wife"]["invalid"]) == (48, 12, 6)
    same = [tuple(row[column] or None for column in theirs) for row in rows]
    listed = ", ".join(f"CAST({column} AS VARCHAR)" for column in theirs)
    for path in (f"'{out}/kethon.checked.parquet'", f"read_json('{out}/kethon.checked.ndjson')"):
        found = duckdb.sql(f"SELECT {listed} FROM {path}").fetchall()
        told = [tuple(value or None for value in row) for row in found]
        assert [row[:2] + row[3:] for row in told] == [row[:2] + row[3:] for row in same]
    _workbook_says(out / "kethon.checked.xlsx", rows)


def _workbook_says(path: Path, rows: list[dict[str, str]]) -> None:
    book = CalamineWorkbook.from_path(path)
    head, *lines = book.get_sheet_by_name("Dữ liệu").to_python()
    at = head.index("Bên nữ – Số định danh trong CSDL")
    assert [line[at] for line in lines] == [row["_wife_pin"] for row in rows]
    assert "Bên nữ – Đề xuất: Số định danh" in head and head.index("Mã lý do") < head.index("Bên nữ – Kết quả đối chiếu")
    pages = {name: book.get_sheet_by_name(name).to_python() for name in ("Tổng hợp", "Cần xử lý", "Nhật ký")}
    assert ["Bên nữ", "Số dòng", "Tỷ lệ"] in [line[:3] for line in pages["Tổng hợp"]]
    assert any("48 dòng ghi người này, 12 dòng để trống" in str(line[0]) for line in pages["Tổng hợp"])
    asked = [line[1] for line in pages["Cần xử lý"] if str(line[1]).startswith("Bên nữ – ")]
    assert len(asked) == sum(row["_wife_verdict"] not in ("", "matched") for row in rows) > 10
    assert [line[1] for line in pages["Nhật ký"] if line[0] == WIFE[2]] == ["Số định danh cá nhân (Bên nữ)"]


@pytest.mark.parametrize(("lang", "words"), [
    ("vi", ("Những người khác trong cùng một dòng", "<th>Bên nữ</th>", "48 dòng ghi người này, 12 dòng để trống", "người chồng")),
    ("en", ("The other people of a row", "<th>Wife</th>", "48 rows name this person, 12 do not", "each row is about the husband")),
])  # fmt: skip
def test_the_report_has_a_table_for_everybody(lang: str, words: tuple[str, ...], book: Path, couples, check, tmp_path: Path) -> None:
    assert check(book, "--lang", lang).returncode == 0
    page = (tmp_path / "out" / "kethon.report.html").read_text(encoding="utf-8")
    assert all(word in page for word in words), [word for word in words if word not in page]
    assert not any(pin in page for side in couples for *_, pin in side)


@pytest.mark.parametrize("level", ["none", "verdict", "suggest", "full"])
def test_no_more_is_told_of_a_wife_than_of_a_husband(level: str, book: Path, couples, check, tmp_path: Path) -> None:
    done = check(book, "--disclose", level, "--json")
    assert done.returncode == 0, done.stderr
    out = tmp_path / "out"
    told = done.stdout + "".join(path.read_text(encoding="utf-8-sig") for path in out.iterdir())
    given = book.read_text(encoding="utf-8").replace("\r\n", ",").split(",")
    hidden = [pin for i, (_, _, pin) in enumerate(couples[1]) if pin not in given and i % 10 in (2, 3)]
    assert len(hidden) > 5 and any(pin in told for pin in hidden) is (level in ("suggest", "full"))
    assert _summary(out)["subjects"]["wife"]["rows"] == 48 and (out / "kethon.checked.csv").exists() is (level != "none")
    if level == "verdict":
        rows = _rows(out / "kethon.checked.csv")
        shut = [c for c in rows[0] if c.startswith("_wife_suggest") or c in ("_wife_pin", "_wife_state")]
        assert len(shut) > 4 and not any(row[c] for row in rows for c in shut) and any(row["_wife_explain"] for row in rows)


def test_a_sex_that_no_cell_says_does_not_open_the_register() -> None:
    telling = explain.Telling("vi", "suggest", "dmy", ("name", "birth_date"), subject="wife", unsaid=16)
    assert [sql.partition("r.agreed & ")[2].partition(" ")[0] for sql in explain._suggestions(telling)] == ["238", "237", "227"]


def test_links_of_everybody(book: Path, couples, check, tmp_path: Path) -> None:
    done = check(book, "--link-only", "--json")
    assert json.loads(done.stdout)["subjects"]["wife"]["rows"] == 48
    links = duckdb.sql(f"SELECT * FROM '{tmp_path}/out/kethon.links.parquet' ORDER BY _row")
    assert links.columns[4:] == ["_wife_verdict", "_wife_pin", "_wife_confidence"]
    rows = links.fetchall()
    assert [row[2] for row in rows] == [man[2] for man in couples[0]]
    assert [row[5] for row in rows][5::10] == [woman[2] for woman in couples[1]][5::10] and rows[0][4:] == (None, None, None)


def test_who_is_checked_can_be_said(book: Path, check, tmp_path: Path) -> None:
    assert check(book, "--subjects", "none").returncode == 0
    assert "subjects" not in _summary(tmp_path / "out")
    assert not any("_wife" in column for column in _rows(tmp_path / "out" / "kethon.checked.csv")[0])
    for typed, code in (("mother", "subject_not_there"), ("aunt", "unknown_subject"), ("", "unknown_subject")):
        done = check(book, "--subjects", typed)
        assert done.returncode == 2 and f"[{code}]" in done.stderr, done.stderr
    done = check(book, "--map", f"{WIFE[0]}=declarant.name", "--map", f"{WIFE[1]}=-", "--map", f"{WIFE[2]}=declarant.pin", "--json")
    assert list(json.loads(done.stdout)["subjects"]) == ["declarant"], done.stdout
    # A name alone is judged only where it is asked for.
    rows = [("Họ và tên", "Ngày sinh", "Họ tên mẹ"), *(("Nguyễn Văn A", f"{i:02d}/01/2010", "Trần Thị B") for i in range(1, 9))]
    path = tmp_path / "con.csv"
    path.write_text("\n".join(map(",".join, rows)), encoding="utf-8")
    assert "subjects" not in json.loads(check(path, "--json").stdout)
    assert json.loads(check(path, "--subjects", "mother", "--json").stdout)["subjects"]["mother"]["invalid"] == 8


def test_a_list_of_one_person_a_row_is_not_touched(country: Country, check, tmp_path: Path) -> None:
    path = tmp_path / "ds.csv"
    path.write_text(as_csv(country.people(80)), encoding="utf-8")
    for name in ("auto", "none"):
        for file in (path, country.root / "agency" / "insurance.parquet"):
            assert check(file, "--subjects", name, "--out", tmp_path / name).returncode == 0
            assert check(file, "--subjects", name, "--link-only", "--out", tmp_path / name).returncode == 0
    assert (tmp_path / "auto" / "ds.checked.csv").read_bytes() == (tmp_path / "none" / "ds.checked.csv").read_bytes()
    for file in ("insurance.checked.parquet", "ds.links.parquet", "insurance.links.parquet"):
        auto, none = (duckdb.sql(f"SELECT * FROM '{tmp_path}/{name}/{file}'") for name in ("auto", "none"))
        assert auto.columns == none.columns and sorted(map(repr, auto.fetchall())) == sorted(map(repr, none.fetchall()))
    for stem in ("ds", "insurance"):
        auto, none = (_summary(tmp_path / name, stem) for name in ("auto", "none"))
        assert "subjects" not in auto and auto["check_code"] == none["check_code"]


def test_a_checked_book_checked_again_says_the_same(book: Path, check, tmp_path: Path) -> None:
    assert check(book, "--to", "csv", "--to", "xlsx").returncode == 0
    first = _summary(tmp_path / "out")
    for ending in ("csv", "xlsx"):
        assert check(tmp_path / "out" / f"kethon.checked.{ending}").returncode == 0
        again = _summary(tmp_path / "out", "kethon.checked")
        assert again["subjects"] == first["subjects"] and again["matched"] == first["matched"]
        assert [column["caption"] for column in again["columns"]].count("Bên nữ – Kết quả đối chiếu") == 0
