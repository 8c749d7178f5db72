"""Whole journeys of `dancu check` as an officer would make them: a file goes in, the same rows come back answered."""

from __future__ import annotations

import csv
import json
import os
import stat
import subprocess
import time
import zipfile
from pathlib import Path

import duckdb
import pytest
from python_calamine import CalamineWorkbook

from tests.journeys.conftest import COMMAND, HEADER, Country, as_csv

CAPTIONS = ("Kết quả đối chiếu", "Giải thích", "Việc cần làm", "Nơi xử lý", "Độ tin cậy (%)", "Mã lý do")
OFFICER = ["Kết quả xử lý", "Ghi chú"]
SHEETS = ["Dữ liệu", "Tổng hợp", "Cần xử lý", "Trùng trong tệp", "Theo xã", "Chú giải", "Nhật ký"]


def _rows(path: Path, sign: str = ",") -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=sign))


def _summary(out: Path, stem: str) -> dict:
    return json.loads((out / f"{stem}.summary.json").read_text(encoding="utf-8"))


def _write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def _text(value: object) -> str:
    """A cell as the check writes it: dates in ISO, whole numbers without a point."""
    whole = isinstance(value, float) and value.is_integer()
    return str(int(value)) if whole else str(value)


def test_semicolons_come_back_and_twice_is_the_same(country: Country, check, tmp_path: Path) -> None:
    people = country.people(60)
    path = _write(tmp_path / "ds.csv", as_csv(people, ";"))
    seen = []
    for turn in ("one", "two"):
        done = check(path, "--out", tmp_path / turn)
        assert done.returncode == 0 and done.stderr == "", done.stderr
        assert "So khớp thông thường:" in done.stdout and "Dancu:" in done.stdout
        seen.append(((tmp_path / turn / "ds.checked.csv").read_bytes(), _summary(tmp_path / turn, "ds")["check_code"]))
    assert seen[0] == seen[1]
    rows = _rows(tmp_path / "one" / "ds.checked.csv", ";")
    assert [tuple(row[c] for c in HEADER) for row in rows] == people
    assert {row["_verdict"] for row in rows} == {"matched"}
    assert sorted(os.listdir(tmp_path / "one")) == ["ds.checked.csv", "ds.report.html", "ds.summary.json"]
    page = (tmp_path / "one" / "ds.report.html").read_text(encoding="utf-8")
    assert "Đã đối chiếu 60 dòng của tệp ds.csv" in page and "Chứa dữ liệu cá nhân" in page
    assert not any(person[4] in page for person in people) and "http://" not in page.replace("http://www.w3.org", "")


def test_semicolons_also_where_the_file_is_read_row_by_row(country: Country, check, tmp_path: Path) -> None:
    """A row of totals below the people, and a remark of fifteen lines that is nothing but a remark."""
    people = [*country.people(30)]
    people[3] = (*people[3][:5], '"' + "\n".join(f"lần {i}, đã báo" for i in range(15)) + '"')
    path = _write(tmp_path / "ds.csv", as_csv([*people, ("", "Tổng cộng", "", "", "30", "")], ";"))
    done = check(path)
    assert done.returncode == 0, done.stderr
    rows = _rows(tmp_path / "out" / "ds.checked.csv", ";")
    assert [row["_verdict"] for row in rows] == ["matched"] * 30 + [""] and rows[-1]["Họ và tên"] == "Tổng cộng"
    assert rows[3]["Ghi chú"].count("\n") == 14


def test_a_correct_list_in_capitals_is_all_matched(country: Country, check, tmp_path: Path) -> None:
    people = [(row[0], row[1].upper(), *row[2:]) for row in country.people(2000)]
    assert check(_write(tmp_path / "hoa.csv", as_csv(people))).returncode == 0
    summary = _summary(tmp_path / "out", "hoa")
    assert summary["matched"] == summary["rows"] == 2000


def test_a_workbook_of_two_sheets(country: Country, check, tmp_path: Path) -> None:
    """Titles above the header, another header in the second sheet: every cell of every person is in the answer."""
    path = country.root / "agency" / "vaccination.xlsx"
    assert check(path, "--policy", "events").returncode == 0
    book = CalamineWorkbook.from_path(tmp_path / "out" / "vaccination.checked.xlsx")
    assert book.sheet_names == SHEETS
    head, *rows = book.get_sheet_by_name("Dữ liệu").to_python()
    assert set(CAPTIONS) <= set(head) and head[-2:] == OFFICER
    where, line = head.index("Trang tính gốc"), head.index("Dòng trong tệp gốc")
    before = CalamineWorkbook.from_path(path)
    sheets = {name: before.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in before.sheet_names}
    assert len(rows) == _summary(tmp_path / "out", "vaccination")["output_rows"] > 100
    for row in rows:
        cells = [_text(cell) for cell in sheets[row[where]][int(row[line]) - 1] if cell != ""]
        assert set(cells) <= {_text(cell) for cell in row}, (row[where], row[line])
        assert row[head.index(CAPTIONS[0])] and row[head.index(CAPTIONS[1])]
    page = (tmp_path / "out" / "vaccination.report.html").read_text(encoding="utf-8")
    assert page.count("các trang tính được đọc nối tiếp") == 1 and "tìm theo số" in page
    assert "Giữ một dòng" not in page, "doses lawfully repeat under this policy"


def test_a_checked_result_checked_again_says_the_same(country: Country, check, tmp_path: Path) -> None:
    for name, ending in (("vaccination.xlsx", "xlsx"), ("sim.csv", "csv")):
        path, stem = country.root / "agency" / name, name.partition(".")[0]
        assert check(path, "--policy", "events").returncode == 0
        done = check(tmp_path / "out" / f"{stem}.checked.{ending}", "--policy", "events")
        assert done.returncode == 0, done.stderr
        first, second = _summary(tmp_path / "out", stem), _summary(tmp_path / "out", f"{stem}.checked")
        for key in ("rows", "matched", "matched_with_differences", "ambiguous", "not_found", "invalid"):
            assert first[key] == second[key], (name, key)
    again = CalamineWorkbook.from_path(tmp_path / "out" / "vaccination.checked.checked.xlsx")
    head = again.get_sheet_by_name("Dữ liệu").to_python(nrows=1)[0]
    assert head.count(CAPTIONS[0]) == 1 and not any("_derived" in caption for caption in head)
    assert all("_verdict (2)" not in row for row in _rows(tmp_path / "out" / "sim.checked.checked.csv", ";")[:1])


def test_parquet_and_ndjson(country: Country, check, tmp_path: Path) -> None:
    path = country.root / "agency" / "insurance.parquet"
    assert check(path, "--to", "parquet", "--to", "ndjson").returncode == 0
    before = duckdb.sql(f"SELECT * FROM '{path}'")
    columns = ", ".join(f'"{c}"' for c in before.columns)
    after = duckdb.sql(f"SELECT {columns} FROM '{tmp_path}/out/insurance.checked.parquet'")
    assert after.fetchall() == before.fetchall()
    lines = (tmp_path / "out" / "insurance.checked.ndjson").read_text(encoding="utf-8").splitlines()
    assert len(lines) == len(before) and {"_verdict", "_explain"} <= set(json.loads(lines[0]))
    again = _write(tmp_path / "lai.ndjson", "\n".join(lines[:40]) + "\n")
    assert check(again).returncode == 0
    assert len((tmp_path / "out" / "lai.checked.ndjson").read_text(encoding="utf-8").splitlines()) == 40


def test_a_zip_of_two_lists(country: Country, check, tmp_path: Path) -> None:
    """Also where two folders of the archive hold a list of the same name: no answer overwrites another."""
    people = country.people(50)
    with zipfile.ZipFile(tmp_path / "goi.zip", "w") as archive:
        archive.writestr("xa_a/ds.csv", as_csv(people[:30]))
        archive.writestr("xa_b/ds.csv", as_csv(people[30:]))
        archive.writestr("doc/readme.pdf", "x")
    done = check(tmp_path / "goi.zip", "--json")
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["rows"] for one in told] == [30, 20] and all(one["matched"] == one["rows"] for one in told)
    paths = [path for one in told for path in one["paths"]]
    assert len(set(paths)) == 6 and all(Path(path).exists() for path in paths), paths


def _spoiled(people: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Half with a lost zero or without accents, a few with only a number or only a name, one unknown."""
    rows = []
    for i, (no, name, born, sex, pin, remark) in enumerate(people):
        kinds = (
            (no, name, born, sex, pin[1:] if pin[0] == "0" else pin, remark), (no, name, born[-4:], sex, pin, remark),
            (no, name, born, sex, "", remark), ("x" + no, "", "", "", pin, ""), ("y" + no, name, "", "", "", ""),
        )  # fmt: skip
        rows.append(kinds[i % 5])
    return rows


@pytest.mark.parametrize("level", ["none", "verdict", "suggest", "full"])
def test_what_may_be_told(level, country: Country, check, tmp_path: Path) -> None:
    """No value of the register that the file did not hold, unless the level allows it."""
    people = country.people(200)
    path = _write(tmp_path / "ds.csv", as_csv(_spoiled(people)))
    done = check(path, "--disclose", level, "--json")
    assert done.returncode == 0, done.stderr
    out = tmp_path / "out"
    told = done.stdout + "".join(file.read_text(encoding="utf-8-sig") for file in out.iterdir())
    given = path.read_text(encoding="utf-8")
    secret = [row[4] for row in people if row[4] not in given] + [row[2] for row in people if row[2] not in given]
    leaked = [value for value in secret if value in told]
    assert len(secret) > 50 and bool(leaked) is (level in ("suggest", "full"))
    assert (out / "ds.checked.csv").exists() is (level != "none")
    if level == "none":
        return
    rows = _rows(out / "ds.checked.csv")
    poor = [row for row in rows if row["STT"][0] in "xy"]
    assert {row["_verdict"] for row in poor} == {"invalid"} and {row["_reasons"] for row in poor} == {
        "too_little_to_check"
    }
    assert len({row["_explain"] for row in poor}) == 1 and not any(row["_pin"] or row["_state"] for row in poor)
    if level == "verdict":
        hidden = [c for c in rows[0] if c.startswith("_suggest_") or c in ("_pin", "_state", "_state_date")]
        assert len(hidden) > 3 and not any(row[c] for row in rows for c in hidden)


def test_english_links_and_policy(country: Country, check, tmp_path: Path) -> None:
    people = country.people(30)
    path = _write(tmp_path / "ds.csv", as_csv(people + people[:3]))
    done = check(path, "--lang", "en")
    assert "Plain comparison" in done.stdout or "plain" in done.stdout.lower(), done.stdout
    assert _summary(tmp_path / "out", "ds")["duplicates_in_file"] == 3
    assert 'lang="en"' in (tmp_path / "out" / "ds.report.html").read_text(encoding="utf-8")
    done = check(path, "--policy", "events", "--out", tmp_path / "events")
    assert done.returncode == 0 and _summary(tmp_path / "events", "ds")["matched"] == 33
    done = check(path, "--link-only", "--out", tmp_path / "links")
    assert done.returncode == 0 and os.listdir(tmp_path / "links") == ["ds.links.parquet"]
    links = duckdb.sql(f"SELECT _verdict, _pin FROM '{tmp_path}/links/ds.links.parquet' ORDER BY _row").fetchall()
    assert links == [("matched", row[4]) for row in people + people[:3]]


@pytest.mark.skipif(os.name == "nt", reason="permission bits of POSIX")
def test_the_work_folder_is_private_and_goes(country: Country, tmp_path: Path) -> None:
    people = country.people(2500)
    path = _write(tmp_path / "ds.csv", as_csv([row for _ in range(8) for row in people]))
    out = tmp_path / "out"
    typed = [*COMMAND, "check", path, "--register", country.prepared, "--out", out]
    run = subprocess.Popen([*map(str, typed)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    modes = set()
    while run.poll() is None:
        for folder in out.glob(".dancu-*") if out.exists() else ():
            try:
                modes.add(stat.S_IMODE(folder.stat().st_mode))
            except FileNotFoundError:
                continue
        time.sleep(0.01)
    run.stderr.close()
    assert run.returncode == 0 and modes == {0o700}
    assert sorted(os.listdir(out)) == ["ds.checked.csv", "ds.report.html", "ds.summary.json"]
