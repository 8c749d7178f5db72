"""Planted faults: the same for the same seed, the truth beside them, and nobody touched who is not in it."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from dancu.core.refusal import Refusal
from dancu.world import build
from dancu.world.plant.planting import plant

EACH = 4


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("world")
    build(people=8000, seed=5, out=root, files=())
    return root / "register.parquet"


def test_equal_seeds_give_equal_files(register: Path, tmp_path: Path) -> None:
    first, second = (plant(register, tmp_path / name, each=EACH, seed=1) for name in ("a", "b"))
    assert first == second and len(first) >= 35 and first["decoy"] == 2 * EACH
    for file in ("register.parquet", "truth/faults.parquet"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


def test_the_truth_names_every_row_that_differs(register: Path, tmp_path: Path) -> None:
    plant(register, tmp_path, each=EACH, seed=2)
    before, after = (
        duckdb.sql(f"SELECT row_number() OVER () AS row, * FROM read_parquet('{path}')").to_arrow_table()
        for path in (register, tmp_path / "register.parquet")
    )
    truth = duckdb.sql(f"SELECT * FROM read_parquet('{tmp_path / 'truth' / 'faults.parquet'}')").fetchall()
    rows = {line[0] for line in truth}
    old, new = before.to_pylist(), after.to_pylist()
    changed = {row["row"] for row, other in zip(new, old, strict=False) if row != other}
    added = set(range(len(old) + 1, len(new) + 1))
    # A planted fault changes the row it is found at, or a relative of it.
    assert added <= rows and len(changed - rows) <= len(truth)
    pins = [row["pin"] for row in new]
    assert len(set(pins)) == len(pins)
    assert all(pins[line[0] - 1] == line[1] for line in truth)


def test_what_cannot_be_planted_into_is_refused(register: Path, tmp_path: Path) -> None:
    (tmp_path / "x.parquet").write_text("x")
    for file, each in ((tmp_path / "x.parquet", 1), (register, 0)):
        with pytest.raises(Refusal):
            plant(file, tmp_path / "out", each=each, seed=1)
    assert not (tmp_path / "out").exists()
