"""`make bench-ledger`: durable appends beside a bare group commit, bundles, the whole check, the proof of one entry.

Sizes come from BENCH_SECONDS, BENCH_RUNS and BENCH_LEAVES; only the defaults count as a result.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from bench import harness
from bench.harness import PYTHON, ROOT, Claim, print_claims, print_table, say, write
from dancu.ledger.bundle import Bundle
from dancu.ledger.disk import Disk
from dancu.ledger.leaf import Access, encode
from dancu.ledger.proof.rows import ROWS_MAX
from dancu.ledger.reader import LogReader
from dancu.ledger.sequencer import Sequencer
from dancu.ledger.shard import create_log

SECONDS, RUNS, LEAVES = 3.0, 5, 1_000_000
CLIENTS, DELAYS_MS = (64, 1_024), (0, 5)
OURS, BARE = "dancu ledger", "bare group commit"
MONTH, TIME_MS = "2026-11", 1_793_500_000_000
PROOFS, BUNDLES, STEADY_PER_S = 500, 20, 5_000


class SlowDisk(Disk):
    """A disk that takes `delay_ms` longer for each fdatasync."""

    def __init__(self, delay_ms: float):
        super().__init__()
        self._delay_s = delay_ms / 1000

    def sync(self, fd: int) -> None:
        super().sync(fd)
        if self._delay_s:
            time.sleep(self._delay_s)


class BareLog:
    """The peer: one thread that writes groups, makes them durable and answers the same futures; nothing else."""

    def __init__(self, path: Path, disk: Disk):
        self._fd, self._disk = disk.append_to(path), disk
        self._came = threading.Condition()
        self._frames: list[bytes] = []
        self._futures: list[asyncio.Future] = []
        self._index, self._ended = 0, False
        self._thread = threading.Thread(target=self._commit)
        self._thread.start()

    def append_soon(self, entry: bytes) -> asyncio.Future:
        """A future of the entry's index, resolved once it is durable."""
        self._loop = asyncio.get_running_loop()
        future = self._loop.create_future()
        with self._came:
            self._frames.append(len(entry).to_bytes(2, "big") + entry)
            self._futures.append(future)
            if len(self._futures) == 1:
                self._came.notify()
        return future

    def _commit(self) -> None:
        while True:
            with self._came:
                while not self._frames and not self._ended:
                    self._came.wait()
                frames, futures, self._frames, self._futures = self._frames, self._futures, [], []
            if not frames:
                return
            self._disk.write(self._fd, b"".join(frames))
            self._disk.sync(self._fd)
            self._loop.call_soon_threadsafe(self._answer, futures, self._index)
            self._index += len(frames)

    @staticmethod
    def _answer(futures: list[asyncio.Future], first: int) -> None:
        for index, future in enumerate(futures, first):
            future.set_result(index)

    def close(self) -> None:
        with self._came:
            self._ended = True
            self._came.notify()
        self._thread.join()
        os.close(self._fd)


def entry(number: int) -> bytes:
    """A leaf as a verification writes it, about 600 bytes."""
    digest = f"{number:064x}"
    return encode(
        Access(
            time_ms=TIME_MS, request=f"VN-{number}", member="VN/GOV/H41", subsystem="one-stop", service="verify",
            purpose="1.004194", agreement="A-0172@3", decision="granted", outcome="match", key=MONTH, subject=digest,
            officer=digest, fields=("name", "birth_date"), request_hash=digest, answer=digest, caller_signature=digest,
        )
    )  # fmt: skip


async def drive(append: Callable, clients: int, seconds: float, entries: list[bytes]) -> float:
    """Appends per second of `clients` who each wait for their answer before they ask again."""
    end = time.perf_counter() + seconds
    counts = [0] * clients

    async def client(number: int) -> None:
        at = number
        while time.perf_counter() < end:
            await append(entries[at % len(entries)])
            at += clients
            counts[number] += 1

    start = time.perf_counter()
    await asyncio.gather(*(client(n) for n in range(clients)))
    return sum(counts) / (time.perf_counter() - start)


def appends(name: str, folder: Path, clients: int, delay_ms: float, seconds: float, entries: list[bytes]) -> tuple:
    """One run of one side in an empty folder: appends a second, and seconds to sign and write what was left."""
    disk = SlowDisk(delay_ms)
    if name == BARE:
        log = BareLog(folder / "bare", disk)
    else:
        create_log(folder / "log", "bench.example/ledger")
        log = Sequencer(folder / "log", disk=disk, clock=lambda: TIME_MS, own_process=True)
    try:
        per_s = asyncio.run(drive(log.append_soon, clients, seconds, entries))
    finally:
        start = time.perf_counter()
        log.close()
    return per_s, time.perf_counter() - start


def alternating(folder: Path, runs: int, seconds: float) -> tuple[list[Claim], list[dict]]:
    """Both sides in turn at every number of clients and delay; the medians' ratio is what counts."""
    entries, claims, table = [entry(n) for n in range(4096)], [], []
    for delay_ms in DELAYS_MS:
        for clients in CLIENTS:
            seen: dict[str, list[float]] = {OURS: [], BARE: []}
            left_s = []
            for run in range(runs):
                for name in (OURS, BARE) if run % 2 else (BARE, OURS):
                    with tempfile.TemporaryDirectory(dir=folder) as place:
                        per_s, close_s = appends(name, Path(place), clients, delay_ms, seconds, entries)
                        seen[name].append(per_s)
                        left_s += [close_s] if name == OURS else []
            ours, bare = statistics.median(seen[OURS]), statistics.median(seen[BARE])
            ratio = statistics.median(a / b for a, b in zip(seen[OURS], seen[BARE], strict=True))
            say(f"  {clients} clients, +{delay_ms} ms: {ours:.0f}/s, bare {bare:.0f}/s")
            slower = f", {delay_ms} ms added to each fdatasync" if delay_ms else ""
            note = f"{ours:.0f} appends/s against {bare:.0f}"
            claims.append(
                Claim(f"appends, {clients} clients{slower}", ratio, "×", 0.5, "least", BARE, note)
            )
            table.append(
                {
                    "clients": clients,
                    "added ms": delay_ms,
                    "appends/s": ours,
                    "bare appends/s": bare,
                    "lowest ratio": min(a / b for a, b in zip(seen[OURS], seen[BARE], strict=True)),
                    "s to sign the rest": statistics.median(left_s),
                }
            )
    return claims, table


def bundles(log: Path) -> Claim:
    """Rows of bundles made, kept and logged, a second."""
    people = [(f"{n:064x}", "match", f"{n:064x}") for n in range(ROWS_MAX)]
    with Sequencer(log, clock=lambda: TIME_MS) as sequencer:
        start = time.perf_counter()
        for part in range(BUNDLES):
            bundle = Bundle(sequencer.log, request="JOB-1", member="VN/GOV/H41", service="check", purpose="1.004194",
                            agreement="A-0172@3", key=MONTH)  # fmt: skip
            for subject, outcome, commitment in people:
                bundle.add(subject, outcome, commitment)
            bundle.write(sequencer.append, TIME_MS, part)
        seconds = time.perf_counter() - start
    return Claim("bundle rows", BUNDLES * ROWS_MAX / seconds, "rows/s", note="pseudonyms and commitments given")


def whole(log: Path, leaves: int) -> list[Claim]:
    """A log of many leaves: written, checked by the verifier's own process, entries proven."""
    with Sequencer(log, clock=lambda: TIME_MS) as sequencer:
        start = time.perf_counter()
        asyncio.run(fill(sequencer, leaves - sequencer.append(entry(0)).size))
        filled_s = time.perf_counter() - start
    env = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}"}
    argv = [PYTHON, "-m", "dancu.ledger.verify", "log", str(log), "--key", str(log / "key.pub")]
    start = time.perf_counter()
    subprocess.run(argv, env=env, check=True, stdout=subprocess.DEVNULL, timeout=3600)
    verified_s = time.perf_counter() - start
    times = []
    for n in range(PROOFS):
        reader = LogReader(log)  # A new one each time: nothing is remembered from the entry before.
        start = time.perf_counter()
        reader.receipt(MONTH, n * (leaves // PROOFS)).text()
        times.append((time.perf_counter() - start) * 1000)
    start = time.perf_counter()
    Sequencer(log, clock=lambda: TIME_MS).close()
    opened_s = time.perf_counter() - start
    return [
        Claim("check of a log, a million leaves", verified_s * 1e6 / leaves, "s", note="one process, one core"),
        Claim("proof of one entry", statistics.median(times), "ms", 1.0, "most", note=f"p99 {p99(times):.2f} ms"),
        Claim("opening the log again", opened_s, "s", note="the write-ahead file replayed"),
        Claim("appends by one caller in bulk", leaves / filled_s, "appends/s", note="4,096 in flight"),
    ]


async def fill(sequencer: Sequencer, leaves: int) -> None:
    """Append `leaves` entries, many in flight."""
    for start in range(0, leaves, 4096):
        await asyncio.gather(*(sequencer.append_soon(entry(n)) for n in range(start, min(leaves, start + 4096))))


async def steady(log: Sequencer, reader: LogReader, per_s: int, seconds: float) -> list[float]:
    """Seconds from an answer to its signed checkpoint, five samples a second, while `per_s` leaves come in."""

    async def sample() -> float:
        place = await log.append_soon(leaf)
        return await asyncio.to_thread(until_signed, reader, place, time.perf_counter())

    samples, start, sent, leaf = [], time.perf_counter(), 0, entry(0)
    while (passed := time.perf_counter() - start) < seconds:
        due = int(passed * per_s) - sent
        await asyncio.gather(*(log.append_soon(leaf) for _ in range(due)))
        sent += due
        if len(samples) < passed * 5:
            samples.append(asyncio.create_task(sample()))
        await asyncio.sleep(0.005)
    return await asyncio.gather(*samples)


def until_signed(reader: LogReader, place, answered: float) -> float:
    """Seconds since `answered` when the entry is under a checkpoint."""
    while reader.size(place.month) <= place.index:
        time.sleep(0.005)
    return time.perf_counter() - answered


def lag(folder: Path, seconds: float) -> Claim:
    """How long an answered leaf waits for its checkpoint at a rate past any that is foreseen."""
    create_log(folder, "bench.example/ledger")
    with Sequencer(folder, clock=lambda: TIME_MS, own_process=True) as log:
        waits = asyncio.run(steady(log, LogReader(folder), STEADY_PER_S, seconds))
    note = f"median {statistics.median(waits):.2f} s of {len(waits)}, {STEADY_PER_S:,} leaves/s"
    return Claim("longest wait for a signed checkpoint", max(waits), "s", 1.0, "most", note=note)


def p99(values: list[float]) -> float:
    """The value that one in a hundred passes."""
    return sorted(values)[int(len(values) * 0.99)]


def main() -> None:
    """Measure, print, write."""
    seconds = float(os.environ.get("BENCH_SECONDS", SECONDS))
    runs, leaves = int(os.environ.get("BENCH_RUNS", RUNS)), int(os.environ.get("BENCH_LEAVES", LEAVES))
    place = ROOT / "bench" / "data"
    place.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place) as name:
        folder = Path(name)
        claims, table = alternating(folder, runs, seconds)
        for log in ("bulk", "whole"):
            create_log(folder / log, "bench.example/ledger")
        claims += [lag(folder / "steady", 2 * seconds), bundles(folder / "bulk"), *whole(folder / "whole", leaves)]
    say("")
    print_table(table)
    say("")
    print_claims(claims)
    about = (
        f"Clients that wait for each answer, {seconds:g} s a run, medians of {runs} runs in turn. The peer writes the "
        "same bytes to one file, fdatasyncs them in groups and answers the same futures; the ledger also frames and sums "
        "them, hashes the tree, writes durable tiles and signs checkpoints."
    )
    official = (seconds, leaves) == (SECONDS, LEAVES) and runs >= RUNS
    write("ledger", claims, table=table, about=about, official=official)


if __name__ == "__main__":
    harness.told(__doc__)
    main()
