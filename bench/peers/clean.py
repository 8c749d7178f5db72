"""Cleans the register and the agency file for the peers, as one of their users would before linking."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import duckdb

SQL = Path(__file__).with_name("sql")
# What an agency may call each field, without accents, spaces and signs; the first one present is taken.
HEADERS = {
    "pin": "pin sodinhdanh sodinhdanhcanhan soddcn madinhdanh socccd cccd socccdcmnd socancuoc",
    "old_id": "oldid socmnd cmnd",
    "name": "name hovaten hoten hotennguoithamgia hovatennguoithamgia hochudemvaten",
    "birth_date": "birthdate ngaysinh ngaythangnamsinh namsinh",
    "sex": "sex gioitinh phai",
    "mother_name": "mothername hotenme hovatenme tenme",
    "province": "province tinh tinhthanhpho address diachi noicutru noithuongtru noiohientai",
}
KEPT = "unique_id, pin, old_id, name, family, given, sorted, dob, birth_year, either_order, sex, mother, province"


def script(name: str) -> str:
    """A SQL file of this folder."""
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")


def plain(header: str) -> str:
    """A header without accents, spaces and signs, in small letters."""
    letters = unicodedata.normalize("NFD", header.lower().replace("đ", "d"))
    return "".join(c for c in letters if c.isascii() and c.isalnum())


def column_of(field: str, columns: list[str]) -> str | None:
    """The column that holds a field, by its header."""
    there = {plain(column): column for column in columns}
    return next((there[name] for name in HEADERS[field].split() if name in there), None)


def _raw(con: duckdb.DuckDBPyConnection, path: Path, key: str) -> None:
    """Give the columns of a Parquet file their canonical names in the view `raw`."""
    columns = con.read_parquet(str(path)).columns
    found = {field: column_of(field, columns) for field in HEADERS}
    missing = [field for field in ("pin", "name", "birth_date") if not found[field]]
    if missing:
        raise SystemExit(f"{path.name}: no column for {', '.join(missing)} among {', '.join(columns)}")
    picked = [
        f'CAST("{column}" AS VARCHAR) AS {field}' if column else f"NULL::VARCHAR AS {field}"
        for field, column in found.items()
    ]
    con.execute(
        f"CREATE OR REPLACE TEMP VIEW raw AS SELECT {key} AS unique_id, {', '.join(picked)} "
        f"FROM read_parquet('{path}', file_row_number = true)"
    )


def register(path: Path, out: Path) -> None:
    """Write the register cleaned once; its key is the 12-digit number as an integer."""
    con = duckdb.connect()
    con.execute(f"SET temp_directory = '{out.parent}'")
    _raw(con, path, "CAST(pin AS BIGINT)")
    con.execute(script("clean"))
    # The register gives province codes, which the text cleaning would empty.
    con.execute(
        f"COPY (SELECT {KEPT.replace(', province', ', province_written AS province')} FROM cleaned) "
        f"TO '{out}' (FORMAT parquet, COMPRESSION zstd)"
    )


def agency(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Make the table `agency` from the file; needs the cleaned `register` in `con` to name provinces."""
    _raw(con, path, "file_row_number + 1")
    con.execute(script("clean"))
    con.execute(f"CREATE OR REPLACE TEMP TABLE agency AS SELECT {KEPT} FROM cleaned")
    con.execute(script("province"))
