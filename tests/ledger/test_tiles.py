"""Tiles lie and are packed as C2SP tlog-tiles says, and hashes read from them are those of the tree."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dancu.ledger.growth import Growth
from dancu.ledger.proof import tiles, tree
from dancu.ledger.proof.fault import Fault


@pytest.mark.parametrize(
    "path, known",
    [
        (tiles.hash_path(0, 0), "tile/0/000"),
        (tiles.hash_path(0, 1234067), "tile/0/x001/x234/067"),
        (tiles.hash_path(3, 1000, 255), "tile/3/x001/000.p/255"),
        (tiles.hash_path(63, 999), "tile/63/999"),
        (tiles.entries_path(273, 112), "tile/entries/273.p/112"),
        (tiles.entries_path(10**9), "tile/entries/x001/x000/x000/000"),
    ],
)
def test_known_paths(path, known):
    assert path == known


@given(st.integers(0, 63), st.integers(0, 2**40), st.integers(1, 256))
def test_paths_are_read_back(level, n, width):
    assert tiles.parse_path(tiles.hash_path(level, n, width)) == (str(level), n, width)
    assert tiles.parse_path(tiles.entries_path(n, width)) == ("entries", n, width)


@pytest.mark.parametrize(
    "path",
    ["tile/64/000", "tile/00/000", "tile/0/0", "tile/0/x000/001", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01",
     "tile/0/x01/000", "tile/data/000", "tile/0/../000", "/tile/0/000", "tile/0/000/"],
)  # fmt: skip
def test_other_paths_are_none(path):
    assert tiles.parse_path(path) is None


def test_the_tiles_of_the_standards_example():
    # "A tree of size 70,000": 273 full and one of 112, one full and one of 17, one of 1; 256: one full, one of 1.
    found = list(tiles.hash_tiles(70_000))
    assert len(found) == 273 + 1 + 1 + 1 + 1
    assert [(level, w) for level, _, w in found if w < 256] == [(0, 112), (1, 17), (2, 1)]
    assert list(tiles.hash_tiles(256)) == [(0, 0, 256), (1, 0, 1)]
    assert list(tiles.hash_tiles(0)) == []


@given(st.lists(st.binary(max_size=300), max_size=50))
def test_bundles_are_read_back(entries):
    packed = b"".join(map(tiles.pack, entries))
    assert tiles.unpack(packed) == entries
    if packed:
        with pytest.raises(Fault):
            tiles.unpack(packed[:-1], len(entries))


def test_an_entry_has_a_big_endian_length_and_a_limit():
    assert tiles.pack(b"abc") == b"\x00\x03abc"
    assert len(tiles.pack(bytes(65_535))) == 65_537
    with pytest.raises(Fault):
        tiles.pack(bytes(65_536))


@pytest.mark.parametrize("size", [1, 255, 256, 257, 65_536, 65_537, 66_000])
def test_hashes_come_from_the_tiles_on_the_disk(tmp_path, size):
    entries = [b"%d" % n for n in range(size)]
    growth = Growth()
    growth.extend(b"".join(map(tiles.pack, entries)))
    state = growth.snapshot()
    for path, data in state.full + state.partial:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)
    names = {str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*") if p.is_file()}
    wanted = {tiles.hash_path(*tile) for tile in tiles.hash_tiles(size)}
    wanted |= {tiles.entries_path(n, min(256, size - n * 256)) for n in range(-(-size // 256))}
    assert names == wanted
    hashes = tiles.TileHashes(tmp_path, size)
    assert tree.range_root(0, size, hashes) == state.root == tree.root_of([tree.leaf_hash(e) for e in entries])
    for index in {0, size // 2, size - 1}:
        path = tree.inclusion_path(index, size, hashes)
        assert tree.root_by_path(tree.leaf_hash(entries[index]), index, size, path) == state.root
    assert Growth.load(tmp_path, size).root == state.root


def test_growing_in_any_portions_gives_the_same_tiles():
    frames = [tiles.pack(b"%d" % n) for n in range(1500)]
    whole, parts = Growth(), Growth()
    whole.extend(b"".join(frames))
    for start in range(0, 1500, 37):
        parts.extend(b"".join(frames[start : start + 37]))
    assert whole.snapshot() == parts.snapshot()
