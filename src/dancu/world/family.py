"""Who belongs to whom: couples, mothers and fathers, twins, and the households they live in.

Everything happens inside villages of 240 people, so each generation finds the next one near by and every step is a
sort or a search over whole arrays. People are sorted by (village, birth) before they come here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dancu.world.numbers import rank_in_group
from dancu.world.pyramid import TODAY_DAY, YEAR_DAYS, size

NOBODY = -1
_SPAN = 1 << 17  # wider than any birth day: makes (village, day) one sortable integer
# Chance that a man lives as husband, by age; women follow from the pyramid (husbands are three years older).
_HUSBAND_AGES = [20, 23, 26, 30, 35, 50, 65, 75, 85, 95]
_HUSBAND_SHARE = [0.02, 0.18, 0.50, 0.78, 0.90, 0.93, 0.90, 0.80, 0.62, 0.35]
_AGE_GAP_YEARS = 3.0
# Children alive per woman by the age of the children: rises for the large families of before 1980.
_CHILD_AGES = [0, 15, 30, 40, 50, 60, 75]
_CHILDREN_PER_WOMAN = [2.3, 2.3, 2.5, 3.2, 4.2, 5.0, 5.5]
_TWIN_BIRTHS = 0.0065
_BETWEEN_SIBLINGS_DAYS = 285


@dataclass(frozen=True)
class Kin:
    """Row numbers of relatives in the block, `NOBODY` where none is on file, and each person's household root."""

    mother: np.ndarray
    father: np.ndarray
    spouse: np.ndarray
    twin: np.ndarray
    root: np.ndarray
    day: np.ndarray  # birth days after twins and spacing


def bind(day: np.ndarray, female: np.ndarray, village: np.ndarray, rng: np.random.Generator) -> Kin:
    """Families of one block; `day`, `female`, `village` sorted by (village, day)."""
    age = (TODAY_DAY - day) / YEAR_DAYS
    spouse = _couples(day, female, village, age, rng)
    mother = _mothers(day, female, village, age, spouse, rng)
    day, mother, twin = _twins(day, village, mother, rng)
    day, mother = _spaced(day, mother, twin)
    father = np.where(mother >= 0, spouse[mother], NOBODY)
    too_young = (father >= 0) & (day - day[father] < 17 * YEAR_DAYS)
    father[too_young] = NOBODY
    wives = np.flatnonzero(female & (spouse >= 0))
    siblings = wives[(mother[wives] >= 0) & (mother[wives] == mother[spouse[wives]])]
    siblings = np.concatenate([siblings, twin[siblings][twin[siblings] >= 0]])
    mother[siblings] = father[siblings] = NOBODY
    root = _households(female, village, age, spouse, mother, rng)
    return Kin(mother=mother, father=father, spouse=spouse, twin=twin, root=root, day=day)


def _couples(day, female, village, age, rng) -> np.ndarray:
    """Pair the k-th willing woman with the k-th willing man of a village by (jittered) age."""
    n = len(day)
    husband = np.interp(age, _HUSBAND_AGES, _HUSBAND_SHARE, left=0.0)
    older = age + _AGE_GAP_YEARS
    men_older = np.maximum(size(older, women_only=False) - size(older, women_only=True), 1)
    wife = np.interp(older, _HUSBAND_AGES, _HUSBAND_SHARE, left=0.0) * men_older
    wife = np.clip(wife / size(age, women_only=True), 0, 0.97)
    willing = (rng.random(n) < np.where(female, wife, husband)) & (age >= np.where(female, 18.5, 20.5))
    key = day + rng.normal(0, 0.8 * YEAR_DAYS, n) + np.where(female, -_AGE_GAP_YEARS * YEAR_DAYS, 0)
    women, men = (np.flatnonzero(willing & (female == sex)) for sex in (True, False))
    women = women[np.lexsort((key[women], village[women]))]
    men = men[np.lexsort((key[men], village[men]))]
    # Match equal ranks inside a village; whoever is left over at the young end stays single.
    code_women = village[women].astype(np.int64) * 4096 + rank_in_group(village[women])
    code_men = village[men].astype(np.int64) * 4096 + rank_in_group(village[men])
    _, at_women, at_men = np.intersect1d(code_women, code_men, assume_unique=True, return_indices=True)
    wives, husbands = women[at_women], men[at_men]
    fits = np.abs(day[wives] - day[husbands]) < 18 * YEAR_DAYS
    spouse = np.full(n, NOBODY, dtype=np.int32)
    spouse[wives[fits]] = husbands[fits]
    spouse[husbands[fits]] = wives[fits]
    return spouse


def _mothers(day, female, village, age, spouse, rng) -> np.ndarray:
    """A living mother for everyone who has one: about 27 years older, of the same village."""
    n = len(day)
    alone = np.interp(age, [18, 25, 35, 50, 65], [0.01, 0.03, 0.08, 0.3, 0.8], left=0.0)
    able = female & ((spouse >= 0) | (rng.random(n) < alone)) & (age > 17)
    pool = np.flatnonzero(able)
    children = np.interp(age, _CHILD_AGES, _CHILDREN_PER_WOMAN)
    alive = np.clip(children * size(age + 27, women_only=True) / size(age, women_only=False), 0, 1)
    child = np.flatnonzero(rng.random(n) < np.where(age < 18, 0.995, alive * 0.97))
    base = village.astype(np.int64) * _SPAN
    keys = base[pool] + day[pool]
    target = base[child] + day[child]
    low = np.searchsorted(keys, np.maximum(target - int(37 * YEAR_DAYS), base[child]))
    high = np.searchsorted(keys, np.maximum(target - int(18.5 * YEAR_DAYS), base[child]))
    # The golden ratio walks evenly over the women of the right age, so siblings come years apart, not days.
    phase = (np.arange(len(child)) * 0.6180339887 + rng.random(len(child)) * 0.02) % 1.0
    pick = low + ((phase + _bell(phase)) / 2 * (high - low)).astype(np.int64)
    mother = np.full(n, NOBODY, dtype=np.int32)
    found = high > low
    mother[child[found]] = pool[np.minimum(pick[found], high[found] - 1)]
    return mother


def _bell(phase: np.ndarray) -> np.ndarray:
    """Bends even steps towards the middle ages of childbearing."""
    return np.clip(phase - 0.11 * np.sin(2 * np.pi * phase), 0, 0.999999)


def _twins(day, village, mother, rng):
    """Turn some neighbours in birth order into twins: one day, one mother."""
    n = len(day)
    twin = np.full(n, NOBODY, dtype=np.int32)
    first = np.flatnonzero((rng.random(n) < _TWIN_BIRTHS * 1.15) & (mother >= 0))
    first = first[first + 1 < n]
    first = first[(village[first] == village[first + 1]) & (mother[first + 1] >= 0)]
    first = first[np.r_[True, np.diff(first) > 2]] if len(first) else first
    second = first + 1
    twin[first], twin[second] = second, first
    day, mother = day.copy(), mother.copy()
    day[second] = day[first]
    mother[second] = mother[first]
    return day, mother, twin


def _spaced(day, mother, twin):
    """No two births of one woman within nine months unless twins: push the later one, or forget its mother."""
    for attempt in range(3):
        child = np.flatnonzero(mother >= 0)
        order = child[np.lexsort((day[child], mother[child]))]
        earlier, later = order[:-1], order[1:]
        gap = day[later] - day[earlier]
        close = (mother[later] == mother[earlier]) & (gap < _BETWEEN_SIBLINGS_DAYS) & (twin[later] != earlier)
        rows, before = later[close], earlier[close]
        moved = day[before] + _BETWEEN_SIBLINGS_DAYS + (rows * 37) % 400
        free = (twin[rows] < 0) & (moved < TODAY_DAY) & (attempt < 2) & (moved - day[rows] < 500)
        day[rows[free]] = moved[free]
        mother[rows[~free]] = NOBODY
        other = twin[rows[~free]]
        mother[other[other >= 0]] = NOBODY
    return day, mother


def _households(female, village, age, spouse, mother, rng) -> np.ndarray:
    """The household root of everybody: couples, their children at home, and parents who live with a married child."""
    n = len(age)
    up = np.arange(n, dtype=np.int32)
    wives = np.flatnonzero(female & (spouse >= 0))
    up[wives] = spouse[wives]
    stays = np.interp(age, [17, 18, 22, 26, 30, 40, 60], [1, 0.98, 0.94, 0.9, 0.8, 0.55, 0.3])
    child = np.flatnonzero((spouse < 0) & (mother >= 0) & (rng.random(n) < stays))
    up[child] = mother[child]
    # At most one married son (else daughter) keeps house with the parents.
    heirs = np.flatnonzero((spouse >= 0) & (mother >= 0) & ~female)
    widowed = spouse[mother[heirs]] < 0
    chance = np.where(widowed, 0.8, np.interp(age[mother[heirs]], [40, 60, 75, 90], [0.36, 0.24, 0.34, 0.45]))
    heirs = heirs[rng.random(len(heirs)) < chance]
    _, only = np.unique(mother[heirs], return_index=True)
    up[heirs[only]] = mother[heirs[only]]
    lone_minors = np.flatnonzero((age < 18) & (mother < 0))
    lone_others = np.flatnonzero((up == np.arange(n)) & (spouse < 0) & (age >= 18) & (rng.random(n) < 0.70))
    lone_others = lone_others[~np.isin(lone_others, up[np.arange(n) != up])]
    first, second = lone_others[:-1:2], lone_others[1::2]  # two people alone share a house
    together = village[first] == village[second]
    up[second[together]] = first[together]
    up[lone_minors] = _hosts(lone_minors, village, age, spouse, rng)
    for _ in range(8):
        up = up[up]
    return up


def _hosts(guests, village, age, spouse, rng) -> np.ndarray:
    """A married man's household of the same village for people who would otherwise live alone."""
    men = np.flatnonzero((spouse >= 0) & (age > 25) & (spouse < len(age)))
    low = np.searchsorted(village[men], village[guests], side="left")
    high = np.searchsorted(village[men], village[guests], side="right")
    pick = low + (rng.random(len(guests)) * (high - low)).astype(np.int64)
    return np.where(high > low, men[np.minimum(pick, len(men) - 1)] if len(men) else guests, guests)
