"""kill -9 at any moment, of our processes and of PostgreSQL: nothing acknowledged is missing, nothing is half-written."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from dancu.kit import roles
from dancu.kit.database import Database, open_database
from dancu.kit.server import launch
from dancu.register.feed import changes as feed
from dancu.register.feed.sequencer import drain, leading
from dancu.register.store.replay import check
from dancu.world import build
from tests.kit import fixture
from tests.kit.test_crash import killed
from tests.register.test_feed import in_order
from tests.register.tiny import Open, do

ROOT = Path(__file__).resolve().parents[3]
HALF = """
SELECT 'order without action' FROM register_order o WHERE NOT EXISTS (SELECT FROM register_action a WHERE a.order_id = o.id)
UNION ALL
SELECT 'action without payload' FROM register_action a LEFT JOIN register_action_payload p ON p.action_id = a.id
  WHERE p.action_id IS NULL
UNION ALL
SELECT 'action in neither or both of outbox and feed' FROM register_action a
  WHERE (SELECT count(*) FROM register_outbox WHERE action = a.id) + (SELECT count(*) FROM register_feed WHERE action = a.id) <> 1
UNION ALL
SELECT 'state without its number' FROM register_person p
  WHERE p.pin IS NOT NULL AND NOT EXISTS (SELECT FROM register_number n WHERE n.pin = p.pin AND n.person = p.id)
LIMIT 10
"""


def started(what: str, database: Database, seed: int | Path) -> subprocess.Popen[str]:
    settings = database.settings
    command = [sys.executable, "-m", "tests.register.worker", what, settings.home, settings.system_dir, database.name, seed]
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    return subprocess.Popen(
        [str(part) for part in command], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        env={**os.environ, "PYTHONPATH": path},
    )  # fmt: skip


def told_before_death(worker: subprocess.Popen[str]) -> set[str]:
    """What a process said was durable before it was killed; a last line may be torn."""
    worker.kill()
    said, _ = worker.communicate(timeout=30)
    return set(said[: said.rfind("\n") + 1].split())


def assert_whole(connection: psycopg.Connection, acknowledged: set[str]) -> None:
    written = {id for (id,) in connection.execute("SELECT id FROM register_order")}
    assert acknowledged <= written
    assert connection.execute(HALF).fetchall() == []
    assert list(check(connection)) == []


def opened(connection) -> None:
    for n in range(8):
        do(connection, Open(f"Người {n}", birth_date=f"200{n}-01-01"))


def test_killing_writers_loses_nothing_and_halves_nothing(database, book):
    opened(book)
    chance, acknowledged = random.Random(3), set()
    for turn in range(4):
        workers = [started("commands", database, 10 * turn + n) for n in range(3)]
        for worker in workers:
            assert worker.stdout.readline()
        time.sleep(chance.random() * 0.5)
        for worker in workers:
            acknowledged |= told_before_death(worker)
    # What the dead were at is undone by the server as soon as it notices.
    assert len(acknowledged) > 12
    assert_whole(book, acknowledged)


def test_killing_sequencers_makes_no_hole_and_no_double(database, book):
    opened(book)
    chance = random.Random(4)
    writer = started("commands", database, 1)
    try:
        for turn in range(8):
            sequencer = started("hasty", database, turn)
            assert sequencer.stdout.readline()
            time.sleep(chance.random() * 0.3)
            told_before_death(sequencer)
    finally:
        acknowledged = told_before_death(writer)
    with contextlib.ExitStack() as stack:
        until = time.monotonic() + 10
        while (connection := stack.enter_context(leading(database))) is None and time.monotonic() < until:
            time.sleep(0.05)
        drain(connection)
    told = feed.changes(book, 0)
    assert feed.ends(book)[1] == len(told) > 8 and in_order(told)
    assert_whole(book, acknowledged)


@pytest.mark.parametrize("seed", [1, 2])
def test_killing_postgresql_loses_nothing_and_halves_nothing(own, seed):
    database = open_database(own)
    fixture.migrate(database)
    with database.connect(roles.REGISTER, autocommit=True) as connection:
        opened(connection)
    chance, acknowledged = random.Random(seed), set()
    for turn in range(2):
        workers = [started("commands", database, 100 * turn + n) for n in range(3)]
        sequencer = started("run", database, 0)
        for worker in workers:
            assert worker.stdout.readline()
        time.sleep(chance.random())
        killed(own)
        for worker in workers:
            assert worker.wait(timeout=30) != 0
            acknowledged |= told_before_death(worker)
        launch.start(own)
        # The sequencer stands by until the server is back.
        assert sequencer.poll() is None
        os.kill(sequencer.pid, signal.SIGTERM)
        sequencer.communicate(timeout=30)
    with open_database(own).connect(roles.REGISTER, autocommit=True) as connection:
        with leading(open_database(own)) as leader:
            drain(leader)
        assert len(acknowledged) >= 6
        assert_whole(connection, acknowledged)
        assert in_order(feed.changes(connection, 0))


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register of 1,200 people: twenty chunks of the worker's size."""
    root = tmp_path_factory.mktemp("world")
    build(people=1200, seed=12, out=root, files=())
    return root / "register.parquet"


def loading(database: Database, file: Path, chunks: int) -> tuple[subprocess.Popen[str], set[str]]:
    """A load that has made so many chunks durable, and goes on; what it said so far."""
    worker = started("load", database, file)
    said = {worker.stdout.readline().strip() for _ in range(chunks)}
    assert "" not in said
    return worker, said


def finished(connection: psycopg.Connection, database: Database, file: Path, acknowledged: set[str]) -> None:
    """Begun again, the load brings the rest and nobody twice."""
    assert_whole(connection, acknowledged)
    worker = started("load", database, file)
    said, _ = worker.communicate(timeout=60)
    assert worker.returncode == 0 and said
    assert connection.execute("SELECT count(*), count(DISTINCT pin) FROM register_person").fetchone() == (1200, 1200)
    assert_whole(connection, acknowledged | set(said.split()))


def test_killing_a_load_loses_nothing_and_halves_nothing(database, book, file):
    acknowledged: set[str] = set()
    for chunks in (1, 4, 2):
        worker, said = loading(database, file, chunks)
        acknowledged |= said | told_before_death(worker)
        assert_whole(book, acknowledged)
    assert len(acknowledged) >= 7
    finished(book, database, file, acknowledged)


def test_killing_postgresql_in_a_load_loses_nothing_and_halves_nothing(own, file):
    database = open_database(own)
    fixture.migrate(database)
    worker, acknowledged = loading(database, file, 3)
    killed(own)
    assert worker.wait(timeout=30) != 0
    acknowledged |= told_before_death(worker)
    launch.start(own)
    with open_database(own).connect(roles.REGISTER, autocommit=True) as connection:
        finished(connection, database, file, acknowledged)
