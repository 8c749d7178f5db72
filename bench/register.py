"""`make bench-register`: loading, commands, replay, search, the feed's lag and the copy of linkage, beside what PostgreSQL does bare.

BENCH_LOAD and BENCH_REGISTER change how many people are loaded beside the bare COPY and searched; only the defaults count.
"""

from __future__ import annotations

import contextlib
import shutil
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from bench import harness, worlds
from bench.harness import Claim, print_claims, print_table, say, write
from bench.register_commands import Workload, commands, inserts, replay
from dancu.kit import project, roles
from dancu.kit.clock import SystemClock
from dancu.kit.database import Database, create, open_database
from dancu.kit.server import launch
from dancu.kit.settings import Settings
from dancu.linkage.follow import follow
from dancu.register.command import Actor, BookEntry, Order, Source
from dancu.register.feed import sequencer
from dancu.register.load import Loaded, Loading, load
from dancu.register.person import Place
from dancu.register.read.search import MOST
from dancu.register.read.stats import behind, stats
from dancu.register.rules import COMMANDS
from dancu.register.rules.birth import RegisterBirth
from dancu.register.rules.gate import admitted

LOAD, REGISTER, SEED, CHANGES = 1_000_000, 10_000_000, 20261, 100_000
COMMONEST, RUNS, COMMAND_RUNS = 100, 4, 5
# In the order in which a load writes them.
TABLES = (
    "register_order", "register_person", "register_action", "register_action_payload", "register_number", "register_old_number",
    "register_outbox", "register_name", "register_word", "register_fault",
)  # fmt: skip
COMMUNE = "00004"
_BY_NAME = "SELECT id, pin, name, birth_date, sex, commune, status FROM register_find(%s, NULL, NULL, NULL, %s)"
_RAW = "SELECT id, pin, name, birth_date, sex, commune, status FROM register_person WHERE fold = %s ORDER BY birth_date LIMIT %s"
_RAW_FOLDS = "SELECT id, pin, name, birth_date, sex, commune, status FROM register_person WHERE fold = ANY(%s) LIMIT %s"


def births() -> Workload:
    """Births of the real rules, each with an entry of the civil book and a number."""
    return Workload(COMMANDS, admitted, birth)


def birth(writer: int, n: int) -> Order:
    """The n-th birth of a writer, in this process's run."""
    today = date.today().isoformat()
    place = Place(COMMUNE)
    unique = f"{_RUN}.{writer}.{n}"
    body = RegisterBirth(
        name="Nguyễn Văn " + "".join(chr(ord("a") + int(sign)) for sign in str(abs(hash(unique)))[:12]).capitalize(),
        birth_date=today, sex="male" if n % 2 else "female", birth_place=place, registered_at=place,
        confirmed=True,
    )  # fmt: skip
    return Order(
        id=unique, actor=Actor("bench", "civil_status", COMMUNE), source=Source("civil_book"), legal_basis="Luật Hộ tịch 2014",
        body=body, entry=BookEntry(unique, "01", "1", today, COMMUNE),
    )  # fmt: skip


_RUN = f"{time.time_ns():x}"


@contextlib.contextmanager
def server() -> Iterator[Database]:
    """An embedded server of the bench's own below bench/data, removed afterwards."""
    folder = worlds.DATA / "register"
    settings = Settings(home=folder / "home", system_dir=folder / "system")
    launch.stop(settings)
    shutil.rmtree(folder, ignore_errors=True)
    try:
        yield open_database(settings)
    finally:
        project.close()
        launch.stop(settings)
        shutil.rmtree(folder, ignore_errors=True)


def fresh(server: Database, name: str) -> Database:
    """A migrated database of that name."""
    made = server.named(name)
    create(made)
    project.migrate(made, ("dancu.register",))
    return made


def loaded(database: Database, register: Path) -> tuple[Loaded, float, float]:
    """A load with a sequencer beside it: what was done, its seconds, and the longest the feed was behind (s)."""
    stop, lags = threading.Event(), [0.0]
    beside = [
        threading.Thread(target=sequencer.run, args=(database, stop)),
        threading.Thread(target=_watch, args=(database, stop, lags)),
    ]
    for thread in beside:
        thread.start()
    try:
        with tempfile.TemporaryDirectory(dir=worlds.DATA) as work:
            begun = time.perf_counter()
            done = load(
                database, Loading(register, "bench", "bench", Path(work), Path(work) / "refused.csv"), SystemClock()
            )
            return done, time.perf_counter() - begun, max(lags)
    finally:
        stop.set()
        for thread in beside:
            thread.join(60)


def _watch(database: Database, stop: threading.Event, lags: list[float]) -> None:
    with database.connect(roles.READER, autocommit=True) as connection:
        while not stop.is_set():
            lags.append(behind(connection, SystemClock())[2])
            stop.wait(0.2)


def copied(source: Database, target: Database) -> float:
    """Seconds of COPY alone of exactly the rows of one database into the same tables and indexes of another."""
    seconds = 0.0
    with (
        source.connect(roles.OWNER) as reading,
        target.connect(roles.OWNER) as writing,
        tempfile.TemporaryDirectory(dir=worlds.DATA) as folder,
    ):
        for table in TABLES:
            path = Path(folder) / table
            # What the sequencer has taken from the outbox went through it all the same.
            query = (
                "SELECT position, action, enrichment FROM register_feed"
                if table == "register_outbox"
                else f"SELECT * FROM {table}"
            )
            with path.open("wb") as file, reading.cursor().copy(f"COPY ({query}) TO STDOUT") as out:
                for block in out:
                    file.write(block)
            begun = time.perf_counter()
            with path.open("rb") as file, writing.cursor().copy(f"COPY {table} FROM STDIN") as into:
                while block := file.read(1 << 20):
                    into.write(block)
            writing.commit()
            seconds += time.perf_counter() - begun
            path.unlink()
    return seconds


def searches(database: Database) -> list[Claim]:
    """The commonest names, and each with a slip, beside the raw indexed query for the rows they find."""
    with database.connect(roles.READER, autocommit=True) as connection:
        connection.execute("SET statement_timeout = 0")
        query = "SELECT fold FROM register_person GROUP BY fold ORDER BY count(*) DESC LIMIT %s"
        names = [fold for (fold,) in connection.execute(query, [COMMONEST])]
        slipped = [name[:-2] + name[-1] + name[-2] if name[-1] != name[-2] else name[:-1] for name in names]
        alike = {
            name: [fold for (fold,) in connection.execute("SELECT fold FROM register_alike(%s)", [name])]
            for name in slipped
        }
        found = _in_turn(
            {
                "name": lambda name: connection.execute(_BY_NAME, [name, MOST + 1]).fetchall(),
                "raw name": lambda name: connection.execute(_RAW, [name, MOST + 1]).fetchall(),
            },
            names,
        ) | _in_turn(
            {
                "slip": lambda name: connection.execute(_BY_NAME, [name, MOST + 1]).fetchall(),
                "raw slip": lambda name: connection.execute(_RAW_FOLDS, [alike[name], MOST + 1]).fetchall(),
            },
            slipped,
        )
    ratio = statistics.median(found["name"]) / statistics.median(found["raw name"])
    slip_ratio = statistics.median(found["slip"]) / statistics.median(found["raw slip"])
    return [
        Claim("search of the 100 commonest names, p95", p95(found["name"]), "ms", 200, "most"),
        Claim("the same, times the raw indexed query", ratio, "×", 3, "most", note="medians"),
        Claim("search with one slip, p95", p95(found["slip"]), "ms", 200, "most"),
        Claim(
            "the same, times the raw query of the names it finds",
            slip_ratio,
            "×",
            note="finding the names is what it adds",
        ),
    ]


def _in_turn(works: dict[str, Callable[[str], Any]], names: list[str]) -> dict[str, list[float]]:
    """Milliseconds of each work for each name, one work after the other on the same name, the first in turn."""
    times: dict[str, list[float]] = {label: [] for label in works}
    for run in range(RUNS):
        order = list(works) if run % 2 == 0 else list(works)[::-1]
        for name in names:
            for label in order:
                begun = time.perf_counter()
                works[label](name)
                times[label].append((time.perf_counter() - begun) * 1000)
    return times


def p95(times: list[float]) -> float:
    """The time that 95 of 100 stay below."""
    return sorted(times)[int(len(times) * 0.95)]


def refreshed(database: Database, people: int) -> tuple[float, float]:
    """Seconds of making linkage's copy the first time, and of bringing it up after `CHANGES` new people."""
    with tempfile.TemporaryDirectory(dir=worlds.DATA) as folder:
        begun = time.perf_counter()
        follow(database, Path(folder) / "linkage")
        first = time.perf_counter() - begun
        more = worlds.world(people=CHANGES, rows=1000, seed=SEED + people)
        loaded(database, more.register)
        with sequencer.leading(database) as connection:
            sequencer.drain(connection)
        begun = time.perf_counter()
        follow(database, Path(folder) / "linkage")
        return first, time.perf_counter() - begun


def small(server: Database, people: int) -> list[Claim]:
    """What is measured at a million people: load beside COPY, lag, commands beside pgbench, replay, refresh."""
    database, bare = fresh(server, "bench_load"), fresh(server, "bench_bare")
    done, seconds, lag_s = loaded(database, worlds.world(people=people, rows=1000, seed=SEED).register)
    say(f"loaded {done.people:,} people in {seconds:.1f} s")
    bare_s = copied(database, bare)
    rate, first_s, refresh_s = replay(database), *refreshed(database, people)
    # In turn, since this machine's pace changes from one minute to the next.
    pairs = [(commands(database, "bench.register:births"), inserts(database)) for _ in range(COMMAND_RUNS)]
    ours, limit = sorted(pairs, key=lambda pair: pair[0].per_s / pair[1].per_s)[COMMAND_RUNS // 2]
    return [
        Claim("load, share of a bare COPY of the same rows", bare_s / seconds, "×", 0.4, "least",
              note=f"{done.people / seconds:,.0f} people/s, COPY {done.people / bare_s:,.0f}/s"),
        Claim("feed behind during the load, at most", lag_s, "s", 2.0, "most"),
        Claim("commands at 16 writers, share of pgbench's inserts", ours.per_s / limit.per_s, "×", 0.3, "least",
              note=f"median of {COMMAND_RUNS} runs in turn: {ours.per_s:,.0f}/s, pgbench {limit.per_s:,.0f}/s"),
        Claim("replay", rate.per_s, "events/s", 30_000, "least", note="a core of ours; the server's share not counted"),
        Claim("linkage's copy, first time", first_s, "s", note=f"{people:,} people"),
        Claim("linkage's copy after 100,000 changes", refresh_s, "s"),
    ]  # fmt: skip


def main() -> None:
    """Measure at a million people, then search and weigh a country."""
    people, country = worlds.size("BENCH_LOAD", LOAD), worlds.size("BENCH_REGISTER", REGISTER)
    with server() as database:
        proven = small(database, people)
        print_claims(proven)
        whole = fresh(database, "bench_country")
        done, seconds, lag_s = loaded(whole, worlds.world(people=country, rows=1_000_000, seed=SEED).register)
        say(f"loaded {done.people:,} people in {seconds:.1f} s")
        with whole.superuser() as connection:
            connection.execute("VACUUM ANALYZE")
        with whole.connect(roles.READER, autocommit=True) as connection:
            figures = stats(connection, SystemClock())
        bytes_a_person = sum(size.bytes_a_person for size in figures.tables)
        proven += [
            Claim(f"load of {country:,} people", done.people / seconds, "people/s", note=f"feed at most {lag_s:.1f} s behind"),
            *searches(whole),
            Claim(
                "bytes a person, all tables and indexes",
                bytes_a_person,
                "B",
                note=f"100M: {bytes_a_person / 10:.0f} GB extrapolated",
            ),
        ]
    table = [
        {"table": size.table, "rows": size.rows, "table B/person": round(size.table_bytes / done.people, 1),
         "index B/person": round(size.index_bytes / done.people, 1)}
        for size in figures.tables
    ]  # fmt: skip
    print_table(table)
    say("")
    print_claims(proven)
    about = f"Loading {people:,} people beside COPY, then a register of {country:,} people; PostgreSQL as it comes with the program."
    write("register", proven, table=table, about=about, official=(people, country) == (LOAD, REGISTER))


if __name__ == "__main__":
    harness.told(__doc__)
    main()
