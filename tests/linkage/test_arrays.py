"""Sorted arrays find what a plain search of all entries finds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from dancu.linkage.engine import open_engine
from dancu.linkage.lookup import arrays

# Runs shorter and much longer than a block, and keys that begin on its edge.
_RUNS = np.random.default_rng(3).choice([1, 1, 2, 5, arrays.BLOCK - 1, arrays.BLOCK, 3 * arrays.BLOCK], 900)


@pytest.fixture(scope="module")
def entries(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, np.ndarray]:
    keys = np.repeat(np.arange(len(_RUNS), dtype=np.int64) * 7 + 100, _RUNS)
    path = tmp_path_factory.mktemp("arrays") / "made.npy"
    cut = np.array_split(np.arange(len(keys)), 11)
    arrays.write_index(path, (pa.record_batch({"k": keys[rows], "pos": rows.astype(np.uint32)}) for rows in cut))
    return path, keys


@pytest.mark.parametrize(("most", "width"), [(1, 1), (96, 1), (1_000, 1), (96, 10), (1_000, 100)])
def test_an_index_finds_what_a_plain_search_finds(entries: tuple[Path, np.ndarray], most: int, width: int) -> None:
    path, keys = entries
    wanted = np.unique(np.random.default_rng(most).integers(0, keys[-1] // width + 50, 800))
    which, positions = arrays.Index(path).find(wanted, most, width)
    found = sorted(zip(wanted[which].tolist(), positions.tolist(), strict=True))
    divided = keys // width
    counts = dict(zip(*(values.tolist() for values in np.unique(divided, return_counts=True)), strict=True))
    asked = set(wanted.tolist())
    expected = [(key, at) for at, key in enumerate(divided.tolist()) if key in asked and counts[key] <= most]
    assert expected
    assert found == expected


def test_no_key_and_no_entry_are_no_fault(tmp_path: Path) -> None:
    arrays.write_index(tmp_path / "none.npy", iter(()))
    assert [len(part) for part in arrays.Index(tmp_path / "none.npy").find(np.array([1, 2]), 96)] == [0, 0]


def test_the_bit_map_never_denies_a_number_that_is_there(tmp_path: Path) -> None:
    rng = np.random.default_rng(8)
    pins = np.unique(rng.integers(10**9, 10**12, 50_000))
    arrays.write_bits(tmp_path / "pin.bits.npy", iter([pa.record_batch({"k": pins})]), len(pins))
    part = arrays.PartArrays(tmp_path)
    assert part.maybe(pins).all()
    assert part.maybe(rng.integers(10**9, 10**12, 50_000)).mean() < 0.2


def test_memory_follows_the_file_within_bounds(tmp_path: Path) -> None:
    engine = open_engine(tmp_path, memory="400MB")
    seen = []
    for rows in (100, 2_000_000, 1_000_000_000):
        engine.allow(rows)
        seen.append(engine.run("SELECT current_setting('memory_limit')")[0][0])
    engine.close()
    assert seen == ["381.4 MiB", "762.9 MiB", "3.7 GiB"]
