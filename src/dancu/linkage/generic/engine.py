"""Finds the rows that are the same person in one file or across two, without labels."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from dancu.linkage.generic import reading
from dancu.linkage.generic.blocks import BlockReport, make_blocks, sample_of, thin_out
from dancu.linkage.generic.cluster import average_link
from dancu.linkage.generic.compare import grade, levels_of
from dancu.linkage.generic.evidence import fields_of
from dancu.linkage.generic.fields import Field
from dancu.linkage.generic.kinds import ColumnKind, kinds_of
from dancu.linkage.generic.model import Model, chance, learn, random_pairs
from dancu.linkage.generic.score import Scored, score, score_all
from dancu.linkage.generic.variants import measure_typo_chance

if TYPE_CHECKING:
    import duckdb
    import numpy as np

Progress = Callable[[str, int, int], None]
SEED = 20220701
RANDOM_PAIRS = 500_000
SAMPLE_PAIRS_A_RULE = 20_000
# More candidate pairs than this are thinned to the kinds of blocks that hold the matches.
PAIRS_ALWAYS, PAIRS_A_ROW = 6_000_000, 20
LARGE_FILE_ROWS = 200_000
BLOCK_ROWS, BLOCK_ROWS_LARGE = 50, 20


@dataclass(frozen=True)
class Clusters:
    """Result of `dedupe`, arrays over rows in file order.

    `cluster`: first row (from 0) of the row's group, itself where it stands alone; `confidence`:
    probability that the row is the same person as `partner`, NaN where alone; `partner`: the member of
    the group it agrees with best, -1 where alone.
    """

    cluster: np.ndarray
    confidence: np.ndarray
    partner: np.ndarray
    kinds: tuple[ColumnKind, ...]
    model: Model | None
    blocks: BlockReport | None
    pairs_compared: int = 0
    seconds: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Links:
    """Result of `link`, arrays over pairs, best first: row numbers from 0 in each file, weight in bits
    (prior included), probability."""

    row_l: np.ndarray
    row_r: np.ndarray
    weight: np.ndarray
    probability: np.ndarray
    kinds: tuple[ColumnKind, ...]
    model: Model | None
    blocks: BlockReport | None
    pairs_compared: int = 0
    seconds: dict[str, float] = field(default_factory=dict)


def probability(bits: np.ndarray) -> np.ndarray:
    """Evidence in bits as a probability."""
    import numpy as np

    return 1 / (1 + np.exp2(-np.clip(bits.astype(float), -60, 60)))


def dedupe(
    source,
    *,
    columns: dict[str, str] | None = None,
    work: Path | str | None = None,
    threshold: float = 0.5,
    progress: Progress | None = None,
) -> Clusters:
    """Groups the rows of `source` (a path, an Arrow table or a parenthesised SQL FROM item) by person.

    `columns` gives kinds (`name date text code number skip`) for some columns; the rest are guessed.
    `work` is a folder for spilling; `threshold` is the probability two groups must reach on average.
    """
    with workplace(work) as (con, _), Laps(progress) as laps:
        names = reading.load(con, source, "rows_left")
        kinds = kinds_of(names, reading.samples(con, "rows_left", names), columns)
        laps.lap("read")
        return group_rows(con, kinds, laps, threshold=threshold)


def group_rows(con, kinds: tuple[ColumnKind, ...], laps: Laps, *, threshold: float = 0.5) -> Clusters:
    """`dedupe` on table `rows_left` of an open database."""
    import numpy as np

    rows = _count(con, "rows_left")
    found = _run(con, ["rows_left"], kinds, rows, None, laps)
    if found is None:
        alone = np.arange(rows), np.full(rows, np.nan), np.full(rows, -1)
        return Clusters(*alone, kinds, None, None, 0, laps.seconds)
    model, report, scored, compared = found
    cut = float(np.log2(threshold / (1 - threshold)))
    label = average_link(rows, scored.left, scored.right, scored.bits, partial(score, model), threshold=cut)
    confidence, partner = _partners(label, scored, model)
    laps.lap("group")
    return Clusters(label, confidence, partner, kinds, model, report, compared, laps.seconds)


def link(
    left,
    right,
    *,
    columns: dict[str, str] | None = None,
    work: Path | str | None = None,
    threshold: float = 0.5,
    one_to_one: bool = False,
    progress: Progress | None = None,
) -> Links:
    """Pairs of a row of `left` and a row of `right` that are the same person; columns meet by name.

    `one_to_one` keeps a pair only if it is the best of both its rows.
    """
    import numpy as np

    with workplace(work) as (con, _), Laps(progress) as laps:
        names_l, names_r = reading.load(con, left, "rows_left"), reading.load(con, right, "rows_right")
        shared = [n for n in names_l if n in names_r]
        seen_l, seen_r = (reading.samples(con, t, shared) for t in ("rows_left", "rows_right"))
        kinds = kinds_of(shared, {n: seen_l[n] + seen_r[n] for n in shared}, columns)
        split, others = _count(con, "rows_left"), _count(con, "rows_right")
        laps.lap("read")
        found = _run(con, ["rows_left", "rows_right"], kinds, split + others, split, laps)
        if found is None:
            none = np.zeros(0, np.int64)
            return Links(none, none, none.astype(float), none.astype(float), kinds, None, None, 0, laps.seconds)
        model, report, scored, compared = found
        chance_of = probability(scored.bits)
        keep = np.flatnonzero(chance_of >= threshold)
        keep = keep[np.lexsort((scored.right[keep], scored.left[keep], -scored.bits[keep]))]
        if one_to_one:
            keep = keep[_first(scored.left[keep]) & _first(scored.right[keep])]
        laps.lap("choose")
        a, b, bits = scored.left[keep], scored.right[keep] - split, scored.bits[keep]
        return Links(a, b, bits, chance_of[keep], kinds, model, report, compared, laps.seconds)


def _count(con, table: str) -> int:
    return con.execute(f"select count(*) from {table}").fetchall()[0][0]


def _first(values: np.ndarray) -> np.ndarray:
    import numpy as np

    first = np.zeros(len(values), bool)
    first[np.unique(values, return_index=True)[1]] = True
    return first


def _run(con, tables: list[str], kinds, rows: int, split: int | None, laps: Laps):
    """(model, block report, scored pairs, pairs compared), or None where there is nothing to compare."""
    fields = prepare(con, tables, kinds)
    laps.lap("normalise")
    if not fields or rows < 2:
        return None
    size_max = BLOCK_ROWS if rows < LARGE_FILE_ROWS else BLOCK_ROWS_LARGE
    report = make_blocks(con, fields, rows=rows, split=split, size_max=size_max)
    laps.lap("block")
    model = fit(con, fields, rows=rows, split=split)
    laps.lap("train")
    scored, compared = score_all(con, model, rows=rows, split=split, tell=laps.tell)
    laps.lap("compare")
    return model, report, scored, compared


def prepare(con: duckdb.DuckDBPyConnection, tables: list[str], kinds) -> list[Field]:
    """The fields of the stacked tables, with the chance of typing errors measured."""
    fields = fields_of(con, tables, kinds)
    for number, made in enumerate(fields):
        if made.tokens is not None:
            made.typo_bits = measure_typo_chance(made, SEED + number)
    return fields


def fit(con: duckdb.DuckDBPyConnection, fields: list[Field], *, rows: int, split: int | None) -> Model:
    """A model trained on random pairs (u) and on a sample of blocked pairs (m); the prior is not yet set.

    Kinds of blocks that hardly ever hold a match are dropped from table `block` where there are too many
    pairs to compare them all.
    """
    left, right = random_pairs(rows, split, min(RANDOM_PAIRS, 20 * rows * rows), SEED)
    u = [chance(grade(f, left, right)[0], len(levels_of(f.kind))) for f in fields]
    left, right, mask = sample_of(con, split, SAMPLE_PAIRS_A_RULE)
    m, excess, posterior = learn([grade(f, left, right) for f in fields], [f.kind for f in fields], mask, u)
    thin_out(con, mask, posterior, budget=max(PAIRS_ALWAYS, PAIRS_A_ROW * rows))
    return Model(fields, m, u, excess, 0.0)


def _partners(label: np.ndarray, scored: Scored, model: Model) -> tuple[np.ndarray, np.ndarray]:
    """The best partner of every row inside its group and the probability that they are one person."""
    import numpy as np

    rows = len(label)
    best, partner = np.full(rows, -np.inf), np.full(rows, -1)
    inside = label[scored.left] == label[scored.right]
    a, b, bits = scored.left[inside], scored.right[inside], scored.bits[inside]
    order = np.argsort(bits, kind="stable")
    for x, y in ((a, b), (b, a)):
        better = order[bits[order] > best[x[order]]]
        best[x[better]], partner[x[better]] = bits[better], y[better]
    size = np.bincount(label, minlength=rows)
    lost = np.flatnonzero((partner < 0) & (size[label] > 1) & (label != np.arange(rows)))
    if len(lost):
        partner[lost] = label[lost]
        best[lost] = score(model, lost, label[lost])
    confidence = np.where(partner >= 0, probability(np.where(partner >= 0, best, 0)), np.nan)
    return confidence, partner


class Laps:
    """Seconds a stage and progress reports; entered so that a failing run still stops its clock."""

    def __init__(self, progress: Progress | None):
        self.seconds: dict[str, float] = {}
        self.tell = progress or (lambda stage, done, total: None)

    def __enter__(self) -> Laps:
        self.start = time.perf_counter()
        return self

    def __exit__(self, *_) -> None:
        self.seconds["total"] = round(sum(self.seconds.values()), 3)

    def lap(self, stage: str) -> None:
        now = time.perf_counter()
        self.seconds[stage] = round(now - self.start, 3)
        self.start = now
        self.tell(stage, 1, 1)


@contextmanager
def workplace(work: Path | str | None) -> Iterator[tuple[duckdb.DuckDBPyConnection, Path]]:
    """A database in a fresh folder below `work` (or the system's), removed with all it spilled."""
    if work is not None:
        Path(work).mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="dancu-generic-", dir=work))
    con = reading.connect(folder)
    try:
        yield con, folder
    finally:
        con.close()
        shutil.rmtree(folder, ignore_errors=True)
