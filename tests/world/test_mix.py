"""The error mix: rates as written, habits by clerk, and room for another's injectors."""

from __future__ import annotations

import sys
import types
from collections import Counter

import numpy as np
import pytest

from dancu.core.refusal import Refusal
from dancu.world import build, mix
from dancu.world.chunk import Chunk
from dancu.world.people import Plan, make
from dancu.world.register import write_down

# Visible share of insurance rows by code, and how far a run of some thousand rows may stray.
WANTED = {
    "number_missing": (0.020, 0.004), "digit_typo": (0.019, 0.004), "old_id": (0.025, 0.006),
    "leading_zero": (0.085, 0.03), "spaces": (0.018, 0.02), "diacritics": (0.125, 0.03), "case": (0.29, 0.05),
    "unicode_form": (0.055, 0.03), "year_only": (0.053, 0.012), "day_month_swapped": (0.007, 0.004),
    "date_typo": (0.013, 0.004), "different_place": (0.030, 0.006), "hazard:place_missing": (0.02, 0.005),
    "not_in_register": (0.03, 0.005), "duplicate_in_file": (0.04, 0.007), "middle_name_missing": (0.016, 0.004),
    "typo_1": (0.019, 0.006), "person_deceased": (0.012, 0.005),
}  # fmt: skip


@pytest.fixture(scope="module")
def drawn():
    """20,000 insurance rows of one block."""
    from dancu.world.draw import draw
    from dancu.world.files import catalogue

    plan = Plan.of(120_000, 33)
    people = make(plan, 0)
    listing = catalogue()["insurance"].listing
    return draw(plan, 0, people, write_down(plan, 0, people), listing, mix.load("base"), 20_000)


@pytest.mark.parametrize("code", WANTED)
def test_rates(drawn, code):
    counts = Counter(e for errors in drawn.truth["errors"].to_pylist() for e in errors)
    wanted, tolerance = WANTED[code]
    assert abs(counts[code] / 20_000 - wanted) < tolerance


def test_mother_named_in_half_of_the_rows(drawn):
    assert 0.45 < np.mean(drawn.cells["mother_name"] != "") < 0.53


def test_errors_come_in_runs(drawn):
    """Rows without diacritics stand together: neighbours agree far more often than chance would have it."""
    has = np.array(["diacritics" in e for e in drawn.truth["errors"].to_pylist()])
    both = (has[1:] & has[:-1]).mean()
    assert both > 3 * has.mean() ** 2


def test_every_entry_says_why():
    import tomllib
    from importlib.resources import files

    raw = tomllib.loads(files("dancu.world").joinpath("mixes", "base.toml").read_text("utf-8"))
    assert all(entry["why"] for entry in raw["error"])


def a_chunk(n: int) -> Chunk:
    return Chunk(
        cells={"name": np.full(n, "Hòa Đỗ", dtype=object)},
        facts={},
        clerk=np.arange(n) // 10,
        kind=np.zeros(n, dtype=np.int64),
        ambiguous=np.zeros(n, dtype=bool),
    )


def test_groups_exclude_each_other():
    text = """
clerks = {rows = [10, 10]}
listed = {}
error = [
  {injector = "capitals", row_rate = 0.5, group = "g"},
  {injector = "no_diacritics", row_rate = 0.5, group = "g"},
]
"""
    chunk = a_chunk(2000)
    mix.apply(mix.parse(text, "test"), "x", chunk, np.random.default_rng(1))
    lists = chunk.error_lists().to_pylist()
    assert {tuple(e) for e in lists} == {("case",), ("diacritics",)}


def test_unchanged_rows_are_not_marked():
    chunk = a_chunk(5)
    chunk.cells["name"][:3] = "AN"
    mix.INJECTORS["tone_placement"](chunk, np.arange(5), np.random.default_rng(1), {})
    assert chunk.error_lists().to_pylist() == [[], [], [], ["tone_placement"], ["tone_placement"]]
    assert chunk.cells["name"][4] == "Hoà Đỗ"


def test_another_module_brings_its_own_injector(tmp_path):
    module = types.ModuleType("their_errors")

    def stars(chunk, rows, rng, params):
        chunk.change("name", rows, lambda text, i: text + params["sign"], code="hazard:stars")

    mix.injector("stars")(stars)
    sys.modules["their_errors"] = module
    path = tmp_path / "theirs.toml"
    path.write_text(
        'modules = ["their_errors"]\n[clerks]\nrows = [5, 9]\n[listed]\nghosts = 0.0\n'
        '[[error]]\ninjector = "stars"\nrow_rate = 1.0\nsign = "*"\n',
        "utf-8",
    )
    try:
        summary = build(people=500, seed=1, out=tmp_path / "w", mix=path, files=("insurance",))
        import pyarrow.parquet as pq

        names = pq.read_table(tmp_path / "w" / "agency" / "insurance.parquet")["HO_TEN"].to_pylist()
    finally:
        mix.INJECTORS.pop("stars")
        sys.modules.pop("their_errors")
    assert summary.mix == "theirs"
    assert all(name.endswith("*") for name in names)


@pytest.mark.parametrize(
    "text",
    [
        "not toml [",
        "[clerks]\nrows = [1, 2]\n[listed]\n",
        'error = [{injector = "unheard_of"}]\nclerks = {rows = [1, 2]}\nlisted = {}',
        'modules = ["no.such.module"]\nerror = []\nclerks = {rows = [1, 2]}\nlisted = {}',
    ],
)
def test_unusable_mixes_are_refused(text):
    with pytest.raises(Refusal) as refusal:
        mix.parse(text, "bad")
    assert refusal.value.code == "mix_unusable"


def test_codes_outside_the_closed_list_are_a_bug():
    with pytest.raises(ValueError, match="not a reason code"):
        a_chunk(1).mark(np.array([0]), "sparkle")


def test_codes_agree_with_the_words():
    from dancu.core import words
    from dancu.world.chunk import CODES

    assert set(CODES) <= {reason.code for reason in words.REASONS}
