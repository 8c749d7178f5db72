"""`make bench-quality`: a run of all rules with everybody's reasons, refresh included, beside the plain aggregate of the same rules.

BENCH_QUALITY and BENCH_QUALITY_CHANGES change how many people and changes; only the defaults count. Each round begins with the copy
as it was before the changes. The peer counts the same conditions over the same Parquet and writes nothing.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

from bench import harness, worlds
from bench.harness import (
    Claim,
    Command,
    alternate,
    measure,
    median,
    print_claims,
    print_table,
    say,
    times_slower,
    write,
)

PEOPLE, CHANGES, SEED, RUNS = 10_000_000, 100_000, 20262, 3
MEMORY = "4GB"
DAY = date(2026, 12, 1)
ROOT = worlds.DATA / "quality"
APPS = ("dancu.register", "dancu.quality")


def opened() -> Any:
    """The bench's own database, its server started where it is not running."""
    from dancu.kit.database import open_database
    from dancu.kit.settings import Settings

    return open_database(Settings(home=ROOT / "home", system_dir=ROOT / "system"))


def stop() -> None:
    """Stop the server and remove everything."""
    from dancu.kit.server import launch
    from dancu.kit.settings import Settings

    launch.stop(Settings(home=ROOT / "home", system_dir=ROOT / "system"))
    shutil.rmtree(ROOT, ignore_errors=True)


def setup(people: int, changes: int) -> None:
    """Load the country, copy it, then load the changes; figures of the way there in `setup.json`."""
    from dancu.kit import project
    from dancu.kit.clock import SystemClock
    from dancu.register.feed import sequencer
    from dancu.register.load import Loading, load

    database = opened()
    project.migrate(database, APPS)

    def bring(size: int, seed: int) -> float:
        register = worlds.world(people=size, rows=1000, seed=seed).register
        begun = time.perf_counter()
        with tempfile.TemporaryDirectory(dir=ROOT) as work:
            load(database, Loading(register, "bench", "bench", Path(work), Path(work) / "refused.csv"), SystemClock())
        with sequencer.leading(database) as connection:
            sequencer.drain(connection)
        return time.perf_counter() - begun

    told = {"load_s": bring(people, SEED)}
    begun = time.perf_counter()
    followed("before")
    told["first_copy_s"] = time.perf_counter() - begun
    told["copy_bytes"] = sum(path.stat().st_size for path in (ROOT / "before").glob("*.parquet"))
    told["changes_s"] = bring(changes, SEED + people)
    (ROOT / "setup.json").write_text(json.dumps(told))


def followed(folder: str) -> Any:
    """The copy in a folder below `ROOT`, brought up to date."""
    from dancu.kit.clock import SystemClock
    from dancu.quality.copy.follow import follow
    from dancu.register.command import Actor
    from dancu.register.witness import Reader, witness

    with witness(ROOT / "log") as log:
        reader = Reader.of(Actor("bench", "system"), "BENCH")
        return follow(opened(), ROOT / folder, witness=log, reader=reader, at=SystemClock().now(), memory=MEMORY).copy


def ours() -> None:
    """The copy as it was, refreshed; everybody's reasons written; the counts of all units."""
    from dancu.linkage.engine import open_engine
    from dancu.quality.runs import evaluate

    _as_before("now")
    begun = time.perf_counter()
    copy = followed("now")
    refresh_s = time.perf_counter() - begun
    engine = open_engine(ROOT / "ours", memory=MEMORY)
    evaluate.relatives(engine, copy.source())
    evaluate.reasons(engine, ROOT / "reasons.parquet", DAY)
    evaluate.by_unit(engine, ROOT / "reasons.parquet")
    engine.close()
    (ROOT / "ours.json").write_text(json.dumps({"refresh_s": refresh_s, "reasons_bytes": (ROOT / "reasons.parquet").stat().st_size}))


def peer() -> None:
    """The plain aggregate over the refreshed copy: one count a rule."""
    from dancu.linkage.engine import open_engine
    from dancu.quality.copy import store
    from dancu.quality.runs import evaluate

    engine = open_engine(ROOT / "peer", memory=MEMORY)
    evaluate.relatives(engine, store.read(ROOT / "after").source())  # type: ignore[union-attr]
    (ROOT / "peer.json").write_text(json.dumps(engine.run(evaluate.counting(DAY))[0]))
    engine.close()


def linked() -> None:
    """Doubles over the refreshed copy: context, no part of the claim."""
    from dancu.linkage.engine import open_engine
    from dancu.quality.copy import store
    from dancu.quality.linking.pairs import link

    engine = open_engine(ROOT / "linked", memory=MEMORY)
    found = link(engine, store.read(ROOT / "after").source(), ROOT / "pairs.parquet")  # type: ignore[union-attr]
    (ROOT / "linked.json").write_text(json.dumps({"pairs": found, "candidates": engine.count("candidate")}))
    engine.close()


def _as_before(folder: str) -> None:
    shutil.rmtree(ROOT / folder, ignore_errors=True)
    # Parts are never written to again, so a link is as good as a copy.
    shutil.copytree(ROOT / "before", ROOT / folder, copy_function=os.link)


def _command(name: str) -> Command:
    return Command(name, (sys.executable, "-m", "bench.quality", name))


def _checked() -> int:
    """(person, rule) found by ours; it must be what the peer counted."""
    import duckdb

    counts = json.loads((ROOT / "peer.json").read_text())
    bits = ", ".join(f"count(*) FILTER (WHERE mask & {1 << bit} <> 0)" for bit in range(len(counts)))
    mine = duckdb.sql(f"SELECT {bits} FROM read_parquet('{ROOT / 'reasons.parquet'}')").fetchall()[0]
    if list(mine) != counts:
        raise RuntimeError("the run and the aggregate found different things")
    return sum(counts)


def main() -> None:
    """Set up, measure in turns, check that both found the same, write the claim."""
    people, changes = worlds.size("BENCH_QUALITY", PEOPLE), worlds.size("BENCH_QUALITY_CHANGES", CHANGES)
    stop()
    ROOT.mkdir(parents=True)
    try:
        measure(Command("setup", (sys.executable, "-m", "bench.quality", "setup", str(people), str(changes))))
        told = json.loads((ROOT / "setup.json").read_text())
        say(f"loaded {people:,} people in {told['load_s']:.0f} s, copied in {told['first_copy_s']:.0f} s")
        measure(_command("ours"))
        (ROOT / "now").rename(ROOT / "after")
        runs = alternate([_command("ours"), _command("peer")], runs=RUNS, warm=1)
        link = measure(_command("linked"))
        found, mine, beside = _checked(), median(runs["ours"]), median(runs["peer"])
        refresh_s = json.loads((ROOT / "ours.json").read_text())["refresh_s"]
        pairs = json.loads((ROOT / "linked.json").read_text())
        claims = [
            times_slower(f"quality run with reasons, {changes:,} changes refreshed", mine, beside, bar=2, peer_name="DuckDB, counts only"),
            Claim("of which the refresh", refresh_s, "s", note="the server's CPU not counted, its wall time is"),
            Claim("peak memory", mine.rss_mib, "MiB", 6 * 1024, "most", note=f"limit of DuckDB {MEMORY}"),
            Claim("first copy", told["first_copy_s"], "s", note=f"{told['copy_bytes'] / people:.0f} B a person"),
            Claim("findings (person, rule)", found, "", note="equal to the peer's counts"),
            Claim("doubles by linkage", link.wall_s, "s", note=f"{pairs['candidates']:,} pairs weighed, {pairs['pairs']:,} doubles"),
        ]
    finally:
        stop()
    table = [{"run": name, "wall s": round(r.wall_s, 2), "CPU s": round(r.cpu_s, 2), "MiB": round(r.rss_mib)}
             for name, r in (("ours", mine), ("peer", beside), ("doubles", link))]  # fmt: skip
    print_table(table)
    print_claims(claims)
    about = f"{people:,} people, {changes:,} changes behind; a bit a rule, reasons written and summed by unit, beside counts alone."
    write("quality", claims, table=table, about=about, official=(people, changes) == (PEOPLE, CHANGES))


if __name__ == "__main__":
    harness.told(__doc__)
    _STEPS = {"ours": ours, "peer": peer, "linked": linked}
    if len(sys.argv) > 1 and sys.argv[1] == "setup":
        setup(int(sys.argv[2]), int(sys.argv[3]))
    elif len(sys.argv) > 1:
        _STEPS[sys.argv[1]]()
    else:
        main()
