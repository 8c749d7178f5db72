"""Leaves: their bytes are RFC 8785's, they are read back, and what looks like personal data is not taken."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dancu.core.refusal import Refusal
from dancu.ledger.leaf import Access, Begin, BundleLeaf, Command, Export, decode, encode
from dancu.ledger.proof.checkpoint import Checkpoint
from tests.ledger.samples import MONTH, OCTOBER_MS, leaf

HASH = st.binary(min_size=32, max_size=32).map(bytes.hex)
CODE = st.text("abcXYZ-._/:", min_size=1, max_size=40).map(lambda text: "c" + text)
TIME = st.integers(0, 2**53 - 1)


def canonical(value) -> str:
    """RFC 8785 for ASCII strings, integers, lists and objects, written out by its rules."""
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(f"{canonical(name)}:{canonical(value[name])}" for name in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    assert isinstance(value, int) and abs(value) < 2**53
    return str(value)


ACCESS = st.builds(
    Access,
    time_ms=TIME, request=CODE, member=CODE, subsystem=CODE | st.just(""), service=CODE, purpose=CODE, agreement=CODE,
    decision=st.sampled_from(["granted", "denied", "throttled", "failed"]), outcome=CODE, key=st.just(MONTH),
    subject=HASH | st.just(""), subject_kind=st.sampled_from(["person", "claimed"]), officer=HASH,
    fields=st.lists(CODE, max_size=4).map(tuple), request_hash=HASH, answer=HASH, caller_signature=HASH,
    shown=st.sampled_from(["now", "hidden"]),
)  # fmt: skip
COMMAND = st.builds(
    Command, time_ms=TIME, request=CODE, member=CODE, command=CODE, basis=CODE, outcome=CODE, key=st.just(MONTH),
    subjects=st.lists(HASH, max_size=3).map(tuple), officer=HASH,
)  # fmt: skip
BUNDLE = st.builds(
    BundleLeaf, time_ms=TIME, request=CODE, part=TIME, member=CODE, service=CODE, purpose=CODE, agreement=CODE,
    key=st.just(MONTH), rows=TIME, root=HASH,
)  # fmt: skip


@given(ACCESS | COMMAND | BUNDLE)
def test_bytes_are_canonical_and_read_back(made):
    data = encode(made)
    assert data == canonical(json.loads(data)).encode("ascii")
    assert decode(data) == made and encode(decode(data)) == data


def test_the_other_kinds():
    begin = Begin.after(OCTOBER_MS, Checkpoint("log.example/2026-09", 7, bytes(32)))
    export = Export(time_ms=1, request="r", member="m", purpose="p", agreement="a", dataset="d", rows=3, digest="0" * 64,
                    key=MONTH)  # fmt: skip
    for made in (begin, Begin.after(0, None), export):
        data = encode(made)
        assert decode(data) == made and data == canonical(json.loads(data)).encode()
    assert encode(Begin.after(5, None)) == b'{"kind":"begin","time_ms":5}'


@pytest.mark.parametrize(
    "more",
    [
        {"request": "001205000001"}, {"outcome": "x 12"}, {"member": "Nguyễn"}, {"service": "call 0912345678"},
        {"purpose": "a-123456789"}, {"fields": ("name", "001205000001")}, {"subject": "12"}, {"officer": "G" * 64},
        {"key": "2026-13"}, {"time_ms": 2**53}, {"time_ms": -1}, {"shown": "deferred"}, {"opens": "2026-2-1"},
        {"agreement": "x" * 200},
    ],
)  # fmt: skip
def test_personal_or_malformed_values_are_refused(more):
    with pytest.raises(Refusal) as caught:
        encode(leaf(1, **more))
    assert caught.value.code == "ledger_leaf"
    assert not any(str(value) in caught.value.en for value in more.values())


def test_a_uuid_is_a_request_id_whatever_its_digits():
    encode(leaf(1, request="123e4567-e89b-12d3-a456-426614174000"))


@pytest.mark.parametrize("data", [b"", b"{}", b'{"kind":"other"}', b'{"kind":"access"}', b"\xff", b"[1]"])
def test_other_bytes_are_no_leaf(data):
    with pytest.raises(Refusal):
        decode(data)
