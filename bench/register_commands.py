"""Measures what the register's storage costs: commands a second beside the bare inserts, and events folded a second."""

from __future__ import annotations

import contextlib
import importlib
import multiprocessing
import os
import re
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dancu.kit import roles
from dancu.kit.clock import SystemClock
from dancu.kit.database import Database, found_database
from dancu.kit.server.programs import programs
from dancu.kit.settings import Settings
from dancu.register.actions import Done, perform
from dancu.register.command import Order
from dancu.register.store.asked import Rule
from dancu.register.store.replay import Progress, check

WRITERS = 16
SECONDS = 8.0
_SCRIPT = Path(__file__).parent / "sql" / "register_birth.sql"
_TPS = re.compile(r"^tps = ([0-9.]+)", re.MULTILINE)


@dataclass(frozen=True)
class Workload:
    """What writers send: rules, what is checked before them, and the n-th order of a writer."""

    rules: Mapping[str, Rule]
    admit: Callable[..., Any] | None
    order: Callable[[int, int], Order]


@dataclass(frozen=True)
class Rate:
    """How many of something were done in how many seconds."""

    count: int
    seconds: float

    @property
    def per_s(self) -> float:
        return self.count / self.seconds


def commands(database: Database, workload: str, *, writers: int = WRITERS, seconds: float = SECONDS) -> Rate:
    """Births carried out by `writers` threads with a connection each, in as many processes as there are processors, as a web
    server's workers are. `workload`: "module:function" that gives a Workload."""
    context = multiprocessing.get_context("spawn")
    count = max(1, min(os.cpu_count() or 1, writers))
    shares = [range(n, writers, count) for n in range(count)]
    begin, counts = context.Barrier(count + 1), context.Queue()
    given = (database.settings, database.name, workload, seconds, begin, counts)
    started = [context.Process(target=_process, args=(share, *given), daemon=True) for share in shares]
    for process in started:
        process.start()
    begin.wait(120)
    begun = time.monotonic()
    count = sum(counts.get(timeout=seconds + 60) for _ in started)
    taken = time.monotonic() - begun
    for process in started:
        process.join(30)
    return Rate(count, taken)


def inserts(database: Database, *, writers: int = WRITERS, seconds: float = SECONDS) -> Rate:
    """The same rows by pgbench with prepared statements: the limit a command is measured against."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "birth.sql"
        script.write_text(_script(database), encoding="utf-8")
        address = database.address
        command = [
            str(programs(database.settings).bin / "pgbench"), "-n", "-M", "prepared", "-c", str(writers), "-j", "2",
            "-T", str(round(seconds)), "-f", str(script), "-h", str(address["host"]), "-U", roles.REGISTER, database.name,
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=seconds + 120)
    found = _TPS.search(done.stdout)
    if found is None:
        raise RuntimeError("pgbench did not say its rate")
    return Rate(round(float(found[1]) * seconds), seconds)


def replay(database: Database) -> Rate:
    """Events read, folded and compared with the stored state, on one core of ours."""
    told: list[Progress] = []
    with database.connect(roles.READER, autocommit=True) as connection:
        begun = time.process_time()
        if list(check(connection, tell=told.append)):
            raise RuntimeError("the stored state is not what the events fold to")
        return Rate(told[-1].events, time.process_time() - begun)


def _script(database: Database) -> str:
    """The pgbench script with the bytes of a real row in it."""
    query = """SELECT a.digest, p.salt, p.changes, s.state::text FROM register_action a
      JOIN register_action_payload p ON p.action_id = a.id JOIN register_person s ON s.id = a.person
      WHERE a.kind = 'birth' ORDER BY a.id LIMIT 1"""
    with database.connect(roles.READER) as connection:
        digest, salt, changes, state = connection.execute(query).fetchone() or (b"", b"", "{}", "{}")
    text = {"digest": f"\\x{digest.hex()}", "salt": f"\\x{salt.hex()}"}
    # A colon begins a variable of pgbench's, in JSON too; a space behind it does not change the JSON.
    text |= {"changes": changes.replace(":", ": "), "state": state.replace(":", ": ")}
    return _SCRIPT.read_text(encoding="utf-8").format(**{name: value.replace("'", "''") for name, value in text.items()})


def _process(share: range, settings: Settings, name: str, workload: str, seconds: float, begin: Any, counts: Any) -> None:
    module, _, function = workload.partition(":")
    load: Workload = getattr(importlib.import_module(module), function)()
    database = found_database(settings)
    if database is None:
        raise RuntimeError("the server does not run")
    database = database.named(name)
    with contextlib.ExitStack() as stack, ThreadPoolExecutor(len(share)) as pool:
        connections = [stack.enter_context(database.connect(roles.REGISTER, autocommit=True)) for _ in share]
        begin.wait(120)
        until = time.monotonic() + seconds
        counts.put(sum(pool.map(lambda n, connection: _write(n, connection, load, until), share, connections)))


def _write(n: int, connection: Any, load: Workload, until: float) -> int:
    clock, count = SystemClock(), 0
    while time.monotonic() < until:
        done = perform(connection, load.order(n, count), rules=load.rules, clock=clock, admit=load.admit)
        if not isinstance(done, Done):
            raise RuntimeError("a command of the bench was refused")
        count += 1
    return count
