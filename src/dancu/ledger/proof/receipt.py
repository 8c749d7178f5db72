"""Receipts: `.tlog-proof` files of C2SP tlog-proof v1 that prove one entry, or one row of a bundle, without the log."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from dancu.ledger.proof import checkpoint, rows, tree
from dancu.ledger.proof.checkpoint import Checkpoint
from dancu.ledger.proof.fault import Fault, malformed
from dancu.ledger.proof.month import is_month, key_of
from dancu.ledger.proof.note import VerifierKey, unbase64

FIRST_LINE = "c2sp.org/tlog-proof@v1"
RECEIPT_BYTES_MAX = 262_144
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})")


@dataclass(frozen=True)
class RowProof:
    """That a 32-byte row is part of the bundle named in the entry."""

    index: int
    row: bytes
    path: Sequence[bytes]


@dataclass(frozen=True)
class Receipt:
    """An entry, its index, its path and the signed checkpoint; `row` where one person's part of a bundle is meant.

    The entry and the row travel as the proof's extra data: JSON with base64 values, trusted only after the check.
    """

    index: int
    entry: bytes
    path: Sequence[bytes]
    note: bytes
    row: RowProof | None = None

    def text(self) -> bytes:
        """The file, byte for byte."""
        extra = {"entry": _b64(self.entry)}
        if self.row:
            extra |= {"row": _b64(self.row.row), "row_index": self.row.index, "row_path": [*map(_b64, self.row.path)]}
        packed = _b64(json.dumps(extra, sort_keys=True, separators=(",", ":")).encode())
        lines = [FIRST_LINE, f"extra {packed}", f"index {self.index}", *map(_b64, self.path)]
        return ("\n".join(lines) + "\n\n").encode() + self.note


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _hash(line: str) -> bytes:
    data = unbase64(line)
    if len(data) != tree.HASH_BYTES:
        raise malformed("mã băm không đủ 32 byte", "a hash is not 32 bytes")
    return data


def _extra(line: str) -> tuple[bytes, RowProof | None]:
    try:
        extra = json.loads(unbase64(line))
        entry = unbase64(extra["entry"])
        if "row" not in extra:
            return entry, None
        return entry, RowProof(int(extra["row_index"]), unbase64(extra["row"]), [*map(_hash, extra["row_path"])])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise malformed("phần kèm theo của biên nhận không đọc được", "a receipt's extra data is unreadable") from None


def parse(data: bytes) -> Receipt:
    """Read a receipt; nothing in it is trusted before `check`. Raises `Fault` if it is malformed."""
    head, blank, note = data.partition(b"\n\n")
    lines = head.decode("utf-8", "replace").split("\n")
    if len(data) > RECEIPT_BYTES_MAX or not blank or lines[0] != FIRST_LINE or len(lines) < 3:
        raise malformed("không phải tệp .tlog-proof", "not a .tlog-proof file")
    if not lines[1].startswith("extra ") or not (index := _INDEX.fullmatch(lines[2])):
        raise malformed("biên nhận thiếu mục hoặc số thứ tự", "the receipt lacks its entry or its index")
    entry, row = _extra(lines[1].removeprefix("extra "))
    return Receipt(int(index[1]), entry, [*map(_hash, lines[3:])], note, row)


def check(receipt: Receipt, key: VerifierKey) -> Checkpoint:
    """The checkpoint the receipt proves the entry (and row) to be under; `key` is the log's, the month's is derived.

    Raises `Fault` where the signature, the path or the row's path does not hold.
    """
    name, _, month = checkpoint.peek(receipt.note).origin.rpartition("/")
    wanted = key_of(key, month) if name == key.name and is_month(month) else key
    signed = checkpoint.open_checkpoint(receipt.note, wanted)
    leaf = tree.leaf_hash(receipt.entry)
    if tree.root_by_path(leaf, receipt.index, signed.size, receipt.path) != signed.root:
        raise Fault(
            "not_included",
            vi="Mục trong biên nhận không nằm trong nhật ký ở vị trí đã ghi.",
            en="The entry of the receipt is not in the log at the index it names.",
        )
    if receipt.row:
        _check_row(receipt.entry, receipt.row)
    return signed


def _check_row(entry: bytes, proof: RowProof) -> None:
    try:
        leaf = json.loads(entry)
        root, count = (bytes.fromhex(leaf["root"]), int(leaf["rows"])) if leaf["kind"] == "bundle" else (b"", 0)
    except (ValueError, KeyError, TypeError):
        root, count = b"", 0
    rows.unpack(proof.row)
    if not root or tree.root_by_path(tree.leaf_hash(proof.row), proof.index, count, proof.path) != root:
        raise Fault(
            "row_not_included",
            vi="Dòng trong biên nhận không thuộc gói mà mục nhật ký ghi.",
            en="The row of the receipt is not part of the bundle that the entry names.",
        )
