"""The form of every file: one noun, short functions, an opening sentence, names that say something."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.laws import shape, tree

CODE = [tree.ROOT / name for name in ("src", "tests", "bench", "tools")]
PYTHON = [p for folder in CODE for p in tree.with_suffix(".py", under=folder)]
SQL = [p for folder in CODE for p in tree.with_suffix(".sql", under=folder)]
DOCUMENTED = ("core", "kit", "ledger", "linkage", "places", "quality", "register", "web")


def broken(check, paths) -> str:
    """Every finding of `check(path)`, one a line; empty when the law is obeyed."""
    return "".join(f"\n{tree.short(path)}: {finding}" for path in paths for finding in check(path))


def obey(check, paths) -> None:
    """Fail with every finding, in full."""
    findings = broken(check, paths)
    if findings:
        pytest.fail(findings, pytrace=False)


def test_files_hold_one_noun():
    obey(lambda p: shape.too_long(tree.text(p)), PYTHON + SQL)


def test_tiny_files_are_merged():
    obey(lambda p: shape.too_short(tree.text(p), p.stem), PYTHON)


def test_functions_are_short():
    obey(lambda p: shape.long_functions(tree.parsed(p)), PYTHON)


def test_folders_hold_few_files():
    folders = Counter(p.parent for p in PYTHON if p.stem != "__init__")
    crowded = {tree.short(f): n for f, n in folders.items() if n > shape.FILES_A_FOLDER_MAX}
    assert not crowded, f"at most {shape.FILES_A_FOLDER_MAX} source files a folder"


def test_names_say_something():
    obey(lambda p: shape.vague_parts(p.relative_to(tree.ROOT).parts), PYTHON + SQL)


def test_files_open_with_a_sentence():
    obey(lambda p: shape.no_opening(tree.parsed(p)), PYTHON)
    obey(lambda p: [] if tree.text(p).startswith("--") else ["no opening comment"], SQL)


def test_sql_lives_in_sql_folders():
    product = [p for p in PYTHON if tree.ROOT / "tests" not in p.parents]
    obey(lambda p: shape.long_sql(tree.parsed(p)), product)


@pytest.mark.parametrize("room", DOCUMENTED)
def test_public_names_are_documented(room):
    paths = [p for p in PYTHON if p.is_relative_to(tree.ROOMS_ROOT / room)]
    obey(lambda p: shape.undocumented(tree.parsed(p)), paths)
