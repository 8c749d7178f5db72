"""Writes streamed rows into the private work folder: a small csv, or Parquet in batches once there are many."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path

from dancu.linkage.intake.source import literal, quoted

SMALL_ROWS = 20_000
"""Up to here a csv is written: it spares the 0.2 s that importing Arrow takes."""
BATCH_ROWS = 20_000


def spool(
    rows: Iterable[Sequence[object]], *, texts: Sequence[str], typed: Sequence[tuple[str, str]], target: Path
) -> str:
    """Writes `rows` (text columns `texts`, then `typed` ones as (name, SQL type)); returns the FROM item.

    `target` is a path without suffix in the work folder. Types are INTEGER, BOOLEAN or VARCHAR.
    """
    stream = iter(rows)
    head = list(islice(stream, SMALL_ROWS + 1))
    if len(head) <= SMALL_ROWS:
        return _small(head, texts, typed, target.with_suffix(".csv"))
    return _large(chain(head, stream), texts, typed, target.with_suffix(".parquet"))


def _small(
    rows: Sequence[Sequence[object]], texts: Sequence[str], typed: Sequence[tuple[str, str]], path: Path
) -> str:
    with path.open("w", encoding="utf-8", errors="replace", newline="") as out:
        writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
        for row in rows:
            writer.writerow([_plain(value) for value in row])
    columns = ", ".join(
        f"{literal(name)}: {literal(kind)}" for name, kind in [*((t, "VARCHAR") for t in texts), *typed]
    )
    return (
        f"read_csv({literal(path)}, auto_detect=false, delim=',', quote='\"', escape='\"', header=false, skip=0, "
        f"new_line='\\n', nullstr='', max_line_size=20000000, parallel=false, columns={{{columns}}})"
    )


def _plain(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.replace("\x00", "") if isinstance(value, str) else value


def _large(
    rows: Iterator[Sequence[object]], texts: Sequence[str], typed: Sequence[tuple[str, str]], path: Path
) -> str:
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = {"INTEGER": pa.int32(), "BOOLEAN": pa.bool_(), "VARCHAR": pa.string()}
    schema = pa.schema(
        [*((name, pa.string()) for name in texts), *((name, kinds[kind]) for name, kind in typed)]
    )
    with pq.ParquetWriter(path, schema, compression="zstd", compression_level=1) as writer:
        while batch := list(islice(rows, BATCH_ROWS)):
            arrays = [
                pa.array(column, kind.type)
                for column, kind in zip(zip(*batch, strict=True), schema, strict=True)
            ]
            writer.write_batch(pa.record_batch(arrays, schema=schema), row_group_size=BATCH_ROWS * 5)
    return f"read_parquet({literal(path)})"


def select_without(relation: str, dropped: Sequence[str]) -> str:
    """`relation` without some columns, as a FROM item."""
    if not dropped:
        return relation
    return f"(SELECT * EXCLUDE ({', '.join(map(quoted, dropped))}) FROM {relation})"
