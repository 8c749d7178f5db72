"""The table by commune: it adds up to the rows judged, names units of today, and shows what there is room for."""

from __future__ import annotations

import re
from dataclasses import replace

import invented
import pytest
from python_calamine import CalamineWorkbook

from dancu.core import words
from dancu.linkage.report import communes, page, sheets
from dancu.linkage.report.summary import summarise
from dancu.linkage.report.writing import write_all

KEYS = ("rows", *words.VERDICTS)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return invented.make(tmp_path_factory.mktemp("communes"), 2000, seed=5)


def _summary(made, view: str = "checked", lang: str = "vi", **changes):
    con, source, facts = made
    return summarise(con, source, checked=view, facts=replace(facts, **changes), lang=lang)


def _section(summary, lang: str = "vi") -> str:
    title = {"vi": "Theo xã, phường, đặc khu", "en": "By commune"}[lang]
    html = page.page({**summary, "formats": ["xlsx"]}, [], lang)
    return html.partition(f"<h2>{title}</h2>")[2].partition("</section>")[0]


def test_parts_sum_to_the_total(made):
    told = _summary(made)
    listed = told["communes"]
    assert len(listed) > communes.ON_PAGE and list(listed)[-1] == communes.UNKNOWN
    for key in KEYS:
        assert sum(here[key] for here in listed.values()) == told[key], key
    for here in listed.values():
        assert here["rows"] == sum(here[code] for code in words.VERDICTS)
    counted = made[0].execute("SELECT _commune, count(*) FROM checked WHERE _commune <> '99999' GROUP BY 1").fetchall()
    assert {code: n for code, n in counted} == {c: here["rows"] for c, here in listed.items() if c}


def test_units_of_today_with_their_province_most_work_first(made):
    listed = [here for code, here in _summary(made)["communes"].items() if code]
    assert all(re.fullmatch(r"(Xã|Phường|Đặc khu) .+, (Tỉnh|Thành phố) .+", here["name"]) for here in listed)
    assert [communes.work(here) for here in listed] == sorted(map(communes.work, listed), reverse=True)
    assert _summary(made)["communes"][communes.UNKNOWN]["name"] == ""


def test_rows_that_were_not_judged_do_not_count(made):
    made[0].execute(
        "CREATE OR REPLACE VIEW titled AS SELECT * REPLACE (CASE WHEN _row > 300 THEN _verdict END AS _verdict) FROM checked"
    ).fetchall()
    told = _summary(made, "titled")
    assert sum(here["rows"] for here in told["communes"].values()) == told["rows"] == 1700


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_the_page_shows_twenty_and_says_how_many_more(made, lang):
    told = _summary(made, lang=lang)
    known = [here for code, here in told["communes"].items() if code]
    section = _section(told, lang)
    assert sum(here["name"] in section for here in known) == communes.ON_PAGE
    more = words.number(lang, len(known) - communes.ON_PAGE)
    said = {"vi": (f"còn {more} xã khác", f"Các xã khác ({more})", "trang tính “Theo xã”", ".summary.json", "Không rõ xã"),
            "en": (f"there are {more} more", f"Other communes ({more})", "sheet “By commune”", ".summary.json",
                   "Commune unknown")}[lang]  # fmt: skip
    assert all(words_ in section for words_ in said), section
    rows = re.findall(r"<tr>(.*?)</tr>", section, re.DOTALL)[1:]
    figures = [[int(re.sub(r"[.,]", "", n)) for n in re.findall(r'class="num"[^>]*>([\d.,]+)<', row)] for row in rows]
    assert [sum(column) for column in zip(*figures, strict=True)] == [told[key] for key in KEYS]
    assert len(rows) == communes.ON_PAGE + 2


def _view(made, commune: str) -> str:
    made[0].execute(
        f"CREATE OR REPLACE VIEW changed AS SELECT * REPLACE ({commune} AS _commune) FROM checked"
    ).fetchall()
    return "changed"


def test_a_list_of_one_commune_is_one_line(made):
    told = _summary(made, _view(made, "'00004'"))
    section = _section(told)
    assert list(told["communes"]) == ["00004"] and section.count("<tr>") == 2
    assert "Các xã khác" not in section and "Không rõ xã" not in section and "Danh sách đầy đủ" not in section


def test_the_twenty_first_is_shown_rather_than_counted(made):
    codes = [code for code in _summary(made)["communes"] if code][: communes.ON_PAGE + 1]
    kept = ", ".join(f"'{code}'" for code in codes)
    section = _section(_summary(made, _view(made, f"CASE WHEN _commune IN ({kept}) THEN _commune END")))
    assert "Các xã khác" not in section and section.count("<tr>") == 1 + len(codes) + 1


def test_empty_states(made):
    none = _summary(made, _view(made, "CAST(NULL AS VARCHAR)"))
    assert list(none["communes"]) == [communes.UNKNOWN] and none["communes"][""]["rows"] == none["rows"]
    assert "Không xác định được xã của dòng nào." in _section(none) and "<table" not in _section(none)
    made[0].execute("CREATE OR REPLACE VIEW empty AS SELECT * FROM checked LIMIT 0").fetchall()
    empty = _summary(made, "empty")
    assert empty["communes"] == {} and _section(empty) == ""


@pytest.mark.parametrize("disclose", ["none", "verdict"])
def test_nobodys_commune_is_told_where_the_register_is_not(made, disclose):
    told = _summary(made, disclose=disclose)
    assert told["communes"] == {} and "Không lập bảng theo xã" in _section(told)


def test_the_workbook_has_all_of_them(made, tmp_path):
    con, source, facts = made
    done = write_all(con, source, checked="checked", out=tmp_path, lang="vi", facts=facts, formats=("xlsx",))
    book = CalamineWorkbook.from_path(str(done.paths[0]))
    sheet = book.get_sheet_by_name("Theo xã").to_python()
    listed = done.summary["communes"]
    assert len(sheet) == 1 + len(listed) + 1 and sheet[-1][0] == "Tổng cộng" and sheet[-2][0] == "Không rõ xã"
    assert [int(n) for n in sheet[-1][1:]] == [done.summary[key] for key in KEYS]
    for line, here in zip(sheet[1:-2], listed.values(), strict=False):
        assert line[0] == here["name"] and [int(n) for n in line[1:]] == [here[key] for key in KEYS]
    boss = [line[0] for line in book.get_sheet_by_name("Tổng hợp").to_python()]
    assert (
        sum(here["name"] in boss for code, here in listed.items() if code) == sheets.COMMUNES and "Không rõ xã" in boss
    )
    assert done.summary["formats"] == ["xlsx"]


def test_no_room_for_a_sheet_no_mention_of_it(made, tmp_path):
    con, source, facts = made
    write_all(con, source, checked="checked", out=tmp_path, lang="vi", facts=facts, formats=("csv",))
    html = (tmp_path / f"{source.stem}.report.html").read_text(encoding="utf-8")
    assert "Danh sách đầy đủ: mục communes" in html and "trang tính “Theo xã”" not in html
    with (tmp_path / f"{source.stem}.checked.csv").open(encoding="utf-8-sig") as file:
        assert "_commune" not in file.readline()
