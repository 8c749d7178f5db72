"""Health insurance: one clean-typed Parquet export of a million rows, and the same without any number column."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from dancu.world.chunk import Chunk
from dancu.world.draw import Listing, Rows
from dancu.world.files.spec import FileSpec

COLUMNS = {
    "MA_THE_BHYT": "card", "SO_CCCD": "pin", "HO_TEN": "name", "NGAY_SINH": "birth_date", "GIOI_TINH": "sex",
    "HO_TEN_ME": "mother_name", "TINH": "province", "HUYEN": "district", "XA": "commune", "DIA_CHI": "address",
}  # fmt: skip
_GROUPS = np.array(["DN4", "HC4", "GD4", "TE1", "HT3", "HN2", "HS4", "SV4"])


def _card(chunk: Chunk, rng: np.random.Generator) -> None:
    """A card number: object group, province of issue, ten digits (it is not the personal number)."""
    if "card" not in chunk.cells:
        return
    groups = _GROUPS[rng.integers(0, len(_GROUPS), len(chunk))]
    serial = rng.integers(10**9, 10**10, len(chunk))
    province = rng.integers(1, 97, len(chunk))
    chunk.cells["card"][:] = [f"{g}{p:02d}{s}" for g, p, s in zip(groups, province, serial, strict=True)]


class ParquetRows:
    """Text columns, one row group a block."""

    def __init__(self, path: Path, columns: dict[str, str]):
        self.columns = columns
        self.schema = pa.schema([(header, pa.string()) for header in columns])
        self.file = pq.ParquetWriter(path, self.schema, compression="zstd")
        self.count = 0

    def write(self, rows: Rows) -> tuple[list[str | None], np.ndarray]:
        """Append a block as one row group."""
        arrays = []
        for cell in self.columns.values():
            values = rows.cells[cell]
            arrays.append(pa.array(values, pa.string(), mask=np.equal(values, "")))
        n = len(arrays[0])
        if n:
            self.file.write_table(pa.table(arrays, schema=self.schema))
        numbers = np.arange(self.count + 1, self.count + n + 1)
        self.count += n
        return [None] * n, numbers

    def close(self) -> None:
        self.file.close()


def everybody(people, record) -> np.ndarray:
    """Every person of the block may be listed."""
    return np.ones(len(people.day), dtype=bool)


def _size(people: int) -> int:
    return min(people // 5, 1_000_000)


def _spec(name: str, columns: dict[str, str], *, default: bool) -> FileSpec:
    listing = Listing(name=name, cells=tuple(columns.values()), eligible=everybody, prepare=_card)
    return FileSpec(name, "parquet", listing, _size, lambda path, seed, total: ParquetRows(path, columns), default)


_WITHOUT = {h: c for h, c in COLUMNS.items() if c not in ("pin", "card")}
SPECS = (_spec("insurance", COLUMNS, default=True), _spec("no_number", _WITHOUT, default=False))
