"""The care for the data from the command line: planted, loaded, measured, worked on, scored; both languages, JSON, refusals."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.journeys.conftest import dancu
from tests.journeys.test_book import _environment, _stopped
from tests.kit.fixture import open_folder


@pytest.fixture(scope="module")
def run() -> Iterator[Callable[..., str]]:
    """A command in an installation of the module's own; what it prints, or how it refuses."""
    folder = open_folder()

    def typed(*words: object, status: int = 0) -> str:
        done = dancu(*words, environment=_environment(folder))
        assert done.returncode == status, done.stderr
        return done.stdout if status == 0 else done.stderr

    yield typed
    _stopped(folder)


@pytest.fixture(scope="module")
def planted(run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A loaded register with planted faults, measured once."""
    root = tmp_path_factory.mktemp("quality")
    run("world", "--people", 4000, "--seed", 3, "--out", root / "world", "--files", "insurance", "--rows", "insurance=300")
    told = json.loads(run("quality", "plant", root / "world" / "register.parquet", "--out", root / "planted", "--each", 2, "--json"))
    assert sum(told["planted"].values()) > 60
    run("load", root / "planted" / "register.parquet", "--out", root, "--json")
    return root


def test_before_anything_is_loaded_or_run(run, tmp_path: Path) -> None:
    assert "[nothing_to_run]" in run("quality", "run", status=2)
    assert "[no_run_yet]" in run("quality", "measures", status=2)
    assert "Không có việc nào" in run("quality", "cases")
    assert "[no_truth]" in run("quality", "score", tmp_path, "--lang", "en", status=2)


def test_measured_worked_on_and_scored(run, planted: Path) -> None:
    done = json.loads(run("quality", "run", "--json"))
    assert done["settled"]["opened"] > 40 and done["shares"]["correct"][0] > 3000
    held = json.loads(run("quality", "score", planted / "planted", "--json"))
    assert held["share"] >= 0.99 and held["right_owner"] == held["cases"] and held["decoys_taken"] == 0
    assert "lỗi đã gieo" in run("quality", "score", planted / "planted")
    assert "planted faults" in run("quality", "score", planted / "planted", "--lang", "en")
    said = run("quality", "measures")
    assert "Đúng" in said and "chưa biết dân số dự kiến" in said and " %" in said
    assert "Correct" in run("quality", "measures", "--lang", "en") and "Cả nước" in run("quality", "measures", "--trend", "clean")
    figures = json.loads(run("quality", "measures", "--below", "live", "--json"))["figures"]
    assert figures and all(len(figure["unit"]) == 2 for figure in figures)
    page = json.loads(run("quality", "cases", "--limit", 2, "--owner", "civil_status", "--json"))
    assert len(page["cases"]) == 2 and page["next"]
    key = f"{page['next']['due']}:{page['next']['id']}"
    after = json.loads(run("quality", "cases", "--limit", 2, "--owner", "civil_status", "--after", key, "--json"))
    assert after["cases"][0]["id"] > page["cases"][-1]["id"]
    parents = json.loads(run("quality", "cases", "--rule", "born_before_parent", "--json"))["cases"]
    one = run("quality", "cases", "--id", parents[0]["id"])
    assert "dancu person do correct_civil" in one
    assert "Mới" in run("quality", "cases", "--limit", 1) and "Open" in run("quality", "cases", "--limit", 1, "--lang", "en")


def test_differences_of_an_agency_become_cases(run, planted: Path) -> None:
    register, out = planted / "planted" / "register.parquet", planted / "out"
    run("check", planted / "world" / "agency" / "insurance.parquet", "--register", register, "--out", out, "--to", "parquet", "--json")
    checked = out / "insurance.checked.parquet"
    assert "[agency_missing]" in run("quality", "cases", "--from", checked, status=2)
    first = json.loads(run("quality", "cases", "--from", checked, "--agency", "BHXH", "--json"))
    again = json.loads(run("quality", "cases", "--from", checked, "--agency", "BHXH", "--json"))
    assert first["opened"] > 5 and (again["opened"], again["added"]) == (0, 0)
    page = json.loads(run("quality", "cases", "--kind", "difference", "--json"))["cases"]
    assert {case["owner"] for case in page} >= {"agency"} and all(case["agency"] == "BHXH" for case in page)


def test_expected_people_and_wrong_words(run, planted: Path) -> None:
    file = planted / "dan-so.csv"
    file.write_text("commune,people\n00004,100\n", encoding="utf-8")
    assert "Đúng" in run("quality", "measures", "--expected", file)
    file.write_text("xã,dân số\n", encoding="utf-8")
    assert "[expected_unreadable]" in run("quality", "measures", "--expected", file, status=2)
    for words, code in ((("measures", "--below", "nothing"), "measure_unknown"), (("measures", "99"), "unit_unusable"),
                        (("cases", "--after", "x"), "key_unreadable"), (("cases", "--id", 10**9), "case_unknown"),
                        (("cases", "--limit", 0), "limit_unusable")):  # fmt: skip
        assert f"[{code}]" in run("quality", *words, status=2)


def test_definitions_say_every_rule_in_both_languages(run) -> None:
    both = [json.loads(run("quality", "definitions", "--json", "--lang", lang)) for lang in ("vi", "en")]
    assert len(both[0]["rules"]) == len(both[1]["rules"]) >= 30
    assert all(a["text"] != b["text"] for a, b in zip(*(each["rules"] for each in both), strict=True))
    assert "Sống (live)" in run("quality", "definitions")
