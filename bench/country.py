"""`make bench-country`: 100 million people, met by a tiny file, an office's file and a whole sector's.

BENCH_REGISTER, BENCH_ROWS, BENCH_RUNS and BENCH_SEED change the sizes; only the defaults count as a result.
"""

from __future__ import annotations

from bench import harness, worlds
from bench.harness import Claim, Run, alternate, median, print_claims, print_table, say, write

ROWS, REGISTER, RUNS, SEED = 10_000_000, 100_000_000, 5, 20262
TINY, SMALL = 100, 10_000


def gb(run: Run) -> float:
    """Peak memory in gigabytes."""
    return run.rss_mib * 1.048576 / 1000


def link_s(run: Run) -> tuple[float, str]:
    """Seconds of linking: the wall time of the whole process, reading and writing included."""
    return run.wall_s, f"whole process, {run.cpu_s:.1f} CPU s"


def main() -> None:
    """Make the country once, then measure the three files with the page cache warm."""
    rows, people = worlds.size("BENCH_ROWS", ROWS), worlds.size("BENCH_REGISTER", REGISTER)
    runs, seed = worlds.size("BENCH_RUNS", RUNS), worlds.size("BENCH_SEED", SEED)
    there = worlds.world(people=people, rows=rows, seed=seed)
    prepared = worlds.prepare(there)
    tiny = worlds.check(f"{TINY} rows", there, file=worlds.cut(there, TINY))
    small = worlds.check(f"{SMALL:,} rows", there, file=worlds.cut(there, SMALL))
    whole = worlds.check(f"{rows:,} rows, link", there, "--link-only", "--memory", "5GB")
    seen = {name: median(r) for name, r in alternate([tiny, small], runs=runs, warm=1).items()}
    seen[whole.name] = median(alternate([whole], runs=1)[whole.name])
    linking, note = link_s(seen[whole.name])
    proven = [
        Claim(f"{TINY} rows from process start", seen[tiny.name].wall_s, "s", 1.0, "most"),
        Claim(f"{SMALL:,} rows from process start", seen[small.name].wall_s, "s", 3.0, "most"),
        Claim(f"{SMALL:,} rows, peak memory", gb(seen[small.name]), "GB", 1.0, "most"),
        Claim(f"{rows:,} rows, link time", linking, "s", 60.0, "most", note=note),
        Claim(f"{rows:,} rows, peak memory", gb(seen[whole.name]), "GB", 7.0, "most"),
        Claim(
            "register preparation, once",
            prepared.wall_s,
            "s",
            note=f"{prepared.cpu_s:.0f} CPU s, {prepared.rss_mib:.0f} MiB",
        ),
    ]
    table = [{"run": n, "wall s": r.wall_s, "CPU s": r.cpu_s, "peak MiB": r.rss_mib} for n, r in seen.items()]
    print_table(table)
    say("")
    print_claims(proven)
    about = f"Files of three sizes against a prepared register of {people:,} people, page cache warm."
    write("country", proven, table=table, about=about, official=(rows, people) == (ROWS, REGISTER))


if __name__ == "__main__":
    harness.told(__doc__)
    main()
