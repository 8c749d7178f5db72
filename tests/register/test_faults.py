"""Faults of records that were loaded: the same codes as the refusals, found without raising on anything a record may hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from dancu.register.faults import faults
from dancu.register.person import Card, Kin, Person
from dancu.register.refusals import book
from tests.register.rules.sample import AN, BAO, BINH, CUONG, DUNG, EM, GIANG, KHANH, LAN, PEOPLE, kin, married, person

BOY = person(90, "Bé Trai", "male", "2018-01-01")
WED_TO_DEAD = structs.replace(BINH, marital="married", spouse=kin(GIANG))
LATE_MOTHER, LATE_FATHER = person(91, "A", "female", "1990", died="2017"), person(91, "A", "male", "1990", died="2016")
OTHER_HEAD = structs.replace(EM, relation_to_head="head")
CASES = [
    ((), AN, {}),
    ((), EM, {"relatives": PEOPLE}),
    (("death_before_birth",), structs.replace(GIANG, died="1940"), {}),
    (("dead_but_living_status",), structs.replace(AN, died="2020"), {}),
    (("dead_with_card",), structs.replace(GIANG, cards={"1": Card("delivered")}), {}),
    (("two_valid_cards",), structs.replace(AN, cards={"1": Card("delivered"), "2": Card("issued")}), {}),
    (("own_relative",), structs.replace(AN, father=kin(AN)), {"relatives": PEOPLE}),
    (("parents_are_one",), structs.replace(AN, father=Kin(3), mother=Kin(3)), {}),
    (("name_with_digits",), structs.replace(AN, name="An 1"), {}),
    (("name_empty",), structs.replace(AN, name=""), {}),
    (("number_does_not_fit",), structs.replace(AN, sex="female"), {}),
    (("parent_of_wrong_sex",), structs.replace(EM, father=kin(DUNG), mother=Kin()), {"relatives": PEOPLE}),
    (("born_before_parent", "parent_age_unlikely"), structs.replace(AN, mother=kin(BINH)), {"relatives": PEOPLE}),
    (("parent_age_unlikely",), structs.replace(BOY, father=kin(BAO)), {"relatives": PEOPLE}),
    (("born_after_mother_died",), structs.replace(BOY, mother=Kin(91)), {"relatives": {91: LATE_MOTHER}}),
    (("father_dead_before_conception",), structs.replace(BOY, father=Kin(91)), {"relatives": {91: LATE_FATHER}}),
    (("parent_age_unlikely",), EM, {"children": (structs.replace(BOY, mother=kin(EM)),)}),
    (("close_kin",), married(KHANH, LAN)[0], {"relatives": {9: married(KHANH, LAN)[1]}}),
    (("same_sex_marriage",), married(AN, KHANH)[0], {"relatives": {8: married(AN, KHANH)[1]}}),
    (("spouse_dead",), WED_TO_DEAD, {"relatives": PEOPLE}),
    (("not_married_to_each_other",), structs.replace(BINH, marital="married", spouse=kin(AN)), {"relatives": PEOPLE}),
    (("guardian_dead",), structs.replace(BAO, guardians={"6": kin(GIANG)}), {"relatives": PEOPLE}),
    (("guardian_is_minor",), structs.replace(BAO, guardians={"5": kin(EM)}), {"relatives": PEOPLE, "on": "2026-06-01"}),
    (("household_without_head",), DUNG, {"relatives": PEOPLE, "household": (DUNG, EM)}),
    (("household_with_two_heads",), DUNG, {"relatives": PEOPLE, "household": (DUNG, CUONG, OTHER_HEAD)}),
    ((), structs.replace(GIANG, status="merged", died="1900"), {}),
]


@pytest.mark.parametrize(("codes", "who", "shown"), CASES)
def test_fault_of_a_record(codes, who, shown):
    assert faults(who, **shown) == codes
    assert set(codes) <= set(book())


DATES = st.one_of(st.sampled_from(["", "1990", "1990-02", "1990-02-30", "0000-00-00", "9999-12-31", "2024-02-29"]), st.text(max_size=11))
KINS = st.builds(Kin, person=st.integers(0, 4))
ANYBODY = st.builds(
    Person,
    st.integers(1, 4),
    status=st.sampled_from(["awaiting_number", "active", "deceased", "missing", "merged", "cancelled"]),
    name=st.text(max_size=8),
    pin=st.one_of(st.just(""), st.text(max_size=13), st.from_regex(r"[0-9]{12}", fullmatch=True)),
    birth_date=DATES,
    died=DATES,
    sex=st.sampled_from(["", "male", "female"]),
    marital=st.sampled_from(["", "single", "married"]),
    father=KINS,
    mother=KINS,
    spouse=KINS,
    household=st.integers(0, 2),
    guardians=st.dictionaries(st.text(max_size=2), KINS, max_size=2),
)


@given(st.lists(ANYBODY, min_size=1, max_size=5), DATES)
def test_faults_never_raise(people, on):
    relatives = {one.id: one for one in people}
    told = faults(people[0], relatives, children=people, household=people, on=on)
    assert set(told) <= set(book())
    assert len(set(told)) == len(told)
