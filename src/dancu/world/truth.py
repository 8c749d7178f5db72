"""Writes the truth beside each file: who each row is about, what was done to it, and what cannot be told apart."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from dancu.world.draw import TRUTH, Rows
from dancu.world.numbers import taken


class TruthWriter:
    """Truth rows in file order; closing it settles which mistyped numbers belong to a stranger by chance."""

    def __init__(self, path: Path):
        self.path = path
        self.file = pq.ParquetWriter(path, TRUTH, compression="zstd")
        self.count = 0
        self.positions: list[np.ndarray] = []
        self.numbers: list[np.ndarray] = []

    def write(self, rows: Rows, sheet: list[str | None], source_row: np.ndarray) -> None:
        """Append the truth of a run of rows that just went into the file."""
        n = len(rows.first_of)
        if not n:
            return
        number = np.arange(self.count + 1, self.count + n + 1)
        again = rows.first_of != np.arange(n)
        columns = dict(rows.truth)
        columns["sheet"] = pa.array(sheet, pa.string())
        columns["row"] = pa.array(number)
        columns["source_row"] = pa.array(source_row, pa.int64())
        columns["duplicate_of"] = pa.array(self.count + 1 + rows.first_of, mask=~again)
        self.file.write_table(pa.table([columns[c] for c in TRUTH.names], schema=TRUTH))
        positions, numbers = rows.mistyped
        self.positions.append(positions + self.count + 1)
        self.numbers.append(numbers)
        self.count += n

    def close(self, used: np.ndarray, *, seed: int, lanes: int) -> int:
        """Returns how many mistyped numbers are somebody's; `used[block, cell]` is what the register gave out."""
        self.file.close()
        if not self.numbers:
            return 0
        numbers = np.concatenate(self.numbers)
        hit = taken(numbers, used, seed=seed, lanes=lanes)
        rows = set(np.concatenate(self.positions)[hit].tolist())
        if rows:
            self._add_owner(rows)
        return len(rows)

    def _add_owner(self, rows: set[int]) -> None:
        """Such a row carries a typing error and a stranger's number at once: either reason is right."""
        fresh = self.path.with_suffix(".new")
        with pq.ParquetFile(self.path) as before, pq.ParquetWriter(fresh, TRUTH, compression="zstd") as after:
            for group in range(before.num_row_groups):
                table = before.read_row_group(group)
                here = [i for i, row in enumerate(table["row"].to_pylist()) if row in rows]
                if here:
                    errors, doubt = table["errors"].to_pylist(), table["ambiguous"].to_pylist()
                    for i in here:
                        errors[i] = [*errors[i], "number_of_another_person"]
                        doubt[i] = True
                    table = table.set_column(5, TRUTH.field("errors"), pa.array(errors, TRUTH.field("errors").type))
                    table = table.set_column(6, TRUTH.field("ambiguous"), pa.array(doubt))
                after.write_table(table)
        os.replace(fresh, self.path)
