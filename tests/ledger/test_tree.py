"""The tree against the definition of RFC 6962 written out naively, and against the known hashes of its test tree."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dancu.ledger.proof import tree

# The eight entries and the roots of RFC 6962's reference implementations.
KNOWN = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    4: "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    6: "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def mth(data: list[bytes]) -> bytes:
    """RFC 6962 §2.1, word for word."""
    if len(data) < 2:
        return hashlib.sha256(b"\0" + data[0] if data else b"").digest()
    k = 1
    while k * 2 < len(data):
        k *= 2
    return hashlib.sha256(b"\1" + mth(data[:k]) + mth(data[k:])).digest()


def reading(data: list[bytes]) -> tree.Read:
    return lambda height, position: mth(data[position << height : (position + 1) << height])


def leaves(count: int) -> list[bytes]:
    return [b"%d" % n for n in range(count)]


@pytest.mark.parametrize("count", ROOTS)
def test_known_roots(count):
    data = [bytes.fromhex(text) for text in KNOWN[:count]]
    assert tree.root_of([tree.leaf_hash(d) for d in data]).hex() == ROOTS[count] == mth(data).hex()
    assert tree.range_root(0, count, reading(data)).hex() == ROOTS[count]


@given(st.data(), st.integers(1, 300))
@settings(max_examples=60)
def test_every_leaf_is_proven_and_no_other(draw, size):
    data = leaves(size)
    index = draw.draw(st.integers(0, size - 1))
    path = tree.inclusion_path(index, size, reading(data))
    root, leaf = mth(data), tree.leaf_hash(data[index])
    assert tree.root_by_path(leaf, index, size, path) == root
    assert tree.root_by_path(tree.leaf_hash(b"other"), index, size, path) != root
    if size > 1:
        assert tree.root_by_path(leaf, (index + 1) % size, size, path) != root
        assert tree.root_by_path(leaf, index, size, path[:-1]) != root
    assert tree.root_by_path(leaf, index, size, [*path, root]) is None
    assert tree.root_by_path(leaf, size, size, path) is None


@given(st.data(), st.integers(1, 200))
@settings(max_examples=60)
def test_growth_is_proven_and_a_fork_is_not(draw, new):
    data = leaves(new)
    old = draw.draw(st.integers(0, new))
    path = tree.consistency_path(old, new, reading(data))
    first, second = mth(data[:old]), mth(data)
    assert tree.is_consistent(old, new, path, first, second)
    assert not tree.is_consistent(old, new, [*path, first], first, second)
    if old:
        forked = mth([b"fork", *data[1:old]])
        assert not tree.is_consistent(old, new, path, forked, second)
    if path:
        assert not tree.is_consistent(old, new, path[:-1], first, second)
        assert not tree.is_consistent(old, new, [*path[:-1], first], first, second) or path[-1] == first


@pytest.mark.parametrize("new", [1, 2, 3, 7, 8, 9, 64, 65])
def test_all_pairs_of_small_trees(new):
    data = leaves(new)
    for old in range(new + 1):
        path = tree.consistency_path(old, new, reading(data))
        assert tree.is_consistent(old, new, path, mth(data[:old]), mth(data))
    for index in range(new):
        path = tree.inclusion_path(index, new, reading(data))
        assert tree.root_by_path(tree.leaf_hash(data[index]), index, new, path) == mth(data)


@given(st.integers(0, 70_000))
@settings(max_examples=15)
def test_the_edge_of_tiles_gives_the_root(size):
    hashes = [n.to_bytes(32, "big") for n in range(size)]
    edges, row = [], hashes
    while row:
        whole = len(row) // 256
        edges.append(row[whole * 256 :])
        row = [tree.root_of(row[n * 256 : (n + 1) * 256]) for n in range(whole)]
    assert tree.root_of_tiles(edges) == tree.root_of(hashes)


def test_outside_the_tree_is_refused():
    with pytest.raises(ValueError):
        tree.inclusion_path(3, 3, reading(leaves(3)))
    with pytest.raises(ValueError):
        tree.consistency_path(4, 3, reading(leaves(3)))
    assert not tree.is_consistent(4, 3, [], b"", b"")
