"""The numbers of a check: they add up, come from the rows, and are said in one paragraph."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import duckdb
import invented
import pytest

from dancu.core import words
from dancu.linkage.report import phrasing
from dancu.linkage.report.console import console_table
from dancu.linkage.report.pictures import tiles
from dancu.linkage.report.summary import summarise

CONTRACT = (
    "rows", "skipped_rows", "matched", "matched_with_differences", "ambiguous", "not_found", "invalid",
    "duplicates_in_file", "exact_equal", "severity", "states", "reasons", "fields", "seconds", "register_rows",
    "register_version", "check_code", "policy", "mapping", "notes",
)  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return invented.make(tmp_path_factory.mktemp("summary"), 2000, seed=11)


def _summary(made, lang="vi", **changes):
    con, source, facts = made
    return summarise(con, source, checked="checked", facts=replace(facts, **changes), lang=lang)


def test_contract_keys_and_json(written):
    done, source, out = written
    told = json.loads((out / f"{source.stem}.summary.json").read_text(encoding="utf-8"))
    assert not set(CONTRACT) - set(told)
    assert told == json.loads(json.dumps(done.summary))


def test_counts_equal_a_plain_count(made):
    con, told = made[0], _summary(made)
    for verdict in words.VERDICTS:
        counted = con.execute("SELECT count(*) FROM checked WHERE _verdict = ?", [verdict]).fetchall()[0][0]
        assert told[verdict] == counted
    for code in ("diacritics", "leading_zero", "old_id", "initial"):
        sql = "SELECT count(*) FROM checked WHERE list_contains(string_split(_reasons, ';'), ?)"
        assert told["reasons"].get(code, 0) == con.execute(sql, [code]).fetchall()[0][0]
    assert sum(told["severity"].values()) == told["rows"] == 2000
    assert sum(sum(here.values()) for here in told["provinces"].values()) == 2000


def test_parts_sum_to_the_total(made):
    told = _summary(made)
    assert sum(told[v] for v in words.VERDICTS) == told["rows"]
    text = phrasing.paragraph(told, "vi")
    numbers = [int(n.replace(".", "")) for n in re.findall(r"([\d.]+) \(", text)]
    assert sum(numbers[:5]) == told["rows"]
    percents = [int(p.replace(",", "")) for p in re.findall(r"\((\d+,\d) %\)", text)]
    assert sum(percents[:5]) == 1000


def test_times_for_programs_say_their_zone(made):
    told = _summary(made)
    assert (told["register_time"], told["checked_at"]) == ("2026-02-03T08:00:00+07:00", "2026-02-05T09:30:00+07:00")


def test_paragraph_word_for_word():
    told = {
        "rows": 12345, "skipped_rows": 0, "matched": 10102, "matched_with_differences": 1560, "ambiguous": 340,
        "not_found": 250, "invalid": 93, "fixable_now": 1210, "exact_equal": 8024, "file": "tiem.xlsx",
        "register_time": "2026-02-03T01:00:00+00:00",
    }  # fmt: skip
    assert phrasing.paragraph(told, "vi") == (
        "Đã đối chiếu 12.345 dòng của tệp tiem.xlsx với dữ liệu dân cư tính đến 08 giờ 00 ngày 03/02/2026. "
        "Khớp đúng 10.102 (81,8 %); đúng người nhưng có sai lệch 1.560 (12,6 %), trong đó 1.210 sửa được ngay theo "
        "đề xuất; cần xác minh 340 (2,8 %); chưa tìm thấy 250 (2,0 %); dữ liệu không hợp lệ 93 (0,8 %). "
        "Nếu so khớp thông thường từng ký tự thì chỉ 8.024 dòng (65,0 %) được coi là khớp."
    )
    assert phrasing.headlines(told, "vi") == (
        "So khớp thông thường: 65,0 % khớp.",
        "Dancu: 94,5 % đúng người, 9,8 % sửa được tự động.",
    )


@pytest.mark.parametrize("parts", [[1, 1, 1], [0, 0, 0, 0, 7], [1, 2, 3, 4, 999], [333, 333, 334]])
def test_shares_add_up(parts):
    assert round(sum(phrasing.shares(parts)) * 1000) == 1000


def test_check_code_notices_an_edit(made):
    con = made[0]
    before = _summary(made)["check_code"]
    assert before == _summary(made)["check_code"] and re.fullmatch(r"([0-9A-F]{4}-){3}[0-9A-F]{4}", before)
    con.execute("CREATE OR REPLACE VIEW swapped AS SELECT * REPLACE (CASE _row WHEN 5 THEN 'x' ELSE _suggest_name END"
                " AS _suggest_name) FROM checked").fetchall()  # fmt: skip
    after = summarise(con, made[1], checked="swapped", facts=made[2], lang="vi")["check_code"]
    assert after != before


def test_skipped_rows_are_not_judged(made):
    con, source, facts = made
    con.execute("CREATE OR REPLACE VIEW titled AS SELECT * REPLACE (CASE WHEN _row > 10 THEN _verdict END AS _verdict)"
                " FROM checked").fetchall()  # fmt: skip
    told = summarise(con, source, checked="titled", facts=facts, lang="vi")
    assert (told["rows"], told["skipped_rows"], told["output_rows"]) == (1990, 10, 2000)
    assert "10 dòng tiêu đề" in phrasing.paragraph(told, "vi")


def test_old_register_warns(made):
    assert phrasing.stale(_summary(made), "vi") == ""
    assert "45 ngày" in phrasing.stale(_summary(made, checked_at="2026-03-20T09:00:00"), "vi")


def test_empty_file_has_a_paragraph(tmp_path):
    con, source, facts = invented.make(tmp_path, 1)
    con.execute("DELETE FROM checked").fetchall()
    told = summarise(con, source, checked="checked", facts=facts, lang="vi")
    assert told["rows"] == 0 and "không có dòng nào" in phrasing.paragraph(told, "vi")


def test_decisions_are_said_in_the_readers_language():
    assert phrasing.decision("charset TCVN3", "vi") == "bảng mã cũ TCVN3, đã đổi sang Unicode"
    assert phrasing.decision("sex 0=male", "vi") == "0 là Nam"
    assert phrasing.decision("date order dmy", "en") == "day/month/year"
    assert phrasing.decision("something new: 3", "vi") == "something new: 3"


def test_prose_has_the_same_keys_in_both_languages():
    vi, en = phrasing.prose("vi"), phrasing.prose("en")
    assert {s: list(keys) for s, keys in vi.items()} == {s: list(keys) for s, keys in en.items()}


def test_tiles_are_the_34_provinces():
    from dancu.places.provinces import table

    assert set(tiles()) == {row[2] for row in table().values()} and len(tiles()) == 34
    places = [(column, row) for _, column, row in tiles().values()]
    assert len(set(places)) == 34


def test_console_shows_both_sentences(made):
    from rich.console import Console

    console = Console(width=100)
    with console.capture() as shown:
        console.print(console_table(_summary(made), "vi"))
    assert "So khớp thông thường" in shown.get() and "Khớp đúng" in shown.get()


def test_duckdb_is_the_version_the_sql_was_written_for():
    assert duckdb.__version__.split(".")[0] == "2"
