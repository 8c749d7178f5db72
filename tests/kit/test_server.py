"""The embedded server starts, is found again, survives its starter, is stopped, and stands where it should."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from dancu.kit.roles import SUPERUSER
from dancu.kit.server import launch
from dancu.kit.server.cluster import read_marker
from dancu.kit.server.launch import Endpoint
from dancu.kit.server.place import place
from dancu.kit.server.tuning import Machine, tuned
from dancu.kit.settings import Settings

# What a process does that needs the database: open it, tell who serves it, end.
OPEN = """
from dancu.kit.database import open_database
from dancu.kit.server import launch
from dancu.kit.settings import Settings
open_database(Settings.read())
print(launch.start(Settings.read()).pid)
"""


def asked(endpoint: Endpoint, query: str) -> object:
    """The first value of a query, asked as the superuser."""
    with psycopg.connect(host=str(endpoint.socket), user=SUPERUSER, dbname="postgres") as connection:
        return connection.execute(query).fetchone()[0]


def environment(settings: Settings) -> dict[str, str]:
    """The process environment with the settings of a test's server."""
    return {**os.environ, "DANCU_HOME": str(settings.home), "DANCU_SYSTEM_DIR": str(settings.system_dir)}


def started_elsewhere(settings: Settings) -> subprocess.Popen[str]:
    """A process that starts the server and ends."""
    command = [sys.executable, "-c", OPEN]
    return subprocess.Popen(command, env=environment(settings), stdout=subprocess.PIPE, text=True)


def rights_above(path: Path) -> dict[Path, tuple[int, int, int]]:
    """Mode and owner of every folder above a path."""
    return {p: (s.st_mode, s.st_uid, s.st_gid) for p in path.parents if p.exists() for s in [p.stat()]}


def test_start_is_idempotent_and_stop_ends_it(own):
    assert launch.status(own).state == "absent"
    first = launch.start(own)
    assert launch.start(own) == first
    assert launch.status(own).state == "running"
    assert asked(first, "SELECT 1") == 1
    assert launch.stop(own) and not launch.stop(own)
    assert launch.status(own).state == "stopped"
    assert not first.socket.exists()
    second = launch.start(own)
    assert second.pid != first.pid and asked(second, "SELECT 1") == 1


def test_the_server_survives_the_process_that_started_it(own):
    process = started_elsewhere(own)
    pid = int(process.communicate(timeout=60)[0])
    assert launch.start(own).pid == pid
    assert asked(launch.start(own), "SELECT 1") == 1


def test_five_processes_at_once_start_one_server(own):
    processes = [started_elsewhere(own) for _ in range(5)]
    pids = {process.communicate(timeout=120)[0].strip() for process in processes}
    assert [process.returncode for process in processes] == [0] * 5
    assert pids == {str(launch.start(own).pid)}


def test_nothing_listens_on_a_network_and_the_socket_is_private_and_short(own):
    endpoint = launch.start(own)
    assert asked(endpoint, "SHOW listen_addresses") == ""
    assert len(os.fsencode(endpoint.socket / ".s.PGSQL.5432")) <= 90
    assert endpoint.socket.stat().st_mode & 0o777 == 0o700
    assert not endpoint.socket.is_relative_to(own.home)


def test_the_cluster_is_as_the_contract_says(own):
    endpoint = launch.start(own)
    wanted = {
        "data_checksums": "on", "server_encoding": "UTF8", "wal_compression": "pglz", "jit": "off",
        "random_page_cost": "1.1", "fsync": "on", "synchronous_commit": "on", "TimeZone": "UTC",
        "log_min_messages": "log", "log_min_error_statement": "panic", "dancu.purpose": "training",
    }  # fmt: skip
    assert {name: asked(endpoint, f"SHOW {name}") for name in wanted} == wanted
    assert asked(endpoint, "SELECT format('%s %s', datlocprovider, datlocale) FROM pg_database LIMIT 1") == "b C.UTF-8"
    assert asked(endpoint, "SELECT count(*) FROM pg_hba_file_rules WHERE auth_method <> 'peer'") == 0
    assert asked(endpoint, "SELECT count(*) FROM pg_hba_file_rules") == 1
    marker = read_marker(place(own))
    assert marker and (marker.purpose, marker.major) == ("training", 18)


def test_rights_of_the_folders_above_stay_as_they_were(own):
    own.home.parent.chmod(0o700)
    places = [own.home / "x", own.system_dir / "x", launch.programs(own).bin / "x"]
    before = [rights_above(path) for path in places]
    launch.start(own)
    after = [rights_above(path) for path in places]
    assert [{p: r for p, r in now.items() if p in old} for old, now in zip(before, after, strict=True)] == before


def test_a_path_of_150_characters_and_odd_signs_will_do(own, server):
    deep = own.home.parent / "Nguyễn 'n' \"q\" $HOME" / ("x" * 110) / "home"
    settings = dataclasses.replace(own, home=deep)
    assert len(str(deep)) >= 150
    try:
        assert asked(launch.start(settings), "SELECT 1") == 1
    finally:
        launch.stop(settings)


def test_an_administrators_own_lines_win(own):
    launch.start(own)
    launch.stop(own)
    (place(own).conf / "local.conf").write_text("work_mem = '7MB'\n", encoding="utf-8")
    assert asked(launch.start(own), "SHOW work_mem") == "7MB"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands the server to another account")
def test_roots_server_runs_as_another_who_cannot_change_its_rules(own):
    endpoint = launch.start(own)
    where = place(own)
    owner = Path(f"/proc/{endpoint.pid}").stat().st_uid
    assert owner == where.owner.uid != 0
    assert where.data.stat().st_uid == owner and where.data.stat().st_mode & 0o077 == 0
    for ours in (where.root, where.conf, *where.conf.iterdir(), where.marker):
        assert ours.stat().st_uid == 0 and not ours.stat().st_mode & 0o022
    program = Path(f"/proc/{endpoint.pid}/exe").resolve()
    assert program.stat().st_uid == 0 and program.is_relative_to(own.system_dir)


def test_figures_follow_the_machine():
    office = tuned(Machine(memory_mb=8192, processors=4, shared_free_mb=4000))
    assert (office["shared_buffers"], office["max_wal_size"]) == ("1024MB", "2048MB")
    small = tuned(Machine(memory_mb=512, processors=1, shared_free_mb=64))
    assert (small["shared_buffers"], small["dynamic_shared_memory_type"]) == ("64MB", "mmap")
    assert tuned(Machine(1 << 20, 128, 9999))["shared_buffers"] == "16384MB"
