"""One small world with every file, built once for all tests of this room; its seed is printed when a test fails."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dancu.world import WorldSummary, build

SEED = 4
PEOPLE = 30_000
FILES = ("vaccination", "civil_status", "sim", "pension", "insurance", "no_number", "capitals")
ROWS = {"insurance": 8_000, "vaccination": 1_500, "civil_status": 1_200, "sim": 1_500, "pension": 1_000,
        "no_number": 1_000, "capitals": 500}  # fmt: skip


@dataclass(frozen=True)
class Built:
    """Where the small world lies and what is in it."""

    out: Path
    summary: WorldSummary
    register: pa.Table

    def truth(self, name: str) -> list[dict]:
        return pq.read_table(self.out / "truth" / f"{name}.parquet").to_pylist()

    def agency(self, name: str) -> Path:
        return next((self.out / "agency").glob(f"{name}.*"))

    def by_pin(self) -> dict[str, dict]:
        return {r["pin"]: r for r in self.register.to_pylist()}


@pytest.fixture(scope="session")
def small(tmp_path_factory) -> Built:
    out = tmp_path_factory.mktemp("world")
    print("seed", SEED)
    summary = build(people=PEOPLE, seed=SEED, out=out, files=FILES, rows=ROWS, workers=2)
    return Built(out=out, summary=summary, register=pq.read_table(out / "register.parquet"))


@pytest.fixture(scope="session")
def records(small) -> dict[str, dict]:
    return small.by_pin()
