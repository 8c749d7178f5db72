"""Checkpoints of C2SP tlog-checkpoint: origin, size and root of a log, signed."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from dancu.ledger.proof import tree
from dancu.ledger.proof.fault import Fault, malformed
from dancu.ledger.proof.note import SigningKey, VerifierKey, open_note, split, unbase64

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True)
class Checkpoint:
    """The state of a log at one moment: its name, the number of leaves and the 32-byte root over them."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """The three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    def signed(self, key: SigningKey) -> bytes:
        """The signed note."""
        return key.sign(self.text())


def parse(text: str) -> Checkpoint:
    """A checkpoint from the text of a note; extension lines are ignored. Raises `Fault` if it is malformed."""
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1] or not all(lines[:-1]) or not _SIZE.fullmatch(lines[1]):
        raise malformed("điểm chốt không đủ ba dòng", "a checkpoint has an origin, a size and a root")
    root = unbase64(lines[2])
    if len(root) != tree.HASH_BYTES:
        raise malformed("gốc của điểm chốt không đủ 32 byte", "a checkpoint's root is not 32 bytes")
    return Checkpoint(lines[0], int(lines[1]), root)


def open_checkpoint(note: bytes, key: VerifierKey) -> Checkpoint:
    """The checkpoint in a note signed by `key`, whose name must be its origin. Raises `Fault` where it is not so."""
    found = parse(open_note(note, key))
    if found.origin != key.name:
        raise Fault(
            "other_log",
            vi="Điểm chốt thuộc về một nhật ký khác.",
            en="The checkpoint is of another log.",
        )
    return found


def peek(note: bytes) -> Checkpoint:
    """The checkpoint in a note, its signature not looked at: only to learn which key to ask for."""
    return parse(split(note)[0])
