"""The commands around the check: dedupe, world, prepare, and what `dancu` says when it is typed alone."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import duckdb
import pytest

from tests.journeys.conftest import Country, as_csv, dancu


@pytest.mark.parametrize("name", ["sim.csv", "civil_status.xlsx", "insurance.parquet"])
def test_dedupe(name, country: Country, tmp_path: Path) -> None:
    path = country.root / "agency" / name
    done = dancu("dedupe", path, "--out", tmp_path / "out", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    written = Path(told["path"])
    assert list((tmp_path / "out").iterdir()) == [written] and told["rows"] > 50
    if written.suffix == ".parquet":
        before, after = (duckdb.sql(f"SELECT count(*) FROM '{p}'").fetchall() for p in (path, written))
        assert before == after
    else:
        with written.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        assert len(rows) == told["rows"] and {"_duplicate_group", "_duplicate_of", "_explain"} <= set(rows[0])


def test_dedupe_finds_what_was_repeated(country: Country, tmp_path: Path) -> None:
    people = country.people(300)
    (tmp_path / "ds.csv").write_text(as_csv([*people, *people[:20]]), encoding="utf-8")
    done = dancu("dedupe", tmp_path / "ds.csv", "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    with (tmp_path / "ds.deduped.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert "20 nhóm trùng, 20 dòng nhắc lại" in done.stdout
    assert [row["_duplicate_of"] for row in rows[-20:]] == [str(i) for i in range(1, 21)]
    missing = dancu("dedupe", tmp_path / "none.csv", "--out", tmp_path / "out2")
    assert missing.returncode == 2 and missing.stderr.count("\n") == 1 and "[file_missing]" in missing.stderr


def test_world_prints_json(tmp_path: Path) -> None:
    done = dancu("world", "--people", 400, "--seed", 3, "--files", "sim", "--out", tmp_path / "w")
    told = json.loads(done.stdout)
    assert done.returncode == 0 and told["people"] == 400 and list(told["files"]) == ["sim"]
    assert (tmp_path / "w" / "agency" / "sim.csv").exists() and (tmp_path / "w" / "truth" / "sim.parquet").exists()
    wrong = dancu("world", "--people", 400, "--mix", "none", "--out", tmp_path / "v")
    assert wrong.returncode == 2 and wrong.stderr.count("\n") == 1, wrong.stderr
    wrong = dancu("world", "--people", 400, "--rows", "sim=many", "--out", tmp_path / "v")
    assert wrong.returncode == 2 and wrong.stderr.count("\n") == 1, wrong.stderr


def test_a_register_file_is_prepared_by_the_first_check(country: Country, tmp_path: Path) -> None:
    register = tmp_path / "dan_cu.parquet"
    register.write_bytes((country.root / "register.parquet").read_bytes())
    (tmp_path / "ds.csv").write_text(as_csv(country.people(40)), encoding="utf-8")
    for _ in range(2):
        done = dancu("check", tmp_path / "ds.csv", "--register", register, "--out", tmp_path / "out", "--json")
        assert done.returncode == 0 and json.loads(done.stdout)["matched"] == 40, done.stderr
    assert (tmp_path / "dan_cu.parquet.prepared" / "manifest.json").exists()
    broken = tmp_path / "hong.parquet"
    broken.write_bytes(b"PAR1" + bytes(100))
    done = dancu("prepare", broken, "--out", tmp_path / "ready")
    assert done.returncode == 2 and done.stderr.count("\n") == 1, done.stderr


def test_vietnamese_is_told_through_any_pipe(tmp_path: Path) -> None:
    """Windows opens pipes and files in its own code page, which holds no ệ."""
    done = dancu("check", tmp_path / "không có.csv", "--register", tmp_path, environment={"PYTHONIOENCODING": "cp1252"})
    assert done.returncode == 2 and "dữ liệu dân cư" in done.stderr
    done = dancu("--help", environment={"PYTHONIOENCODING": "cp1252"})
    assert done.returncode == 0 and "Đối chiếu" in done.stdout


def test_typed_alone_it_helps() -> None:
    done = dancu()
    assert done.returncode == 0 and "Đối chiếu" in done.stdout and "check" in done.stdout and not done.stderr
    shown = dancu("check", "--help")
    for option in ("--register", "--policy", "--disclose", "--map", "--lang", "--json"):
        assert option in shown.stdout, option
    wrong = dancu("chek", "x.csv")
    assert wrong.returncode == 2 and wrong.stderr.count("\n") == 1 and "[usage]" in wrong.stderr
