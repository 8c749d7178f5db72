"""`dancu serve` as one family: everything is up when the address is told, and nothing of it is left however it ends."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from dancu.web.serving import free_port
from tests.kit.conftest import own  # noqa: F401
from tests.kit.test_server import environment

_UP_S, _DOWN_S = 90, 40


@pytest.fixture
def served(own, tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], str, Path]]:  # noqa: F811
    """A `dancu serve` of its own: the process, the address it told, and what it logged."""
    log = tmp_path / "log"
    code = "from dancu.cli import run; run()"
    with (tmp_path / "stderr").open("w") as file:
        process = subprocess.Popen(
            [sys.executable, "-c", code, "serve", "--port", "18606", "--log", str(log)], env=environment(own), stdout=subprocess.PIPE,
            stderr=file, text=True,
        )  # fmt: skip
    try:
        line = process.stdout.readline()
        found = re.search(r"http://\S+", line)
        assert found, (line, log.read_text(), (tmp_path / "stderr").read_text())
        yield process, found.group(0), log
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def get(address: str) -> tuple[int, bytes]:
    """Status and body of an address."""
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def family(process: subprocess.Popen[str]) -> set[int]:
    """The processes below one, at any depth, as /proc tells."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
    found, before = {process.pid}, set()
    while found != before:
        before = set(found)
        found |= {pid for pid, parent in parents.items() if parent in found}
    return {pid for pid in found - {process.pid} if "postgres" not in _name(pid)}


def _name(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text()
    except OSError:
        return "postgres"


def gone(pids: set[int]) -> bool:
    """Whether all have ended, at the latest after a while."""
    until = time.monotonic() + _DOWN_S
    while any(_lives(pid) for pid in pids):
        if time.monotonic() > until:
            return False
        time.sleep(0.1)
    return True


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


needs_proc = pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="looks at /proc")


@needs_proc
def test_everything_answers_and_ends_with_ctrl_c(served):
    process, address, log = served
    assert get(f"{address}health") == (200, b'{"status": "ok"}')
    status, page = get(f"{address}dang-nhap/?x=001190000001")
    assert status == 200 and b'lang="vi"' in page
    for name in re.findall(rb'(?:href|src)="/(static/[^"]+)"', page):
        assert get(address + name.decode())[0] == 200, name
    assert get(f"{address}khong-co/")[0] == 404 and get(f"{address}static/../models.py")[0] == 404
    below = family(process)
    assert len(below) >= 3, "jobs, the server of pages and its worker"
    process.send_signal(signal.SIGINT)
    assert process.wait(_DOWN_S) == 0 and "Đã dừng" in process.stdout.read()
    assert gone(below)
    told = log.read_text()
    assert "GET sign_in 200" in told and "001190000001" not in told and "Traceback" not in told


@needs_proc
def test_nothing_outlives_a_supervisor_that_was_killed(served):
    process, _, _ = served
    below = family(process)
    process.kill()
    process.wait()
    assert gone(below)


@needs_proc
def test_a_worker_that_dies_is_started_again(served):
    process, address, _ = served
    for pid in family(process):
        os.kill(pid, signal.SIGKILL)
    until = time.monotonic() + _UP_S
    while True:
        try:
            if get(f"{address}health")[0] == 200:
                break
        except OSError:
            pass
        assert time.monotonic() < until
        time.sleep(0.2)
    process.send_signal(signal.SIGTERM)
    assert process.wait(_DOWN_S) == 0


def test_the_command_line_starts_without_django():
    code = "import sys, dancu.cli; print([name for name in ('django', 'granian', 'procrastinate', 'segno') if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert run.stdout.strip() == "[]"


def test_a_log_that_cannot_be_written_is_refused_before_anything_starts(tmp_path: Path):
    code = "from dancu.cli import run; run()"
    asked = [sys.executable, "-c", code, "serve", "--log", str(tmp_path / "khong-co" / "log")]
    run = subprocess.run(asked, env={**os.environ, "DANCU_HOME": str(tmp_path / "home")}, capture_output=True, text=True, timeout=60)
    assert run.returncode == 2 and "Không ghi được tệp nhật ký" in run.stderr and "Traceback" not in run.stderr
    assert not (tmp_path / "home").exists()


def test_the_next_free_port_is_taken():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen(1)
        port = taken.getsockname()[1]
        assert port < free_port("127.0.0.1", port) <= port + 50


@needs_proc
def test_a_job_that_was_deferred_is_done(served, own):  # noqa: F811
    """From another process, as a page does it; the session that has ended is gone when the job has run."""
    process, _, _ = served
    code = """
from datetime import UTC, datetime
from dancu.kit.database import open_database
from dancu.kit.settings import Settings
from dancu.web import project
settings = Settings.read()
project.stand(settings, open_database(settings))
from django.contrib.sessions.models import Session
from dancu.web.serving.jobs import clear_sessions
Session.objects.create(session_key="old", session_data="", expire_date=datetime(2020, 1, 1, tzinfo=UTC))
clear_sessions.defer(timestamp=0)
import time
for _ in range(300):
    if not Session.objects.filter(session_key="old").exists():
        print("done")
        break
    time.sleep(0.1)
"""
    run = subprocess.run([sys.executable, "-c", code], env=environment(own), capture_output=True, text=True, timeout=90)
    assert run.stdout.strip() == "done", run.stderr[-500:]
    process.send_signal(signal.SIGTERM)
    assert process.wait(_DOWN_S) == 0
