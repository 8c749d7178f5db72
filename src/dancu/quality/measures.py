"""Makes the measures of every unit from the counts of its communes, and says in words what each one means. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

from msgspec import Struct, convert

from dancu.quality.copy.territory import provinces
from dancu.quality.rules.rule import MEASURES, rules


class Definition(Struct, frozen=True, kw_only=True):
    """What a measure is: `kind` share (numerator of denominator) or days (their mean), its caption and its definition."""

    id: str
    kind: str
    vi: str
    en: str
    define_vi: str
    define_en: str

    def caption(self, lang: str) -> str:
        """Its name in `vi` or `en`."""
        return {"vi": self.vi, "en": self.en}[lang]

    def define(self, lang: str) -> str:
        """Its written definition."""
        return {"vi": self.define_vi, "en": self.define_en}[lang]


class Line(Struct, frozen=True):
    """A measure of a unit: '' the country, 2 digits a province, 5 a commune. `denominator` None: not known."""

    unit: str
    measure: str
    numerator: int
    denominator: int | None


class Counts(Struct, frozen=True):
    """What a unit's measures are made of; the order is that of sql/people_by_unit.sql."""

    people: int = 0
    living: int = 0
    births: int = 0
    births_in_time: int = 0
    birth_days: int = 0
    deaths: int = 0
    deaths_in_time: int = 0
    death_days: int = 0


@cache
def definitions() -> tuple[Definition, ...]:
    """All measures, in their order."""
    text = (files("dancu.quality") / "measures.toml").read_text(encoding="utf-8")
    return tuple(convert({"id": id, **entry}, Definition) for id, entry in tomllib.loads(text).items())


def lines(
    people: Iterable[tuple[int, ...]], faulty: Iterable[tuple[int, ...]], expected: Mapping[str, int]
) -> list[Line]:
    """Measures of all units in which anybody lives, from (unit, counts…) and (unit, faulty of each measure…, …) of communes.

    `expected`: people by commune; a unit's coverage is known where all its communes with people or an expectation have one.
    """
    counts = _up({_code(row[0]): row[1:] for row in people})
    wrong = _up({_code(row[0]): row[1 : 1 + len(MEASURES)] for row in faulty})
    found: list[Line] = []
    known, unknown = _expected(expected, (unit for unit in counts if len(unit) == 5))
    for unit, values in sorted(counts.items()):
        told = Counts(*values)
        faults = wrong.get(unit, (0,) * len(MEASURES))
        for measure, bad in zip(MEASURES, faults, strict=True):
            whole = told.living if measure == "live" else told.people
            found.append(Line(unit, measure, max(whole - bad, 0), whole))
        found.append(Line(unit, "coverage", told.living, None if unit in unknown else known.get(unit)))
        found += [
            Line(unit, "births_in_time", told.births_in_time, told.births), Line(unit, "deaths_in_time", told.deaths_in_time, told.deaths),
            Line(unit, "birth_days", told.birth_days, told.births), Line(unit, "death_days", told.death_days, told.deaths),
        ]  # fmt: skip
    return [line for line in found if line.denominator != 0 or line.measure in MEASURES]


def findings(faulty: Iterable[tuple[int, ...]]) -> list[tuple[str, str, int]]:
    """(unit, rule, people) of all units, where a rule found anybody."""
    by_rule = _up({_code(row[0]): row[1 + len(MEASURES) :] for row in faulty})
    return [
        (unit, rule.id, n) for unit, row in sorted(by_rule.items()) for rule, n in zip(rules(), row, strict=True) if n
    ]


def _code(unit: int) -> str:
    return f"{unit:05d}" if unit else "-"


def _up(communes: Mapping[str, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
    """The same with provinces and the country summed; whoever has no commune counts for the country alone."""
    found = {unit: row for unit, row in communes.items() if unit != "-"}
    for unit, row in communes.items():
        for above in ("", *((provinces()[unit],) if unit != "-" else ())):
            found[above] = tuple(a + b for a, b in zip(found.get(above, (0,) * len(row)), row, strict=True))
    return found


def _expected(expected: Mapping[str, int], inhabited: Iterable[str]) -> tuple[dict[str, int], set[str]]:
    """(people expected by unit, units of which a part is not known)."""
    known: dict[str, int] = {}
    for commune, people in expected.items():
        for unit in ("", provinces()[commune], commune):
            known[unit] = known.get(unit, 0) + people
    unknown: set[str] = set()
    for commune in set(inhabited) - set(expected):
        unknown |= {"", provinces()[commune], commune}
    return known, unknown
