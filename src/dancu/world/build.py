"""Builds a world: register, agency files and truth, block by block, the same bytes whatever the number of workers."""

from __future__ import annotations

import json
import os
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

from dancu.core.refusal import Refusal

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class WorldSummary:
    """What was built. `files`: rows per agency file; `wrong_number_hits`: mistyped numbers that met a stranger's."""

    people: int
    seed: int
    mix: str
    register_rows: int
    blocks: int
    files: dict[str, int]
    wrong_number_hits: dict[str, int]
    out: str

    def as_json(self) -> dict:
        """The content of world.json: no time, no path, so that equal seeds give equal bytes."""
        return {k: v for k, v in asdict(self).items() if k != "out"}


def build(
    *,
    people: int,
    seed: int,
    out: Path,
    mix: str | Path = "base",
    files: tuple[str, ...] | None = None,
    rows: Mapping[str, int] | None = None,
    progress: Progress | None = None,
    workers: int | None = None,
) -> WorldSummary:
    """Write `out/register.parquet` (`people` rows), `out/agency/*`, `out/truth/*.parquet`, `out/population.csv`, `out/world.json`.

    `files` names agency files (default: the five of the demonstration; () writes the register alone), `rows` their
    sizes. `progress(done, total, what)` counts people. Raises Refusal for unusable arguments.
    """
    from dancu.world import mix as mixes
    from dancu.world.people import Plan

    chosen = _choose(people, files, rows or {})
    error_mix = mixes.load(mix)
    plan = Plan.of(people, seed)
    out = Path(out)
    try:
        for folder in ("agency", "truth"):
            (out / folder).mkdir(parents=True, exist_ok=True)
        (out / "world.json").unlink(missing_ok=True)  # written last: its presence says the world is whole
        hits = _write_all(plan, error_mix, chosen, out, progress, workers or min(os.cpu_count() or 1, 8))
    except OSError as error:
        raise Refusal(
            "out_unusable",
            vi=f"Không ghi được vào thư mục {out}: kiểm tra quyền ghi và dung lượng đĩa, hoặc chọn --out khác.",
            en=f"Cannot write into {out}: check permissions and free space, or choose another --out.",
        ) from error
    summary = WorldSummary(
        people=people, seed=seed, mix=error_mix.name, register_rows=people, blocks=plan.blocks,
        files={name: count for name, count in chosen.items()}, wrong_number_hits=hits, out=str(out),
    )  # fmt: skip
    text = json.dumps(summary.as_json(), ensure_ascii=False, indent=1, sort_keys=True)
    (out / "world.json").write_text(text + "\n", "utf-8")
    return summary


def _choose(people: int, files: tuple[str, ...] | None, rows: Mapping[str, int]) -> dict[str, int]:
    """File names with their number of rows."""
    from dancu.world.files import catalogue

    known = catalogue()
    chosen = [f for f, spec in known.items() if spec.default] if files is None else list(files)
    unknown = sorted({*chosen, *rows} - set(known))
    if unknown:
        raise Refusal(
            "file_unknown",
            vi=f"Không có tệp “{unknown[0]}”; các tệp có thể tạo: {', '.join(known)}.",
            en=f"There is no file “{unknown[0]}”; files that can be made: {', '.join(known)}.",
        )
    if people < 100 or people > 150_000_000 or any(r < 1 for r in rows.values()):
        raise Refusal(
            "size_unusable",
            vi="Số người phải từ 100 đến 150.000.000 và số dòng mỗi tệp ít nhất là 1.",
            en="People must be between 100 and 150,000,000 and every file needs at least 1 row.",
        )
    return {name: rows.get(name, max(known[name].rows(people), 20)) for name in chosen}


def _write_all(plan, mix, chosen: dict[str, int], out: Path, progress, workers: int) -> dict[str, int]:
    import numpy as np
    import pyarrow.parquet as pq

    from dancu.world import census
    from dancu.world.files import catalogue
    from dancu.world.register import SCHEMA
    from dancu.world.truth import TruthWriter

    specs = {name: catalogue()[name] for name in chosen}
    writers = {n: s.open(out / "agency" / f"{n}.{s.suffix}", plan.seed, chosen[n]) for n, s in specs.items()}
    truths = {n: TruthWriter(out / "truth" / f"{n}.parquet") for n in specs}
    used, living, done = [], [], 0
    with pq.ParquetWriter(out / "register.parquet", SCHEMA, compression="zstd", store_schema=False) as register:
        for table, drawn, cells, counted in _blocks(plan, mix, specs, chosen, workers):
            register.write_table(table)
            used.append(cells)
            living.append(counted)
            for name, rows in drawn.items():
                sheet, source_row = writers[name].write(rows)
                truths[name].write(rows, sheet, source_row)
            done += table.num_rows
            if progress:
                progress(done, plan.people, "people")
    for writer in writers.values():
        writer.close()
    census.write(np.sum(living, axis=0), out / census.FILE)
    return {n: truths[n].close(np.stack(used), seed=plan.seed, lanes=plan.lanes) for n in specs}


def _blocks(plan, mix, specs, chosen, workers: int) -> Iterator:
    """Finished blocks in order; at most two more than there are workers wait at any time."""
    with ThreadPoolExecutor(workers) as pool:
        waiting: deque = deque()
        for block in range(plan.blocks + workers + 1):
            if block < plan.blocks:
                waiting.append(pool.submit(_block, plan, mix, specs, chosen, block))
            if waiting and (block >= workers or block >= plan.blocks):
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _block(plan, mix, specs, chosen, block: int):
    """Register rows and file rows of one block, its used numbers, its living people by location."""
    from dancu.world import census
    from dancu.world.draw import draw
    from dancu.world.people import BLOCK, make
    from dancu.world.register import write_down

    people = make(plan, block)
    record = write_down(plan, block, people)
    low, high = block * BLOCK, block * BLOCK + plan.rows(block)
    drawn = {}
    for name, spec in specs.items():
        total = chosen[name]
        count = total * high // plan.people - total * low // plan.people
        drawn[name] = draw(plan, block, people, record, spec.listing, mix, count)
    return record.table, drawn, people.cells, census.living(plan, block, people)
