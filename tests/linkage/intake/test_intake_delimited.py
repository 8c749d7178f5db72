"""Delimited text in every encoding and shape an office exports it in."""

from __future__ import annotations

import unicodedata

import pytest

from dancu.linkage.intake.encoding import legacy
from tests.linkage.intake.invented_lists import HEADER, as_csv, people, windows_1258

PEOPLE = people(80)
NAMES = [(row[1],) for row in PEOPLE]
PINS = [(row[4],) for row in PEOPLE]


def _bytes_of(text: str, charset: str) -> bytes:
    """`text` as a byte file of a legacy encoding."""
    written = {v: k for k, v in reversed(legacy.table(charset).items()) if all(ord(c) < 256 for c in k)}
    out = "".join(written.get(char, char) for char in text)
    return out.encode("latin-1" if charset == "VISCII" else "cp1252")


ENCODINGS = {
    "utf-8": lambda text: text.encode(), "utf-8 with BOM": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "utf-16-le with BOM": lambda text: b"\xff\xfe" + text.encode("utf-16-le"),
    "utf-16-be with BOM": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
    "utf-16-le": lambda text: text.encode("utf-16-le"), "utf-16-be": lambda text: text.encode("utf-16-be"),
    "windows-1258": windows_1258, "VNI": lambda text: _bytes_of(text, "VNI"),
    "VISCII": lambda text: _bytes_of(text, "VISCII"),
    "NFD": lambda text: unicodedata.normalize("NFD", text).encode(),
}  # fmt: skip


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_encoding_and_delimiter_reads_the_same(tmp_path, opened, encoding, sign) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(ENCODINGS[encoding](as_csv([HEADER, *PEOPLE], sign, "\r\n")))
    found = opened(path)
    names = [(unicodedata.normalize("NFC", name),) for (name,) in found.field("name")]
    assert (names, found.field("pin")) == (NAMES, PINS)
    assert found.source.format == ("tsv" if sign == "\t" else "csv")


def test_tcvn3_bytes(tmp_path, opened) -> None:
    # The chart has no capitals with tones, so only names without them can make the round trip.
    rows = [[v.replace("Ước", "Lan").replace("Đỗ", "Lê") for v in row] for row in PEOPLE]
    path = tmp_path / "list.csv"
    path.write_bytes(_bytes_of(as_csv([HEADER, *rows]), "TCVN3"))
    found = opened(path)
    assert found.field("name") == [(row[1],) for row in rows]
    assert "encoding TCVN3" in found.source.notes


@pytest.mark.parametrize("charset", ["TCVN3", "VNI"])
def test_legacy_glyphs_inside_unicode(tmp_path, opened, charset) -> None:
    rows = [HEADER, *([v.replace("Ước", "Lan").replace("Đỗ", "Lê") for v in row] for row in PEOPLE)]
    path = tmp_path / "list.csv"
    path.write_bytes(_bytes_of(as_csv(rows), charset).decode("cp1252").encode())
    found = opened(path)
    assert found.field("name") == [(row[1],) for row in rows[1:]]
    column = next(c for c in found.source.columns if c.field == "name")
    assert (column.caption, column.notes) == ("Họ và tên", (f"charset {charset}",))


def test_unicode_is_never_taken_for_a_legacy_font(tmp_path, opened) -> None:
    for form in ("NFC", "NFD"):
        path = tmp_path / f"{form}.csv"
        path.write_text(unicodedata.normalize(form, as_csv([HEADER, *people(300, seed=3)])), encoding="utf-8")
        assert not [n for c in opened(path).source.columns for n in c.notes if n.startswith("charset")]


def test_a_utf8_file_is_read_where_it_is(tmp_path, opened) -> None:
    path = tmp_path / "it's [2022] *.csv"
    path.write_text("DANH SÁCH\n\n" + as_csv([HEADER, *PEOPLE]), encoding="utf-8")
    found = opened(path)
    assert found.field("pin") == PINS
    assert found.source.row is None and "it''s [2022] *.csv" in found.source.relation


def test_careful_reading_gives_the_same_rows(tmp_path, opened) -> None:
    path = tmp_path / "list.csv"
    rows = [list(row) for row in PEOPLE]
    rows[5][5] = "Số 3\nXã Đông Hội, Hà Nội"
    path.write_text('sep=;\n"Danh sách\nnăm 2022"\n' + as_csv([HEADER, *rows], ";").replace(
        "Số 3\nXã Đông Hội, Hà Nội", '"Số 3\nXã Đông Hội, Hà Nội"'), encoding="utf-8")  # fmt: skip
    quick, slow = opened(path), opened(path, careful=True)
    assert quick.field("address") == slow.field("address")
    assert quick.field("address")[5] == ("Số 3\nXã Đông Hội, Hà Nội",)
    assert slow.source.row == "_row" and [row["_row"] for row in slow.rows] == list(range(1, 81))


def test_ragged_rows_and_repeated_headers(tmp_path, opened) -> None:
    path = tmp_path / "list.csv"
    rows = [[*row, "", ""] if i % 2 else row[:6] for i, row in enumerate(PEOPLE)]
    path.write_text(as_csv([[*HEADER, "SĐT"], *rows]), encoding="utf-8")
    found = opened(path)
    assert [c.name for c in found.source.columns][6:] == ["SĐT", "SĐT (2)", "Cột 9"]
    assert found.field("name") == NAMES


def test_formula_quotes_ditto_and_totals(tmp_path, opened) -> None:
    path = tmp_path / "list.csv"
    rows = [list(row) for row in PEOPLE]
    for row in rows:
        row[4] = f'="{row[4]}"'
    rows[1][5], rows[2][5] = "-nt-", "nt"
    text = "\n".join(",".join(f'"{v.replace(chr(34), chr(34) * 2)}"' for v in row) for row in [HEADER, *rows])
    path.write_text(text + "\n,Tổng cộng,80,,,,\n", encoding="utf-8")
    found = opened(path)
    assert found.field("pin")[:80] == PINS
    assert {row["Địa chỉ"] for row in found.rows[:3]} == {PEOPLE[0][5]}
    assert [row["_skip"] for row in found.rows] == [False] * 80 + [True]


def test_old_line_ends(tmp_path, opened) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(as_csv([HEADER, *PEOPLE], ";", "\r").encode())
    assert opened(path).field("pin") == PINS


def test_a_single_column_of_numbers(tmp_path, opened) -> None:
    path = tmp_path / "list.txt"
    path.write_text("\n".join(row[4] for row in PEOPLE), encoding="utf-8")
    found = opened(path)
    assert found.field("pin") == PINS
    assert found.source.columns[0].why == "content"


def test_large_files_are_sampled_at_their_end_too(tmp_path, opened) -> None:
    path = tmp_path / "list.csv"
    rows = people(2000)
    for row in rows:
        row[2] = "01/02/1990"
    late = people(60_000, seed=5)
    for row in late:
        day, month, year = row[2].split("/")
        row[2] = f"{month}/{day}/{year}"
    path.write_text(as_csv([HEADER, *rows, *late]), encoding="utf-8")
    assert opened(path).source.date_order == "mdy"
