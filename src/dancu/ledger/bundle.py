"""Bulk in one leaf: up to 10,000 people as fixed rows beside the tiles, their Merkle root in the log."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from dancu.ledger import refusals
from dancu.ledger.disk import Disk
from dancu.ledger.leaf import BundleLeaf, encode
from dancu.ledger.proof import rows
from dancu.ledger.proof.rows import COMMITMENT_BYTES, OUTCOMES, PSEUDONYM_BYTES, ROWS_MAX

_OUTCOME_BYTES = {name: bytes((code,)) for code, name in enumerate(OUTCOMES)}


class Bundle:
    """The rows of one part of a job, written once and then logged as one leaf.

    `about` are the fields of `leaf.BundleLeaf` that are the same for all: request, member, service, purpose,
    agreement, key (the month of the pseudonyms' key), and what else it takes. How a row is packed into 32 bytes is
    said in `proof.rows`.
    """

    def __init__(self, log: Path, *, disk: Disk | None = None, **about: Any):
        self._log, self._disk, self._about = log, disk or Disk(), about
        self._rows: list[bytes] = []

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, subject: str, outcome: str, commitment: str) -> int:
        """Add a person: pseudonym and commitment in hex (64 digits each), an outcome of `rows.OUTCOMES`; the row's number.

        Raises Refusal (`ledger_leaf`) for an unknown outcome and for the 10,001st person.
        """
        outcome_byte = _OUTCOME_BYTES.get(outcome)
        if outcome_byte is None or len(self._rows) >= ROWS_MAX or len(subject) != 64 or len(commitment) != 64:
            raise refusals.bad_leaf("rows")
        head = bytes.fromhex(subject[: 2 * PSEUDONYM_BYTES])
        self._rows.append(head + outcome_byte + bytes.fromhex(commitment[: 2 * COMMITMENT_BYTES]))
        return len(self._rows) - 1

    def write(self, append: Callable[[bytes], Any], time_ms: int, part: int) -> Any:
        """Make the rows durable, then append their leaf; what `append` answers, its place.

        In that order, so that no leaf stands in the log whose rows could be lost. Raises Refusal.
        """
        if not self._rows:
            raise refusals.bad_leaf("rows")
        root = rows.root(self._rows).hex()
        leaf = BundleLeaf(time_ms=time_ms, part=part, rows=len(self._rows), root=root, **self._about)
        entry = encode(leaf)
        try:
            self._disk.put_all(self._log, [(rows.file_of(leaf.key, root), b"".join(self._rows))])
        except OSError:
            raise refusals.full() from None
        return append(entry)
