"""The cascade on a handful of invented people whose right answers are known, and on a small world."""

from __future__ import annotations

import csv
import unicodedata
from pathlib import Path

import duckdb
import pytest

from dancu.linkage.check import Wish, check
from dancu.linkage.prepare import prepare
from dancu.world import build

MOTHER, CHILD, TWIN_A, TWIN_B, NAMESAKE_A, NAMESAKE_B = (
    "001185000111", "001215000222", "038309000333", "038309000444", "079070000555", "079070000666",
)  # fmt: skip
REGISTER = [
    # pin, name, birth_date, sex, old_id, mother_name, mother_pin, province, commune, status
    (MOTHER, "Trần Thị Hạnh", "1985-03-08", "female", "012345678", "Lê Thị Nụ", "", "001", "00004", "active"),
    (CHILD, "Nguyễn Minh Khôi", "2015-09-21", "male", "", "Trần Thị Hạnh", MOTHER, "001", "00004", "active"),
    (TWIN_A, "Đỗ Hoài Thương", "2009-01-17", "female", "", "Bùi Thị Sen", "", "038", "15976", "active"),
    (TWIN_B, "Đỗ Hoài Thanh", "2009-01-17", "female", "", "Bùi Thị Sen", "", "038", "15976", "active"),
    (NAMESAKE_A, "Nguyễn Văn Hùng", "1970-05-05", "male", "", "", "", "079", "26740", "active"),
    (NAMESAKE_B, "Nguyễn Văn Hùng", "1970-05-05", "male", "", "", "", "079", "26740", "active"),
    ("048060000777", "Huỳnh Công Lý", "1960", "male", "200123456", "", "", "048", "20194", "deceased"),
]
HEAD = ("pin", "name", "birth_date", "sex", "old_id", "mother_name", "mother_pin", "province", "commune", "status")

ROWS = {
    # what the row shows: (number, name, date, sex, mother) -> (verdict, pin, reasons that must be there)
    "right": ((MOTHER, "Trần Thị Hạnh", "08/03/1985", "Nữ", ""), ("matched", MOTHER, set())),
    "capitals": ((MOTHER, "TRẦN THỊ HẠNH", "08/03/1985", "Nữ", ""), ("matched", MOTHER, {"case"})),
    "no accents": ((MOTHER, "Tran Thi Hanh", "08/03/1985", "Nữ", ""), ("matched_with_differences", MOTHER, {"diacritics"})),
    "eaten zeros": (("1185000111", "Trần Thị Hạnh", "1985", "Nữ", ""),
                    ("matched_with_differences", MOTHER, {"leading_zeros_2", "year_only"})),
    "old number": (("012345678", "Trần Thị Hạnh", "08/03/1985", "Nữ", ""), ("matched_with_differences", MOTHER, {"old_id"})),
    "slip": (("001185000112", "Trần Thị Hạnh", "08/03/1985", "Nữ", ""), ("matched_with_differences", MOTHER, {"digit_typo"})),
    "mother's number": ((MOTHER, "Nguyễn Minh Khôi", "21/09/2015", "Nam", "Trần Thị Hạnh"),
                        ("matched_with_differences", CHILD, {"subject_swapped"})),
    "no number": (("", "Nguyễn Minh Khôi", "21/09/2015", "Nam", "Trần Thị Hạnh"),
                  ("matched_with_differences", CHILD, {"number_missing"})),
    "namesakes": (("", "Nguyễn Văn Hùng", "05/05/1970", "Nam", ""), ("ambiguous", None, {"several_candidates"})),
    "deceased": (("048060000777", "Huỳnh Công Lý", "1960", "Nam", ""), ("matched", "048060000777", {"person_deceased"})),
    "nobody": (("001199123456", "Phạm Thị Chưa Có", "01/02/1999", "Nữ", ""), ("not_found", None, {"not_in_register"})),
    "number of another": (("048060000777", "Trần Văn Khác Hẳn", "12/12/1999", "Nam", ""),
                          ("not_found", None, {"number_of_another_person"})),
    "number only": (("079070000555", "", "", "", ""), ("invalid", None, {"too_little_to_check"})),
    "unknown number only": (("079070999999", "", "", "", ""), ("invalid", None, {"too_little_to_check"})),
    "name only": (("", "Trần Thị Hạnh", "", "", ""), ("invalid", None, {"too_little_to_check"})),
}  # fmt: skip


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict]:
    folder = tmp_path_factory.mktemp("hand")
    with (folder / "register.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEAD, *REGISTER])
    with (folder / "list.csv").open("w", encoding="utf-8", newline="") as file:
        rows = [row for row, _ in ROWS.values()]
        csv.writer(file).writerows([("Số CCCD", "Họ và tên", "Ngày sinh", "Giới tính", "Họ tên mẹ"), *rows])
    prepare(folder / "register.csv", folder / "ready")
    check(folder / "list.csv", Wish(register=folder / "ready", out=folder / "out", formats=("parquet",)))
    found = duckdb.sql(f"SELECT * FROM read_parquet('{folder}/out/list.checked.parquet')")
    return dict(zip(ROWS, (dict(zip(found.columns, row, strict=True)) for row in found.fetchall()), strict=True))


@pytest.mark.parametrize("what", ROWS)
def test_hand_made_rows(answers: dict[str, dict], what: str) -> None:
    verdict, pin, reasons = ROWS[what][1]
    answer = answers[what]
    given = set((answer["_reasons"] or "").split(";"))
    assert (answer["_verdict"], answer["_pin"]) == (verdict, pin), answer["_reasons"]
    assert reasons <= given


def test_a_number_alone_tells_nothing(answers: dict[str, dict]) -> None:
    known, unknown = answers["number only"], answers["unknown number only"]
    shown = ("_verdict", "_explain", "_reasons", "_pin", "_confidence", "_state")
    assert [known[c] for c in shown] == [unknown[c] for c in shown]


def test_plain_text_work_tells_what_core_tells(tmp_path: Path) -> None:
    """Every shortcut of `judge.writing_bits` gives the reasons that `core.variant` gives."""
    from dancu.core import variant
    from dancu.linkage import judge
    from dancu.linkage.engine import open_engine

    names = ["Nguyễn Thị Thúy", "Đặng Văn Đức", "Lý Ý Nhi", "H' Bia Niê", "Y Bhiăp", "Trần Hòa", "Phan Quý", "Ngô An"]
    forms = (str, str.upper, str.lower, _plain, lambda t: _plain(t).upper(), _apart, lambda t: _apart(t.upper()))
    pairs = [(i * 100 + j, i, form(name), name) for i, name in enumerate(names) for j, form in enumerate(forms)]
    engine = open_engine(tmp_path)
    engine.run("CREATE TABLE pairs (cnid INTEGER, nid INTEGER, claim VARCHAR, record VARCHAR, plain VARCHAR)")
    rows = [[c, n, text, record, _plain(record)] for c, n, text, record in pairs]
    engine.con.executemany("INSERT INTO pairs VALUES (?, ?, ?, ?, ?)", rows).fetchall()
    engine.file("writing_pairs", pairs="SELECT * FROM pairs", bits=judge.writing_bits("claim", "record", "plain"))
    found = {(c, n): bits for c, n, bits in engine.run("SELECT cnid, nid, bits FROM writing_pair")}
    assert len(found) > len(names) * 3
    texts = {(c, n): (text, record) for c, n, text, record in pairs}
    for pair, bits in found.items():
        claim, record = (variant.writing(text) for text in texts[pair])
        assert variant.compare(claim, record)[1] == bits, texts[pair]


def _plain(text: str) -> str:
    bare = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return bare.replace("đ", "d").replace("Đ", "D")


def _apart(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def test_a_small_world_is_linked_rightly(tmp_path: Path) -> None:
    build(people=20_000, seed=12, out=tmp_path, files=("insurance",), rows={"insurance": 5_000})
    prepare(tmp_path / "register.parquet", tmp_path / "ready")
    wish = Wish(register=tmp_path / "ready", out=tmp_path / "out", formats=("parquet",))
    check(tmp_path / "agency" / "insurance.parquet", wish)
    linked, right, known = duckdb.sql(
        f"""SELECT count(*) FILTER (l), count(*) FILTER (l AND (c._pin = t.pin OR list_contains(t.accept_pins, c._pin))),
          count(*) FILTER (t.pin IS NOT NULL)
        FROM (SELECT *, row_number() OVER () AS row, _verdict LIKE 'matched%' AS l
              FROM read_parquet('{tmp_path}/out/insurance.checked.parquet')) c
        JOIN read_parquet('{tmp_path}/truth/insurance.parquet') t USING (row)"""
    ).fetchall()[0]
    assert right >= 0.999 * linked
    assert right >= 0.99 * known
