"""The book from the command line: loaded, looked at, changed, followed by the next check, proven, and brought back from a backup."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from dancu.world import build
from tests.journeys.conftest import dancu
from tests.kit.fixture import open_folder

PEOPLE = 1200
WHY = ("--purpose", "KIEM-TRA")


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """An installation's folder with its server, stopped at the end."""
    folder = open_folder()
    yield folder
    _stopped(folder)


def _environment(folder: Path) -> dict[str, str]:
    return {"DANCU_HOME": str(folder / "home"), "DANCU_SYSTEM_DIR": str(folder / "system"), "DANCU_SERVER_MEMORY_MB": "1024"}


def _stopped(folder: Path) -> None:
    code = "from dancu.kit.server import launch; from dancu.kit.settings import Settings; launch.stop(Settings.read())"
    subprocess.run([sys.executable, "-c", code], env={**os.environ, **_environment(folder)}, check=False, timeout=60)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def run(home: Path) -> Callable[..., str]:
    """A command in that installation; what it prints."""

    def typed(*words: object, status: int = 0) -> str:
        done = dancu(*words, environment=_environment(home))
        assert done.returncode == status, done.stderr
        return done.stdout if status == 0 else done.stderr

    return typed


@pytest.fixture(scope="module")
def loaded(run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The register file that was loaded."""
    root = tmp_path_factory.mktemp("book")
    build(people=PEOPLE, seed=4, out=root, files=())
    told = json.loads(run("load", root / "register.parquet", "--out", root, "--json"))
    assert told["people"] == PEOPLE and told["refused"] == {}
    assert json.loads(run("load", root / "register.parquet", "--out", root, "--json"))["there"] == PEOPLE
    return root / "register.parquet"


def somebody(register: Path, where: str) -> tuple[str, ...]:
    return duckdb.sql(f"SELECT pin, name, birth_date, commune FROM '{register}' WHERE {where} ORDER BY pin LIMIT 1").fetchall()[0]


def test_somebody_is_found_and_shown(run, loaded: Path) -> None:
    pin, name, born, _ = somebody(loaded, "status = 'active'")
    shown = json.loads(run("person", "show", pin, *WHY))
    assert (shown["pin"], shown["name"], shown["birth_date"]) == (pin, name, born)
    assert any(hit["pin"] == pin for hit in json.loads(run("person", "find", name, "--year", born[:4], *WHY)))
    looked = json.loads(run("person", "looked", pin, *WHY))
    assert [entry["service"] for entry in looked["entries"]] == ["person.show", "person.find", "person.looked"]
    assert pin not in json.dumps(looked) and name not in json.dumps(looked, ensure_ascii=False)


def test_nobody_is_shown_without_a_purpose(run, loaded: Path) -> None:
    assert "--purpose" in run("person", "show", "001090000001", status=2)
    assert "[purpose_needed]" in run("check", loaded, "--register", "db", status=2)
    assert "[not_on_record]" in run("person", "show", "001090000001", *WHY, status=2)


def test_a_birth_and_a_death_reach_the_next_check_and_are_proven(run, loaded: Path, tmp_path: Path) -> None:
    mother, _, _, commune = somebody(
        loaded, "sex = 'female' AND status = 'active' AND birth_date BETWEEN '1992' AND '2003' AND commune <> ''"
    )
    old, name, born, lives = somebody(
        loaded, "status = 'active' AND length(birth_date) = 10 AND birth_date < '1955' AND commune <> ''"
    )
    today = date.today().isoformat()
    rest = ("--basis", "Luật Hộ tịch 2014", "--source", "civil_book", "--actor", "cb", "--office", "civil_status")

    def fields(**said: object) -> str:
        return json.dumps(said, ensure_ascii=False)

    child = fields(
        name="Lê Thử Sinh",
        birth_date=today,
        sex="female",
        birth_place={"code": commune},
        registered_at={"code": commune},
        mother=mother,
    )
    entry = f"7;01/2026;1;{today};{commune}"
    birth = json.loads(run("person", "do", "register_birth", "--fields", child, "--entry", entry, "--unit", commune, *rest))
    assert re.fullmatch(r"\d{12}", birth["number"]) and not birth["again"]
    again = run("person", "do", "register_birth", "--fields", child, "--entry", entry, "--unit", commune, *rest, status=2)
    assert re.search(r"\[(entry_used|perhaps_registered_already)\]", again)
    ended = fields(person=old, died=today, registered_at={"code": lives})
    death = json.loads(
        run(
            "person", "do", "register_death", "--fields", ended, "--entry", f"8;01/2026;1;{today};{lives}", "--unit", lives, *rest
        )
    )
    tail = [json.loads(line) for line in run("feed", "tail", "--limit", "8").splitlines()]
    assert {"birth", "death"} <= {change["kind"] for change in tail}
    assert [change["position"] for change in tail] == sorted(change["position"] for change in tail)
    _next_check(run, tmp_path, [(birth["number"], "Lê Thử Sinh", today), (old, name, born)])
    _proven(run, tmp_path, [birth, death])


def _next_check(run, folder: Path, rows: list[tuple[str, ...]]) -> None:
    path = folder / "list.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("Số định danh", "Họ và tên", "Ngày sinh"), *rows])
    run("check", path, "--register", "db", "--out", folder, "--purpose", "KIEM-TRA")
    summary = json.loads((folder / "list.summary.json").read_text("utf-8"))
    assert summary["matched"] == 2 and summary["reasons"]["person_deceased"] == 1


def _proven(run, folder: Path, done: list[dict]) -> None:
    for n, each in enumerate(done):
        place = each["ledger"]
        run("ledger", "proof", place["month"], place["index"], "--out", folder / f"{n}.tlog-proof")
        assert (folder / f"{n}.tlog-proof").read_bytes().startswith(b"c2sp.org/tlog-proof@v1\n")
    assert "Nhật ký nguyên vẹn" in run("ledger", "verify")
    assert run("ledger", "checkpoint").startswith("dancu/register/")


def test_a_command_that_cannot_be_read_says_which_field(run, loaded: Path) -> None:
    rest = ("--basis", "x", "--source", "civil_book", "--office", "civil_status")
    for command, typed in (("register_birth", '{"name": 5}'), ("fly", "{}"), ("register_birth", "không phải JSON")):
        assert "[command_unreadable]" in run("person", "do", command, "--fields", typed, *rest, status=2)
    assert "register_birth" in json.loads(run("person", "commands"))


def test_figures_and_findings(run, loaded: Path) -> None:
    stats = json.loads(run("register", "stats"))
    assert stats["people"] >= PEOPLE and stats["waiting"] == 0 and stats["position"] >= stats["actions"]
    findings = {found["name"]: found for found in json.loads(run("doctor", "--json"))}
    assert {"feed", "ledger", "server", "roles"} <= set(findings) and all(f["state"] != "bad" for f in findings.values())


def test_what_was_backed_up_comes_back_the_same(run, loaded: Path, tmp_path: Path) -> None:
    kept = tmp_path / "book.backup"
    assert "dòng" in run("backup", kept)
    other = open_folder()
    try:
        done = dancu("restore", kept, environment=_environment(other))
        assert done.returncode == 0, done.stderr
        pin, name, *_ = somebody(loaded, "status = 'active'")
        shown = dancu("person", "show", pin, *WHY, environment=_environment(other))
        assert json.loads(shown.stdout)["name"] == name
    finally:
        _stopped(other)
