"""Measures whole processes side by side and writes what they prove as claims a person and a program can read.

This process imports nothing heavy: Linux counts the memory of the process that starts another one into the
started one's peak, so a lean starter keeps the figures honest.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "bench" / "results"
DATA = Path(os.environ.get("BENCH_DATA", ROOT / "bench" / "data"))
PYTHON = sys.executable
TIMEOUT_S = 4 * 3600


def told(what: str | None) -> None:
    """Say what a bench does and end, where that is asked; hours of work begin with nothing asked."""
    if {"-h", "--help"} & set(sys.argv[1:]):
        print(what)
        raise SystemExit


@dataclass(frozen=True)
class Command:
    """One program to measure: a short name, its arguments, the folder it fills, emptied before each run."""

    name: str
    argv: tuple[str, ...]
    out: Path | None = None
    env: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Run:
    """One run of a process and the children it waited for: seconds, CPU seconds (user + system), MiB."""

    wall_s: float
    cpu_s: float
    rss_mib: float


@dataclass(frozen=True)
class Claim:
    """A figure with the bar it must meet; `at` says from which side. A figure without a bar is context."""

    name: str
    value: float
    unit: str
    bar: float | None = None
    at: str = "least"
    peer: str | None = None
    note: str = ""

    @property
    def holds(self) -> bool:
        """Whether the figure meets its bar."""
        if self.bar is None:
            return True
        return self.value >= self.bar if self.at == "least" else self.value <= self.bar

    def as_json(self) -> dict:
        """The shape that `bench/results/*.json` promises."""
        return {**asdict(self), "value": round(self.value, 6), "holds": self.holds}


class CommandFailed(RuntimeError):
    """A measured program ended with an error; the message carries the end of what it said."""


def measure(command: Command) -> Run:
    """Run one process to its end. Raises `CommandFailed` when it does not succeed."""
    if command.out:
        shutil.rmtree(command.out, ignore_errors=True)
        command.out.mkdir(parents=True)
    with tempfile.TemporaryFile() as said:
        # Modules are compiled at the first run and kept, as on any machine where a program is used twice.
        env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "", **command.env}
        # As on a user's machine: Python keeps what it has compiled, ours and the peers' alike.
        env.pop("PYTHONDONTWRITEBYTECODE", None)
        start = time.perf_counter()
        process = subprocess.Popen(
            command.argv, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT
        )
        _, status, used = os.wait4(process.pid, 0)
        wall_s = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            tail = said.read()[-2000:].decode(errors="replace")
            raise CommandFailed(f"{command.name} ended with {process.returncode}:\n{tail}")
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return Run(wall_s, used.ru_utime + used.ru_stime, used.ru_maxrss / unit)


def alternate(commands: Sequence[Command], *, runs: int, warm: int = 0) -> dict[str, list[Run]]:
    """Run all commands `runs` times in an order that turns by one each round, so that none always goes first.

    `warm` rounds before them are not counted. Returns the runs by command name.
    """
    seen: dict[str, list[Run]] = {c.name: [] for c in commands}
    for round_no in range(-warm, runs):
        turn = round_no % len(commands)
        for command in [*commands[turn:], *commands[:turn]]:
            run = measure(command)
            if round_no >= 0:
                seen[command.name].append(run)
            say(f"  round {round_no + 1}/{runs} {command.name}: {run.wall_s:.2f} s, {run.cpu_s:.2f} CPU s")
    return seen


def median(runs: Sequence[Run]) -> Run:
    """Median wall and CPU seconds, each by itself, and the highest peak of memory."""
    return Run(
        statistics.median(r.wall_s for r in runs),
        statistics.median(r.cpu_s for r in runs),
        max(r.rss_mib for r in runs),
    )


def times_faster(name: str, ours: Run, peer: Run, *, bar: float, peer_name: str) -> Claim:
    """How many times less we use than a peer; the smaller of the wall and the CPU ratio is what counts."""
    wall, cpu = peer.wall_s / ours.wall_s, peer.cpu_s / ours.cpu_s
    return Claim(name, min(wall, cpu), "×", bar, "least", peer_name, f"wall {wall:.1f}×, CPU {cpu:.1f}×")


def times_slower(name: str, ours: Run, limit: Run, *, bar: float, peer_name: str) -> Claim:
    """How many times more we use than the limit; the larger of the wall and the CPU ratio is what counts."""
    wall, cpu = ours.wall_s / limit.wall_s, ours.cpu_s / limit.cpu_s
    return Claim(name, max(wall, cpu), "×", bar, "most", peer_name, f"wall {wall:.1f}×, CPU {cpu:.1f}×")


def machine() -> dict:
    """What the figures were taken on; no name of the machine."""
    cpu = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        models = [line.split(":", 1)[1].strip() for line in info.read_text().splitlines() if "model name" in line]
        cpu = models[0] if models else cpu
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {
        "cpu": cpu,
        "cores": os.cpu_count(),
        "memory_gib": round(pages / 2**30, 1),
        "system": platform.system(),
        "python": platform.python_version(),
        "load_at_end": round(os.getloadavg()[0], 1),
    }


def write(name: str, claims: Sequence[Claim], *, table: list[dict], about: str, official: bool = True) -> Path:
    """Write `bench/results/NAME.json`; a trial at other sizes goes to the data folder and proves nothing."""
    folder = RESULTS if official else DATA / "trial"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.json"
    result = {
        "about": about,
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "machine": machine(),
        "claims": [c.as_json() for c in claims],
        "table": table,
    }
    path.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    say(f"written: {path}" + ("" if official else " (a trial: not at the sizes of the claim)"))
    return path


def print_table(rows: list[dict]) -> None:
    """Print rows of equal keys as columns."""
    if not rows:
        return
    heads = list(rows[0])
    cells = [heads, *[[show(row.get(h)) for h in heads] for row in rows]]
    widths = [max(len(line[i]) for line in cells) for i in range(len(heads))]
    for line in cells:
        say(
            "  ".join(
                cell.ljust(w) if i == 0 else cell.rjust(w) for i, (cell, w) in enumerate(zip(line, widths, strict=True))
            )
        )


def print_claims(claims: Sequence[Claim]) -> None:
    """Print each claim with its bar and whether it holds."""
    print_table(
        [
            {
                "claim": c.name,
                "value": f"{show(c.value)} {c.unit}",
                "bar": "" if c.bar is None else f"{'≥' if c.at == 'least' else '≤'} {show(c.bar)}",
                "holds": "" if c.bar is None else ("yes" if c.holds else "NO"),
                "note": c.note,
            }
            for c in claims
        ]
    )


def show(value: object) -> str:
    """A figure with as many digits as it deserves."""
    if isinstance(value, float):
        return f"{value:.0f}" if abs(value) >= 100 else f"{value:.2f}" if abs(value) >= 1.01 else f"{value:.4f}"
    return "" if value is None else str(value)


def say(line: str) -> None:
    """Print at once, so that a watched run shows where it is."""
    print(line, flush=True)
