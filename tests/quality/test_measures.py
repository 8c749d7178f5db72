"""Measures: parts sum to wholes, what is not known is said to be, and no unit is counted twice."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dancu.quality.copy.territory import provinces
from dancu.quality.measures import definitions, findings, lines
from dancu.quality.rules.rule import MEASURES, rules

COMMUNES = sorted(provinces())[:6] + sorted(provinces())[-3:]
units = st.lists(st.sampled_from([0, *map(int, COMMUNES)]), unique=True, max_size=6)
counts = st.integers(0, 1000)


def people_of(unit: int, n: int) -> tuple[int, ...]:
    return (unit, n, n // 2, n // 10, n // 20, n, 0, 0, 0)


def faulty_of(unit: int, n: int) -> tuple[int, ...]:
    return (unit, *(min(n, 3) for _ in MEASURES), *(1 if i == 0 else 0 for i, _ in enumerate(rules())))


@given(units, st.data())
def test_communes_sum_to_provinces_and_to_the_country(places: list[int], data) -> None:
    rows = [(unit, data.draw(counts)) for unit in places]
    found = lines([people_of(*row) for row in rows], [faulty_of(*row) for row in rows], {})
    told = {(line.unit, line.measure): line for line in found}
    assert len(told) == len(found)
    for measure in ("correct", "live"):
        communes = [line for line in found if line.measure == measure and len(line.unit) == 5]
        above = [line for line in found if line.measure == measure and len(line.unit) == 2]
        assert sum(line.numerator for line in communes) <= sum(line.numerator for line in above) + len(communes) * 3
        assert sum(line.denominator or 0 for line in communes) == sum(line.denominator or 0 for line in above)
        if rows:
            total = sum(n if measure == "correct" else n // 2 for _, n in rows)
            assert told["", measure].denominator == total
    assert all(0 <= line.numerator <= line.denominator for line in found if line.measure in MEASURES and line.denominator is not None)
    assert {line.measure for line in found} <= {definition.id for definition in definitions()}
    assert sum(n for unit, _, n in findings([faulty_of(*row) for row in rows]) if unit == "") == len(rows)


def test_coverage_is_known_only_where_every_part_is() -> None:
    one, two = COMMUNES[0], COMMUNES[1]
    assert provinces()[one] == provinces()[two]
    rows = [people_of(int(one), 100), people_of(int(two), 60)]
    part = {(line.unit, line.denominator) for line in lines(rows, [], {one: 80}) if line.measure == "coverage"}
    assert part == {(one, 80), (two, None), (provinces()[one], None), ("", None)}
    whole = {(line.unit, line.denominator) for line in lines(rows, [], {one: 80, two: 50}) if line.measure == "coverage"}
    assert whole == {(one, 80), (two, 50), (provinces()[one], 130), ("", 130)}


def test_nobody_at_all() -> None:
    assert lines([], [], {}) == [] and findings([]) == []
