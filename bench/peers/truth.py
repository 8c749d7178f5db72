"""Scores a link against the truth of a world: precision, recall and F1, for us and the peers alike."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import duckdb

THRESHOLDS = (0.01, 0.05, 0.1, 0.5, 0.8, 0.9, 0.95, 0.99, 0.995, 0.999, 0.9999)
SQL = Path(__file__).with_name("sql") / "truth.sql"


def score(linked: Path, truth: Path, *, scan: bool) -> dict[str, float]:
    """Precision, recall, F1, links to nobody's record; `scan` takes the threshold with the best F1."""
    con = duckdb.connect()
    columns = con.read_parquet(str(linked)).columns
    row = next((c for c in ("row", "_row") if c in columns), "file_row_number + 1")
    pin = "pin" if "probability" in columns else "_pin"
    keep = "true" if "probability" in columns else "_verdict IN ('matched', 'matched_with_differences')"
    probability = "probability" if "probability" in columns else "1.0"
    con.execute(f"""CREATE TEMP TABLE linked AS
        SELECT {row} AS row, try_cast({pin} AS BIGINT) AS pin, {probability} AS probability
        FROM read_parquet('{linked}', file_row_number = true) WHERE {keep}""")
    con.execute(f"CREATE TEMP VIEW truth AS SELECT * FROM read_parquet('{truth}')")
    query = SQL.read_text(encoding="utf-8")
    best: dict[str, float] = {}
    for threshold in THRESHOLDS if scan else (0.0,):
        right, linked_n, there, ghosts = con.execute(query, [threshold]).fetchone()
        precision, recall = right / max(linked_n, 1), right / max(there, 1)
        f1 = 2 * precision * recall / max(precision + recall, 1e-9)
        if not best or f1 > best["f1"]:
            best = {
                "precision": precision,
                "recall": recall,
                "f1": f1,
                "strangers": ghosts,
                "threshold": threshold,
            }
    return best


def main() -> None:
    """`LINKED TRUTH [--scan]` prints one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("linked", type=Path)
    parser.add_argument("truth", type=Path)
    parser.add_argument("--scan", action="store_true")
    args = parser.parse_args()
    print(json.dumps(score(args.linked, args.truth, scan=args.scan)))


if __name__ == "__main__":
    main()
