"""Bundles: rows are packed as said, kept before their leaf, proven one by one, and missed where they are changed."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dancu.core.refusal import Refusal
from dancu.ledger import verify
from dancu.ledger.bundle import Bundle
from dancu.ledger.leaf import BundleLeaf, decode
from dancu.ledger.proof import receipt, rows, tree
from dancu.ledger.proof.fault import Fault
from dancu.ledger.reader import LogReader
from tests.ledger.samples import MONTH, OCTOBER_MS, entry, new_log, writer

ABOUT = {"request": "JOB-7", "member": "VN/GOV/H41", "service": "check", "purpose": "1.004194", "agreement": "A-17@3"}


def name_of(number: int) -> str:
    return hashlib.sha256(b"%d" % number).hexdigest()


def with_bundle(folder, people: int):
    """A log with one bundle; (key, place of its leaf)."""
    key = new_log(folder)
    with writer(folder) as log:
        log.append(entry(0))
        bundle = Bundle(folder, key=MONTH, **ABOUT)
        for n in range(people):
            assert bundle.add(name_of(n), rows.OUTCOMES[n % 3], name_of(-n)) == n
        place = bundle.write(log.append, OCTOBER_MS, 1)
    return key, place


@given(st.integers(0, 2**32), st.sampled_from(rows.OUTCOMES))
def test_a_row_is_32_bytes_in_the_order_it_says(number, outcome):
    pseudonym, commitment = bytes.fromhex(name_of(number)), bytes.fromhex(name_of(number + 1))
    row = rows.pack(pseudonym, outcome, commitment)
    assert len(row) == 32
    assert rows.unpack(row) == (pseudonym[:12], outcome, commitment[:19])


@given(st.integers(1, 300), st.data())
@settings(max_examples=30)
def test_every_row_is_proven(count, draw):
    made = [bytes.fromhex(name_of(n)) for n in range(count)]
    index = draw.draw(st.integers(0, count - 1))
    path = rows.path(made, index)
    assert tree.root_by_path(tree.leaf_hash(made[index]), index, count, path) == rows.root(made)


def test_a_persons_receipt_is_row_path_and_leaf_path(tmp_path):
    key, place = with_bundle(tmp_path / "log", 300)
    reader = LogReader(tmp_path / "log")
    leaf = decode(reader.entry(place.month, place.index))
    assert isinstance(leaf, BundleLeaf) and leaf.rows == 300
    proof = receipt.parse(reader.receipt(place.month, place.index, row=123).text())
    assert receipt.check(proof, key).size == 3
    assert rows.unpack(proof.row.row) == (bytes.fromhex(name_of(123))[:12], "match", bytes.fromhex(name_of(-123))[:19])
    moved = receipt.Receipt(proof.index, proof.entry, proof.path, proof.note, receipt.RowProof(
        124, proof.row.row, proof.row.path))  # fmt: skip
    with pytest.raises(Fault):
        receipt.check(moved, key)
    plain = reader.receipt(place.month, 1)
    with pytest.raises(Fault):
        receipt.check(receipt.Receipt(1, plain.entry, plain.path, plain.note, proof.row), key)
    for row in (-1, 300):
        with pytest.raises(Refusal):
            reader.receipt(place.month, place.index, row=row)
    with pytest.raises(Refusal):
        reader.receipt(place.month, 1, row=0)


def test_changed_or_lost_rows_are_found(tmp_path):
    key, place = with_bundle(tmp_path / "log", 10)
    reader = LogReader(tmp_path / "log")
    leaf = decode(reader.entry(place.month, place.index))
    path = tmp_path / "log" / rows.file_of(MONTH, leaf.root)
    assert "10 rows" in verify.verify_log(tmp_path / "log", key)[0][1]
    data = path.read_bytes()
    for harmed in (data[32:], data[32:64] + data[:32] + data[64:], b"\xff" + data[1:], data[:-1]):
        path.write_bytes(harmed)
        with pytest.raises(Fault):
            verify.verify_log(tmp_path / "log", key)
    path.unlink()
    with pytest.raises(Fault, match="missing"):
        verify.verify_log(tmp_path / "log", key)
    with pytest.raises(Refusal):
        reader.rows(leaf)


def test_what_does_not_fit_is_refused(tmp_path):
    bundle = Bundle(tmp_path, key=MONTH, **ABOUT)
    with pytest.raises(Refusal):
        bundle.write(lambda _: None, OCTOBER_MS, 1)
    for subject, outcome in (("ab", "match"), (name_of(1), "perhaps")):
        with pytest.raises(Refusal):
            bundle.add(subject, outcome, name_of(2))
    for _ in range(rows.ROWS_MAX):
        bundle.add(name_of(1), "match", name_of(2))
    with pytest.raises(Refusal):
        bundle.add(name_of(1), "match", name_of(2))
    assert len(bundle) == rows.ROWS_MAX
