"""`python -m dancu.linkage.estimate WORLD…`: learns how often true pairs show each relation, and how sure is sure.

Shares m are counted on pairs known to be one person; shares u of chance pairs follow from how numbers, names
and dates are distributed and stay as they are in the file. What the model then states is compared with what
came true, and the difference is stored as a rising curve (isotonic regression by pooling adjacent violators).
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

from dancu.core import policy as policies
from dancu.core.policy import FIELDS, Weights
from dancu.linkage import cascade, choose, claims, prepared
from dancu.linkage.engine import literal, open_engine
from dancu.linkage.intake import open_source

# So many rows that never showed a relation still leave it possible.
_UNSEEN_ROWS = 0.5
_ROWS_A_STEP = 400
_SUREST = 0.99999


def main() -> None:
    """Estimate from the worlds named on the command line and rewrite `core/weights.toml`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "world", nargs="+", type=Path, help="folder made by dancu world, with a prepared register in it"
    )
    parser.add_argument("--file", default="insurance.parquet", help="agency file to learn from")
    parser.add_argument("--out", type=Path, default=Path(policies.__file__).with_name("weights.toml"))
    wish = parser.parse_args()
    weights = policies.weights()
    counted = [_each(world, wish.file, weights, _count) for world in wish.world]
    weights = replace(weights, m=_shares(counted, weights), calibration=())
    stated = [pair for world in wish.world for pair in _each(world, wish.file, weights, _stated)]
    weights = replace(weights, calibration=curve(stated))
    wish.out.write_text(text(weights), encoding="utf-8")
    print(f"{wish.out}: {len(stated):,} rows")


def _each(world: Path, file: str, weights: Weights, job):
    """Run the cascade on a world's file and let `job` look at the tables."""
    work = Path(tempfile.mkdtemp(prefix=".dancu-", dir=world))
    engine = open_engine(work, memory="4GB")
    try:
        source = open_source(world / "agency" / file, work=work)[0]
        cells = claims.cells(engine, source)
        claims.start(engine)
        claims.read_plain(engine, source, cells)
        register = prepared.read(world / "prepared")
        run = cascade.Cascade(engine, register, weights, policies.policies()["standard"], cells)
        cascade.run(run)
        engine.run(
            f"""CREATE TEMP TABLE truth AS
            SELECT CAST(row AS INTEGER) AS row, CAST(pin AS BIGINT) AS pin,
              list_transform(accept_pins, x -> CAST(x AS BIGINT)) AS also
            FROM read_parquet({literal(str(world / "truth" / Path(file).with_suffix(".parquet").name))})"""
        )
        return job(run)
    finally:
        engine.con.close()
        shutil.rmtree(work, ignore_errors=True)


def _count(run: cascade.Cascade) -> dict[str, dict[int, int]]:
    """Field → relation → rows, over all rows whose person is on record."""
    engine = run.engine
    engine.run("CREATE OR REPLACE TEMP TABLE rest AS SELECT row FROM plain WHERE row NOT IN (SELECT row FROM claim)")
    claims.read_facts(engine, run.cells, run.register, "rest")
    cascade.fetch_people(run, "SELECT row, pin FROM truth WHERE pin IS NOT NULL", "true_person")
    cascade.compare_names(run, "true_person")
    cascade.judge_pairs(run, "true_person", "true_pair")
    counts = {}
    for field in FIELDS:
        column = "num_rel" if field == "number" else f"{field}_rel"
        rows = engine.run(f"SELECT {column}, count(*) FROM true_pair WHERE {column} > 0 GROUP BY 1")
        counts[field] = dict(rows)
    return counts


def _shares(counted: list[dict[str, dict[int, int]]], weights: Weights) -> dict[str, tuple[float, ...]]:
    shares = {}
    for field in FIELDS:
        size = len(weights.m[field])
        rows = [sum(world[field].get(relation, 0) for world in counted) + _UNSEEN_ROWS for relation in range(size)]
        total = sum(rows[1:])
        known = total > 10 * size
        shares[field] = (1.0, *(n / total for n in rows[1:])) if known else weights.m[field]
    return shares


def _stated(run: cascade.Cascade) -> list[tuple[float, bool]]:
    """(stated probability, came true) of the best candidate of every row that was not settled by its number."""
    choose.decide(run)
    return run.engine.run(
        """SELECT d.confidence, coalesce(d.best = t.pin OR list_contains(t.also, d.best), false)
        FROM decided d JOIN truth t ON t.row = d.row WHERE d.best IS NOT NULL AND d.confidence > 0.01"""
    )


def curve(stated: list[tuple[float, bool]]) -> tuple[tuple[float, float], ...]:
    """A rising step curve from stated to true probability; each step pools at least `_ROWS_A_STEP` rows."""
    ordered = sorted(stated)
    groups = [ordered[i : i + _ROWS_A_STEP] for i in range(0, len(ordered), _ROWS_A_STEP)]
    pooled: list[list[float]] = []
    for group in groups:
        rows = len(group)
        # Half a row of doubt on either side keeps certainty out of reach of small samples.
        pooled.append([sum(p for p, _ in group), sum(ok for _, ok in group), rows])
        while len(pooled) > 1 and pooled[-2][1] / pooled[-2][2] >= pooled[-1][1] / pooled[-1][2]:
            last = pooled.pop()
            pooled[-1] = [a + b for a, b in zip(pooled[-1], last, strict=True)]
    steps = [(total / rows, (good + 0.5) / (rows + 1.0)) for total, good, rows in pooled]
    rising: list[tuple[float, float]] = []
    for step in steps:
        if not rising or (step[0] > rising[-1][0] and step[1] > rising[-1][1]):
            rising.append((min(step[0], 1 - 1e-9), min(step[1], _SUREST)))
    return tuple(rising)


def text(weights: Weights) -> str:
    """`weights.toml`."""
    lines = [
        "# Evidence per field and relation; order of the relations as in core. Written by `python -m dancu.linkage.estimate`.",
        f"absent_share = {weights.absent_share}",
        f"number_alone = {weights.number_alone}",
    ]
    for field in FIELDS:
        lines += ["", f"[field.{field}]"]
        lines.append("m = [" + ", ".join(f"{share:.6g}" for share in weights.m[field]) + "]")
        lines.append("u = [" + ", ".join(f"{share:.6g}" for share in weights.u[field]) + "]")
        for kind in ("per_value", "per_person"):
            if listed := getattr(weights, kind)[field]:
                lines.append(f"{kind} = [{', '.join(str(relation) for relation in listed)}]")
    for stated, true in weights.calibration:
        lines += ["", "[[calibration]]", f"stated = {stated:.9g}", f"true = {true:.9g}"]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
