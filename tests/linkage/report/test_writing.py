"""What is written: the same rows in the same order, whole or not at all, and nothing that names a person."""

from __future__ import annotations

import errno
import gc
import re
from dataclasses import replace

import duckdb
import invented
import pytest

from dancu.core.refusal import Refusal
from dancu.linkage.report import sheets, writing
from dancu.linkage.report.masks import mask_date, mask_name, mask_number, mask_place
from dancu.linkage.report.writing import write_all


def _read(path, kind):
    reader = {"csv": "read_csv('{}', all_varchar = true)", "parquet": "'{}'", "ndjson": "read_json('{}')",
              "tsv": "read_csv('{}', all_varchar = true, delim = '\t')"}[kind]  # fmt: skip
    return duckdb.sql("SELECT * FROM " + reader.format(path)).fetchall()


@pytest.mark.parametrize("kind", ["csv", "tsv", "parquet", "ndjson"])
def test_rows_come_back_in_order(tmp_path, kind):
    con, source, facts = invented.make(tmp_path, 500)
    done = write_all(con, source, checked="checked", out=tmp_path / "out", lang="vi", facts=facts, formats=(kind,))
    assert done.paths[0].name == f"DS_tiem_chung.checked.{kind}"
    rows = _read(done.paths[0], kind)
    assert [str(r[0]) for r in rows] == [str(i) for i in range(1, 501)]
    originals = duckdb.sql(f"SELECT * FROM read_csv('{tmp_path}/DS_tiem_chung.csv', all_varchar = true)").fetchall()
    assert [tuple(map(_text, r[:6])) for r in rows] == [tuple(map(_text, r)) for r in originals]


def _text(value):
    return None if value is None else str(value)


def test_header_is_contract_and_csv_opens_in_excel(written):
    _, source, out = written
    raw = (out / f"{source.stem}.checked.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfSTT,")
    header = raw[3:].split(b"\n")[0].decode().split(",")
    assert header[:6] == list(invented.CAPTIONS)
    assert header[6:10] == ["_verdict", "_pin", "_confidence", "_reasons"] and header[-1] == "_duplicate_of"
    assert "_severity" not in header and "_row" not in header


def test_dangerous_beginnings_survive(tmp_path):
    con, source, facts = invented.make(tmp_path, 50)
    con.execute("UPDATE checked SET _suggest_name = '=cmd()' WHERE _row = 7").fetchall()
    out = tmp_path / "out"
    write_all(con, source, checked="checked", out=out, lang="vi", facts=facts, formats=("csv", "parquet", "xlsx"))
    rows = duckdb.sql(f"FROM read_csv('{out}/DS_tiem_chung.checked.csv', all_varchar = true)").fetchall()
    assert rows[2][5] == "=1+1" and "'=cmd()" in rows[6]
    assert duckdb.sql(f"SELECT _suggest_name FROM '{out}/*.parquet'").fetchall()[6][0] == "=cmd()"
    sheet = _sheets(out / "DS_tiem_chung.checked.xlsx")["Dữ liệu"]
    assert sheet[3][5] == "=1+1" and "=cmd()" in sheet[7]


def _sheets(path):
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(str(path))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_workbook(written):
    done, source, out = written
    sheets = _sheets(out / f"{source.stem}.checked.xlsx")
    assert list(sheets) == ["Dữ liệu", "Tổng hợp", "Cần xử lý", "Trùng trong tệp", "Theo xã", "Chú giải", "Nhật ký"]
    data = sheets["Dữ liệu"]
    assert len(data) == 3001 and data[0][6:10] == ["Kết quả đối chiếu", "Giải thích", "Việc cần làm", "Nơi xử lý"]
    assert "Đề xuất: Số CCCD" in data[0] and data[0][-2:] == ["Kết quả xử lý", "Ghi chú"]
    assert isinstance(data[1][1], str) and data[1][1].startswith("0")
    severe = done.summary["severity"]
    assert len(sheets["Cần xử lý"]) == 1 + severe["fix"] + severe["confirm"]
    assert len(sheets["Trùng trong tệp"]) == 1 + done.summary["duplicates_in_file"]
    repeated = data[0].index("Trùng với dòng")
    first = sheets["Trùng trong tệp"][1]
    assert data[int(first[0]) - 1][repeated] == int(first[1])


def test_report_stands_alone_and_names_nobody(written):
    done, source, out = written
    html = (out / f"{source.stem}.report.html").read_text(encoding="utf-8")
    assert not re.search(r"https?://|<script|<link|<img|url\(", html)
    assert "Hoàng Sa" in html and "Trường Sa" in html and "không có giá trị pháp lý" in html
    assert "Chứa dữ liệu cá nhân" in html and done.summary["check_code"] in html
    assert not re.search(r"\d{9,12}", re.sub(r"<svg.*?</svg>", "", html, flags=re.S))
    people = duckdb.sql(f"SELECT \"Họ và tên\" FROM read_csv('{out.parent}/DS_tiem_chung.csv')").fetchall()
    assert not any(name in html for (name,) in people)


@pytest.mark.parametrize("disclose", ["none", "verdict"])
def test_less_disclosure_writes_less(tmp_path, disclose):
    con, source, facts = invented.make(tmp_path, 200)
    told = replace(facts, disclose=disclose)
    done = write_all(con, source, checked="checked", out=tmp_path / "out", lang="vi", facts=told)
    assert done.summary["examples"] == []
    if disclose == "none":
        assert [p.suffix for p in done.paths] == [".html", ".json"]
        return
    sql = f"SELECT count(_pin), count(_suggest_name), count(_state), count(_verdict) FROM '{done.paths[0]}'"
    assert duckdb.sql(sql).fetchall() == [(0, 0, 0, 200)]


def test_english(tmp_path):
    con, source, facts = invented.make(tmp_path, 200, lang="en", kind="xlsx")
    done = write_all(con, source, checked="checked", out=tmp_path / "out", lang="en", facts=facts)
    assert list(_sheets(done.paths[0]))[:3] == ["Data", "Summary", "To do"]
    assert "Right person" in (tmp_path / "out" / "DS_tiem_chung.report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("error", "code"),
    [(OSError(errno.ENOSPC, "No space left on device"), "disk_full"), (KeyboardInterrupt(), None)],
)
@pytest.mark.parametrize(
    ("kind", "place"),
    [
        ("csv", (writing, "page")),
        ("csv", (writing, "copy_rows")),
        ("xlsx", (writing, "page")),
        ("xlsx", (sheets, "log_sheet")),
    ],
)
def test_nothing_half_written_stays(tmp_path, monkeypatch, kind, error, code, place):
    con, source, facts = invented.make(tmp_path, 100)

    def fails(*args, **kwargs):
        raise error

    monkeypatch.setattr(*place, fails)
    out = tmp_path / "out"
    with pytest.raises(Refusal if code else type(error)) as caught:
        write_all(con, source, checked="checked", out=out, lang="vi", facts=facts, formats=(kind,))
    assert not code or caught.value.code == code
    caught = None
    gc.collect()
    assert list(out.iterdir()) == []


def test_more_rows_than_excel_holds_come_back_as_csv(tmp_path, monkeypatch):
    monkeypatch.setattr(writing, "EXCEL_ROWS", 100)
    con, source, facts = invented.make(tmp_path, 150, kind="xlsx")
    done = write_all(con, source, checked="checked", out=tmp_path / "out", lang="vi", facts=facts)
    assert done.paths[0].suffix == ".csv" and "vượt giới hạn của Excel" in " ".join(done.summary["notes"])


def test_own_columns_of_an_earlier_check_are_replaced(tmp_path):
    con, source, facts = invented.make(tmp_path, 50)
    again = replace(source, columns=(*source.columns[:5], replace(source.columns[5], name="_verdict")))
    again = replace(again, relation='(SELECT * RENAME ("Ghi chú" AS _verdict) FROM ' + source.relation + ")")
    done = write_all(con, again, checked="checked", out=tmp_path / "out", lang="vi", facts=facts)
    names = [r[0] for r in duckdb.sql(f"DESCRIBE FROM '{done.paths[0]}'").fetchall()]
    assert names.count("_verdict") == 1 and len(names) == len(set(names))


def test_masks():
    assert mask_number("001234567890") == "00•••••••890" and mask_number("1234567") == "•••••67"
    assert mask_number("1,2E+11") == "•,•E+•1" and mask_number("") == ""
    assert mask_name("NGUYEN VAN AN") == "NGUYEN VAN A•" and mask_name("Trần Ngọc Ý") == "T••• N••• •"
    assert mask_date("15/08/1960") == "••/••/19••" and mask_date("1960") == "19••" and mask_date("22314") == "•••••"
    assert mask_place("Số 5, ngõ 3, Thôn Đông, Xã A, Huyện B, Tỉnh C") == "Xã A, Huyện B, Tỉnh C"
