"""The pages people read keep their word: every verb, command, room, law and figure they name is there."""

from __future__ import annotations

import subprocess
import sys
import tomllib

import pytest

from tests.laws import papers, tree
from tests.laws.test_shape import obey

MAKEFILE = tree.text(tree.ROOT / "Makefile")
MAP = tree.ROOT / "ARCHITECTURE.md"
DECISIONS = tree.ROOT / "docs" / "decisions"
COMMANDS = sorted({c for page in tree.documents() for c in papers.dancu_commands(tree.text(page))})


def test_documented_make_verbs_exist():
    offered = papers.targets(MAKEFILE)
    obey(lambda p: sorted(papers.make_verbs(tree.text(p)) - offered), tree.documents())


def test_make_verbs_describe_themselves():
    assert not papers.silent_targets(MAKEFILE)


@pytest.mark.skipif(not (tree.ROOMS_ROOT / "cli.py").exists(), reason="no command line yet")
@pytest.mark.parametrize("command", COMMANDS)
def test_documented_commands_run(command):
    call = [sys.executable, "-c", "from dancu.cli import main; main()", command, "--help"]
    run = subprocess.run(call, capture_output=True, text=True, timeout=60, encoding="utf-8")
    assert run.returncode == 0, f"dancu {command} --help: {run.stderr[-300:]}"


@pytest.mark.skipif(not MAP.exists(), reason="no map yet")
def test_every_room_is_on_the_map():
    assert not papers.absent_rooms(tree.text(MAP), tree.rooms())


def test_files_that_pages_name_are_there():
    above = (tree.ROOMS_ROOT, tree.ROOT)
    inside = [*tree.rooms(), "bench", "docs", "tests"]
    pages = [page for page in tree.documents() if page.parent != DECISIONS]

    def absent(page):
        named = sorted(papers.paths_named(tree.text(page), inside))
        # `web/staff/NOUN.py` stands for any of its kind.
        return [path for path in named if "NOUN" not in path and not any((root / path).exists() for root in above)]

    assert papers.paths_named(tree.text(MAP), inside)
    obey(absent, pages)


def test_style_names_laws_that_exist():
    laws = "".join(tree.text(p) for p in tree.with_suffix(".py", under=tree.ROOT / "tests"))
    named = papers.laws_named(tree.text(tree.ROOT / "STYLE.md"))
    assert named
    assert not [name for name in sorted(named) if f"def {name}(" not in laws]


def test_decisions_are_numbered_and_complete():
    pages = [p for p in tree.documents() if p.parent == DECISIONS]
    assert not papers.misnumbered([p.name for p in pages])
    obey(lambda p: papers.headings_missing(tree.text(p)), pages)


def test_performance_page_is_what_the_results_say():
    from bench import performance

    committed = performance.PAGE.read_text(encoding="utf-8")
    assert committed == performance.page(performance.RESULTS), "run `make performance`"


def test_toml_and_decision_data_parse():
    for path in tree.with_suffix(".toml"):
        tomllib.loads(tree.text(path))
