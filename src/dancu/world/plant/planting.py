"""Plants faults into the register of a world and writes it, with the truth beside it, into another folder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from dancu.core.refusal import Refusal
from dancu.world.plant import doubles, sheet
from dancu.world.plant.family import FAMILY
from dancu.world.plant.faults import ALONE

PLANTS = (*ALONE, *FAMILY, *doubles.DOUBLES)


def plant(
    register: Path, out: Path, *, each: int, seed: int, progress: Callable[[int, int], None] | None = None
) -> dict[str, int]:
    """Write `out/register.parquet` and `out/truth/faults.parquet`; how many faults of each rule were planted.

    `each`: how many of each kind, where the world has enough people for them. Equal worlds and seeds give equal files.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    if not 1 <= each <= 100_000:
        raise Refusal(
            "each_unusable", vi="Số lỗi mỗi loại phải từ 1 đến 100.000.", en="Faults of each kind must be 1 to 100,000."
        )
    page = sheet.read(register, seed)
    own = list(doubles.of_the_world(page))
    for done, one in enumerate(PLANTS, 1):
        one(page, each)
        if progress:
            progress(done, len(PLANTS))
    (out / "truth").mkdir(parents=True, exist_ok=True)
    schema = pa.schema([(column, pa.string()) for column in page.cells])
    pq.write_table(pa.table(page.cells, schema=schema), out / "register.parquet", compression="zstd")
    told = [asdict(fault) for fault in sorted((*own, *page.faults), key=lambda fault: (fault.row, fault.rule))]
    pq.write_table(pa.Table.from_pylist(told), out / "truth" / "faults.parquet", compression="zstd")
    return dict(sorted(Counter(fault.rule or "decoy" for fault in page.faults).items()))
