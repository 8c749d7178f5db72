"""Numbers: scattered, never twice, and computable backwards."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dancu.world.numbers import Numbering, digits, gather, rank_in_group, scatter, taken


@given(st.integers(0, 2**62), st.integers(0, 399_999), st.lists(st.integers(0, 999_999), min_size=1, max_size=50))
def test_scatter_goes_back(key, cell, places):
    values = np.array(places)
    cells = np.full(len(places), cell)
    assert (gather(scatter(values, cells, key), cells, key) == values).all()


def test_scatter_is_one_to_one_and_looks_random():
    spread = scatter(np.arange(1_000_000), np.full(1_000_000, 1085), 7)
    assert len(np.unique(spread)) == 1_000_000
    first = np.sort(spread[:1000])
    assert 400 < np.median(np.diff(first)) < 1100
    assert len(np.unique(spread[:1000] % 10)) == 10


def test_blocks_never_meet_and_taken_knows_them():
    province, year = np.full(3000, 79), np.full(3000, 1990)
    female = np.zeros(3000, dtype=bool)
    made = [Numbering(5, lane, 4).pins(province, year, female) for lane in range(4)]
    numbers = np.concatenate([pins for pins, _ in made])
    assert len(np.unique(numbers)) == 12_000
    counts = np.stack([used for _, used in made[:2]])
    assert taken(made[0][0], counts, seed=5, lanes=4).all()
    assert taken(made[1][0], counts, seed=5, lanes=4).all()
    assert not taken(made[3][0], counts, seed=5, lanes=4).any()
    assert not taken(np.array([10**12, 500_000_000_000, -1]), counts, seed=5, lanes=4).any()


def test_numbers_carry_province_sex_and_year():
    pins, _ = Numbering(1, 0, 2).pins(np.array([1, 79]), np.array([1985, 2007]), np.array([True, False]))
    text = digits(pins, 12).to_pylist()
    assert text[0].startswith("001185")
    assert text[1].startswith("079207")


def test_digits_pads_and_leaves_out():
    assert digits(np.array([7, 42]), 3, missing=np.array([False, True])).to_pylist() == ["007", None]


def test_rank_in_group():
    assert rank_in_group(np.array([3, 1, 3, 3, 1])).tolist() == [0, 0, 1, 2, 1]
