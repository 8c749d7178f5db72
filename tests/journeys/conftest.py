"""What every journey needs: a small country, prepared once a module, and the command as a person types it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from dancu.world import build

SEED, PEOPLE = 7, 3000
COMMAND = (sys.executable, "-m", "dancu.cli")
HEADER = ("STT", "Họ và tên", "Ngày sinh", "Giới tính", "Số định danh cá nhân", "Ghi chú")


@dataclass(frozen=True)
class Country:
    """A synthetic country on disk: `root/register.parquet`, `root/agency`, and the prepared folder."""

    root: Path
    prepared: Path

    def people(self, n: int, *, living: bool = True) -> list[tuple[str, ...]]:
        """Rows in the order of HEADER that say exactly what the register says."""
        alive = "WHERE status = 'active' AND length(birth_date) = 10" if living else ""
        found = duckdb.sql(
            f"""SELECT name, strftime(birth_date::DATE, '%d/%m/%Y'), if(sex = 'male', 'Nam', 'Nữ'), pin
            FROM '{self.root}/register.parquet' {alive} ORDER BY pin LIMIT {n}"""
        ).fetchall()
        return [(str(i), *row, f"tổ {i % 9}") for i, row in enumerate(found, 1)]


@pytest.fixture(scope="module")
def country(tmp_path_factory) -> Country:
    """Three thousand people and their five agency files."""
    root = tmp_path_factory.mktemp("country")
    build(people=PEOPLE, seed=SEED, out=root / "world")
    done = dancu("prepare", root / "world" / "register.parquet", "--out", root / "prepared")
    assert done.returncode == 0, done.stderr
    return Country(root / "world", root / "prepared")


def dancu(*typed: object, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """The command as typed; its exit status and what it printed."""
    return subprocess.run(
        [*COMMAND, *map(str, typed)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **(environment or {})},
    )


@pytest.fixture
def check(country: Country, tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """`dancu check FILE …` against the small country, into `tmp_path/out`."""

    def run(file: Path, *more: object) -> subprocess.CompletedProcess[str]:
        out = () if "--out" in more else ("--out", tmp_path / "out")
        register = () if "--register" in more else ("--register", country.prepared)
        return dancu("check", file, *register, *out, *more)

    return run


def as_csv(rows: list[tuple[str, ...]], sign: str = ",") -> str:
    """Header and rows as delimited text."""
    return "".join(sign.join(row) + "\n" for row in (HEADER, *rows))
