"""Training recovers what was planted, and levels grade as they say."""

import numpy as np
import pyarrow as pa

from dancu.linkage.generic.compare import grade, levels_of
from dancu.linkage.generic.fields import build
from dancu.linkage.generic.model import chance, learn, prior_from, random_pairs, start_m

SEED = 11


def level_names(kind, pairs, filler=()):
    values = [v for pair in pairs for v in pair] + list(filler)
    field = build("f", kind, ("f",), pa.array(values, pa.string()))
    rows = np.arange(len(pairs)) * 2
    return [levels_of(kind)[x].name for x in grade(field, rows, rows + 1)[0]]


def test_training_recovers_planted_levels():
    print("seed", SEED)
    draw = np.random.default_rng(SEED)
    count, share = 60_000, 0.2
    match = draw.random(count) < share
    m = np.array([0, 0.7, 0.15, 0.05, 0.10])
    u = np.array([0, 0.05, 0.02, 0.08, 0.85])
    grades = []
    for _ in range(4):
        level = np.where(match, draw.choice(5, count, p=m), draw.choice(5, count, p=u)).astype(np.int8)
        level[draw.random(count) < 0.1] = 0
        # The rarity of the shared value is the chance of the level here: one value for all.
        info = np.where(level == 1, -np.log2(u[1]), np.where(level == 3, -np.log2(u[3]), 0)).astype(np.float32)
        grades.append((level, info))
    mask = np.zeros(count, np.int64)
    got, _, posterior = learn(grades, ["code"] * 4, mask, [u] * 4)
    assert all(np.abs(g - m).max() < 0.02 for g in got)
    assert abs(posterior.mean() - share) < 0.01
    assert ((posterior > 0.5) == match).mean() > 0.97


def test_a_pair_teaches_nothing_about_what_it_was_chosen_by():
    level, info = np.full(500, 1, np.int8), np.full(500, 5, np.float32)
    got, _, _ = learn([(level, info)], ["code"], np.full(500, 1), [np.full(5, 0.2)])
    assert np.allclose(got[0], start_m("code"))


def test_prior_finds_the_expected_number_of_matches():
    bits = np.concatenate([np.full(100, 40.0), np.full(5000, -10.0)])
    assert abs(2 ** prior_from(bits, 1e6) * 1e6 - 100) < 2


def test_chance_and_random_pairs():
    u = chance(np.array([0, 1, 1, 2]), 4)
    assert u[0] == 0 and abs(u.sum() - 1) < 1e-9 and (u[1:] > 0).all()
    left, right = random_pairs(10, None, 1000, 1)
    assert (left != right).all()
    left, right = random_pairs(10, 4, 1000, 1)
    assert left.max() < 4 <= right.min()


def test_name_levels():
    pairs = [
        ("Nguyễn Văn An", "NGUYỄN văn an"),
        ("Nguyen Van An", "Nguyễn Văn An"),
        ("An Nguyễn Văn", "Nguyễn Văn An"),
        ("Nguyễn An", "Nguyễn Văn An"),
        ("Nguyễn Hương Giang", "Nguyễn Huơng Gianh"),
        ("Nguyễn Văn An", "Trần Thị Bích"),
        ("Nguyễn Văn An", None),
    ]
    expected = ["equal", "reordered", "reordered", "subset", "similar", "different", "missing"]
    assert level_names("name", pairs) == expected


def test_date_levels():
    pairs = [
        ("1990-02-03", "1990-02-03"),
        ("1990-02-03", "1990-02-08"),
        ("1990-02-03", "1990-03-02"),
        ("1990-02-03", "1873-02-03"),
        ("1990-02-03", "1990-11-27"),
        ("1990-01-01", "1980-01-01"),
        ("1990-02-03", "1961-11-27"),
    ]
    filler = ["1970-01-01"] * 20
    expected = ["equal", "one_digit", "swapped", "same_day", "same_year", "near_year", "different"]
    assert level_names("date", pairs, filler) == expected


def test_code_levels():
    pairs = [("0912345678", "912345678"), ("TS4 3EB", "ts43eb"), ("5304218", "5304281"), ("TS4 3EB", "TS4 9XY")]
    assert level_names("code", pairs) == ["equal", "equal", "similar", "head"]
    assert level_names("code", [("a", "b"), ("a", None)]) == ["different", "missing"]


def test_a_rare_name_weighs_more_than_a_common_one():
    values = ["smith"] * 50 + ["chudleigh"] * 2 + [f"name{i}" for i in range(200)]
    field = build("f", "name", ("f",), pa.array(values))
    _, info = grade(field, np.array([0, 50]), np.array([1, 51]))
    assert info[1] > info[0] + 3
