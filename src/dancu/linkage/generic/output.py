"""`dancu dedupe`: the same rows in the same order, each with its group, what it repeats and why."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dancu.core.refusal import Refusal
from dancu.linkage.generic import reading
from dancu.linkage.generic.compare import grade, levels_of
from dancu.linkage.generic.engine import Clusters, Laps, Progress, group_rows, workplace
from dancu.linkage.generic.kinds import ColumnKind, kinds_of

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

# What a mapped column of an agency file is compared as; other columns are guessed.
_FIELD_KINDS = {
    "pin": "code", "old_id": "code", "mother_pin": "code", "father_pin": "code", "phone": "code",
    "name": "name", "mother_name": "name", "father_name": "name", "other_name": "name", "spouse_name": "name",
    "birth_date": "date", "sex": "text", "province": "text", "district": "text", "commune": "text",
    "address": "text",
}  # fmt: skip
# Intake asks for a number or a name; a file of other things is read as it stands.
_NOT_PEOPLE = ("unknown_columns", "no_header")
_PLAIN = (".csv", ".tsv", ".parquet", ".ndjson", ".jsonl")
_SAME, _OTHER = ("equal", "reordered"), ("partly", "different", "near_year")
_WORDS = {
    "vi": ("So với dòng {row}", "trùng", "gần giống", "khác"),
    "en": ("Compared with row {row}", "same", "similar", "different"),
}


@dataclass(frozen=True)
class DedupeResult:
    """The file written and its figures: rows, skipped_rows, groups, duplicates, pairs_compared,
    blocks_refused, columns (kind of each) and seconds a stage."""

    path: Path
    summary: dict[str, object]
    clusters: Clusters


def run_dedupe(
    path: Path | str,
    *,
    out: Path | str,
    columns: dict[str, str] | None = None,
    lang: str = "vi",
    threshold: float = 0.5,
    progress: Progress | None = None,
) -> DedupeResult:
    """Finds the repeated rows of one file and writes `<stem>.deduped.csv` (or `.parquet`) into folder `out`.

    Added columns: `_duplicate_group` (1…, rows of one person; null where alone), `_duplicate_of` (the first
    row of the group as the file shows row numbers; null on that row), `_confidence` (0–1), `_explain`.
    Raises Refusal for a file or a `columns` that cannot be used. Nothing half-written stays behind.
    """
    path, out = Path(path), Path(out)
    out.mkdir(parents=True, exist_ok=True)
    start = time.perf_counter()
    with workplace(out) as (con, folder), Laps(progress) as laps:
        kinds, kept, row_sql, format_ = _read(con, path, folder, columns)
        laps.lap("read")
        found = group_rows(con, kinds, laps, threshold=threshold)
        numbers = con.execute(f"select {row_sql} as n from rows_left").fetchnumpy()["n"]
        target = out / f"{path.stem}.deduped.{'parquet' if format_ == 'parquet' else 'csv'}"
        _write(con, _added(found, numbers, lang), kept, folder, target)
        laps.lap("write")
        skipped = _skipped(con)
    figures = _figures(found, skipped, dict(laps.seconds) | {"total": round(time.perf_counter() - start, 3)})
    return DedupeResult(target, figures, found)


def _read(con, path: Path, folder: Path, columns: dict[str, str] | None):
    """Table `rows_left`; the kinds, the columns to give back, SQL of the row number shown, and the format."""
    from dancu.linkage.intake import open_source

    try:
        sources = open_source(path, work=folder)
    except Refusal as no:
        if no.code not in _NOT_PEOPLE or path.suffix.lower() not in _PLAIN:
            raise
        names = reading.load(con, path, "rows_left")
        kinds = kinds_of(names, reading.samples(con, "rows_left", names), columns)
        return kinds, names, "rowid + 1", path.suffix.lower().lstrip(".")
    if len(sources) != 1:
        raise Refusal(
            "many_tables",
            vi=f"{path.name} chứa {len(sources)} bảng; hãy giải nén và đưa vào từng bảng một.",
            en=f"{path.name} holds {len(sources)} tables; unpack it and give one table at a time.",
        )
    source = sources[0]
    reading.load(con, f"(select * from {source.relation})", "rows_left")
    kept = [c.name for c in source.columns]
    shown = [*kept, *source.derived]
    guessed = kinds_of(shown, reading.samples(con, "rows_left", shown), _known(columns, source, shown))
    kinds = _mapped(guessed, source, columns or {})
    extra = [n for n in ("_sheet", "_source_row") if source.extra]
    return kinds, [*kept, *extra], "_source_row" if source.extra else "rowid + 1", source.format


def _known(columns: dict[str, str] | None, source, shown: list[str]) -> dict[str, str]:
    """The caller's kinds by column name; a column may be called by its caption too."""
    captions = {c.caption: c.name for c in source.columns}
    return {n if n in shown else captions.get(n, n): kind for n, kind in (columns or {}).items()}


def _mapped(guessed: tuple[ColumnKind, ...], source, columns: dict[str, str]) -> tuple[ColumnKind, ...]:
    """Kinds with what intake recognised put above what was guessed, and the caller's word above both."""
    given = set(_known(columns, source, [c.column for c in guessed]))
    by_name = {c.column: c for c in guessed}
    made: dict[str, ColumnKind] = {}
    for field, names in source.mapping.items():
        kind = _FIELD_KINDS.get(field)
        for name in names if kind else ():
            if name not in given and name not in made:
                made[name] = ColumnKind(name, kind, field, "/" if kind == "date" and len(names) > 1 else " ")
    rest = {n: c for n, c in by_name.items() if n not in made and n not in source.derived}
    place = {n: i for i, n in enumerate(by_name)}
    names = sorted(made | rest, key=lambda n: (place[n], n))
    # Parts of one value keep the order intake gave them: day, month, year; surname before given name.
    first = {field: min((place[n] for n in names if n in made and made[n].group == field), default=0)
             for field in source.mapping}  # fmt: skip
    turn = {n: i for i, n in enumerate(made)}
    names.sort(key=lambda n: (first[made[n].group] if n in made else place[n], turn.get(n, 0)))
    return tuple(made.get(n) or rest[n] for n in names)


def _skipped(con) -> int:
    names = [r[0] for r in con.execute("describe rows_left").fetchall()]
    return con.execute("select count_if(_skip) from rows_left").fetchall()[0][0] if "_skip" in names else 0


def _added(found: Clusters, numbers: np.ndarray, lang: str) -> pa.Table:
    """The four result columns, one row per row."""
    import numpy as np
    import pyarrow as pa

    rows = len(found.cluster)
    size = np.bincount(found.cluster, minlength=rows) if rows else np.zeros(0, int)
    together = size[found.cluster] > 1 if rows else np.zeros(0, bool)
    first = np.arange(rows) == found.cluster
    group = np.cumsum(first & together)[found.cluster] if rows else size
    repeats = together & ~first
    texts = np.full(rows, None, object)
    where = np.flatnonzero(found.partner >= 0)
    texts[where] = explain(found, where, numbers, lang)
    return pa.table(
        {
            "_duplicate_group": pa.array(group.astype(np.int64), mask=~together),
            "_duplicate_of": pa.array(numbers[found.cluster].astype(np.int64), mask=~repeats),
            "_confidence": pa.array(np.nan_to_num(found.confidence).round(4), mask=~together),
            "_explain": pa.array(texts, pa.string()),
        }
    )


def explain(found: Clusters, rows: np.ndarray, numbers: np.ndarray, lang: str = "vi") -> list[str]:
    """For rows that have a partner: what agrees with it, nearly agrees, and differs. Names columns only."""
    import numpy as np

    if not len(rows):
        return []
    head, same, near, other = _WORDS["en" if lang == "en" else "vi"]
    place = {k.column: i for i, k in enumerate(found.kinds)}
    fields = sorted(found.model.fields, key=lambda f: min(place[c] for c in f.columns))
    levels = np.stack([grade(f, rows, found.partner[rows])[0] for f in fields], axis=1)
    patterns, which_one = np.unique(levels, axis=0, return_inverse=True)
    tails = []
    for pattern in patterns:
        lists: dict[str, list[str]] = {same: [], near: [], other: []}
        for made, level in zip(fields, pattern, strict=True):
            name = levels_of(made.kind)[level].name
            if name != "missing":
                which = same if name in _SAME else other if name in _OTHER else near
                lists[which].append(" + ".join(made.columns))
        tails.append("; ".join(f"{k} {', '.join(v)}" for k, v in lists.items() if v))
    partners = numbers[found.partner[rows]]
    pairs = zip(partners.tolist(), which_one.ravel(), strict=True)
    return [f"{head.format(row=number)}: {tails[at]}." for number, at in pairs]


def _write(con, added: pa.Table, kept: list[str], folder: Path, target: Path) -> None:
    """Writes beside the work files first and moves the whole file into place."""
    con.register("added", added)
    # A byte-order mark before the first header lets spreadsheets open the csv as Unicode.
    mark = "\ufeff" if target.suffix == ".csv" else ""
    captions = [(mark if n == kept[0] else "") + n for n in kept]
    columns = ", ".join(f"r.{reading.name_of(n)} as {reading.name_of(c)}" for n, c in zip(kept, captions, strict=True))
    part = folder / f"part{target.suffix}"
    options = "format parquet, compression zstd" if target.suffix == ".parquet" else "format csv, header"
    quoted = str(part).replace("'", "''")
    rows = f"select {columns}, a.* from rows_left r positional join added a"
    con.execute(f"copy ({rows}) to '{quoted}' ({options})")
    con.unregister("added")
    os.replace(part, target)


def _figures(found: Clusters, skipped: int, seconds: dict[str, float]) -> dict[str, object]:
    import numpy as np

    rows = len(found.cluster)
    size = np.bincount(found.cluster, minlength=max(rows, 1))
    return {
        "rows": rows,
        "skipped_rows": int(skipped),
        "groups": int((size > 1).sum()),
        "duplicates": int((size[size > 1] - 1).sum()),
        "pairs_compared": found.pairs_compared,
        "blocks_refused": found.blocks.refused if found.blocks else 0,
        "columns": {k.column: k.kind for k in found.kinds},
        "seconds": seconds,
    }
