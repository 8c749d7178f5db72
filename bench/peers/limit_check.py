"""The physical limit of the check: read the file, join on the integer number, write; no judgement at all."""

from __future__ import annotations

import argparse
from pathlib import Path

import duckdb

from bench.peers.clean import column_of


def main() -> None:
    """`FILE REGISTER OUT`: REGISTER is Parquet with the number as the integer `unique_id`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("register", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--all-columns", action="store_true", help="write the file's own columns too")
    args = parser.parse_args()
    con = duckdb.connect()
    pin = column_of("pin", con.read_parquet(str(args.file)).columns)
    own = "a.* EXCLUDE (n, file_row_number), " if args.all_columns else ""
    con.execute(f"""COPY (
        SELECT {own}a.file_row_number + 1 AS _row,
               CASE WHEN r.unique_id IS NULL THEN 'not_found' ELSE 'matched' END AS _verdict,
               lpad(CAST(r.unique_id AS VARCHAR), 12, '0') AS _pin
        FROM (SELECT *, try_cast("{pin}" AS BIGINT) AS n
              FROM read_parquet('{args.file}', file_row_number = true)) a
        LEFT JOIN read_parquet('{args.register}') r ON r.unique_id = a.n
    ) TO '{args.out}' (FORMAT parquet)""")


if __name__ == "__main__":
    main()
