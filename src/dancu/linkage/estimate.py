"""`python -m dancu.linkage.estimate WORLD…`: learns how often true pairs show each relation, and how sure is sure.

Shares m are counted on pairs known to be one person; shares u of chance pairs follow from how numbers, names
and dates are distributed and stay as they are in the file. What the model then states is compared with what
came true, and the difference is stored as a rising curve (isotonic regression by pooling adjacent violators).
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import tomllib
from dataclasses import replace
from importlib import resources
from pathlib import Path

from dancu.core import policy as policies
from dancu.core.policy import FIELDS, Weights
from dancu.linkage import cascade, choose, claims, lookup, prepared
from dancu.linkage.engine import literal, open_engine
from dancu.linkage.intake import open_source

_PRIOR_SHARE = 0.15
_ROWS_A_STEP = 1000
_SUREST = 0.99999
# Steps closer than this in log-odds (bits) are one.
_LEAST_STEP = 0.5


def main() -> None:
    """Estimate from the worlds named on the command line and rewrite `core/weights.toml`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "world", nargs="+", type=Path, help="folder made by dancu world, with a prepared register in it"
    )
    parser.add_argument("--file", default="insurance.parquet", help="agency file to count in")
    parser.add_argument("--also", default="no_number.parquet", help="a second file to compare stated with true in")
    parser.add_argument("--out", type=Path, default=Path(policies.__file__).with_name("weights.toml"))
    wish = parser.parse_args()
    prior = policies.read_weights(
        tomllib.loads(resources.files("dancu.linkage").joinpath("prior.toml").read_text(encoding="utf-8"))
    )
    counted = [_each(world, wish.file, prior, _count) for world in wish.world]
    weights = replace(prior, m=_shares(counted, prior))
    found = [_each(world, file, weights, _stated) for world in wish.world for file in (wish.file, wish.also)]
    stated = [pair for world, _ in found for pair in world]
    rows, wrong = (sum(sure[i] for _, sure in found) for i in (0, 1))
    weights = replace(weights, calibration=curve(stated), sure=1.0 - (wrong + 0.5) / (rows + 1.0))
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
              list_transform(accept_pins, lambda x: CAST(x AS BIGINT)) AS also
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
    lookup.nobody(engine)
    lookup.look_up(engine, run.register, "pin", "SELECT row, pin AS k FROM truth WHERE pin IS NOT NULL")
    lookup.fetch_people(engine, run.register, "true_person")
    cascade.compare_names(run, "true_person")
    cascade.judge_pairs(run, cascade.beside_number(run, "true_person"), "true_pair")
    counts = {}
    for field in FIELDS:
        column = "num_rel" if field == "number" else f"{field}_rel"
        rows = engine.run(f"SELECT {column}, count(*) FROM true_pair WHERE {column} > 0 GROUP BY 1")
        counts[field] = dict(rows)
    return counts


def _shares(counted: list[dict[str, dict[int, int]]], prior: Weights) -> dict[str, tuple[float, ...]]:
    """What was counted, mixed with the prior: a synthetic world does not show every slip that life knows."""
    shares = {}
    for field in FIELDS:
        size = len(prior.m[field])
        rows = [sum(world[field].get(relation, 0) for world in counted) for relation in range(size)]
        total, believed = sum(rows), sum(prior.m[field][1:])
        kept = _PRIOR_SHARE if total >= _ROWS_A_STEP else 1.0
        shares[field] = (
            1.0,
            *(
                (1 - kept) * rows[i] / max(total, 1) + kept * prior.m[field][i] / believed
                for i in range(1, size)
            ),
        )
    return shares


def _stated(run: cascade.Cascade) -> tuple[list[tuple[float, bool]], tuple[int, int]]:
    """(stated probability, came true) of the best candidate of every row still open after the numbers; and of the others
    how many there were and how many were wrong."""
    choose.decide(run)
    came_true = "coalesce(d.best = t.pin OR list_contains(t.also, d.best), false)"
    stated = run.engine.run(
        f"""SELECT d.confidence, {came_true} FROM decided d JOIN truth t ON t.row = d.row
        WHERE d.best IS NOT NULL AND d.confidence > 0.01 AND d.row NOT IN (SELECT row FROM sure)"""
    )
    sure = run.engine.run(
        f"""SELECT count(*), count(*) FILTER (NOT {came_true}) FROM decided d JOIN truth t ON t.row = d.row
        WHERE d.row IN (SELECT row FROM sure)"""
    )
    return stated, sure[0]


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
        stated_true = (min(step[0], 1 - 1e-12), min(step[1], _SUREST))
        apart = not rising or policies.log_odds(stated_true[0]) - policies.log_odds(rising[-1][0]) > _LEAST_STEP
        if apart and (not rising or stated_true[1] > rising[-1][1]):
            rising.append(stated_true)
    return tuple(rising)


def text(weights: Weights) -> str:
    """`weights.toml`."""
    lines = [
        "# Evidence per field and relation; order of the relations as in core. Written by `python -m dancu.linkage.estimate`.",
        f"absent_share = {weights.absent_share}",
        f"number_alone = {weights.number_alone}",
        f"both_wrong = {weights.both_wrong}",
        f"name_other = {weights.name_other}",
        f"sure = {weights.sure:.7g}",
    ]
    for field in FIELDS:
        lines += ["", f"[field.{field}]"]
        lines.append("m = [" + ", ".join(f"{share:.6g}" for share in weights.m[field]) + "]")
        lines.append("u = [" + ", ".join(f"{share:.6g}" for share in weights.u[field]) + "]")
        for kind in ("per_value", "per_person"):
            if listed := getattr(weights, kind)[field]:
                lines.append(f"{kind} = [{', '.join(str(relation) for relation in listed)}]")
    for stated, true in weights.calibration:
        lines += ["", "[[calibration]]", f"stated = {stated:.14g}", f"true = {true:.9g}"]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
