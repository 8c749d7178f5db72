"""Checks of uploaded files over HTTP: sent, understood, run for the one who sent it, read, taken home, opened as cases, gone."""

from __future__ import annotations

import importlib
import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from dancu.web.checks import rules
from tests.web.checks.whole import WORKER
from tests.web.conftest import AWAY, MARKED, MARKED_PIN, Site


class _Web:
    """The modules of checks, which need Django to stand before they can be imported."""

    def __getattr__(self, name: str):
        if name == "Check":
            return importlib.import_module("dancu.web.models").Check
        return importlib.import_module(f"dancu.web.checks.{name}")


web = _Web()
CSV = f"""Số định danh,Họ và tên,Ngày sinh,Giới tính
{MARKED_PIN},{MARKED},02/01/1990,Nữ
001170000001,Nguyễn Văn An,06/05/1921,Nam
001170000002,Nguyen Van Anh,06/05/1922,Nam
,{AWAY},04/03/1985,Nam
"""
ASKED = {"do": "start", "purpose": "data_cleaning", "reference": "KH 12/2026", "policy": "standard", "disclose": "suggest", "lang": "vi"}


def sent(client, content: bytes | str = CSV, name: str = "DS mật của xã.csv"):
    data = content.encode() if isinstance(content, str) else content
    return client.post("/doi-chieu-tep/", {"file": SimpleUploadedFile(name, data)})


def ran(client, address: str, **more):
    """Ask for a check and run its job."""
    answer = client.post(f"{address}cot/", {**ASKED, **more})
    assert answer.status_code == 302, answer.content.decode()
    check = web.Check.objects.order_by("-id").first()
    web.tasks.carry_out(check.pk)
    check.refresh_from_db()
    return check


def everything(root: Path) -> list[str]:
    return [str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()]


def test_a_file_is_checked_for_whoever_sent_it(served: Site):
    client = served.signed("dulieu")
    address = sent(client)["Location"]
    page = client.get(address).content.decode()
    assert "Số định danh" in page and MARKED_PIN not in page and MARKED not in page
    check = ran(client, address)
    assert (check.state, check.figures["rows"]) == ("done", 4), check.refused_vi
    page = client.get(address).content.decode()
    assert "Đã đối chiếu 4 dòng của tệp DS mật của xã.csv" in page
    assert "Khớp đúng" in page and MARKED not in page
    entries = _acts("dulieu")
    assert ("check", "DATA-CLEANING:KH-12-2026") in {(entry.leaf.service, entry.leaf.purpose) for entry in entries}


def _acts(login: str):
    from dancu.web import desk

    witness = desk.desk().witness
    from dancu.register.command import Actor
    from dancu.register.witness import Reader

    witness.wait(witness.missed(Reader.of(Actor("x", "system"), "end"), "x", service="end"))
    now = datetime.now(UTC)
    return [
        entry for entry in witness.acts(login, int((now - timedelta(days=1)).timestamp() * 1000), int(now.timestamp() * 1000) + 1000)
        if hasattr(entry.leaf, "service")
    ]  # fmt: skip


def test_results_are_taken_home_under_the_files_own_name(served: Site):
    client = served.signed("dulieu")
    address = sent(client)["Location"]
    check = ran(client, address)
    taken = client.get(f"{address}tai/tep-0/")
    assert "DS%20m%E1%BA%ADt%20c%E1%BB%A7a%20x%C3%A3.checked.csv" in taken["Content-Disposition"]
    rows = b"".join(taken.streaming_content).decode("utf-8-sig").splitlines()
    assert len(rows) == 5 and "_verdict" in rows[0]
    summary = json.loads(b"".join(client.get(f"{address}tai/tom-tat-0/").streaming_content))
    assert summary["purpose"] == "Làm sạch dữ liệu của cơ quan (KH 12/2026)"
    report = client.get(f"{address}bao-cao/0/")
    assert report["Content-Security-Policy"].startswith("sandbox;") and b"<script" not in report.content
    assert client.get(f"{address}tai/tep-1/").status_code == 404
    assert client.get(f"{address}tai/..-0/").status_code == 404
    assert check.code in taken["Content-Disposition"]


def test_what_was_sent_is_nobody_elses(served: Site):
    client = served.signed("dulieu")
    address = sent(client)["Location"]
    ran(client, address)
    other = served.signed("cutru")
    for each in (address, f"{address}tai/tep-0/", f"{address}bao-cao/0/", f"{address}xoa/"):
        assert other.get(each).status_code == 404
    assert "DS mật" not in other.get("/doi-chieu-tep/").content.decode()
    names = everything(settings.DANCU.home / "checks")
    assert names and not any("mật" in name or "DS" in name for name in names)
    assert all((settings.DANCU.home / "checks").joinpath(name).stat().st_mode & 0o077 == 0 for name in names if name.endswith(".csv"))


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"%PDF-1.7 x", "danh-sach.xlsx", "PDF"), (b"", "rong.csv", ""), (b"PK\x03\x04 hong", "hong.xlsx", ""),
        (b"\x00\x01\x02" * 50, "../../etc/passwd", "passwd"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused_with_its_sentence(served: Site, content, name, said):
    client = served.signed("dulieu")
    before = web.Check.objects.count()
    answer = sent(client, content, name)
    assert answer.status_code == 400 and 'role="alert"' in answer.content.decode() and said in answer.content.decode()
    assert web.Check.objects.count() == before and everything(settings.DANCU.home / "checks") == []
    assert everything(settings.DANCU.home / "uploads") == []


def test_a_full_disk_is_a_sentence_and_leaves_nothing(served: Site, monkeypatch):
    import errno

    from django.core.files.uploadhandler import TemporaryFileUploadHandler

    def full(self, raw_data, start):
        raise OSError(errno.ENOSPC, "No space left on device")

    client = served.signed("dulieu")
    monkeypatch.setattr(TemporaryFileUploadHandler, "receive_data_chunk", full)
    answer = sent(client)
    assert answer.status_code == 400 and "Ổ đĩa không còn chỗ trống" in answer.content.decode()
    assert everything(settings.DANCU.home / "uploads") == []


def test_a_file_past_the_limit_is_not_received(served: Site, monkeypatch):
    client = served.signed("dulieu")
    answer = client.post("/doi-chieu-tep/", data=b"x", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=str(300 << 20))
    assert answer.status_code == 413


def test_columns_are_corrected_and_wrong_ones_refused(served: Site):
    client = served.signed("dulieu")
    address = sent(client, "A,B,C\n" + f"{MARKED_PIN},{MARKED},02/01/1990\n" * 3, "cot.csv")["Location"]
    bad = client.post(f"{address}cot/", {**ASKED, "c0": "-", "c1": "-", "c2": "-"})
    assert bad.status_code == 400 and "Cần ít nhất một cột" in bad.content.decode()
    twice = client.post(f"{address}cot/", {**ASKED, "c0": "pin", "c1": "pin"})
    assert twice.status_code == 400 and "nhiều cột" in twice.content.decode()
    check = ran(client, address, c0="pin", c1="name", c2="birth_date")
    assert (check.state, check.figures["matched"]) == ("done", 3), check.refused_vi


@pytest.mark.parametrize(("missing", "value"), [("reference", ""), ("purpose", ""), ("reference", "001190000001"), ("disclose", "full")])
def test_purpose_and_reference_are_a_must(served: Site, missing, value):
    client = served.signed("dulieu")
    address = sent(client)["Location"]
    answer = client.post(f"{address}cot/", {**ASKED, missing: value})
    assert answer.status_code == 400 and f'id="f-{missing}-error"' in answer.content.decode() or missing == "disclose"
    assert web.Check.objects.get().state == "columns"


def test_differences_become_cases_once(served: Site):
    client = served.signed("dulieu")
    file = CSV.replace("02/01/1990,Nữ", "02/01/1990,Nam")
    address = sent(client, file)["Location"]
    ran(client, address)
    assert client.post(f"{address}mo-viec/").status_code == 302
    check = web.Check.objects.get()
    assert check.opening == "waiting" and "Đang mở việc" in client.get(address).content.decode()
    web.tasks.open_cases(check.pk)
    check.refresh_from_db()
    assert check.opening == "done" and check.taken["opened"] == check.taken["differences"] >= 1
    assert "việc mới" in client.get(address).content.decode()
    client.post(f"{address}mo-viec/")
    check.refresh_from_db()
    assert check.opening == "done"
    other = served.signed("cutru")
    again = sent(other, file)["Location"]
    ran(other, again)
    other.post(f"{again}mo-viec/")
    later = web.Check.objects.order_by("-id").first()
    web.tasks.open_cases(later.pk)
    later.refresh_from_db()
    assert (later.taken["opened"], later.taken["added"]) == (0, check.taken["opened"])


def test_an_opening_that_breaks_says_so_and_may_be_pressed_again(served: Site, monkeypatch, caplog):
    client = served.signed("dulieu")
    address = sent(client, CSV.replace("02/01/1990,Nữ", "02/01/1990,Nam"))["Location"]
    ran(client, address)
    client.post(f"{address}mo-viec/")
    check = web.Check.objects.get()
    with monkeypatch.context() as broken:
        broken.setattr("dancu.quality.differences.take", lambda *_, **__: {}["Kín Đáo Tuyệt Mật"])
        web.tasks.open_cases(check.pk)
    page = client.get(address).content.decode()
    assert "bị dừng giữa chừng" in page and "mo-viec/" in page
    assert "KeyError" in caplog.text and "Kín Đáo" not in caplog.text + page
    client.post(f"{address}mo-viec/")
    web.tasks.open_cases(check.pk)
    check.refresh_from_db()
    assert check.opening == "done" and check.taken["opened"] >= 1


def test_a_waiting_check_is_stopped_and_a_running_one_ends(served: Site, monkeypatch):
    client = served.signed("dulieu")
    address = sent(client)["Location"]
    client.post(f"{address}cot/", ASKED)
    check = web.Check.objects.get()
    assert "Đang chờ" in client.get(address).content.decode()
    client.post(f"{address}dung/")
    web.tasks.carry_out(check.pk)
    check.refresh_from_db()
    assert check.state == "cancelled" and "Đã dừng" in client.get(address).content.decode()
    # A running one: its process is asked whether it is still wanted and is ended.
    web.Check.objects.filter(pk=check.pk).update(state="waiting")
    monkeypatch.setattr(web.actions, "tell", lambda **_: web.actions.cancel(check=check.pk, at=datetime.now(UTC)) or False)
    web.tasks.carry_out(check.pk)
    check.refresh_from_db()
    assert check.state == "cancelled" and not list((web.folder.folder(check.account_id, check.pk) / "out").glob("*"))


def test_progress_is_told_and_ends_with_a_whole_page(served: Site):
    client = served.signed("dulieu")
    address = sent(client)["Location"]
    client.post(f"{address}cot/", ASKED)
    check = web.actions.begin(check=web.Check.objects.get().pk, at=datetime.now(UTC))
    at = rules.further(rules.Progress(), "candidates", 500, 1000, 10.0)
    assert web.actions.tell(check=check.pk, progress=at)
    page = client.get(address).content.decode()
    assert f'value="{at.percent}"' in page and "Tìm theo họ tên và ngày sinh" in page and "dòng/giây" in page
    assert '<noscript><meta http-equiv="refresh"' in page and "Còn khoảng" in page
    part = client.get(f"{address}tien-do/").content.decode()
    assert part.lstrip().startswith('<div id="progress"') and "hx-get" in part
    web.actions.end(check=check.pk, at=datetime.now(UTC), refused=web.actions.failed("killed"))
    assert client.get(f"{address}tien-do/")["HX-Refresh"] == "true"
    assert "có thể do thiếu bộ nhớ" in client.get(address).content.decode()


def test_a_check_whose_worker_died_runs_again_once(served: Site):
    from django.db import connection

    client = served.signed("dulieu")
    address = sent(client)["Location"]
    client.post(f"{address}cot/", ASKED)
    check = web.actions.begin(check=web.Check.objects.get().pk, at=datetime.now(UTC))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = NULL WHERE id = %s", [check.job])
    assert web.tasks.revived() == 1 and web.tasks.revived() == 0
    fresh = web.Check.objects.get()
    assert fresh.job != check.job
    web.tasks.carry_out(check.pk)
    assert web.Check.objects.get().state == "done"
    web.Check.objects.update(state="running", tries=rules.TRIES)
    web.tasks.carry_out(check.pk)
    page = client.get(address).content.decode()
    assert web.Check.objects.get().state == "failed" and "bị ngắt hai lần" in page


def test_a_worker_that_is_ended_leaves_its_check_to_the_next(served: Site):
    import os
    import subprocess
    import sys
    import time

    def worker() -> subprocess.Popen[bytes]:
        environ = {**os.environ, **served.database.settings.environ()}
        return subprocess.Popen([sys.executable, "-c", WORKER], env=environ)

    def until(*states: str) -> str:
        for _ in range(1800):
            state = web.Check.objects.get().state
            if state in states:
                break
            time.sleep(0.1)
        return state

    client = served.signed("dulieu")
    # Enough rows for the check to be in its middle for a while.
    long = "".join(f"0011700{n % 230:05d},Nguyen Van {chr(65 + n % 26)}n{n},06/05/19{n % 80 + 10},Nam\n" for n in range(40_000))
    address = sent(client, CSV + long)["Location"]
    client.post(f"{address}cot/", ASKED)
    first = worker()
    assert until("running", "done") == "running"
    first.terminate()
    first.wait(20)
    assert web.Check.objects.get().state == "waiting" and web.Check.objects.get().tries == 0
    second = worker()
    try:
        assert until("done", "failed") == "done"
    finally:
        second.terminate()
        second.wait(20)


def test_nothing_of_a_file_is_in_a_log_or_an_address(served: Site, caplog):
    caplog.set_level("INFO", logger="dancu.web.requests")
    client = served.signed("dulieu")
    address = sent(client)["Location"]
    ran(client, address)
    for each in ("", "tai/tep-0/", "bao-cao/0/"):
        client.get(address + each)
    written = caplog.text + address
    assert "check_file" in written
    for marked in (MARKED, MARKED_PIN, "DS mật", "DS%20m", "KH 12"):
        assert marked not in written


def test_a_process_that_dies_is_told_and_leaves_nothing(served: Site, monkeypatch):
    monkeypatch.setattr(web.process.sys, "executable", "/bin/false")
    assert web.process.ask({"do": "columns"}, timeout_s=10).fault == "killed"


def test_one_person_has_a_few_checks_waiting_at_most(served: Site):
    client = served.signed("dulieu")
    for _ in range(rules.WAITING_MAX):
        assert client.post(f"{sent(client)['Location']}cot/", ASKED).status_code == 302
    full = client.post(f"{sent(client)['Location']}cot/", ASKED)
    assert full.status_code == 400 and "Hàng đợi đã đủ việc" in full.content.decode()


def test_files_go_at_once_or_when_their_days_are_over(served: Site):
    client = served.signed("dulieu")
    first, second = sent(client)["Location"], sent(client)["Location"]
    ran(client, second)
    assert client.get(f"{second}xoa/").status_code == 200
    client.post(f"{second}xoa/")
    gone = web.Check.objects.order_by("-id").first()
    assert (gone.state, gone.called, gone.figures["rows"]) == ("deleted", "", 4)
    assert not web.folder.folder(gone.account_id, gone.pk).exists()
    assert web.actions.expire(at=datetime.now(UTC)) == 0
    assert web.actions.expire(at=datetime.now(UTC) + timedelta(days=settings.DANCU.keep_days, minutes=1)) == 1
    assert everything(settings.DANCU.home / "checks") == [] and client.get(first).status_code == 200


def test_an_archive_and_a_workbook_come_back_as_what_they_were(served: Site):
    import zipfile

    import xlsxwriter

    book = io.BytesIO()
    with xlsxwriter.Workbook(book, {"in_memory": True}) as made:
        for name in ("Thôn Đông", "Thôn Tây"):
            sheet = made.add_worksheet(name)
            for place, line in enumerate(CSV.splitlines()):
                sheet.write_row(place, 0, line.split(","))
    client = served.signed("dulieu")
    address = sent(client, book.getvalue(), "hai thôn.xlsx")["Location"]
    page = client.get(address).content.decode()
    assert "Thôn Đông" in page and "Thôn Tây" in page
    client.post(f"{address}cot/", {"do": "sheets", "sheet": "Thôn Tây"})
    check = ran(client, address)
    assert (check.state, check.figures["rows"]) == ("done", 4), check.refused_vi
    taken = client.get(f"{address}tai/tep-0/")
    assert taken["Content-Disposition"].endswith("checked.xlsx") and b"".join(taken.streaming_content).startswith(b"PK")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.csv", CSV)
        archive.writestr("b.csv", CSV)
    address = sent(client, packed.getvalue(), "hai.zip")["Location"]
    check = ran(client, address)
    assert (check.state, check.figures["rows"]) == ("done", 8), check.refused_vi
    assert client.get(f"{address}tai/tep-1/").status_code == 200


def test_roles(served: Site):
    """A data officer checks and finds nobody; the operator and the justice department do neither."""
    assert served.signed("dulieu").get("/tra-cuu/").status_code == 403
    for login in ("quantri", "sotuphap"):
        client = served.signed(login)
        assert client.get("/doi-chieu-tep/").status_code == 403 and sent(client).status_code == 403
    assert rules.levels("data_officer") == ("verdict", "suggest") and rules.levels("operator") == ("verdict",)
