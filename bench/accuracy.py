"""`make bench-accuracy`: precision, recall, reasons and calibration on worlds that were not used for tuning.

Two worlds of two error mixes, with seeds that no tuning saw. The second mix was written by somebody who had not read the
engine; weights and rules were then improved on other seeds of both. `ambiguous` counts as not linked.
"""

from __future__ import annotations

import math
import shutil
from dataclasses import dataclass
from pathlib import Path

from bench import accuracy_generic, harness, worlds
from bench.harness import DATA, Claim

PEOPLE = worlds.size("BENCH_ACCURACY_PEOPLE", 1_000_000)
ROWS = worlds.size("BENCH_ACCURACY_ROWS", 500_000)
# Seeds that no tuning saw, of mixes that it did see: `make weights` estimates on other seeds of both.
WORLDS = (("base", 4101), ("field", 5202))
_WRONG_NUMBER = (
    "number_missing", "digit_typo", "digits_transposed", "digit_missing", "scientific", "subject_swapped",
    "number_of_another_person",
)  # fmt: skip
# One reason may stand for another where the words of the list overlap: a renamed unit is an old name.
_SAME_SAY = {"old_unit": ("old_unit", "unit_renamed")}
_LEAST_BIN = 2_000
_Z = 1.96


@dataclass(frozen=True)
class Checked:
    """One checked file beside its truth."""

    label: str
    results: Path
    truth: Path


def main() -> None:
    """Build, check, compare, write `bench/results/accuracy.json`."""
    claims: list[Claim] = []
    table: list[dict] = []
    for mix, seed in WORLDS:
        for checked in _check(mix, seed):
            rows, found = _judge(checked)
            table += rows
            claims += found
    claims += accuracy_generic.rows()
    harness.print_table(table)
    harness.print_claims(claims)
    official = PEOPLE >= 1_000_000 and ROWS >= 500_000
    harness.write("accuracy", claims, table=table, about=_about(), official=official)


def _about() -> str:
    return (
        f"{PEOPLE:,} people, {ROWS:,} rows of health insurance and {ROWS // 2:,} rows without any number, in each of two worlds: "
        f"mix base (seed {WORLDS[0][1]}) and mix field (seed {WORLDS[1][1]}, written without reading the engine). "
        "Weights and rules were tuned on other seeds of both mixes. "
        "Ambiguous counts as not linked; a duplicate record of the same person counts as right."
    )


def _check(mix: str, seed: int) -> list[Checked]:
    from dancu.linkage.check import Wish, check
    from dancu.linkage.prepare import prepare
    from dancu.world import build

    folder = DATA / f"accuracy-{mix}-{seed}-{PEOPLE}-{ROWS}"
    files = ("insurance", "no_number", "capitals")
    if not (folder / "world.json").exists():
        shutil.rmtree(folder, ignore_errors=True)
        build(people=PEOPLE, seed=seed, out=folder, mix=mix, files=files, rows={"insurance": ROWS, "no_number": ROWS // 2})
    prepare(folder / "register.parquet", folder / "prepared")
    checked = []
    for path in sorted((folder / "agency").iterdir()):
        out = folder / "checked"
        written = check(path, Wish(register=folder / "prepared", out=out, formats=("parquet",)))[0]
        results = next(p for p in written.paths if p.suffix == ".parquet")
        checked.append(Checked(f"{mix} {path.stem}", results, folder / "truth" / f"{path.stem}.parquet"))
    return checked


def _judge(checked: Checked) -> tuple[list[dict], list[Claim]]:
    import duckdb

    con = duckdb.connect()
    sql = (Path(__file__).parent / "sql" / "judged.sql").read_text(encoding="utf-8")
    con.execute(sql.format(checked=checked.results, truth=checked.truth)).fetchall()
    label = checked.label
    if label.endswith("capitals"):
        return [], [_capitals(con, label)]
    whole = _score(con, "true")
    table = [{"rows": f"{label}: all", **whole}]
    claims = []
    if label.endswith("insurance"):
        claims += [
            Claim(f"{label}: precision", whole["precision"], "", 0.9999),
            Claim(f"{label}: recall", whole["recall"], "", 0.998),
            Claim(f"{label}: not in the register, wrongly linked", whole["strangers linked"], "share", 0.002, "most"),
        ]
        hard = _score(con, f"list_has_any(errors, {list(_WRONG_NUMBER)})")
        table.append({"rows": f"{label}: number missing or wrong", **hard})
        claims.append(Claim(f"{label}: F1 of rows with a missing or mistyped number", hard["F1"], "", 0.99))
    else:
        claims.append(Claim(f"{label}: F1 of rows without any number", whole["F1"], "", 0.985))
    lines, share = _hazards(con, label)
    table += lines
    claims.append(Claim(f"{label}: reasons agree with the injected error", share, "share", 0.99))
    bins, fits = _calibration(con, label)
    table += bins
    claims.append(Claim(f"{label}: confidence bins that overlap the true rate", fits, "share", 1.0))
    return table, claims


def _capitals(con, label: str) -> Claim:
    rows, matched = con.execute("SELECT count(*), count(*) FILTER (verdict = 'matched') FROM judged").fetchall()[0]
    return Claim(f"{label}: a correct list in capitals comes back matched", matched / rows, "share", 1.0)


def _score(con, condition: str) -> dict:
    rows, right, linked, known, strangers, taken = con.execute(
        f"""SELECT count(*), count(*) FILTER (linked AND right_person), count(*) FILTER (linked), count(*) FILTER (on_record),
          count(*) FILTER (NOT on_record), count(*) FILTER (NOT on_record AND linked) FROM judged WHERE {condition}"""
    ).fetchall()[0]
    precision, recall = right / max(linked, 1), right / max(known, 1)
    return {
        "n": rows,
        "precision": precision,
        "recall": recall,
        "F1": 2 * precision * recall / max(precision + recall, 1e-12),
        "wrong": linked - right,
        "strangers": strangers,
        "strangers linked": taken / max(strangers, 1),
    }


def _hazards(con, label: str) -> tuple[list[dict], float]:
    """One line an error with its denominator, and the share of unambiguous errors whose reason was given."""
    codes = con.execute(
        "SELECT DISTINCT code FROM (SELECT unnest(errors) AS code FROM judged) WHERE code NOT LIKE 'hazard:%' ORDER BY 1"
    ).fetchall()
    lines, told, total = [], 0, 0
    for (code,) in codes:
        score = _score(con, f"list_contains(errors, '{code}')")
        says = list(_SAME_SAY.get(code, (code,)))
        n, agree = con.execute(
            f"""SELECT count(*), count(*) FILTER (list_has_any(reasons, {says})) FROM judged
            WHERE linked AND right_person AND NOT ambiguous AND list_contains(errors, '{code}')"""
        ).fetchall()[0]
        told, total = told + agree, total + n
        lines.append(
            {"rows": f"{label}: {code}", **score, "reason n": n, "reason given": agree / n if n else None}
        )
    return lines, told / max(total, 1)


def _calibration(con, label: str) -> tuple[list[dict], float]:
    """Bins of at least `_LEAST_BIN` rows by stated confidence, and the share whose 95 % interval overlaps what was stated."""
    rows = con.execute(
        "SELECT confidence, right_person FROM judged WHERE linked ORDER BY confidence"
    ).fetchall()
    edges = [0.0, 0.9, 0.97, 0.99, 0.997, 0.999, 0.9997, 0.9999, 1.01]
    bins: list[list[tuple[float, bool]]] = []
    for low, high in zip(edges, edges[1:], strict=False):
        inside = [row for row in rows if low <= row[0] < high]
        if bins and (len(inside) < _LEAST_BIN or len(bins[-1]) < _LEAST_BIN):
            bins[-1] += inside
        elif inside:
            bins.append(inside)
    lines = [_bin(label, entries) for entries in bins]
    fits = sum(line["overlaps"] for line in lines)
    return lines, fits / max(len(lines), 1)


def _bin(label: str, entries: list[tuple[float, bool]]) -> dict:
    n, right = len(entries), sum(ok for _, ok in entries)
    low, high = _wilson(right, n)
    stated = sum(confidence for confidence, _ in entries) / n
    return {
        "rows": f"{label}: stated {entries[0][0]:.4f}–{entries[-1][0]:.6f}",
        "n": n,
        "stated": stated,
        "true": right / n,
        "from": low,
        "to": high,
        "overlaps": bool(low <= entries[-1][0] and high >= entries[0][0]),
    }


def _wilson(right: int, n: int) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927)."""
    share = right / n
    middle = (share + _Z * _Z / (2 * n)) / (1 + _Z * _Z / n)
    half = _Z * math.sqrt(share * (1 - share) / n + _Z * _Z / (4 * n * n)) / (1 + _Z * _Z / n)
    return middle - half, middle + half


if __name__ == "__main__":
    harness.told(__doc__)
    main()
