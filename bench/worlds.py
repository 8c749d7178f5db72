"""Makes, once, the synthetic worlds and prepared registers that the benches measure on."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from bench.harness import DATA, PYTHON, ROOT, TIMEOUT_S, Command, Run, measure, say

# How the program under measure is called: the one place to change.
DANCU = os.environ.get("DANCU", str(Path(PYTHON).with_name("dancu")))
BUILD = (
    "import sys; from pathlib import Path; from dancu import world; people, rows, seed ="
    " map(int, sys.argv[2:5]); world.build(people=people, seed=seed, out=Path(sys.argv[1]),"
    " files=('insurance',), rows={'insurance': rows})"
)
CUT = (
    "import sys, duckdb; source, out, rows = sys.argv[1:];"
    " duckdb.sql(f\"COPY (FROM read_parquet('{source}') LIMIT {int(rows)}) TO '{out}' (FORMAT parquet)\")"
)


@dataclass(frozen=True)
class World:
    """A folder with a register, one health-insurance file of an agency and the truth about it."""

    folder: Path

    @property
    def register(self) -> Path:
        """The register as an agency would hand it over."""
        return self.folder / "register.parquet"

    @property
    def file(self) -> Path:
        """The agency's file."""
        return next((self.folder / "agency").glob("*insurance*.parquet"))

    @property
    def truth(self) -> Path:
        """Who each row of the file really is."""
        return self.folder / "truth" / f"{self.file.stem}.parquet"

    @property
    def prepared(self) -> Path:
        """Where our prepared register lies."""
        return self.folder / "prepared"


def size(name: str, default: int) -> int:
    """A size from the environment, as `BENCH_ROWS=20000`."""
    return int(os.environ.get(name, default))


def run(*argv: str) -> str:
    """Run a process that is not measured and return what it printed. Raises when it fails."""
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(argv, cwd=ROOT, env=env, capture_output=True, text=True, timeout=TIMEOUT_S)
    if done.returncode:
        raise RuntimeError(f"{' '.join(argv[:3])} … ended with {done.returncode}:\n{done.stderr[-2000:]}")
    return done.stdout


def world(*, people: int, rows: int, seed: int) -> World:
    """The world of these sizes, made when it is not there yet."""
    folder = DATA / f"world-{people}-{rows}-{seed}"
    if not (folder / "done").exists():
        say(f"making a world of {people:,} people with {rows:,} rows (seed {seed}) in {folder}")
        folder.mkdir(parents=True, exist_ok=True)
        run(PYTHON, "-c", BUILD, str(folder), str(people), str(rows), str(seed))
        (folder / "done").touch()
    return World(folder)


def prepare(there: World, *, again: bool = False) -> Run:
    """Prepare the register for `dancu check`; returns what it cost, or what it cost last time."""
    record = there.folder / "prepared.json"
    if record.exists() and not again:
        return Run(**json.loads(record.read_text()))
    say("preparing the register")
    argv = (DANCU, "prepare", str(there.register), "--out", str(there.prepared))
    cost = measure(Command("prepare", argv, out=there.prepared))
    record.write_text(json.dumps(vars(cost)))
    return cost


def check(name: str, there: World, *extra: str, file: Path | None = None) -> Command:
    """`dancu check` of a file against the prepared register, into a folder of its own."""
    out = there.folder / "out" / name.replace(" ", "-").replace(",", "")
    argv = (
        DANCU,
        "check",
        str(file or there.file),
        "--register",
        str(there.prepared),
        "--out",
        str(out),
        *extra,
    )
    return Command(name, argv, out=out)


def cut(there: World, rows: int) -> Path:
    """The first `rows` rows of the agency file as a file of their own."""
    path = there.folder / "cut" / f"insurance-{rows}.parquet"
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        run(PYTHON, "-c", CUT, str(there.file), str(path), str(rows))
    return path


def summary(command: Command) -> dict:
    """The summary that the last run of a check wrote."""
    return json.loads(next(command.out.glob("*.summary.json")).read_text(encoding="utf-8"))
