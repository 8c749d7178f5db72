"""The people: pyramid, households, names, peoples, numbers and kin, within tolerances of the sources."""

from __future__ import annotations

import re
from collections import Counter

import numpy as np
import pytest

from dancu.world import pyramid
from dancu.world.family import NOBODY
from dancu.world.names import lexicon
from dancu.world.people import Plan, make
from dancu.world.register import write_down

SEED = 21


@pytest.fixture(scope="module")
def block():
    return make(Plan.of(400_000, SEED), 1)


@pytest.fixture(scope="module")
def rows(block):
    table = write_down(Plan.of(400_000, SEED), 1, block).table
    return {c: table[c].to_pylist() for c in table.column_names}


def test_ages_follow_the_pyramid(block):
    men, women = np.array(pyramid.MEN), np.array(pyramid.WOMEN)
    five = np.minimum(block.age // 5, 19).astype(int)
    for sex, table in ((False, men), (True, women)):
        share = np.bincount(five[block.female == sex], minlength=20) / len(five)
        assert np.abs(share - table / (men.sum() + women.sum())).max() < 0.004


def test_sex_ratio(block):
    assert 0.97 < (~block.female).sum() / block.female.sum() < 1.0


def test_household_sizes(block):
    size = np.bincount(block.root)
    size = size[size > 0]
    assert 3.4 < size.mean() < 3.75
    assert 0.63 < ((size >= 2) & (size <= 4)).mean() < 0.68
    assert 0.06 < (size == 1).mean() < 0.13


def test_kin_make_sense(block):
    for parent in (block.mother, block.father):
        child = np.flatnonzero(parent != NOBODY)
        assert len(child) > 0.4 * len(parent)
        assert (block.year[child] - block.year[parent[child]]).min() >= 14
    mothers = block.mother[block.mother != NOBODY]
    assert block.female[mothers].all()
    assert not block.female[block.father[block.father != NOBODY]].any()
    paired = np.flatnonzero(block.spouse != NOBODY)
    assert (block.spouse[block.spouse[paired]] == paired).all()
    assert (block.female[paired] != block.female[block.spouse[paired]]).all()
    twins = np.flatnonzero(block.twin != NOBODY)
    assert (block.mother[twins] == block.mother[block.twin[twins]]).all()
    assert (block.day[twins] == block.day[block.twin[twins]]).all()
    assert 0.006 < len(twins) / len(block.day) < 0.016


def test_children_bear_the_fathers_name(block, rows):
    child = np.flatnonzero((block.father != NOBODY) & (block.people == 0))
    first = [n.split()[0] for n in rows["name"]]
    same = [rows["name"][c].startswith(first[block.father[c]]) for c in child[:5000]]
    assert np.mean(same) == 1


def test_surnames(rows):
    kinh = [n for n, e in zip(rows["name"], rows["ethnicity"], strict=True) if e == "Kinh"]
    share = {s: c / len(kinh) for s, c in Counter(n.split()[0] for n in kinh).items()}
    assert 0.28 < share["Nguyễn"] < 0.36
    assert 0.09 < share["Trần"] < 0.13
    assert 0.08 < share["Lê"] < 0.12
    assert 0.04 < share["Phạm"] < 0.09
    assert 0.03 < share["Hoàng"] + share["Huỳnh"] < 0.08
    assert 0.03 < share["Vũ"] + share["Võ"] < 0.08


def test_regional_surnames(block, rows):
    first = np.array([n.split()[0] for n in rows["name"][: len(block.day)]])
    kinh = block.people == 0
    assert (first[kinh & (block.region == 0)] == "Vũ").mean() > 5 * (first[kinh & (block.region == 3)] == "Vũ").mean()
    assert (first[kinh & (block.region == 3)] == "Võ").mean() > 5 * (first[kinh & (block.region == 0)] == "Võ").mean()
    assert (first[kinh & (block.region == 1)] == "Hồ").mean() > 0.025


def test_name_fashions(block, rows):
    names = rows["name"][: len(block.day)]
    old = [n.split() for n, p, y, f in zip(names, block.people, block.year, block.female, strict=True)
           if p == 0 and y < 1980 and f]  # fmt: skip
    young = [n.split() for n, p, y, f in zip(names, block.people, block.year, block.female, strict=True)
             if p == 0 and y >= 2005 and f]  # fmt: skip
    assert 0.6 < np.mean(["Thị" in n for n in old]) < 0.85
    assert np.mean(["Thị" in n for n in young]) < 0.2
    assert 0.5 < np.mean([len(n) == 4 for n in young]) < 0.72


def test_peoples(rows):
    share = {e: 100 * c / len(rows["ethnicity"]) for e, c in Counter(rows["ethnicity"]).items()}
    assert abs(share["Kinh"] - 85.3) < 1.2
    for people in ("Tày", "Thái", "Mường", "Mông", "Khmer", "Nùng"):
        wanted = lexicon().where[lexicon().peoples.index(people)][0]
        assert abs(share[people] - wanted) < 0.6, people


def test_minority_names_break_the_model(rows):
    names = [n for n, e in zip(rows["name"], rows["ethnicity"], strict=True) if e in ("Ê Đê", "Gia Rai", "Cơ Ho")]
    assert any(n.startswith(("H'", "H ")) for n in names)
    assert any(n.startswith("Y ") for n in names)
    assert any("'" in n for n in names)
    assert any(" " not in n for n in rows["name"])
    assert max(len(n.split()) for n in rows["name"]) >= 5


def test_numbers_are_unique_and_agree_with_the_record(rows):
    pins = rows["pin"]
    assert len(set(pins)) == len(pins)
    assert all(re.fullmatch(r"\d{12}", p) for p in pins)
    agrees = [
        p[4:6] == b[2:4] and int(p[3]) == (2 if b >= "2000" else 0) + (s == "female")
        for p, b, s in zip(pins, rows["birth_date"], rows["sex"], strict=True)
    ]
    assert 0.997 < np.mean(agrees) < 1
    abroad = np.mean([p[:3] >= "100" for p in pins])
    assert 0.0005 < abroad < 0.003
    moved = np.mean([p[:3] != r for p, r in zip(pins, rows["province"], strict=True)])
    assert 0.05 < moved < 0.2


def test_dates_states_and_second_records(block, rows):
    dates = rows["birth_date"]
    assert all(re.fullmatch(r"\d{4}(-\d\d-\d\d)?", d) for d in dates)
    old = [d for d, y in zip(dates, block.year, strict=False) if y < 1960]
    assert 0.1 < np.mean([len(d) == 4 for d in old]) < 0.35
    born = [d for d, y in zip(dates, block.year, strict=False) if y < 1980 and len(d) > 4]
    assert np.mean([d.endswith("-01-01") for d in born]) > 0.02
    states = Counter(rows["status"])
    assert 0.009 < states["deceased"] / len(dates) < 0.015
    assert all((d is None) == (s == "active") for d, s in zip(rows["status_date"], rows["status"], strict=True))
    assert states["cancelled"] > 0
    assert states["locked"] > 0
    assert 0.002 < len(block.twice) / len(dates) < 0.004
    assert [rows["mother_pin"][len(block.day) + i] for i in range(20)] == [
        rows["mother_pin"][r] for r in block.twice[:20]
    ]


def test_old_ids(rows):
    old = [o for o in rows["old_id"] if o]
    assert all(re.fullmatch(r"\d{9}", o) for o in old)
    assert 0.5 < len(old) / len(rows["old_id"]) < 0.7
    assert any(271450001 <= int(o) <= 271500000 for o in old)
    born = [b for b, o in zip(rows["birth_date"], rows["old_id"], strict=True) if o]
    assert max(born) < "2007"


def test_addresses_name_units_that_exist(rows):
    from dancu.places.units import by_code, full_name

    for commune, scheme, address in list(zip(rows["commune"], rows["unit_scheme"], rows["address"], strict=True))[
        :3000
    ]:
        unit = by_code(scheme, commune)
        assert unit is not None
        assert address.endswith(full_name(unit))
