"""A small committed log: whoever writes a C2SP reader can check it against this one, and our writer still makes these bytes.

`python -m tests.ledger.test_vectors` makes the folder `vectors/` again, which is a decision: old logs must stay readable.
"""

from __future__ import annotations

import base64
import json
import shutil
import tempfile
from pathlib import Path

from dancu.ledger import verify
from dancu.ledger.bundle import Bundle
from dancu.ledger.leaf import Command, encode
from dancu.ledger.proof import receipt
from dancu.ledger.proof.note import VerifierKey
from dancu.ledger.reader import LogReader
from tests.ledger.samples import DAY_MS, MONTH, NAME, OCTOBER_MS, Clock, append_all, leaf, new_log, writer

VECTORS = Path(__file__).parent / "vectors"
NEXT = "2026-11"
ABOUT = {"request": "JOB-7", "member": "VN/GOV/H41", "service": "check", "purpose": "1.004194", "agreement": "A-17@3"}
LEFT_OUT = ("key", "lock", "publish.lock", "socket")


def command(number: int) -> bytes:
    """A short leaf, so that a full tile of them stays small."""
    return encode(
        Command(time_ms=OCTOBER_MS + number, request=f"C-{number}", member="H41", command="move", basis="LCT",
                outcome="ok", key=MONTH)
    )  # fmt: skip


def make(folder: Path) -> None:
    """The log of the vectors: 263 entries in October, five and a bundle in November, two receipts, what to expect."""
    clock, log = Clock(), folder / "log"
    key = new_log(log)
    with writer(log, clock=clock) as sequencer:
        for n in range(262):
            sequencer.append(command(n))
        clock.at += 31 * DAY_MS
        append_all(sequencer, 3)
        bundle = Bundle(log, key=NEXT, **ABOUT)
        for n in range(5):
            bundle.add(f"{n:064x}", "match", f"{n + 9:064x}")
        place = bundle.write(sequencer.append, clock.at, 1)
        sequencer.append(leaf(9, shown="deferred", opens="2027-01-01"))
    reader = LogReader(log)
    (folder / "entry.tlog-proof").write_bytes(reader.receipt(MONTH, 200).text())
    (folder / "row.tlog-proof").write_bytes(reader.receipt(NEXT, place.index, row=3).text())
    points = {month: reader.checkpoint(month)[1] for month in reader.months()}
    expected = {
        "key": key.text(),
        "months": {m: {"size": p.size, "root": base64.b64encode(p.root).decode()} for m, p in points.items()},
    }
    (folder / "expected.json").write_text(json.dumps(expected, indent=1) + "\n", encoding="utf-8")
    for name in LEFT_OUT:
        (log / name).unlink(missing_ok=True)
    for wal in log.rglob("wal"):
        shutil.rmtree(wal)


def files(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_the_writer_still_makes_the_same_bytes(tmp_path):
    make(tmp_path)
    made, kept = files(tmp_path), files(VECTORS)
    assert made.keys() == kept.keys()
    assert [name for name in made if made[name] != kept[name]] == []


def test_the_vectors_are_whole_and_as_expected():
    expected = json.loads((VECTORS / "expected.json").read_text(encoding="utf-8"))
    key = VerifierKey.parse(expected["key"])
    assert key.name == NAME
    assert "269 entries, 5 rows" in verify.verify_log(VECTORS / "log", key)[0][1]
    for name, size in (("entry", 263), ("row", 6)):
        proof = receipt.parse((VECTORS / f"{name}.tlog-proof").read_bytes())
        assert receipt.check(proof, key).size == size
    assert {m: p["size"] for m, p in expected["months"].items()} == {MONTH: 263, NEXT: 6}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        make(Path(place))
        shutil.rmtree(VECTORS, ignore_errors=True)
        shutil.copytree(place, VECTORS)
