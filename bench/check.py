"""`make bench-check`: an agency file against a prepared register, beside Splink 5 and the raw limit.

Sizes come from BENCH_ROWS, BENCH_REGISTER, BENCH_RUNS and BENCH_SEED; only the defaults count as a result.
"""

from __future__ import annotations

import json
from pathlib import Path

from bench import harness, worlds
from bench.harness import (
    PYTHON,
    Claim,
    Command,
    Run,
    alternate,
    measure,
    median,
    print_claims,
    print_table,
    say,
    times_faster,
    times_slower,
    write,
)

ROWS, REGISTER, RUNS, SEED = 1_000_000, 10_000_000, 5, 20261
LINK, FULL, TRAINED, LOADED, LIMIT = (
    "dancu link",
    "dancu full",
    "splink trained",
    "splink loaded",
    "raw limit",
)
# Stages of summary.json that exist only to explain; without any of them the difference full - link is taken.
REASON_STAGES = ("reasons", "explain", "suggest")


def peer(module: str, *args: object) -> tuple[str, ...]:
    """The arguments of a peer's process."""
    return (PYTHON, "-m", f"bench.peers.{module}", *map(str, args))


def commands(there: worlds.World) -> list[Command]:
    """What is measured in turn; the model of the loaded Splink is trained once, before the measured runs."""
    out, cleaned = there.folder / "out", there.folder / "cleaned.parquet"
    model = there.folder / "model.json"

    def splink(name: str, *extra: object) -> Command:
        folder = out / name.replace(" ", "-")
        return Command(name, peer("splink_check", "link", there.file, cleaned, folder / "link.parquet", *extra), folder)

    if not model.exists():
        say("training the model that the loaded Splink uses")
        measure(splink(TRAINED, "--save-model", model))
    limit = out / "limit"
    return [
        worlds.check(LINK, there, "--link-only"),
        worlds.check(FULL, there),
        splink(TRAINED),
        splink(LOADED, "--model", model),
        Command(LIMIT, peer("limit_check", there.file, cleaned, limit / "link.parquet"), limit),
    ]


def accuracy(command: Command, truth: Path) -> dict[str, float]:
    """Precision, recall and F1 of what a command wrote; Splink gets the threshold that suits it best."""
    found = [p for end in ("checked", "links", "link") for p in command.out.glob(f"*{end}.parquet")]
    scan = ["--scan"] if command.name in (TRAINED, LOADED) else []
    return json.loads(worlds.run(*peer("truth", found[0], truth, *scan)))


def reasons_s(full: Command, seen: dict[str, Run]) -> tuple[float, str]:
    """Seconds spent on reasons, and where the figure is from."""
    stages = worlds.summary(full).get("seconds", {})
    told = [name for name in REASON_STAGES if name in stages]
    if told:
        return sum(stages[name] for name in told), f"stages {', '.join(told)} of the last run"
    return seen[FULL].wall_s - seen[LINK].wall_s, "wall of full less wall of link"


def claims(seen: dict[str, Run], f1: dict[str, float], reasons: tuple[float, str], rows: int) -> list[Claim]:
    """The bars of the check."""
    link, full = seen[LINK], seen[FULL]
    peak_gb = max(link.rss_mib, full.rss_mib) * 1.048576 / 1000
    splink_gb = min(seen[TRAINED].rss_mib, seen[LOADED].rss_mib) * 1.048576 / 1000
    per_million = reasons[0] * 1_000_000 / rows
    return [
        times_faster("link, faster than Splink with training", link, seen[TRAINED], bar=10, peer_name=TRAINED),
        times_faster("link, faster than Splink with a loaded model", link, seen[LOADED], bar=5, peer_name=LOADED),
        times_slower("link, times the raw limit", link, seen[LIMIT], bar=4, peer_name=LIMIT),
        times_faster("full, faster than Splink with training", full, seen[TRAINED], bar=5, peer_name=TRAINED),
        times_faster("full, faster than Splink with a loaded model", full, seen[LOADED], bar=3, peer_name=LOADED),
        Claim("reasons for 1M rows", per_million, "s", 1.5, "most", note=reasons[1]),
        Claim("peak memory", peak_gb, "GB", 1.0, "most", peer=TRAINED, note=f"Splink {splink_gb:.1f} GB"),
        Claim(
            "F1 above Splink's best",
            f1[LINK] - max(f1[TRAINED], f1[LOADED]),
            "",
            0.0,
            "least",
            peer=TRAINED,
            note=f"{f1[LINK]:.5f}, Splink {max(f1[TRAINED], f1[LOADED]):.5f}",
        ),
    ]


def preparation(ours: Run, theirs: Run, seen: dict[str, Run]) -> list[Claim]:
    """What happens once a register: stated, no bar."""
    return [
        Claim(
            "register preparation, once",
            ours.wall_s,
            "s",
            note=f"{ours.cpu_s:.1f} CPU s, {ours.rss_mib:.0f} MiB",
        ),
        Claim("register cleaning for Splink, once", theirs.wall_s, "s", note=f"{theirs.cpu_s:.1f} CPU s"),
        Claim(
            "cold total: preparation and full",
            ours.wall_s + seen[FULL].wall_s,
            "s",
            note=f"{ours.cpu_s + seen[FULL].cpu_s:.1f} CPU s",
        ),
        Claim(
            "cold total of Splink: cleaning, training and linking",
            theirs.wall_s + seen[TRAINED].wall_s,
            "s",
            note=f"{theirs.cpu_s + seen[TRAINED].cpu_s:.1f} CPU s",
        ),
    ]


def main() -> None:
    """Make the data, run everything in turn, print and write."""
    rows, people = worlds.size("BENCH_ROWS", ROWS), worlds.size("BENCH_REGISTER", REGISTER)
    runs, seed = worlds.size("BENCH_RUNS", RUNS), worlds.size("BENCH_SEED", SEED)
    there = worlds.world(people=people, rows=rows, seed=seed)
    ours = worlds.prepare(there, again=True)
    cleaned = there.folder / "cleaned.parquet"
    theirs = measure(Command("splink prepare", peer("splink_check", "prepare", there.register, cleaned)))
    todo = commands(there)
    seen = {name: median(runs) for name, runs in alternate(todo, runs=runs).items()}
    scores = {c.name: accuracy(c, there.truth) for c in todo}
    table = [
        {
            "run": name,
            "wall s": r.wall_s,
            "CPU s": r.cpu_s,
            "peak MiB": r.rss_mib,
            "precision": f"{scores[name]['precision']:.5f}",
            "recall": f"{scores[name]['recall']:.5f}",
            "F1": f"{scores[name]['f1']:.5f}",
            "strangers linked": scores[name]["strangers"],
        }
        for name, r in seen.items()
    ]
    f1 = {name: score["f1"] for name, score in scores.items()}
    full = next(c for c in todo if c.name == FULL)
    proven = claims(seen, f1, reasons_s(full, seen), rows) + preparation(ours, theirs, seen)
    say("")
    print_table(table)
    say("")
    print_claims(proven)
    official = (rows, people) == (ROWS, REGISTER) and runs >= RUNS
    about = (
        f"{rows:,} rows against a register of {people:,} people; medians of {runs} runs in turn. "
        "Splink gets the register cleaned beforehand and the threshold that gives it its best F1."
    )
    write("check", proven, table=table, about=about, official=official)


if __name__ == "__main__":
    harness.told(__doc__)
    main()
