"""What a leaf says: a fixed schema of codes, numbers and pseudonyms, as canonical JSON, never a person's data.

Bytes are those of RFC 8785 (JSON Canonicalization Scheme): sorted names, no spaces, and only ASCII strings and
integers below 2**53, for which sorting and escaping are all there is to it.
"""

from __future__ import annotations

import base64
import re
from typing import Literal

import msgspec

from dancu.core.refusal import Refusal
from dancu.ledger import refusals
from dancu.ledger.proof import tiles
from dancu.ledger.proof.checkpoint import Checkpoint

SCHEMA = 1
Decision = Literal["granted", "denied", "throttled", "failed"]
# When the person concerned may see the entry: at once, from the day `opens`, or never (counted, not shown).
Shown = Literal["now", "deferred", "hidden"]
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/@+=,()-]{0,127}")
_HASH = re.compile(r"[0-9a-f]{64}")
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
_DAY = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
_UUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
# A 9- or 12-digit run is an identity number, a 10-digit one a telephone or an insurance number.
_LOOKS_PERSONAL = re.compile(r"(?<![0-9])(?:[0-9]{9}|[0-9]{10}|[0-9]{12})(?![0-9])")
_INTEGER_MAX = 2**53 - 1
_HASHES = {"officer", "subject", "request_hash", "answer", "caller_signature", "root", "digest"}


class _Leaf(msgspec.Struct, tag_field="kind", omit_defaults=True, frozen=True, kw_only=True):
    """What every leaf has; absent fields are left out of the bytes."""

    time_ms: int
    v: int = msgspec.field(default=SCHEMA)


class Begin(_Leaf, tag="begin", frozen=True, kw_only=True):
    """The first leaf of a month: the last checkpoint of the month before, absent in the first month of all."""

    previous_origin: str = ""
    previous_root: str = ""
    previous_size: int = 0

    @classmethod
    def after(cls, time_ms: int, previous: Checkpoint | None) -> Begin:
        """The beginning after `previous`; its root in base64, as checkpoints have it."""
        if previous is None:
            return cls(time_ms=time_ms)
        root = base64.b64encode(previous.root).decode()
        return cls(
            time_ms=time_ms,
            previous_origin=previous.origin,
            previous_root=root,
            previous_size=previous.size,
        )


class Access(_Leaf, tag="access", frozen=True, kw_only=True):
    """A decision about one person's data, denied and throttled ones included.

    `officer` and `subject` are pseudonyms under the key of month `key` (64 hex digits); `subject_kind` says whether
    the subject is a known person or a claimed number nobody holds. `request_hash` and `answer` are salted SHA-256
    commitments, `caller_signature` the SHA-256 of the caller's signature where it signed, `fields` what was disclosed.
    """

    request: str
    member: str
    service: str
    purpose: str
    agreement: str
    decision: Decision
    outcome: str
    key: str
    subject: str = ""
    subject_kind: Literal["person", "claimed"] = "person"
    subsystem: str = ""
    officer: str = ""
    fields: tuple[str, ...] = ()
    request_hash: str = ""
    answer: str = ""
    caller_signature: str = ""
    shown: Shown = "now"
    opens: str = ""


class BundleLeaf(_Leaf, tag="bundle", frozen=True, kw_only=True):
    """Up to 10,000 people of one job in one leaf: the Merkle root of their rows (`proof.rows`), in hex."""

    request: str
    part: int
    member: str
    service: str
    purpose: str
    agreement: str
    key: str
    rows: int
    root: str
    subsystem: str = ""
    officer: str = ""
    fields: tuple[str, ...] = ()
    shown: Shown = "now"
    opens: str = ""


class Export(_Leaf, tag="export", frozen=True, kw_only=True):
    """A file of data that left the system: which data set, for whom, how many rows, SHA-256 of the file."""

    request: str
    member: str
    purpose: str
    agreement: str
    dataset: str
    rows: int
    digest: str
    key: str
    officer: str = ""
    fields: tuple[str, ...] = ()


class Command(_Leaf, tag="command", frozen=True, kw_only=True):
    """A command on the register: what was done to whom on which legal basis, and whether it was accepted."""

    request: str
    member: str
    command: str
    basis: str
    outcome: str
    key: str
    subjects: tuple[str, ...] = ()
    officer: str = ""
    request_hash: str = ""
    shown: Shown = "now"
    opens: str = ""


Leaf = Begin | Access | BundleLeaf | Export | Command
_encoder = msgspec.json.Encoder(order="sorted")
_decoder = msgspec.json.Decoder(Leaf)


def encode(leaf: Leaf) -> bytes:
    """The leaf's canonical bytes. Raises Refusal (`ledger_leaf`) where a field has not its form."""
    for field in leaf.__struct_fields__:
        value = getattr(leaf, field)
        if not _fits(field, value):
            raise refusals.bad_leaf(field)
    if getattr(leaf, "shown", "now") not in ("now", "deferred", "hidden"):
        raise refusals.bad_leaf("shown")
    if getattr(leaf, "shown", "now") == "deferred" and not leaf.opens:
        raise refusals.bad_leaf("opens")
    data = _encoder.encode(leaf)
    if len(data) > tiles.ENTRY_BYTES_MAX:
        raise refusals.too_long()
    return data


def decode(entry: bytes) -> Leaf:
    """A leaf from its bytes. Raises Refusal (`ledger_leaf`) where they are no leaf of this schema."""
    try:
        return _decoder.decode(entry)
    except msgspec.DecodeError:
        raise _undecodable() from None


def _undecodable() -> Refusal:
    return refusals.bad_leaf("kind")


def _fits(field: str, value: object) -> bool:
    if isinstance(value, int):
        return 0 <= value <= _INTEGER_MAX
    if isinstance(value, tuple):
        return all(_fits(field.removesuffix("s") if field == "subjects" else "code", part) and part for part in value)
    if not isinstance(value, str):
        return False
    if not value:
        return True
    if field in _HASHES:
        return bool(_HASH.fullmatch(value))
    if field == "key":
        return bool(_MONTH.fullmatch(value))
    if field == "opens":
        return bool(_DAY.fullmatch(value))
    if field == "request" and _UUID.fullmatch(value):
        return True
    if field in ("previous_origin", "previous_root"):
        return value.isascii() and value.isprintable()
    return bool(_CODE.fullmatch(value)) and not _LOOKS_PERSONAL.search(value)
