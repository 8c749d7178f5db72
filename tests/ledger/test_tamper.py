"""Every way to falsify a log is found by the verifier, said in both languages, with the place."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import pytest

from dancu.ledger import verify
from dancu.ledger.growth import Growth
from dancu.ledger.proof import tiles
from dancu.ledger.proof.checkpoint import Checkpoint
from dancu.ledger.proof.month import origin_of
from dancu.ledger.proof.note import SigningKey
from dancu.ledger.reader import LogReader
from tests.ledger.samples import DAY_MS, MONTH, NAME, SEED, Clock, append_all, new_log, writer

NEXT = "2026-11"


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A log of two months, 600 and 40 leaves, with an early checkpoint of October kept aside."""
    folder = tmp_path_factory.mktemp("tamper")
    clock = Clock()
    new_log(folder / "log")
    with writer(folder / "log", clock=clock) as log:
        append_all(log, 300)
        log.publish()
        shutil.copy(folder / "log" / MONTH / "checkpoint", folder / "seen")
        append_all(log, 300, 300)
        clock.at += 31 * DAY_MS
        append_all(log, 40, 600)
    return folder


@pytest.fixture
def log(whole, tmp_path):
    shutil.copytree(whole / "log", tmp_path / "log")
    return tmp_path / "log"


def flip(path, at: int = -1) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def rewrite(shard, change, key: SigningKey | None = None) -> None:
    """Change the list of entries and make all tiles anew, as a forger with the disk would; sign with `key` if given."""
    size = json.loads('"' + (shard / "checkpoint").read_text().split("\n")[1] + '"')
    entries = [e for n in range(-(-int(size) // 256)) for e in tiles.read_entries(shard, n, min(256, int(size) - n * 256))]
    entries = change(entries)
    shutil.rmtree(shard / "tile")
    growth = Growth()
    growth.extend(b"".join(map(tiles.pack, entries)))
    state = growth.snapshot()
    for path, data in state.full + state.partial:
        (shard / path).parent.mkdir(parents=True, exist_ok=True)
        (shard / path).write_bytes(data)
    if key:
        origin = origin_of(NAME, shard.name)
        (shard / "checkpoint").write_bytes(Checkpoint(origin, state.size, state.root).signed(key.renamed(origin)))


def swap(entries):
    return [*entries[:5], entries[6], entries[5], *entries[7:]]


OURS, OTHER = SigningKey.create(NAME, SEED), SigningKey.create(NAME, bytes(32))
HARMS = {
    "entry flipped": lambda log: flip(log / MONTH / "tile/entries/000", 5000),
    "entry of a partial bundle flipped": lambda log: flip(log / MONTH / "tile/entries/002.p/89"),
    "entry length changed": lambda log: flip(log / MONTH / "tile/entries/001", 1),
    "leaf tile flipped": lambda log: flip(log / MONTH / "tile/0/001"),
    "partial tile flipped": lambda log: flip(log / MONTH / "tile/0/002.p/89"),
    "upper tile flipped": lambda log: flip(log / MONTH / "tile/1/000.p/2"),
    "tile cut": lambda log: (log / MONTH / "tile/0/000").write_bytes(bytes(31)),
    "bundle cut": lambda log: (log / MONTH / "tile/entries/000").write_bytes(b"\0\5ab"),
    "bundle removed": lambda log: (log / MONTH / "tile/entries/001").unlink(),
    "tile removed": lambda log: (log / MONTH / "tile/1/000.p/2").unlink(),
    "size changed": lambda log: replace(log / MONTH / "checkpoint", b"\n601\n", b"\n600\n"),
    "root changed": lambda log: replace(log / MONTH / "checkpoint", b"=\n\n", b"=\n \n\n"),
    "origin changed": lambda log: replace(log / MONTH / "checkpoint", b"2026-10\n601", b"2026-11\n601"),
    "signature flipped": lambda log: flip(log / MONTH / "checkpoint", -20),
    "checkpoint removed": lambda log: (log / MONTH / "checkpoint").unlink(),
    "checkpoint of another month": lambda log: shutil.copy(log / NEXT / "checkpoint", log / MONTH / "checkpoint"),
    "entry dropped": lambda log: rewrite(log / MONTH, lambda e: e[:7] + e[8:]),
    "last entry dropped": lambda log: rewrite(log / MONTH, lambda e: e[:-1]),
    "entry added": lambda log: rewrite(log / MONTH, lambda e: [*e, e[-1]]),
    "entries swapped": lambda log: rewrite(log / MONTH, swap),
    "signed by another": lambda log: rewrite(log / MONTH, lambda e: e, OTHER),
    "closed month forged by the operator": lambda log: rewrite(log / MONTH, swap, OURS),
    "closed month rolled back by the operator": lambda log: rewrite(log / MONTH, lambda e: e[:400], OURS),
    "closed month extended by the operator": lambda log: rewrite(log / MONTH, lambda e: [*e, e[-1]], OURS),
    "beginning dropped by the operator": lambda log: rewrite(log / NEXT, lambda e: e[1:], OURS),
    "month dropped": lambda log: shutil.rmtree(log / MONTH),
}


def replace(path, old: bytes, new: bytes) -> None:
    data = path.read_bytes()
    assert old in data
    path.write_bytes(data.replace(old, new, 1))


@pytest.mark.parametrize("harm", HARMS)
def test_falsified(log, harm, capsys):
    HARMS[harm](log)
    assert verify.main(["log", str(log), "--key", OURS.verifier.text()]) == 1
    vi, en = capsys.readouterr().err.splitlines()
    assert vi != en and all(len(line) > 20 and "2026-1" in line for line in (vi, en))


@pytest.mark.parametrize("change", [swap, lambda e: e[:200], lambda e: [e[0], *e[2:]]])
def test_an_open_month_forked_or_rolled_back_by_the_operator(whole, log, change, capsys):
    """Only who kept a checkpoint can tell: that is what witnesses, members and receipts are for."""
    shutil.rmtree(log / NEXT)
    rewrite(log / MONTH, change, OURS)
    argv = ["log", str(log), "--key", OURS.verifier.text()]
    assert verify.main(argv) == 0
    assert verify.main([*argv, "--seen", str(whole / "seen")]) == 1
    new = str(log / MONTH / "checkpoint")
    assert verify.main(["consistency", str(whole / "seen"), new, "--key", OURS.verifier.text()]) == 1
    assert "forked" in (said := capsys.readouterr().err) or "rolled back" in said


def test_a_whole_log_is_found_whole(whole, log, capsys):
    argv = ["log", str(log), "--key", str(log / "key.pub"), "--seen", str(whole / "seen")]
    assert verify.main(argv) == 0
    assert "642 entries" in capsys.readouterr().out
    new = str(log / MONTH / "checkpoint")
    assert verify.main(["consistency", str(whole / "seen"), new, "--key", OURS.verifier.text()]) == 0
    assert verify.main(["log", str(log), "--key", str(log / "key.pub"), "--from", NEXT]) == 0
    month_key = OURS.renamed(origin_of(NAME, MONTH)).verifier.text()
    assert verify.main(["log", str(log / MONTH), "--key", month_key]) == 0


def test_receipts_hold_until_any_byte_is_changed(log, tmp_path, capsys):
    file = tmp_path / "one.tlog-proof"
    text = LogReader(log).receipt(MONTH, 123).text()
    file.write_bytes(text)
    argv = ["receipt", str(file), "--key", OURS.verifier.text()]
    assert verify.main(argv) == 0
    assert verify.main([*argv[:-1], OTHER.verifier.text()]) == 1
    for at in range(0, len(text), 11):
        flip_of = bytearray(text)
        flip_of[at] ^= 1
        file.write_bytes(flip_of)
        assert verify.main(argv) == 1, f"byte {at}"
    file.write_bytes(text[: len(text) // 2])
    assert verify.main(argv) == 1
    assert verify.main(["receipt", str(tmp_path / "none"), "--key", OURS.verifier.text()]) == 1


def test_a_members_journal_is_compared(log, tmp_path, capsys):
    journal = tmp_path / "journal.ndjson"
    lines = [json.dumps({"request": f"VN-{n}"}) for n in range(640)]
    argv = ["diff", str(journal), str(log), "--key", OURS.verifier.text(), "--member", "VN/GOV/H41"]
    journal.write_text("\n".join(lines))
    assert verify.main(argv) == 0
    journal.write_text("\n".join([*lines[1:], json.dumps({"request": "VN-9999"}), json.dumps({"request": "VN-7", "answer": "0"})]))
    assert verify.main(argv) == 1
    said = capsys.readouterr().err
    assert "VN-9999" in said and "VN-0" in said and "4 differences" in said
    journal.write_text("not json\n")
    assert verify.main(argv) == 1


def test_the_verifier_needs_nothing_but_cryptography(log):
    program = (
        "import sys\n"
        "from dancu.ledger import verify\n"
        "status = verify.main(sys.argv[1:])\n"
        "ours = {m for m in sys.modules if m.startswith('dancu') and not m.startswith('dancu.ledger')} - {'dancu'}\n"
        "assert not ours and 'msgspec' not in sys.modules, ours\n"
        "sys.exit(status)\n"
    )
    argv = [sys.executable, "-c", program, "log", str(log), "--key", OURS.verifier.text()]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    argv[1:3] = ["-m", "dancu.ledger.verify"]
    assert subprocess.run(argv, capture_output=True, timeout=60).returncode == 0
    assert subprocess.run(argv[:3], capture_output=True, timeout=60).returncode == 2
