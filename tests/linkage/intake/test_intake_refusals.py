"""Everything that cannot be used is answered with one sentence and a stable code, never with a traceback."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import duckdb
import pytest
import xlsxwriter
import xlwt
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dancu.core.refusal import Refusal
from dancu.linkage.intake import open_source
from dancu.linkage.intake.refusals import CODES, refuse
from tests.linkage.intake.invented_lists import HEADER, as_csv, people, write_xlsx

PEOPLE = people(30)
CSV = as_csv([HEADER, *PEOPLE])


def _code(path: Path, **options) -> str:
    work = path.parent / "work"
    work.mkdir(exist_ok=True)
    with pytest.raises(Refusal) as refused:
        open_source(path, work=work, **options)
    for text in (refused.value.vi, refused.value.en):
        assert text.endswith(".") and "\n" not in text and str(path.parent) not in text
    return refused.value.code


def _file(tmp_path: Path, name: str, content: bytes | str) -> Path:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def _zip(tmp_path: Path, name: str, members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    path = tmp_path / name
    with zipfile.ZipFile(path, "w", method) as archive:
        for member, content in members.items():
            archive.writestr(member, content)
    return path


def test_nothing_there(tmp_path) -> None:
    assert _code(tmp_path / "none.csv") == "file_missing"
    assert _code(tmp_path) == "file_is_folder"
    assert _code(_file(tmp_path, "a.csv", b"")) == "file_empty"
    assert _code(_file(tmp_path, "b.csv", b"\xef\xbb\xbf \r\n\r\n")) == "file_empty"
    assert _code(write_xlsx(tmp_path / "c.xlsx", {"S": []})) == "file_empty"


def test_headers_only_and_no_header(tmp_path) -> None:
    assert _code(_file(tmp_path, "a.csv", ",".join(HEADER) + "\n")) == "no_rows"
    assert _code(write_xlsx(tmp_path / "b.xlsx", {"S": [["DANH SÁCH"], HEADER]})) == "no_rows"
    assert _code(_file(tmp_path, "c.csv", "1,2,3\n4,5,6\n7,8,9\n")) == "no_header"
    unknown = _file(tmp_path, "d.csv", "mặt hàng,giá\nbút chì,12000\nvở,15000\n")
    assert _code(unknown) == "unknown_columns"
    with pytest.raises(Refusal, match="mặt hàng.*--map"):
        open_source(unknown, work=tmp_path)


def test_messages_repeat_nobodys_data(tmp_path) -> None:
    path = _file(tmp_path, "a.csv", "Nguyễn Văn Mẫu,kho\n12000,15000\n15000,12000\n")
    with pytest.raises(Refusal) as refused:
        open_source(path, work=tmp_path, overrides={"sai": "name"})
    assert "Mẫu" not in refused.value.vi and "kho" in refused.value.vi


def test_protected_files(tmp_path) -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(2000)
    assert _code(_file(tmp_path, "a.xlsx", ole)) == "password"
    book = xlwt.Workbook()
    book.add_sheet("S").write(0, 0, "x")
    raw = io.BytesIO()
    book.save(raw)
    # A FILEPASS record right after the first BOF makes xlrd see an encrypted book.
    content = bytearray(raw.getvalue())
    at = content.index(b"\x09\x08\x10\x00") + 20
    content[at : at + 6] = b"\x2f\x00\x02\x00\x00\x00"
    assert _code(_file(tmp_path, "b.xls", bytes(content))) == "password"
    path = _zip(tmp_path, "c.zip", {"a.csv": CSV.encode()})
    flagged = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        flagged[flagged.index(mark) + offset] |= 1
    assert _code(_file(tmp_path, "d.zip", bytes(flagged))) == "zip_password"


def test_bombs(tmp_path) -> None:
    zeros = bytes(80 << 20)
    assert _code(_zip(tmp_path, "a.zip", {"a.csv": zeros})) == "zip_bomb"
    path = write_xlsx(tmp_path / "b.xlsx", {"S": [HEADER, *PEOPLE]})
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/x.bin", zeros)
    assert _code(path) == "zip_bomb"
    inner = _zip(tmp_path, "inner.zip", {"a.csv": CSV.encode()}).read_bytes()
    assert _code(_zip(tmp_path, "c.zip", {"inner.zip": inner})) == "zip_nested"
    assert _code(_zip(tmp_path, "d.zip", {"inner.csv": inner})) == "zip_nested"
    laughs = '<!DOCTYPE w [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><workbook>&b;</workbook>'
    parts = {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": laughs.encode()}
    assert _code(_zip(tmp_path, "e.xlsx", parts)) == "unreadable_file"


def test_cut_and_broken_files(tmp_path) -> None:
    rows = [HEADER, *people(3000)]
    whole = write_xlsx(tmp_path / "a.xlsx", {"S": rows}).read_bytes()
    assert _code(_file(tmp_path, "b.xlsx", whole[: len(whole) // 2])) == "file_damaged"
    spoiled = bytearray(whole)
    at = spoiled.index(b"xl/worksheets/sheet1.xml") + 5000
    spoiled[at : at + 64] = bytes(64)
    assert _code(_file(tmp_path, "c.xlsx", bytes(spoiled))) in {"file_damaged", "unreadable_file"}
    parquet = tmp_path / "d.parquet"
    duckdb.sql(f"COPY (SELECT range::VARCHAR AS pin FROM range(5000)) TO '{parquet}' (FORMAT parquet)")
    assert _code(_file(tmp_path, "e.parquet", parquet.read_bytes()[:-200])) == "file_damaged"
    assert _code(_file(tmp_path, "f.ndjson", '{"pin": "001"\n{"pin"}\n')) == "file_damaged"
    noise = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(range(250)) * 16
    assert _code(_file(tmp_path, "g.xls", noise)) == "unreadable_file"


def test_things_that_are_no_table(tmp_path) -> None:
    assert _code(_file(tmp_path, "a.csv", b"\x7fELF" + bytes(range(256)) * 40)) == "not_a_table"
    assert _code(_file(tmp_path, "b.csv", bytes(range(256)) * 400)) == "not_a_table"
    assert _code(_file(tmp_path, "c.xls", "<html><table><tr><td>Số CCCD</td></tr></table></html>")) == "not_a_table"
    assert _code(_file(tmp_path, "d.xlsx", b"%PDF-1.7\n1 0 obj")) == "not_a_table"
    assert _code(_zip(tmp_path, "e.zip", {"anh.jpg": b"x", "doc.pdf": b"y"})) == "zip_no_table"
    parts = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<d/>"}
    assert _code(_zip(tmp_path, "f.docx", parts)) == "not_a_table"


def test_a_line_of_two_gigabytes_is_seen_without_reading_it(tmp_path) -> None:
    path = tmp_path / "a.csv"
    with path.open("wb") as out:
        out.write(b"pin,name," + b"x" * (2 << 20))
        out.truncate(2 << 30)
    # The hole after the text reads as zeros, so the text goes on as one line.
    assert _code(path) == "line_too_long"


def test_too_many_columns(tmp_path) -> None:
    assert _code(_file(tmp_path, "a.csv", ",".join(["a"] * 600) + "\n" + ",".join(["1"] * 600))) == "too_many_columns"
    assert _code(write_xlsx(tmp_path / "b.xlsx", {"S": [["x"] * 600, ["1"] * 600]})) == "too_many_columns"


def test_numbers_that_lost_their_digits(tmp_path) -> None:
    rows = [[*row[:4], f"{int(row[4]):.2E}", *row[5:]] for row in PEOPLE]
    assert _code(_file(tmp_path, "a.csv", as_csv([HEADER, *rows]))) == "ids_lost"


def test_wrong_sheets_and_formulas(tmp_path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", {"Xã A": [HEADER, *PEOPLE]})
    assert _code(path, sheets=("Xã B",)) == "sheet_unknown"
    assert _code(_file(tmp_path, "b.csv", CSV), sheets=("Xã A",)) == "sheets_not_here"
    book = xlsxwriter.Workbook(tmp_path / "c.xlsx")
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEADER)
    for i, row in enumerate(PEOPLE):
        sheet.write_row(1 + i, 0, row)
        sheet.write_formula(1 + i, 4, f'="{row[4]}"', None, "")
    book.close()
    assert _code(tmp_path / "c.xlsx") == "formula_without_values"


def test_a_zip_gives_one_source_a_table(tmp_path) -> None:
    book = write_xlsx(tmp_path / "a.xlsx", {"S": [HEADER, *PEOPLE]}).read_bytes()
    members = {"a/danh sach.csv": CSV.encode(), "../b.xlsx": book, "doc.pdf": b"%PDF", "__MACOSX/x.csv": b""}
    work = tmp_path / "work"
    work.mkdir()
    sources = open_source(_zip(tmp_path, "x.zip", members), work=work)
    assert [(s.stem, s.format) for s in sources] == [("danh sach", "csv"), ("b", "xlsx")]
    for source in sources:
        assert work in source.path.parents
        assert len(duckdb.sql(f"SELECT * FROM {source.relation}").fetchall()) == 30
    assert any("doc.pdf" in note for note in sources[0].notes)


def test_every_refusal_speaks_both_languages() -> None:
    facts = dict.fromkeys(("detail", "wanted", "limit"), "?")
    for code in CODES:
        told = refuse(code, file=Path("/secret/tệp.xlsx"), **facts)
        assert told.vi != told.en and "{" not in told.vi + told.en and "/secret" not in told.vi + told.en


def _survives(tmp_path_factory, content: bytes, name: str) -> None:
    """What the engine does: a file DuckDB stumbles over is opened again with care, and then read or refused."""
    room = tmp_path_factory.mktemp("r")
    path = room / name
    path.write_bytes(content)
    for careful in (False, True):
        try:
            for source in open_source(path, work=room, careful=careful):
                duckdb.sql(f"SELECT * FROM {source.relation} LIMIT 50").fetchall()
        except Refusal:
            return
        except (duckdb.Error, UnicodeDecodeError):  # the latter when its message is cut inside a letter
            if careful:
                raise
        else:
            return


_CELLS = [*HEADER, *PEOPLE[0], '"', "", "nt", "\n", "1.2E+11", "\x00"]
_NOISE = st.one_of(
    st.binary(max_size=600),
    st.text(max_size=400).map(str.encode),
    st.lists(st.lists(st.sampled_from(_CELLS), max_size=9), max_size=9)
    .map(lambda rows: "\n".join(",".join(row) for row in rows).encode()),
)  # fmt: skip


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=_NOISE)
def test_random_bytes_are_refused_or_read(tmp_path_factory, content: bytes) -> None:
    _survives(tmp_path_factory, content, "x.csv")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, 5000), noise=st.binary(min_size=1, max_size=40))
@pytest.mark.parametrize("kind", ["xlsx", "parquet", "zip", "ndjson"])
def test_damaged_files_are_refused_or_read(tmp_path_factory, kind: str, at: int, noise: bytes) -> None:
    content = bytearray(_sound(tmp_path_factory, kind))
    place = at % len(content)
    content[place : place + len(noise)] = noise
    _survives(tmp_path_factory, bytes(content), f"x.{kind}")


_SOUND: dict[str, bytes] = {}


def _sound(tmp_path_factory, kind: str) -> bytes:
    if kind not in _SOUND:
        room = tmp_path_factory.mktemp("sound")
        if kind == "xlsx":
            path = write_xlsx(room / "a.xlsx", {"S": [HEADER, *PEOPLE]})
        elif kind == "zip":
            path = _zip(room, "a.zip", {"a.csv": CSV.encode()})
        else:
            _file(room, "a.csv", CSV)
            path = room / f"a.{kind}"
            form = "parquet" if kind == "parquet" else "json"
            duckdb.sql(f"COPY (FROM read_csv('{room / 'a.csv'}', all_varchar=true)) TO '{path}' (FORMAT {form})")
        _SOUND[kind] = path.read_bytes()
    return _SOUND[kind]
