"""Reading a published log: entries, their receipts, and waiting until an entry is under a signed checkpoint."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from dancu.ledger import refusals
from dancu.ledger.leaf import BundleLeaf, decode
from dancu.ledger.proof import rows, tiles, tree
from dancu.ledger.proof.audit import months_in
from dancu.ledger.proof.checkpoint import Checkpoint, open_checkpoint
from dancu.ledger.proof.fault import Fault
from dancu.ledger.proof.month import key_of
from dancu.ledger.proof.note import VerifierKey
from dancu.ledger.proof.receipt import Receipt, RowProof
from dancu.ledger.shard import PUBLIC_FILE

PUBLISHED_TIMEOUT_S = 10.0
_POLL_S = 0.05
_KEPT_BUNDLES_MAX = 256


class LogReader:
    """A log's folder as readers see it: only what is signed. Safe beside a running writer, in any process.

    Raises Refusal `ledger_absent` for a folder that is no log, `ledger_damaged` where tiles do not hold.
    """

    def __init__(self, log: Path):
        self.log = log
        try:
            self.key = VerifierKey.parse((log / PUBLIC_FILE).read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise refusals.no_key(log) from None
        self._signed: dict[str, tuple[bytes, Checkpoint, tiles.TileHashes]] = {}
        self._bundles: dict[tuple[str, int, int], list[bytes]] = {}

    def months(self) -> list[str]:
        """The months that have a shard, the oldest first."""
        return months_in(self.log)

    def checkpoint(self, month: str) -> tuple[bytes, Checkpoint] | None:
        """The signed note of a month and what it says, None where nothing is signed yet."""
        found = self._current(month)
        return found and found[:2]

    def size(self, month: str) -> int:
        """How many entries of a month are under its checkpoint."""
        found = self._current(month)
        return found[1].size if found else 0

    def _current(self, month: str) -> tuple[bytes, Checkpoint, tiles.TileHashes] | None:
        try:
            note = (self.log / month / "checkpoint").read_bytes()
        except FileNotFoundError:
            return None
        kept = self._signed.get(month)
        if kept is None or kept[0] != note:
            try:
                signed = open_checkpoint(note, key_of(self.key, month))
            except Fault as fault:
                raise refusals.damaged(f"{month}/checkpoint", fault) from None
            kept = self._signed[month] = note, signed, tiles.TileHashes(self.log / month, signed.size)
        return kept

    def entries(self, month: str, start: int = 0, stop: int | None = None) -> Iterator[tuple[int, bytes]]:
        """(index, bytes) of the published entries from `start` to `stop`."""
        size = self.size(month)
        stop = size if stop is None else min(stop, size)
        for n in range(start // tiles.WIDTH, -(-stop // tiles.WIDTH)):
            first = n * tiles.WIDTH
            for index, entry in enumerate(self._bundle(month, n, size), first):
                if start <= index < stop:
                    yield index, entry

    def entry(self, month: str, index: int) -> bytes:
        """One published entry. Raises Refusal `ledger_no_entry` where there is none (yet)."""
        size = self.size(month)
        if not 0 <= index < size:
            raise refusals.not_logged()
        n, at = divmod(index, tiles.WIDTH)
        return self._bundle(month, n, size)[at]

    def _bundle(self, month: str, n: int, size: int) -> list[bytes]:
        width = min(tiles.WIDTH, size - n * tiles.WIDTH)
        if found := self._bundles.get((month, n, width)):
            return found
        try:
            entries = tiles.read_entries(self.log / month, n, width)
        except Fault as fault:
            raise refusals.damaged(month, fault) from None
        if len(self._bundles) >= _KEPT_BUNDLES_MAX:
            self._bundles.pop(next(iter(self._bundles)))
        self._bundles[month, n, width] = entries
        return entries

    def receipt(self, month: str, index: int, row: int | None = None) -> Receipt:
        """The proof of one entry under the newest checkpoint; `row` names one person's row of a bundle.

        Raises Refusal `ledger_no_entry` where the entry or the row is not there.
        """
        entry = self.entry(month, index)
        note, signed, hashes = self._current(month)
        proof = None if row is None else self._row_proof(entry, row)
        try:
            path = tree.inclusion_path(index, signed.size, hashes)
        except Fault as fault:
            raise refusals.damaged(month, fault) from None
        return Receipt(index, entry, path, note, proof)

    def rows(self, leaf: BundleLeaf) -> list[bytes]:
        """The rows of a bundle. Raises Refusal `ledger_damaged` where they are gone or changed."""
        where = rows.file_of(leaf.key, leaf.root)
        try:
            kept = rows.split((self.log / where).read_bytes())
        except FileNotFoundError:
            raise refusals.damaged(where) from None
        except Fault as fault:
            raise refusals.damaged(where, fault) from None
        if len(kept) != leaf.rows:
            raise refusals.damaged(where)
        return kept

    def _row_proof(self, entry: bytes, row: int) -> RowProof:
        leaf = decode(entry)
        if not isinstance(leaf, BundleLeaf) or not 0 <= row < leaf.rows:
            raise refusals.not_logged()
        kept = self.rows(leaf)
        return RowProof(row, kept[row], rows.path(kept, row))

    def wait(self, month: str, index: int, timeout_s: float = PUBLISHED_TIMEOUT_S) -> None:
        """Return once the entry is under a signed checkpoint. Raises Refusal `ledger_no_entry` after the time-out."""
        end = time.monotonic() + timeout_s
        while self.size(month) <= index:
            if time.monotonic() > end:
                raise refusals.not_logged()
            time.sleep(_POLL_S)
