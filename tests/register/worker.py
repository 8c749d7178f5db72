"""A process that is made to be killed: carries out commands, loads, or sequences, and says on its standard output what is durable."""

from __future__ import annotations

import random
import sys
import tempfile
import threading
import time
from pathlib import Path

from dancu.core.refusal import Refusal
from dancu.kit import roles
from dancu.kit.clock import SystemClock
from dancu.kit.database import Database, found_database
from dancu.kit.settings import Settings
from dancu.register import load as loads
from dancu.register.actions import Done
from dancu.register.event import Changes
from dancu.register.feed.sequencer import leading, run, sequence
from tests.register.tiny import Change, Marry, Open, Redact, do


def commands(database: Database, seed: int) -> None:
    """Commands without end; each id is told once it is durable."""
    chance = random.Random(seed)
    with database.connect(roles.REGISTER, autocommit=True) as connection:
        for n in range(1_000_000):
            refs = [f"#{row[0]}" for row in connection.execute("SELECT id FROM register_person ORDER BY id LIMIT 8")]
            one, other = chance.sample(refs, 2)
            event = connection.execute("SELECT max(id) FROM register_action WHERE person = %s", [one[1:]]).fetchone()[0]
            body = chance.choice(
                [Marry(one, other), Change(one, Changes(phone=str(n))), Open(f"Mới {seed} {n}"), Redact(one, (event,), ("phone",))]
            )
            effective = chance.choice(["", "2011-01-01", "2015-01-01"])
            if isinstance(done := do(connection, body, id=f"{seed}.{n}", effective=effective), Done):
                told(done.order)


def hasty(database: Database, seed: int) -> None:
    """Sequence in small batches as fast as can be."""
    chance = random.Random(seed)
    with leading(database) as connection:
        while connection is not None:
            if not sequence(connection, limit=chance.randrange(1, 5)):
                time.sleep(0.001)
            told("batch")


def load(database: Database, file: Path) -> None:
    """Load a register file in small chunks; each chunk's order is told once it is durable."""
    loads.CHUNK = 60
    whole = loads._Loader.copy

    def copy(loader: loads._Loader, chunk: loads.Chunk) -> None:
        whole(loader, chunk)
        told(chunk.order)

    loads._Loader.copy = copy
    with tempfile.TemporaryDirectory(dir=file.parent) as work:
        loads.load(database, loads.Loading(file, "nap", "thử", Path(work), Path(work) / "refused.csv"), SystemClock())


def told(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(what: str, home: str, system: str, name: str, seed: str) -> None:
    settings = Settings(home=Path(home), system_dir=Path(system), server_memory_mb=1024)
    database = found_database(settings)
    if database is None:
        raise SystemExit("no server")
    database = database.named(name)
    try:
        if what == "run":
            run(database, threading.Event())
        elif what == "load":
            load(database, Path(seed))
        else:
            {"commands": commands, "hasty": hasty}[what](database, int(seed))
    except Refusal as refusal:
        raise SystemExit(refusal.code) from None


if __name__ == "__main__":
    main(*sys.argv[1:])
