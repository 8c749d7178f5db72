"""One block of the country as arrays: who is born when, to whom, where, under which name and number."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dancu.world import family, names, pyramid
from dancu.world.locations import locations, origins
from dancu.world.numbers import OLD_ID_PREFIX, Numbering
from dancu.world.pyramid import TODAY_DAY, YEAR_DAYS, Births

VILLAGE = 240
BLOCK = 512 * VILLAGE  # 122,880 people, one row group of the register
REGISTER_DUPLICATES = 0.003
_GOLDEN = 0.6180339887498949
_FOREIGN_BIRTH = 0.0015
_CORRECTED = 0.001  # the record's year or sex was corrected, the number kept
_REISSUED = 0.003  # the number was cancelled and given anew
_LEFT_DEAD = 0.010  # really dead
_WRONGLY_DEAD = 0.002  # alive, the register says dead


@dataclass(frozen=True)
class Plan:
    """What every block must know of the whole: `people` register rows in `blocks`, from one `seed`."""

    people: int
    seed: int
    blocks: int

    @classmethod
    def of(cls, people: int, seed: int) -> Plan:
        return cls(people=people, seed=seed, blocks=max(1, -(-people // BLOCK)))

    def rng(self, block: int, room: int) -> np.random.Generator:
        """An independent stream per block and purpose, whatever the number of workers."""
        return np.random.Generator(np.random.SFC64(np.random.SeedSequence([self.seed, block, room])))

    def rows(self, block: int) -> int:
        return min(BLOCK, self.people - block * BLOCK)

    @property
    def lanes(self) -> int:
        """Numbers are dealt to twice as many lanes as blocks: the upper half is for people outside the register."""
        return self.blocks * 2


@dataclass(frozen=True)
class People:
    """Arrays over the people of one block, in register order (households together). Relatives are row numbers or -1."""

    day: np.ndarray  # as recorded, days since 1900-01-01
    year_only: np.ndarray
    year: np.ndarray
    age: np.ndarray
    female: np.ndarray
    village: np.ndarray  # number in the whole country
    people: np.ndarray  # number in lexicon().peoples
    region: np.ndarray
    mother: np.ndarray
    father: np.ndarray
    spouse: np.ndarray
    twin: np.ndarray
    root: np.ndarray  # row of the household's root
    slots: np.ndarray
    location: np.ndarray
    birth_province: np.ndarray
    pin: np.ndarray
    old_id: np.ndarray  # 0: never had one
    reissued: np.ndarray  # rows with an earlier number
    earlier_pin: np.ndarray  # of those rows
    twice: np.ndarray  # rows with a second register record
    second_pin: np.ndarray
    dead: np.ndarray
    wrongly_dead: np.ndarray
    cells: np.ndarray  # numbers used per compact cell


def make(plan: Plan, block: int) -> People:
    """The people of one block; depends on plan and block number alone."""
    rng = plan.rng(block, 0)
    n = plan.rows(block) - round(plan.rows(block) * REGISTER_DUPLICATES)
    births = pyramid.draw(n, rng)
    village = np.arange(n) // VILLAGE
    order = np.lexsort((births.day, village))
    female = births.female[order]
    kin = family.bind(births.day[order], female, village, rng)
    # From here on in register order: village by village, household by household.
    order = np.lexsort((kin.day, kin.root, village))
    place = np.empty(n + 1, dtype=np.int32)
    place[order] = np.arange(n)
    place[-1] = family.NOBODY
    mother, father, spouse, twin, root = (
        place[r[order]] for r in (kin.mother, kin.father, kin.spouse, kin.twin, kin.root)
    )
    female, village = female[order], village[order]
    day, year_only = _recorded(kin.day[order], female, twin, rng)
    year = pyramid.year_of(day)
    where = _places(plan, block, village, root, day, rng)
    slots = _names(female, year, where["region"], where["people"], mother, father, twin, rng)
    numbers = _numbers(plan, block, year, female, where["birth_province"], rng)
    age = (TODAY_DAY - day) / YEAR_DAYS
    u = rng.random(n)
    hazard = np.interp(age, [0, 20, 50, 65, 75, 85, 95], [0.05, 0.1, 0.4, 1.6, 5, 14, 30])
    dead = u < hazard * (_LEFT_DEAD / hazard.mean())
    return People(
        day=day, year_only=year_only, year=year, age=age, female=female,
        village=village + block * (BLOCK // VILLAGE), mother=mother, father=father, spouse=spouse, twin=twin,
        root=root, slots=slots, dead=dead, wrongly_dead=~dead & (u > 1 - _WRONGLY_DEAD), **where, **numbers,
    )  # fmt: skip


def _recorded(day, female, twin, rng):
    """Birth days as entered; twins were entered together."""
    day, year_only = pyramid.as_recorded(Births(day=day, female=female), rng)
    younger = np.flatnonzero((twin >= 0) & (twin < np.arange(len(day))))
    day[younger], year_only[younger] = day[twin[younger]], year_only[twin[younger]]
    return day, year_only


def _places(plan: Plan, block: int, village, root, day, rng) -> dict[str, np.ndarray]:
    """Origin by village, moves by household, birth registration by when the household moved."""
    cells, where = origins(), locations()
    count = int(village.max()) + 1
    number = block * (BLOCK // VILLAGE) + np.arange(count)
    # A golden-ratio walk over the cells: any run of villages already shows the country's shares.
    start = np.random.default_rng([plan.seed, 77]).random()
    cell = np.searchsorted(cells.edges, (start + number * _GOLDEN) % 1.0, side="right")
    cell = np.minimum(cell, len(cells.edges) - 1)
    home = where.anywhere_in(cells.province[cell], rng.random(count))
    n = len(village)
    origin = cells.province[cell][village]
    moved = (rng.random(n) < cells.leave[origin])[root]
    pick = np.minimum(np.searchsorted(cells.pull_edges, rng.random(n), side="right"), len(cells.pull_province) - 1)
    target = cells.pull_province[pick]
    away = where.anywhere_in(target, rng.random(n))
    years_away = rng.random(n) * 18
    location = np.where(moved, away[root], home[village])
    born_away = moved & ((TODAY_DAY - day) / YEAR_DAYS < years_away[root])
    birth_province = np.where(born_away, target[root], origin)
    abroad = rng.random(n) < _FOREIGN_BIRTH
    birth_province[abroad] = rng.integers(100, 300, int(abroad.sum()))
    return {
        "people": cells.people[cell][village],
        "region": where.region[home[village]],
        "location": location,
        "birth_province": birth_province,
    }


def _names(female, year, region, people, mother, father, twin, rng) -> np.ndarray:
    """Family names come down the fathers; children without a recorded father share one per mother."""
    n = len(year)
    slots = names.draw(female, year, region, people, rng)
    own = slots[:, 0].copy()
    absent = names.draw(np.zeros(n, dtype=bool), year, region, people, rng)[:, 0]
    fatherless = (father < 0) & (mother >= 0)
    own[fatherless] = absent[mother[fatherless]]
    head = np.where(father >= 0, father, np.arange(n))
    for _ in range(4):
        head = head[head]
    takes = names.takes_family_name(people)
    slots[takes, 0] = own[head[takes]]
    younger = np.flatnonzero((twin >= 0) & (twin < np.arange(n)))
    same_sex = younger[female[younger] == female[twin[younger]]]
    slots[same_sex] = names.similar(slots[twin[same_sex]], slots[same_sex])
    return slots


def _numbers(plan: Plan, block: int, year, female, province, rng) -> dict[str, np.ndarray]:
    """Personal numbers for people, for earlier numbers of some and for second records; and 9-digit ids."""
    n = len(year)
    u = rng.random(n)
    reissued = np.flatnonzero(u < _REISSUED)
    corrected = np.flatnonzero((u >= _REISSUED) & (u < _REISSUED + _CORRECTED))
    twice = np.sort(rng.choice(n, plan.rows(block) - n, replace=False))
    pin_year, pin_female = year.copy(), female.copy()
    wrong_sex = rng.random(len(corrected)) < 0.3
    pin_female[corrected[wrong_sex]] ^= True
    pin_year[corrected[~wrong_sex]] = _off_by_one(year[corrected[~wrong_sex]], rng)
    before_year = year[reissued].copy()
    half = rng.random(len(reissued)) < 0.6
    before_year[half] = _off_by_one(before_year[half], rng)
    everyone = np.concatenate([np.arange(n), reissued, twice])
    numbering = Numbering(plan.seed, block, plan.lanes)
    pins, cells = numbering.pins(
        province[everyone],
        np.concatenate([pin_year, before_year, year[twice]]),
        np.concatenate([pin_female, female[reissued] ^ ~half, female[twice]]),
    )
    had_old = rng.random(n) < np.interp(year, [1940, 1998, 2001, 2006], [0.93, 0.9, 0.35, 0.0])
    known = np.array([OLD_ID_PREFIX.get(f"{p:03d}", "") for p in range(400)])
    code = np.array([int(p) + (1000 if len(p) == 3 else 0) if p else 0 for p in known])[province]
    had_old &= code > 0
    old_id = np.zeros(n, dtype=np.int64)
    old_id[had_old] = numbering.old_ids(code[had_old], rng)
    k = len(reissued)
    return {
        "pin": pins[:n], "old_id": old_id, "reissued": reissued, "earlier_pin": pins[n : n + k],
        "twice": twice, "second_pin": pins[n + k :], "cells": cells,
    }  # fmt: skip


def _off_by_one(year: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return np.clip(year + rng.choice([-1, 1], len(year)), 1905, 2025)
