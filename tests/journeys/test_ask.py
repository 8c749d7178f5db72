"""`dancu` typed alone by a person at a terminal: a file is asked for, its columns shown, corrected and remembered."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import pytest

from tests.journeys.conftest import HEADER, Country, as_csv, dancu
from tests.journeys.terminal import Terminal

pytest.importorskip("termios")

FILE, REGISTER, RIGHT = "thả tệp vào đây): ", "tới dữ liệu dân cư: ", "Đúng chưa? [C/k] "
WHICH, CHOICE, KNOWN = "Enter: sửa xong): ", "danh sách trên: ", "như đã xác nhận lần trước"
PIN, ADDRESS = "1", "13"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty home; the office's folder beside it is `tmp_path/"viec"`."""
    (tmp_path / "viec").mkdir()
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


def _remembered(home: Path) -> dict:
    return json.loads((home / "config" / "dancu" / "remembered.json").read_text(encoding="utf-8"))


def _summary(office: Path, stem: str) -> dict:
    return json.loads((office / f"{stem}.summary.json").read_text(encoding="utf-8"))


def test_confirmed_it_does_what_check_does(country: Country, home: Path, tmp_path: Path) -> None:
    people, office = country.people(40), tmp_path / "viec"
    (office / "danh sách xã.csv").write_text(as_csv(people), encoding="utf-8")
    with Terminal(office, home) as person:
        person.answer(FILE, "'danh sách xã.csv' ")
        asked = person.answer(REGISTER, str(country.prepared))
        assert "dancu prepare" in asked and "pin, name, birth_date" in asked
        table = person.answer(RIGHT, "")
        status, told = person.ended()
    assert status == 0 and "Đã ghi nhớ" in told and "So khớp thông thường: 100,0 % khớp." in told
    assert "danh sách xã.checked.csv" in told and "danh sách xã.report.html" in told
    for header in HEADER:
        assert header in table
    assert not any(row[4] in table or row[1] in table or row[2] in table for row in people), "a sample is not masked"
    assert "••" in table and not re.search(r"\d{4}", table.partition("Ví dụ")[2])
    done = dancu("check", office / "danh sách xã.csv", "--register", country.prepared, "--out", tmp_path / "check")
    assert done.returncode == 0, done.stderr
    same = "danh sách xã.checked.csv"
    assert (office / same).read_bytes() == (tmp_path / "check" / same).read_bytes()
    assert sorted(path.name for path in office.iterdir()) == sorted(
        ["danh sách xã.csv", *(path.name for path in (tmp_path / "check").iterdir())]
    )


def test_what_is_remembered_is_private_and_names_nobody(country: Country, home: Path, tmp_path: Path) -> None:
    people, office = country.people(30), tmp_path / "viec"
    (office / "ds.csv").write_text(as_csv(people), encoding="utf-8")
    with Terminal(office, home) as person:
        person.answer(FILE, "ds.csv")
        person.answer(REGISTER, str(country.prepared))
        person.answer(RIGHT, "đúng")
        assert person.ended()[0] == 0
    kept = home / "config" / "dancu" / "remembered.json"
    assert kept.parent.stat().st_mode & 0o777 == 0o700 and kept.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in kept.parent.iterdir()] == ["remembered.json"]
    text = kept.read_text(encoding="utf-8")
    assert set(_remembered(home)) == {"version", "register", "shapes"}
    assert not any(cell in text for row in people for cell in row[1:5] if cell not in ("Nam", "Nữ"))
    assert _remembered(home)["register"] == str(country.prepared)


def test_corrected_columns_are_used_and_remembered(country: Country, home: Path, tmp_path: Path) -> None:
    people, office = country.people(30), tmp_path / "viec"
    (office / "ds.csv").write_text(as_csv(people), encoding="utf-8")
    with Terminal(office, home) as person:
        person.answer(FILE, "ds.csv")
        person.answer(REGISTER, str(country.prepared))
        person.answer(RIGHT, "không phải")
        person.answer(RIGHT, "k")
        for column, field in (("6", ADDRESS), ("1", PIN), ("5", PIN)):
            person.answer(WHICH, column)
            person.answer(CHOICE, "99")
            person.answer(CHOICE, field)
        shown = person.answer(WHICH, "7")
        assert "“STT” từ nay không dùng để đối chiếu" in shown
        person.answer(WHICH, "")
        assert re.search(r"Ghi chú +Địa chỉ", person.answer(RIGHT, "c"))
        assert person.ended()[0] == 0
    assert _summary(office, "ds")["mapping"]["address"] == ["Ghi chú"]
    # The next file of this shape has its columns in another order and in capitals.
    order = (5, 4, 3, 2, 1, 0)
    rows = [tuple(row[i] for i in order) for row in ([h.upper() for h in HEADER], *people)]
    (office / "thang sau.csv").write_text("".join(",".join(row) + "\n" for row in rows), encoding="utf-8")
    with Terminal(office, home) as person:
        person.answer(FILE, f"{office}/thang\\ sau.csv")
        shown = person.answer(RIGHT, "")
        assert KNOWN in shown and f"{country.prepared} (như lần trước)" in shown
        status, told = person.ended()
    assert status == 0 and "Đã ghi nhớ" not in told
    summary = _summary(office, "thang sau")
    assert summary["mapping"]["address"] == ["GHI CHÚ"] and summary["matched"] == summary["rows"] == 30
    assert len(_remembered(home)["shapes"]) == 1


def test_columns_that_say_nothing_are_pointed_out(country: Country, home: Path, tmp_path: Path) -> None:
    """No header and no content tells the name: `dancu check` refuses this file, a person is asked."""
    office = tmp_path / "viec"
    people = country.people(12)
    text = "".join(f"{i},{row[4][:3]} {row[4][3:]}x,{row[2]}\n" for i, row in enumerate(people, 1))
    (office / "ds.csv").write_text("c1,c2,c3\n" + text, encoding="utf-8")
    refused = dancu("check", office / "ds.csv", "--register", country.prepared, "--out", tmp_path / "out")
    assert refused.returncode == 2 and "[unknown_columns]" in refused.stderr
    with Terminal(office, home) as person:
        person.answer(FILE, "ds.csv")
        person.answer(REGISTER, str(country.prepared))
        assert "Cần ít nhất một cột" in person.answer(WHICH, "2")
        person.answer(CHOICE, PIN)
        person.answer(WHICH, "")
        person.answer(RIGHT, "c")
        assert person.ended()[0] == 0
    assert _summary(office, "ds")["mapping"]["pin"] == ["c2"]


def test_what_cannot_be_used_is_asked_for_again(country: Country, home: Path, tmp_path: Path) -> None:
    office = tmp_path / "viec"
    (office / "bao cao.csv").write_bytes(b"%PDF-1.7 nothing to see")
    (home / "ds.csv").write_text(as_csv(country.people(10)), encoding="utf-8")
    with Terminal(office, home) as person:
        person.answer(FILE, "khong co.csv")
        assert "Không tìm thấy khong co.csv" in person.answer(FILE, "")
        person.answer(FILE, '"bao cao.csv"')
        assert "không phải bảng dữ liệu" in person.answer(FILE, str(office))
        assert "là thư mục" in person.answer(FILE, "~/ds.csv")
        person.answer(REGISTER, "nowhere")
        assert "Không tìm thấy nowhere" in person.answer(REGISTER, str(office))
        assert "không phải là dữ liệu dân cư đã chuẩn bị" in person.answer(REGISTER, str(country.prepared))
        person.answer(RIGHT, "C")
        assert person.ended()[0] == 0
    assert (office / "ds.checked.csv").exists()


def test_a_file_without_headers_is_checked_and_forgotten(country: Country, home: Path, tmp_path: Path) -> None:
    """Names made up for its columns would fit every file as wide as this one."""
    office = tmp_path / "viec"
    (office / "ds.csv").write_text("".join(",".join(row) + "\n" for row in country.people(30)), encoding="utf-8")
    with Terminal(office, home) as person:
        person.answer(FILE, "ds.csv")
        person.answer(REGISTER, str(country.prepared))
        person.answer(RIGHT, "c")
        status, told = person.ended()
    assert status == 0 and "Đã ghi nhớ" not in told and _remembered(home)["shapes"] == []
    assert _summary(office, "ds")["matched"] == 30


def test_an_archive_of_different_tables(country: Country, home: Path, tmp_path: Path) -> None:
    office, people = tmp_path / "viec", country.people(12)
    with zipfile.ZipFile(office / "hai.zip", "w") as archive:
        archive.writestr("a.csv", as_csv(people))
        archive.writestr("b.csv", "Họ tên,Số CCCD\n" + "".join(f"{row[1]},{row[4]}\n" for row in people))
    with Terminal(office, home) as person:
        person.answer(FILE, "hai.zip")
        person.answer(REGISTER, str(country.prepared))
        assert "a.csv" in person.answer(RIGHT, "k")
        assert "nhiều bảng với tiêu đề khác nhau" in person.answer(FILE, "hai.zip")
        assert "b.csv" in person.answer(RIGHT, "c")
        assert person.ended()[0] == 0
    assert _summary(office, "a")["matched"] == _summary(office, "b")["matched"] == 12


def test_leaving_is_polite(home: Path, tmp_path: Path) -> None:
    for key, status, said in ((b"\x03", 130, "Đã dừng theo yêu cầu"), (b"\x04", 2, "chưa đối chiếu tệp nào")):
        with Terminal(tmp_path / "viec", home) as person:
            person.wait_for(FILE)
            left, told = person.leave(key)
        assert left == status and said in told and "Traceback" not in told
    assert not any((tmp_path / "viec").iterdir()) and not any(home.iterdir())


def test_left_in_the_middle_nothing_stays(country: Country, home: Path, tmp_path: Path) -> None:
    office = tmp_path / "viec"
    (office / "ds.csv").write_text(as_csv(country.people(10)), encoding="utf-8")
    with Terminal(office, home) as person:
        person.answer(FILE, "ds.csv")
        person.answer(REGISTER, str(country.prepared))
        person.wait_for(RIGHT)
        assert person.leave(b"\x03")[0] == 130
    assert [path.name for path in office.iterdir()] == ["ds.csv"] and not any(home.iterdir())


def test_english(country: Country, home: Path, tmp_path: Path) -> None:
    (tmp_path / "viec" / "ds.csv").write_text(as_csv(country.people(10)), encoding="utf-8")
    with Terminal(tmp_path / "viec", home, "--lang", "en") as person:
        person.answer("drop the file here): ", "ds.csv")
        person.answer("Path of the population data: ", str(country.prepared))
        assert "Full name" in person.answer("Is this right? [Y/n] ", "y")
        status, told = person.ended()
    assert status == 0 and "Plain comparison: 100.0% matched" in told.replace(" %", "%")
    helped = dancu("--lang", "en")
    assert helped.returncode == 0 and "check" in helped.stdout and not helped.stderr
