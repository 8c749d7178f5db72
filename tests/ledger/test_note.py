"""Signed notes and checkpoints: known notes of others are read, ours are made the same way, altered ones refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dancu.ledger.proof import checkpoint
from dancu.ledger.proof.checkpoint import Checkpoint
from dancu.ledger.proof.fault import Fault
from dancu.ledger.proof.note import SigningKey, VerifierKey, key_id, open_note

# The example of the Go package that defined the format.
KNOWN_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
KNOWN_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n\n"
    "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
).encode()
KEY = SigningKey.create("log.example/a", bytes(range(32)))


def test_a_known_note_is_read():
    text = open_note(KNOWN_NOTE, VerifierKey.parse(KNOWN_KEY))
    assert text.startswith("If you think") and text.endswith("problem is.\n")


def test_a_known_key_has_its_known_id():
    key = VerifierKey.parse("sum.golang." "org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8")
    assert key_id(key.name, key.public).hex() == "033de0ae"


def test_keys_are_read_back():
    assert VerifierKey.parse(KEY.verifier.text()) == KEY.verifier
    assert SigningKey.parse(KEY.text()) == KEY
    assert str(KEY.seed) not in repr(KEY)


@pytest.mark.parametrize(
    "text",
    ["", "a+b", "x+00000000+AQ==", KNOWN_KEY.replace("c74f", "c74e"), KNOWN_KEY.replace("+ARpc", "+ARpd"), "a b" + KNOWN_KEY],
)  # fmt: skip
def test_broken_keys_are_refused(text):
    with pytest.raises(Fault):
        VerifierKey.parse(text)
    with pytest.raises(Fault):
        SigningKey.parse(text)


@given(st.integers(0, len(KNOWN_NOTE) - 1), st.integers(0, 7))
def test_every_flipped_bit_is_refused(at, bit):
    note = bytearray(KEY.sign("a text\nof two lines\n"))
    at %= len(note)
    note[at] ^= 1 << bit
    with pytest.raises(Fault):
        open_note(bytes(note), KEY.verifier)


def test_other_signatures_are_ignored_and_missing_ones_refused():
    note = KEY.sign("text\n")
    witness = SigningKey.create("witness.example/w", bytes(32))
    both = note + witness.sign("text\n").split(b"\n\n")[1]
    assert open_note(both, KEY.verifier) == open_note(both, witness.verifier) == "text\n"
    with pytest.raises(Fault, match="no signature"):
        open_note(note, witness.verifier)
    with pytest.raises(Fault):
        open_note(note, KEY.renamed("log.example/b").verifier)


@pytest.mark.parametrize("text", ["no newline", "tab\there\n"])
def test_texts_that_cannot_be_notes_are_not_signed(text):
    with pytest.raises(Fault):
        KEY.sign(text)


def test_checkpoints_are_three_lines():
    point = Checkpoint("log.example/a", 20852163, bytes(32))
    assert point.text() == "log.example/a\n20852163\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
    assert checkpoint.open_checkpoint(point.signed(KEY), KEY.verifier) == point == checkpoint.peek(point.signed(KEY))


@pytest.mark.parametrize("text", ["a\n1\n", "a\n01\nAAAA\n", "a\n-1\nAAAA\n", "a\n1\nAAAA\n", "\n1\n" + "A" * 43 + "=\n"])
def test_broken_checkpoints_are_refused(text):
    with pytest.raises(Fault):
        checkpoint.parse(text)


def test_extension_lines_are_ignored_and_origins_must_fit():
    text = Checkpoint("log.example/a", 1, bytes(32)).text() + "an extension\n"
    assert checkpoint.open_checkpoint(KEY.sign(text), KEY.verifier).size == 1
    with pytest.raises(Fault, match="another log"):
        checkpoint.open_checkpoint(Checkpoint("log.example/b", 1, bytes(32)).signed(KEY), KEY.verifier)
