"""Every file and wish that cannot be used: one sentence that says what and where, exit 2, nothing left behind."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from dancu.cli import main
from tests.journeys.conftest import COMMAND, HEADER, Country, as_csv, dancu

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def _empty(path: Path, people: list) -> None:
    path.write_bytes(b"")


def _no_header(path: Path, people: list) -> None:
    path.write_text("1,2,3\n4,5,6\n7,8,9\n")


def _header_only(path: Path, people: list) -> None:
    path.write_text(as_csv([]), encoding="utf-8")


def _password(path: Path, people: list) -> None:
    """What Excel writes with a password: an OLE file that holds the encrypted package."""
    path.write_bytes(OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(2000))


def _bomb(path: Path, people: list) -> None:
    _workbook(path, people)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/x.bin", bytes(80 << 20))


def _workbook(path: Path, people: list) -> None:
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("S")
    for i, row in enumerate([HEADER, *people]):
        sheet.write_row(i, 0, row)
    book.close()


def _truncated(path: Path, people: list) -> None:
    _workbook(path, people)
    os.truncate(path, path.stat().st_size // 2)


def _one_line(path: Path, people: list) -> None:
    """Two gigabytes without a line end; the hole takes no room on disk."""
    with path.open("wb") as file:
        file.write(b"pin,name," + b"x" * (2 << 20))
        file.truncate(2 << 30)


def _binary(path: Path, people: list) -> None:
    path.write_bytes(random.Random(3).randbytes(50_000))


def _unknown_columns(path: Path, people: list) -> None:
    path.write_text("Mã hàng,Đơn giá\n" + "".join(f"H{i},{i * 500}\n" for i in range(60)), encoding="utf-8")


def _lost_digits(path: Path, people: list) -> None:
    path.write_text(as_csv([(*row[:4], f"{int(row[4]):.2E}", *row[5:]) for row in people]), encoding="utf-8")


def _open_quote(path: Path, people: list) -> None:
    """Past what is looked at before reading, a quote opens and never closes."""
    rows = people * 3
    rows[7000] = (*rows[7000][:5], '"' + rows[7000][5])
    path.write_text(as_csv(rows), encoding="utf-8")


def _late_long_line(path: Path, people: list) -> None:
    """A line DuckDB refuses far behind what the first look could show."""
    rows = people * 3
    rows[7000] = (*rows[7000][:5], "x" * 3_000_000)
    path.write_text(as_csv(rows), encoding="utf-8")


def _good(path: Path, people: list) -> None:
    path.write_text(as_csv(people[:20]), encoding="utf-8")


FILES = {
    "rong.csv": (_empty, "file_empty"),
    "khong_tieu_de.csv": (_no_header, "no_header"),
    "chi_tieu_de.csv": (_header_only, "no_rows"),
    "mat_khau.xlsx": (_password, "password"),
    "bom.xlsx": (_bomb, "zip_bomb"),
    "cut.xlsx": (_truncated, "file_damaged"),
    "mot_dong.csv": (_one_line, "line_too_long"),
    "nhi_phan.csv": (_binary, "not_a_table"),
    "cot_la.csv": (_unknown_columns, "unknown_columns"),
    "mat_so.csv": (_lost_digits, "ids_lost"),
    "ngoac_kep.csv": (_open_quote, "open_quote"),
    "dong_dai.csv": (_late_long_line, "line_too_long"),
}
WISHES = {
    "map_column": (("--map", "không có cột này=name"), "map_unknown_column"),
    "map_field": (("--map", "Họ và tên=ten"), "map_unknown_field"),
    "map_form": (("--map", "Họ và tên"), "bad_map"),
    "policy": (("--policy", "dễ dãi"), "unknown_policy"),
    "disclose": (("--disclose", "all"), "unknown_disclose"),
    "to": (("--to", "pdf"), "unknown_to"),
    "memory": (("--memory", "nhiều"), "bad_limit"),
    "register": (("--register", "khong_co.parquet"), "no_register"),
    "not_prepared": (("--register", "."), "not_prepared"),
    "option": (("--polici", "standard"), "usage"),
    "number": (("--threads", "hai"), "usage"),
    "sheet": (("--sheet", "Trang 1"), "sheets_not_here"),
}


@pytest.fixture(scope="module")
def people(country: Country) -> list[tuple[str, ...]]:
    """Everybody whom the register knows well."""
    return country.people(2500)


@pytest.fixture
def refused(tmp_path: Path, monkeypatch, capsys) -> Callable[..., tuple[str, str]]:
    """Vietnamese by the real command, English inside this process; both must leave nothing in their folders."""
    monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)
    monkeypatch.chdir(tmp_path)

    def inside(typed: list[str]) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", typed)
        with pytest.raises(SystemExit) as end:
            main()
        return end.value.code, *capsys.readouterr()

    def run(*typed: object, quick: bool = False) -> tuple[str, str]:
        said = []
        for lang in ("vi", "en"):
            options = [*map(str, typed), "--lang", lang, "--out", lang]
            if lang == "vi" and not quick:
                done = dancu(*options)
                status, out, err = done.returncode, done.stdout, done.stderr
            else:
                status, out, err = inside(["dancu", *options])
            assert (status, out) == (2, ""), err
            assert err.count("\n") == 1 and "Traceback" not in err and len(err) < 900, err
            assert not Path(lang).is_dir() or not os.listdir(lang)
            assert not list(Path().glob("*.prepared")), "nothing is left of a register that cannot be used"
            said.append(err.strip())
        vi, en = said
        assert vi != en and vi[-1] == "]" and vi.rpartition(" [")[2] == en.rpartition(" [")[2]
        return vi, en

    return run


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_cannot_be_used(name, country: Country, people, tmp_path: Path, refused) -> None:
    make, code = FILES[name]
    make(tmp_path / name, people)
    start = time.perf_counter()
    said = refused("check", tmp_path / name, "--register", country.prepared)
    print(f"{name}: {time.perf_counter() - start:.1f} s")
    for sentence in said:
        assert sentence.endswith(f". [{code}]") and name in sentence, sentence
        assert not any(person[1] in sentence or person[4] in sentence for person in people)


@pytest.mark.parametrize("wish", WISHES)
def test_a_wish_that_cannot_be_met(wish, country: Country, people, tmp_path: Path, refused) -> None:
    _good(tmp_path / "ds.csv", people)
    more, code = WISHES[wish]
    register = () if "--register" in more else ("--register", country.prepared)
    vi, _ = refused("check", "ds.csv", *register, *more, quick=True)
    assert vi.endswith(f"[{code}]") and re.search("[ăâđêôơưạảấầậắặẻẽếềểệỉịọỏốồổộớờợụủứừựỳỵỷỹ]", vi), vi


def test_a_file_and_a_register_forgotten(refused) -> None:
    assert "--register" in refused("check", "x.csv")[0]
    assert "tên tệp" in refused("check", quick=True)[0]
    assert "[purpose_needed]" in refused("check", "x.csv", "--register", "db", quick=True)[0]


def test_a_folder_that_cannot_hold_results(country: Country, people, tmp_path: Path) -> None:
    _good(tmp_path / "ds.csv", people)
    (tmp_path / "out").write_text("in the way")
    done = dancu("check", tmp_path / "ds.csv", "--register", country.prepared, "--out", tmp_path / "out")
    assert done.returncode == 2 and done.stderr.endswith("[output_not_writable]\n"), done.stderr


@pytest.mark.parametrize("kilobytes", [16, 400])
def test_a_full_disk(kilobytes, country: Country, people, tmp_path: Path) -> None:
    """A file system of a few pages that fills up while the input is copied, worked on or written."""
    _workbook(tmp_path / "ds.xlsx", people)
    small = tmp_path / "small"
    small.mkdir()
    options = ["-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(small)]
    try:
        mounted = subprocess.run(["mount", *options], capture_output=True, check=False).returncode == 0
    except OSError:
        mounted = False
    if not mounted:
        pytest.skip("needs a user who may mount a small tmpfs")
    try:
        done = dancu("check", tmp_path / "ds.xlsx", "--register", country.prepared, "--out", small)
        assert done.returncode == 2 and done.stderr.count("\n") == 1, done.stderr
        assert done.stderr.endswith("[disk_full]\n") and not list(small.glob("*")) + list(small.glob(".*"))
    finally:
        subprocess.run(["umount", str(small)], check=True)


def _interrupt(typed: list[object], out: Path, when) -> tuple[int, str]:
    """Send Ctrl-C as soon as `when(out)` holds; exit status and what was said."""
    run = subprocess.Popen([*map(str, typed)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8")
    end = time.monotonic() + 20
    while run.poll() is None and time.monotonic() < end and not when(out):
        time.sleep(0.005)
    run.send_signal(signal.SIGINT)
    return run.returncode or run.wait(20), run.communicate()[1]


@pytest.mark.skipif(os.name == "nt", reason="sends a POSIX signal")
@pytest.mark.parametrize("after_s", [0.0, 0.3])
def test_ctrl_c_in_the_middle(after_s, country: Country, people, tmp_path: Path) -> None:
    """Stopped while the private folder is there: it goes, no result is there, the status is 130."""
    path, out = tmp_path / "ds.csv", tmp_path / "out"
    path.write_text(as_csv([row for _ in range(400) for row in people]), encoding="utf-8")
    seen: list[float] = []

    def working(folder: Path) -> bool:
        if not seen and folder.exists() and any(folder.glob(".dancu-*")):
            seen.append(time.monotonic())
        return bool(seen) and time.monotonic() - seen[0] >= after_s

    status, said = _interrupt([*COMMAND, "check", path, "--register", country.prepared, "--out", out], out, working)
    assert seen and status == 130, (status, said)
    assert said == "Đã dừng theo yêu cầu; không có kết quả dở dang nào được ghi.\n"
    assert not list(out.iterdir())
