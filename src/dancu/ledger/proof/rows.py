"""Rows of a bulk bundle: 32 bytes a person, their Merkle root in one leaf, and the proof of one row.

A row is, in this order: the first 12 bytes of the subject's pseudonym (HMAC-SHA256 under the month's key), one byte
of outcome, the first 19 bytes of the salted commitment to the answer (SHA-256). 96 bits of pseudonym keep strangers
apart among a billion rows; 152 bits of commitment leave no practical second answer. The rows of a bundle are a
Merkle tree of RFC 6962 whose leaves are the rows in their order in the file; its root stands in the bundle's leaf.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from dancu.ledger.proof import tree
from dancu.ledger.proof.fault import malformed

ROW_BYTES = 32
ROWS_MAX = 10_000
PSEUDONYM_BYTES = 12
COMMITMENT_BYTES = 19
# One byte in a row; values are stored for ever, never renumber.
OUTCOMES = ("match", "no_match", "inconclusive", "not_permitted", "not_on_file", "refused", "read", "exported")


class Row(NamedTuple):
    """One person's part of a bundle, as it can be read back."""

    pseudonym: bytes
    outcome: str
    commitment: bytes


def pack(pseudonym: bytes, outcome: str, commitment: bytes) -> bytes:
    """The 32 bytes of a row from a whole pseudonym and a whole commitment (32 bytes each)."""
    return pseudonym[:PSEUDONYM_BYTES] + bytes((OUTCOMES.index(outcome),)) + commitment[:COMMITMENT_BYTES]


def unpack(row: bytes) -> Row:
    """A row read back: the first bytes of pseudonym and commitment. Raises `Fault` for bytes that are no row."""
    if len(row) != ROW_BYTES or row[PSEUDONYM_BYTES] >= len(OUTCOMES):
        raise malformed("dòng của gói không hợp lệ", "a bundle row is broken")
    return Row(row[:PSEUDONYM_BYTES], OUTCOMES[row[PSEUDONYM_BYTES]], row[PSEUDONYM_BYTES + 1 :])


def split(data: bytes) -> list[bytes]:
    """The rows of a bundle's file. Raises `Fault` where the length is wrong."""
    if not data or len(data) % ROW_BYTES or len(data) > ROWS_MAX * ROW_BYTES:
        raise malformed("tệp dòng của gói sai độ dài", "a bundle's file of rows has a wrong length")
    return [data[i : i + ROW_BYTES] for i in range(0, len(data), ROW_BYTES)]


def root(rows: Iterable[bytes]) -> bytes:
    """The Merkle root over the rows."""
    return tree.root_of([tree.leaf_hash(row) for row in rows])


def path(rows: list[bytes], index: int) -> list[bytes]:
    """The inclusion path of one row in its bundle."""
    kept = tree.levels([tree.leaf_hash(row) for row in rows])
    return tree.inclusion_path(index, len(rows), lambda height, position: kept[height][position])


def file_of(month: str, root_hex: str) -> str:
    """Where a bundle's rows lie below the log's folder: by the month of their pseudonyms' key and by their root."""
    return f"rows/{month}/{root_hex[:2]}/{root_hex}"
