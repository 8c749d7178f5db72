"""Doubles told from twins, siblings and namesakes by what a clerk's slip can be and a parent's choice cannot."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from dancu.core.policy import weights
from dancu.quality.linking.judge import Side, judge, partial, share

PEOPLE = 1_000_000
BORNE = {"An": 900, "Anh": 5000, "Ánh": 400, "Nguyên": 800, "Nguyen": 4, "Hải": 900, "Hai": 300, "Bình": 700}
ONE = Side(
    person=1, name="Nguyễn Văn An", birth_date=19850412, sex=1, old_id=0, unit=4, phone=0, mother_name="Trần Thị Hạnh",
    father_name="Nguyễn Văn Dũng", mother=7, name_share=1e-4, day_share=3e-5, mother_share=1e-4, father_share=1e-4,
)  # fmt: skip


def same(**changed: object) -> bool:
    other = replace(ONE, person=2, **changed)
    ways = [judge(a, b, renumbered=False, borne=BORNE, weights=weights(), people=PEOPLE).same for a, b in ((ONE, other), (other, ONE))]
    assert ways[0] == ways[1], "which record comes first must not matter"
    return ways[0]


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"name": "Nguyen Van An"},
        {"name": "NGUYỄN VĂN AN"},
        {"name": "Nguyễn An"},
        {"birth_date": 19851204},
        {"birth_date": 19850101},
        {"birth_date": 19850000},
        {"unit": 8},
        {"father_name": "", "mother": 0},
    ],
)
def test_a_dirty_copy_is_the_same_person(changed: dict) -> None:
    assert same(**changed)


@pytest.mark.parametrize(
    "changed",
    [
        {"name": "Nguyễn Văn Anh"},  # a twin, one letter off
        {"name": "Nguyễn Văn Bình"},
        {"sex": 2},
        {"birth_date": 19870930},  # no parents name two children alike, but records of two people may
        {"mother_name": "Lê Thị Cúc", "father_name": "Nguyễn Văn Mười", "mother": 9, "unit": 8},  # a namesake
        {"name": "Nguyễn Văn Anh", "birth_date": 19870930},
    ],
)
def test_twins_siblings_and_namesakes_are_two_people(changed: dict) -> None:
    assert not same(**changed)


def test_a_mark_lost_by_a_slip_and_one_chosen_by_parents() -> None:
    base = {"name": "Nguyễn Minh Nguyên"}
    one, slip = replace(ONE, **base), replace(ONE, person=2, name="Nguyễn Minh Nguyen")
    assert judge(one, slip, renumbered=False, borne=BORNE, weights=weights(), people=PEOPLE).same
    one, twin = replace(ONE, name="Trần Bảo Anh"), replace(ONE, person=2, name="Trần Bảo Ánh")
    assert not judge(one, twin, renumbered=False, borne=BORNE, weights=weights(), people=PEOPLE).same


def test_a_former_number_is_enough_and_evidence_holds_no_value() -> None:
    stranger = replace(ONE, person=2, name="Lê Thị Hoa", birth_date=19600101, sex=2, mother_name="", father_name="", mother=0, unit=8)
    verdict = judge(ONE, stranger, renumbered=True, borne=BORNE, weights=weights(), people=PEOPLE)
    assert verdict.same
    assert not {"Lê Thị Hoa", ONE.name, str(ONE.birth_date)} & set(map(str, verdict.fields.values()))


texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=40)


@given(texts, texts, st.integers(0, 99999999), st.integers(0, 2))
def test_judging_never_raises(name: str, mother: str, day: int, sex: int) -> None:
    other = replace(ONE, person=2, name=name, mother_name=mother, birth_date=day, sex=sex)
    assert 0 <= judge(ONE, other, renumbered=False, borne=BORNE, weights=weights(), people=PEOPLE).probability <= 1


def test_partial_dates_and_shares() -> None:
    assert [partial(19850412, digits) for digits in (10, 7, 4)] == [19850412, 19850400, 19850000]
    assert share(0, 100) == 0.01 and share(200, 100) == 1.0
