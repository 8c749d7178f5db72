"""The Merkle tree of RFC 6962: hashes, inclusion and consistency proofs, computed over any reader of hashes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()
# Reads the hash of the complete subtree of 2**height leaves that starts at leaf position << height.
Read = Callable[[int, int], bytes]


def leaf_hash(entry: bytes) -> bytes:
    """SHA-256(0x00 || entry), RFC 6962 §2.1."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right), RFC 6962 §2.1."""
    return sha256(b"\x01" + left + right).digest()


def levels(hashes: Sequence[bytes]) -> list[list[bytes]]:
    """All levels over `hashes`, the lowest first; a last hash without a sibling moves up unchanged.

    Moving it up gives the tree of RFC 6962, whose split is the largest power of two below the count. The hashes may be
    roots of equal complete subtrees, the last one of a smaller one.
    """
    rows = [list(hashes)]
    while len(row := rows[-1]) > 1:
        joined = b"".join(row)
        above = [sha256(b"\x01" + joined[i : i + 64]).digest() for i in range(0, len(joined) - 32, 64)]
        if len(row) & 1:
            above.append(row[-1])
        rows.append(above)
    return rows


def root_of(hashes: Sequence[bytes]) -> bytes:
    """The root over `hashes` (32 bytes); the empty tree's is SHA-256 of nothing."""
    return levels(hashes)[-1][0] if hashes else EMPTY_ROOT


def root_of_tiles(partial: Sequence[Sequence[bytes]]) -> bytes:
    """The root from what stands in the last, partial tile of each level, the lowest level first."""
    root = b""
    for row in partial:
        if row := [*row, root] if root else row:
            root = levels(row)[-1][0]
    return root or EMPTY_ROOT


def _split(count: int) -> int:
    """The largest power of two below `count` (at least 2)."""
    return 1 << ((count - 1).bit_length() - 1)


def range_root(start: int, stop: int, read: Read) -> bytes:
    """MTH(D[start:stop]) of RFC 6962 for a range that is a subtree of some proof."""
    count = stop - start
    if count == 0:
        return EMPTY_ROOT
    if count & (count - 1) == 0 and start % count == 0:
        height = count.bit_length() - 1
        return read(height, start >> height)
    middle = start + _split(count)
    return node_hash(range_root(start, middle, read), range_root(middle, stop, read))


def inclusion_path(index: int, size: int, read: Read) -> list[bytes]:
    """PATH(index, D[size]) of RFC 6962 §2.1.1, the leaf's sibling first. Raises ValueError outside the tree."""
    if not 0 <= index < size:
        raise ValueError("the leaf is outside the tree")
    path, start, stop = [], 0, size
    while stop - start > 1:
        middle = start + _split(stop - start)
        if index < middle:
            path.append(range_root(middle, stop, read))
            stop = middle
        else:
            path.append(range_root(start, middle, read))
            start = middle
    return path[::-1]


def consistency_path(old: int, new: int, read: Read) -> list[bytes]:
    """PROOF(old, D[new]) of RFC 6962 §2.1.2; empty where there is nothing to prove (old = 0 or old = new)."""
    if not 0 <= old <= new:
        raise ValueError("the old tree is larger than the new one")
    if old in (0, new):
        return []
    path, start, stop, whole = [], 0, new, True
    while old != stop:
        middle = start + _split(stop - start)
        if old <= middle:
            path.append(range_root(middle, stop, read))
            stop = middle
        else:
            path.append(range_root(start, middle, read))
            start, whole = middle, False
    if not whole:
        path.append(range_root(start, stop, read))
    return path[::-1]


def root_by_path(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root that the leaf hash and its path lead to (RFC 9162 §2.1.3.2), None where the path has a wrong length."""
    if not 0 <= index < size:
        return None
    inner, last, root = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return None
        if inner & 1 or inner == last:
            root = node_hash(sibling, root)
            while not inner & 1 and inner:
                inner, last = inner >> 1, last >> 1
        else:
            root = node_hash(root, sibling)
        inner, last = inner >> 1, last >> 1
    return root if last == 0 else None


def is_consistent(old: int, new: int, path: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Whether the tree of `new` leaves begins with the tree of `old` leaves (RFC 9162 §2.1.4.2)."""
    if old > new or old < 0:
        return False
    if old == new:
        return not path and old_root == new_root
    if old == 0:
        return not path and old_root == EMPTY_ROOT
    hashes = list(path)
    if old & (old - 1) == 0:
        hashes.insert(0, old_root)
    if not hashes:
        return False
    inner, last = old - 1, new - 1
    while inner & 1:
        inner, last = inner >> 1, last >> 1
    first = second = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            return False
        if inner & 1 or inner == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while not inner & 1 and inner:
                inner, last = inner >> 1, last >> 1
        else:
            second = node_hash(second, sibling)
        inner, last = inner >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root
