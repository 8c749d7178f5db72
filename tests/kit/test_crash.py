"""What a crash leaves is recovered from: kill -9, a pid file that lies, a lost socket, a half-made cluster."""

from __future__ import annotations

import dataclasses
import os
import shutil
import signal
import time

import psycopg
import pytest

from dancu.core.refusal import Refusal
from dancu.kit import roles
from dancu.kit.database import open_database
from dancu.kit.server import launch, process
from dancu.kit.server.place import place
from tests.kit.test_server import asked


def killed(settings) -> int:
    """Kill the postmaster as a kernel short of memory would, and wait for its end; its pid."""
    pid = launch.start(settings).pid
    os.kill(pid, signal.SIGKILL)
    while process.serving(place(settings).data):
        time.sleep(0.001)
    return pid


def test_kill_9_loses_nothing_that_was_committed(own):
    database = open_database(own)
    with database.connect(roles.OWNER) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept VALUES (1)")
        connection.commit()
        connection.execute("INSERT INTO kept VALUES (2)")
        killed(own)
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")
            connection.execute("SELECT 1")
    with open_database(own).connect(roles.OWNER) as connection:
        assert connection.execute("SELECT n FROM kept").fetchall() == [(1,)]


def test_children_left_by_kill_9_in_the_middle_of_work_are_cleared_away(own):
    database = open_database(own)
    busy = database.superuser()
    busy.pgconn.send_query(b"SELECT count(*) FROM generate_series(1, 2000000000)")
    killed(own)
    begun = time.monotonic()
    assert asked(launch.start(own), "SELECT 1") == 1
    assert time.monotonic() - begun < 30


def test_the_log_says_no_value(own):
    with open_database(own).connect(roles.OWNER, autocommit=True) as connection:
        connection.execute("CREATE TABLE person (pin text PRIMARY KEY, born date)")
        for query in ("INSERT INTO person VALUES ('001090000001')", "SELECT 'Trần Thị Kín'::date"):
            for _ in range(2):
                try:
                    connection.execute(query)
                except psycopg.Error as error:
                    assert "001090" not in str(error) and "Kín" not in str(error)
    launch.stop(own)
    log = "".join(path.read_text(encoding="utf-8") for path in place(own).log.glob("*.log"))
    assert "001090" not in log and "Kín" not in log


def test_a_pid_file_whose_number_went_to_another_program_is_dropped(own):
    launch.start(own)
    launch.stop(own)
    file = place(own).data / "postmaster.pid"
    file.write_text(f"{os.getpid()}\n{file.parent}\n1\n5432\n/nonexistent/socket\n\n 1 1\nready\n", encoding="utf-8")
    assert launch.status(own).state == "stopped"
    assert asked(launch.start(own), "SELECT 1") == 1


def test_a_pid_file_of_nonsense_is_dropped(own):
    launch.start(own)
    launch.stop(own)
    (place(own).data / "postmaster.pid").write_text("nonsense", encoding="utf-8")
    assert asked(launch.start(own), "SELECT 1") == 1


def test_after_a_reboot_the_socket_folder_is_made_anew_at_its_old_place(own):
    old = launch.start(own).socket
    killed(own)
    shutil.rmtree(old)
    endpoint = launch.start(own)
    assert endpoint.socket == old and asked(endpoint, "SELECT 1") == 1


def test_a_value_made_before_a_restart_still_leads_to_the_server(own):
    database = open_database(own)
    old = launch.start(own).socket
    for trap in (False, True):
        launch.stop(own)
        if trap:
            old.mkdir(mode=0o777)
        endpoint = launch.start(own)
        assert (endpoint.socket != old) == trap
        with database.connect(roles.READER) as connection:
            assert connection.execute("SELECT current_user").fetchone() == (roles.READER,)
    old.rmdir()
    launch.stop(own)
    with pytest.raises(Refusal) as caught:
        database.connect(roles.READER)
    assert caught.value.code == "no_connection"


def test_another_program_at_the_socket_is_not_believed(own):
    database = open_database(own)
    liar = dataclasses.replace(database, address={**database.address, "requirepeer": "somebody"})
    with pytest.raises(Refusal) as caught:
        liar.connect(roles.READER)
    assert caught.value.code == "no_connection"


def test_a_socket_that_was_cleaned_away_is_mended_by_a_new_start(own):
    first = launch.start(own)
    shutil.rmtree(first.socket)
    second = launch.start(own)
    assert second.pid != first.pid and asked(second, "SELECT 1") == 1


def test_a_server_on_its_way_down_is_not_taken_for_one_that_runs(own):
    first = launch.start(own)
    with psycopg.connect(host=str(first.socket), user="postgres", dbname="postgres"):
        # Asked politely, it waits for whoever is connected and lets nobody else in.
        os.kill(first.pid, signal.SIGTERM)
        until = time.monotonic() + 10
        while launch.status(own).state == "running" and time.monotonic() < until:
            time.sleep(0.01)
        second = launch.start(own)
    assert second.pid != first.pid and asked(second, "SELECT 1") == 1


def test_programs_of_which_a_part_was_lost_are_copied_again(own, server):
    settings = dataclasses.replace(own, system_dir=own.home.parent / "system")
    launch.start(settings)
    launch.stop(settings)
    if os.geteuid() == 0:
        (copy,) = settings.system_dir.glob("programs-*")
        (postgres,) = copy.glob("*/*/bin/postgres")
        postgres.write_bytes(b"")
    assert asked(launch.start(settings), "SELECT 1") == 1
    launch.stop(settings)


def test_a_half_made_cluster_is_made_again(own):
    launch.start(own)
    launch.stop(own)
    where = place(own)
    where.data.rename(where.root / "data.new")
    where.marker.unlink()
    assert asked(launch.start(own), "SELECT 1") == 1
    assert not (where.root / "data.new").exists()


def test_stop_ends_what_a_killed_server_left(own):
    old = launch.start(own).socket
    killed(own)
    assert not launch.stop(own)
    assert not process._standing_in(place(own).data) and not old.exists()


def test_a_held_lock_is_waited_for_and_then_told(own):
    launch.start(own)
    with (
        process.locked(place(own).lock, 1),
        pytest.raises(Refusal, match="Another process") as caught,
        process.locked(place(own).lock, 0.1),
    ):
        pass
    assert caught.value.code == "server_busy"


def test_a_server_that_cannot_start_says_why(own):
    launch.start(own)
    launch.stop(own)
    (place(own).conf / "local.conf").write_text("shared_buffers = 'much'\n", encoding="utf-8")
    with pytest.raises(Refusal) as caught:
        launch.start(own)
    assert caught.value.code == "server_failed"
    assert "shared_buffers" in caught.value.vi
    assert launch.status(own).state == "stopped"
