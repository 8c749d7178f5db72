"""A register that follows its changes answers as one prepared afresh."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from dancu.linkage.check import Wish, check, open_register
from dancu.linkage.prepare import prepare
from dancu.linkage.prepared import FORMAT
from dancu.linkage.update import update
from dancu.world import build


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("world")
    build(people=6_000, seed=31, out=folder, files=("insurance",), rows={"insurance": 1_500})
    return folder


def answers(world: Path, register: Path, out: Path) -> list[tuple]:
    check(world / "agency" / "insurance.parquet", Wish(register=register, out=out, formats=("parquet",)))
    sql = f"SELECT _verdict, _pin, _reasons FROM read_parquet('{out}/insurance.checked.parquet')"
    return duckdb.sql(sql).fetchall()


def test_changes_on_top_equal_a_fresh_copy(world: Path, tmp_path: Path) -> None:
    register = world / "register.parquet"
    # Half the people arrive later; one in fifty of the first half under another name; one in seventy has left.
    whole = f"SELECT *, hash(pin) % 100 AS h FROM read_parquet('{register}')"
    early = "SELECT * EXCLUDE (h) FROM whole WHERE h < 50"
    renamed = "SELECT * EXCLUDE (h) REPLACE ('Lưu Thị Mới' AS name) FROM whole WHERE h = 7"
    for name, sql in {
        "early": early,
        "changes": f"""SELECT *, '' AS removed FROM (SELECT * EXCLUDE (h) FROM whole WHERE h >= 50 UNION ALL {renamed})
            UNION ALL SELECT * EXCLUDE (h), 'x' AS removed FROM whole WHERE h = 9""",
        "final": f"""SELECT * EXCLUDE (h) FROM whole WHERE h NOT IN (7, 9) UNION ALL {renamed}""",
    }.items():
        duckdb.sql(f"COPY (WITH whole AS ({whole}) {sql}) TO '{tmp_path / name}.parquet' (FORMAT parquet)")
    prepare(tmp_path / "early.parquet", tmp_path / "followed")
    followed = update(tmp_path / "followed", tmp_path / "changes.parquet")
    fresh = prepare(tmp_path / "final.parquet", tmp_path / "fresh")
    assert followed.people == fresh.people
    assert followed.manifest.version == 2
    ours = answers(world, tmp_path / "followed", tmp_path / "a")
    theirs = answers(world, tmp_path / "fresh", tmp_path / "b")
    # Rarities of the early half are those of its own time, so a row at the threshold may wait for a person; never is
    # it another person.
    pairs = [(a[1], b[1]) for a, b in zip(ours, theirs, strict=True)]
    assert all(a == b or None in (a, b) for a, b in pairs)
    assert sum(a == b for a, b in pairs) >= 0.995 * len(pairs)


def test_preparing_afresh_leaves_no_part_behind(world: Path, tmp_path: Path) -> None:
    register = world / "register.parquet"
    prepare(register, tmp_path / "ready")
    update(tmp_path / "ready", register)
    fresh = prepare(register, tmp_path / "ready")
    assert {path.name for path in (tmp_path / "ready").iterdir()} == {"manifest.json", fresh.manifest.parts[0].folder}


def test_a_refused_change_leaves_the_register_as_it_was(world: Path, tmp_path: Path) -> None:
    ready = prepare(world / "register.parquet", tmp_path / "ready")
    bad = tmp_path / "bad.csv"
    bad.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(Exception, match="column"):
        update(tmp_path / "ready", bad)
    assert {path.name for path in (tmp_path / "ready").iterdir()} == {"manifest.json", ready.manifest.parts[0].folder}


def test_what_another_version_prepared_beside_a_file_is_prepared_again(world: Path, tmp_path: Path) -> None:
    register = tmp_path / "register.parquet"
    register.write_bytes((world / "register.parquet").read_bytes())
    ready = open_register(register)
    manifest = ready.root / "manifest.json"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace(f'"format": {FORMAT}', '"format": 1'), encoding="utf-8")
    again = open_register(register)
    assert again.manifest.format == FORMAT
    assert again.people == ready.people
