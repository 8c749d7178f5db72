"""xls and ods: fonts, formats and dates through the libraries that read them."""

from __future__ import annotations

import datetime
import zipfile

import pytest
import xlwt

from dancu.core.refusal import Refusal
from dancu.linkage.intake import open_source
from dancu.linkage.intake.encoding import legacy
from tests.linkage.intake.invented_lists import HEADER, people

PEOPLE = people(30)


def _xls(path, rows, style=None):
    book = xlwt.Workbook()
    sheet = book.add_sheet("Sổ 1")
    for i, row in enumerate(rows):
        for j, value in enumerate(row):
            sheet.write(i, j, value, *([style] if style else []))
    book.save(str(path))
    return path


def test_xls_with_titles(tmp_path, opened) -> None:
    found = opened(_xls(tmp_path / "a.xls", [["UBND XÃ"], ["SỔ HỘ TỊCH"], HEADER, *PEOPLE]))
    assert found.source.format == "xls"
    assert found.field("pin") == [(row[4],) for row in PEOPLE]
    assert (found.rows[0]["_sheet"], found.rows[0]["_source_row"]) == ("Sổ 1", 4)


def test_xls_in_a_tcvn3_font(tmp_path, opened) -> None:
    small = {v: k for k, v in legacy.table("TCVN3").items()}
    rows = [["".join(small.get(c, c) for c in v) for v in row] for row in [HEADER, *PEOPLE]]
    found = opened(_xls(tmp_path / "a.xls", rows, xlwt.easyxf("font: name .VnTime")))
    assert found.field("address") == [(row[5],) for row in PEOPLE]
    assert found.source.columns[1].notes == ("charset TCVN3",)


def test_xls_numbers_and_dates(tmp_path, opened) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("S")
    zeros, day = xlwt.easyxf(num_format_str="000000000000"), xlwt.easyxf(num_format_str="DD/MM/YYYY")
    for j, caption in enumerate(["Số định danh", "Họ tên", "Ngày sinh"]):
        sheet.write(0, j, caption)
    for i, row in enumerate(PEOPLE):
        sheet.write(1 + i, 0, int(row[4]), *([zeros] if i % 2 else []))
        sheet.write(1 + i, 1, row[1])
        sheet.write(1 + i, 2, datetime.date(1990, 1 + i % 12, 28), day)
    path = tmp_path / "really.xlsx"
    book.save(str(path))
    found = opened(path)
    assert [n for (n,) in found.field("pin")] == [r[4] if i % 2 else r[4].lstrip("0") for i, r in enumerate(PEOPLE)]
    assert found.field("birth_date")[1] == ("1990-02-28",)


def _ods(path, rows, filler="") -> None:
    def cell(value):
        if isinstance(value, datetime.date):
            return f'<table:table-cell office:value-type="date" office:date-value="{value.isoformat()}"/>'
        if isinstance(value, int):
            return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
        if not value:
            return "<table:table-cell/>"
        return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'

    body = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
    prefix = "urn:oasis:names:tc:opendocument:xmlns"
    spaces = " ".join(f'xmlns:{n}="{prefix}:{n}:1.0"' for n in ("office", "table", "text"))
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces} office:version="1.2"><office:body>'
        f'<office:spreadsheet><table:table table:name="S">{body}<table:table-row table:number-rows-repeated="1048000">'
        f'<table:table-cell table:number-columns-repeated="1024" {filler}/></table:table-row></table:table></office:spreadsheet>'
        "</office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    space = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    parts = {"/": kind, "content.xml": "text/xml"}
    entries = "".join(f'<m:file-entry m:full-path="{p}" m:media-type="{what}"/>' for p, what in parts.items())
    manifest = f'<?xml version="1.0"?><m:manifest xmlns:m="{space}">{entries}</m:manifest>'
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", content, zipfile.ZIP_DEFLATED)


def test_a_few_bytes_of_ods_that_mean_a_million_rows(tmp_path) -> None:
    path = tmp_path / "a.ods"
    rows = [["Họ tên", "Số CCCD"], ["Lê Văn Mẫu", 1090000001]]
    _ods(path, rows, filler="office:value-type='float' office:value='1'")
    with pytest.raises(Refusal) as refused:
        open_source(path, work=tmp_path)
    assert refused.value.code == "zip_bomb"


def test_ods_with_names_in_three_columns(tmp_path, opened) -> None:
    header = ["TT", "Tên", "Họ", "Chữ đệm", "Năm sinh", "Số CCCD"]
    rows = [[i + 1, *[r[1].split()[k] for k in (2, 0, 1)], int(r[2][-4:]), int(r[4])] for i, r in enumerate(PEOPLE)]
    path = tmp_path / "a.ods"
    _ods(path, [["DANH SÁCH HƯU TRÍ"], header, *rows])
    found = opened(path)
    assert found.source.format == "ods"
    assert found.field("name")[0] == tuple(PEOPLE[0][1].split())
    assert found.field("birth_date")[0] == (PEOPLE[0][2][-4:],)
    assert found.field("pin")[0] == (PEOPLE[0][4].lstrip("0"),)
    assert found.source.row == "_row" and found.rows[0]["_source_row"] == 3
