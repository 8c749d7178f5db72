"""An independent C2SP implementation reads our log, and we read one it built: `aics-tlog`, where it can be installed."""

from __future__ import annotations

import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from dancu.ledger.proof import audit, tiles, tree
from dancu.ledger.proof.fault import Fault
from dancu.ledger.proof.month import key_of
from dancu.ledger.proof.note import SigningKey, VerifierKey
from dancu.ledger.reader import LogReader
from tests.ledger.samples import MONTH, SEED
from tests.ledger.test_vectors import NEXT, VECTORS

aics = pytest.importorskip(
    "aics_tlog", reason="aics-tlog needs Python 3.12 or newer; install it there to run this test"
)
LOG = VECTORS / "log"


def theirs(month: str):
    """(checkpoint result, reader of tiles) of a month, as the other implementation sees it."""
    key = key_of(VerifierKey.parse((LOG / "key.pub").read_text()), month)
    note = aics.parse_note((LOG / month / "checkpoint").read_bytes())
    found = aics.verify_checkpoint(note, aics.parse_vkey(key.text()), expected_origin=key.name)
    return found, aics.FileSystemTileReader(LOG / month)


@pytest.mark.parametrize("month, size", [(MONTH, 263), (NEXT, 6)])
def test_they_accept_our_log(month, size):
    found, reader = theirs(month)
    assert found.ok and found.size == size, found.error
    report = aics.audit_tiles(reader, found.size, found.root)
    assert report.bundles == -(-size // tiles.WIDTH)
    ours = LogReader(LOG)
    for index in {0, 5, size - 1}:
        proof = aics.inclusion_proof_from_tiles(reader, index, size)
        receipt = ours.receipt(month, index)
        assert proof == list(receipt.path)
        assert aics.verify_leaf_inclusion(receipt.entry, index, size, proof, found.root)
        assert not aics.verify_leaf_inclusion(receipt.entry + b" ", index, size, proof, found.root)


def test_they_refuse_an_altered_one():
    found, reader = theirs(MONTH)
    with pytest.raises(ValueError):
        aics.audit_tiles(reader, found.size, hashlib.sha256(b"another root").digest())


def test_we_accept_a_log_they_built_and_refuse_it_altered(tmp_path):
    entries = [b"entry %d" % n for n in range(600)]
    aics.tiles.write_tiles(entries, tmp_path)
    reader = aics.FileSystemTileReader(tmp_path)
    root = aics.tree_root_from_tiles(reader, 600)
    key = SigningKey.create("other.example/log", SEED)
    note = aics.sign_checkpoint(aics.Checkpoint(key.name, 600, root), Ed25519PrivateKey.from_private_bytes(SEED), key.name)
    (tmp_path / "checkpoint").write_bytes(note.to_bytes())
    signed = audit.read_checkpoint(tmp_path / "checkpoint", key.verifier)
    assert [e for bundle in audit.entries_of(tmp_path, 600) for e in bundle] == entries
    assert tree.range_root(0, 600, tiles.TileHashes(tmp_path, 600)) == root == signed.root
    assert aics.note.parse_vkey(key.verifier.text()).name == key.name
    with pytest.raises(Fault):
        audit.read_checkpoint(tmp_path / "checkpoint", SigningKey.create("other.example/log", bytes(32)).verifier)
