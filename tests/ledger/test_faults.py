"""Crashes, torn writes, lost files and full disks: no acknowledged leaf is lost and no bad checkpoint is signed."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys

import pytest

from dancu.core.refusal import Refusal
from dancu.ledger import verify
from dancu.ledger.proof import audit
from dancu.ledger.proof.month import key_of
from dancu.ledger.reader import LogReader
from tests.ledger.samples import MONTH, NAME, FaultyDisk, append_all, entry, filled, new_log, writer

STEPS = [
    "wal.write", "wal.write.half", "wal.sync", "answer", "tile.write", "tile.write.half", "tile.sync",
    "checkpoint.sign", "replace.write", "replace.write.half", "replace.sync", "replace.rename", "replace.folder",
]  # fmt: skip


def killed(folder, step: str, times: int, turn: int, *more: str) -> list[tuple[int, str, int]]:
    """What the writer acknowledged before it was killed."""
    argv = [sys.executable, "-m", "tests.ledger.dying", str(folder), step, str(times), str(turn), *more]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=60)
    assert done.returncode == -signal.SIGKILL, done.stderr
    said = [line.split() for line in done.stdout.splitlines()]
    return [(int(number), month, int(index)) for number, month, index in said]


@pytest.mark.parametrize("turn", [100_000, 4])
@pytest.mark.parametrize("step", STEPS)
def test_killed_at_each_step(tmp_path, step, turn):
    key = new_log(tmp_path / "log")
    for times in (7, 3):
        before = signed(tmp_path / "log", key)
        acknowledged = killed(tmp_path / "log", step, times, turn)
        with writer(tmp_path / "log") as log:
            log.append(entry(5000))
        reader = LogReader(tmp_path / "log")
        for number, month, index in acknowledged:
            assert reader.entry(month, index) == entry(number), f"an acknowledged leaf was lost at {step}"
        assert verify.verify_log(tmp_path / "log", key)
        for month, old in before.items():
            now = audit.read_checkpoint(tmp_path / "log" / month / "checkpoint", key_of(key, month))
            audit.audit_consistency(old, now, tmp_path / "log" / month)


@pytest.mark.parametrize("step", ["wal.write.half", "wal.sync", "answer"])
def test_killed_with_a_publisher_of_its_own(tmp_path, step):
    """The publisher outlives its writer for a moment; the next owner waits for it, and signs nothing smaller."""
    key = new_log(tmp_path / "log")
    for times in (8, 5):
        acknowledged = killed(tmp_path / "log", step, times, 4, "own process")
        with writer(tmp_path / "log") as log:
            log.append(entry(5000))
        reader = LogReader(tmp_path / "log")
        assert acknowledged and all(reader.entry(month, index) == entry(n) for n, month, index in acknowledged)
        assert verify.verify_log(tmp_path / "log", key)


def signed(log, key) -> dict:
    """The checkpoint of each month."""
    return {m: audit.read_checkpoint(log / m / "checkpoint", key_of(key, m)) for m in audit.months_in(log)}


def test_a_tail_torn_at_any_byte_loses_only_what_nobody_was_told(tmp_path):
    key = filled(tmp_path / "log", 20)
    wal = tmp_path / "log" / MONTH / "wal" / f"{0:020d}.wal"
    whole = wal.read_bytes()
    with writer(tmp_path / "log") as log:
        log.append(entry(20))
        longer = wal.read_bytes()
        shutil.copytree(tmp_path / "log", tmp_path / "unpublished")
    (tmp_path / "unpublished" / "publish.lock").unlink()
    for length in range(len(whole), len(longer)):
        shutil.rmtree(tmp_path / "torn", ignore_errors=True)
        shutil.copytree(tmp_path / "unpublished", tmp_path / "torn")
        (tmp_path / "torn" / MONTH / "wal" / wal.name).write_bytes(longer[:length] + b"\0" * (length % 3))
        with writer(tmp_path / "torn") as log:
            assert log.append(entry(99)).index == 21
        assert verify.verify_log(tmp_path / "torn", key)


def test_a_flip_inside_the_write_ahead_file_is_damage(tmp_path):
    filled(tmp_path / "log", 3)
    wal = tmp_path / "log" / MONTH / "wal" / f"{0:020d}.wal"
    data = bytearray(wal.read_bytes())
    data[40] ^= 1
    wal.write_bytes(data)
    with pytest.raises(Refusal) as caught:
        writer(tmp_path / "log")
    assert caught.value.code == "ledger_damaged"


def lose_wal_and_tile(shard):
    shutil.rmtree(shard / "wal")
    (shard / "tile" / "entries" / "001.p" / "45").unlink()


def shorten_wal_and_unsign(shard):
    wal = shard / "wal" / f"{0:020d}.wal"
    wal.write_bytes(wal.read_bytes()[:3000])
    (shard / "checkpoint").unlink()


def flip_edge_tile(shard):
    path = shard / "tile" / "0" / "001.p" / "45"
    path.write_bytes(bytes(32) + path.read_bytes()[32:])
    path = shard / "tile" / "entries" / "001.p" / "45"
    data = path.read_bytes()
    path.write_bytes(data.replace(b"VN-260", b"VN-261"))


def flip_checkpoint(shard):
    path = shard / "checkpoint"
    path.write_bytes(path.read_bytes().replace(b"\n301\n", b"\n300\n"))


@pytest.mark.parametrize(
    "harm, codes",
    [
        (lose_wal_and_tile, {"ledger_truncated"}),
        (shorten_wal_and_unsign, {"ledger_truncated"}),
        (flip_edge_tile, {"ledger_damaged"}),
        (flip_checkpoint, {"ledger_damaged"}),
    ],
)
def test_less_or_other_than_was_signed_is_not_opened_and_not_signed(tmp_path, harm, codes):
    filled(tmp_path / "log", 300)
    shard = tmp_path / "log" / MONTH
    harm(shard)
    before = (shard / "checkpoint").read_bytes() if (shard / "checkpoint").exists() else None
    for _ in range(2):
        with pytest.raises(Refusal) as caught:
            writer(tmp_path / "log")
        assert caught.value.code in codes
        assert not caught.value.vi.startswith("The")
    after = (shard / "checkpoint").read_bytes() if (shard / "checkpoint").exists() else None
    assert before == after


def test_lost_tiles_are_made_again_from_the_write_ahead_file(tmp_path):
    key = filled(tmp_path / "log", 300)
    shutil.rmtree(tmp_path / "log" / MONTH / "tile")
    with writer(tmp_path / "log") as log:
        log.append(entry(300))
    assert "302 entries" in verify.verify_log(tmp_path / "log", key)[0][1]


@pytest.mark.parametrize("room", [0, 10, 100])
def test_a_full_disk_refuses_and_heals(tmp_path, room):
    disk = FaultyDisk()
    disk.room = room
    key = new_log(tmp_path / "log")
    with writer(tmp_path / "log", disk=disk, publish_every_s=0.02) as log:
        append_all(log, 10)
        disk.full = True
        for _ in range(3):
            with pytest.raises(Refusal) as caught:
                log.append(entry(10))
            assert caught.value.code == "ledger_disk"
        with pytest.raises(Refusal):
            log.publish()
            log.append(entry(10))
        disk.full = False
        assert log.append(entry(10)).index == 11
        log.publish()
        assert LogReader(tmp_path / "log").entry(MONTH, 11) == entry(10)
    assert verify.verify_log(tmp_path / "log", key)


def test_a_disk_that_is_full_for_tiles_only_signs_nothing(tmp_path):
    disk = FaultyDisk()
    key = new_log(tmp_path / "log")
    with writer(tmp_path / "log", disk=disk) as log:
        append_all(log, 600)
        signed_size = LogReader(tmp_path / "log").size(MONTH)
        disk.full = True
        with pytest.raises(Refusal):
            log.publish()
        assert LogReader(tmp_path / "log").size(MONTH) == signed_size
        disk.full = False
        log.publish()
    assert "601 entries" in verify.verify_log(tmp_path / "log", key)[0][1]


def test_the_kernels_own_limit_on_a_file(tmp_path):
    """RLIMIT_FSIZE in a child: the write-ahead file meets a real EFBIG in the middle of a record."""
    new_log(tmp_path / "log")
    program = (
        "import resource, signal, sys, pathlib\n"
        "from tests.ledger.samples import entry, writer\n"
        "from dancu.core.refusal import Refusal\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (5000, resource.RLIM_INFINITY))\n"
        "said = 0\n"
        "with writer(pathlib.Path(sys.argv[1])) as log:\n"
        "    try:\n"
        "        for n in range(100): log.append(entry(n)); said += 1\n"
        "    except Refusal as refusal: assert refusal.code == 'ledger_disk', refusal.code\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)\n"
        "    assert log.append(entry(said)).index == said + 1\n"
        "print(said)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "log")], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    said = int(done.stdout)
    reader = LogReader(tmp_path / "log")
    assert 2 < said < 50 and reader.size(MONTH) == said + 2 and reader.key.name == NAME
    assert [reader.entry(MONTH, n + 1) for n in range(said + 1)] == [entry(n) for n in range(said + 1)]


def test_the_publishers_process_may_be_killed(tmp_path):
    key = new_log(tmp_path / "log")
    with writer(tmp_path / "log", own_process=True) as log:
        append_all(log, 300)
        log._publisher.process.kill()
        log._publisher.process.join()
        append_all(log, 300, 300)
        log.publish()
        assert LogReader(tmp_path / "log").size(MONTH) == 601
    assert verify.verify_log(tmp_path / "log", key)
