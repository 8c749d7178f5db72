"""A table of civil-status commands that the register refuses, each with its code."""

from __future__ import annotations

import pytest

from dancu.register.command import No
from dancu.register.person import Person, Place
from dancu.register.rules.facts.naming import Named
from tests.register.rules.sample import (
    AN,
    BA_DINH,
    EM,
    GONE,
    HOA,
    PEOPLE,
    TAN_SON,
    ask,
    body,
    kin,
    person,
    pin,
)  # fmt: skip

BORN = {"name": "Nguyễn Thị Mới", "birth_date": "2026-05-20", "sex": "female", "birth_place": BA_DINH, "registered_at": BA_DINH}
OLD_MOTHER = person(90, "Cụ Bà", "female", "1940-01-01")
DEAD_MOTHER = person(91, "Mẹ Mất", "female", "1995-01-01", status="deceased", died="2026-05-01")
DEAD_FATHER = person(92, "Cha Mất", "male", "1990-01-01", status="deceased", died="2025-01-01")
YOUNG_MAN = person(93, "Trai Trẻ", "male", "2007-01-01")
NIECE_OF = person(94, "Dì Ruột", "female", "1990-01-01", mother=EM.mother)
UNKNOWN = person(95, "Chưa Rõ", "", "1990-01-01", pin="")
AGELESS = person(96, "Chưa Rõ", "male", "", pin=pin("male", "1990", 96))
UNCLE = person(97, "Cậu Ruột", "male", "1990-01-01", father=EM.father)
TEEN = person(98, "Thiếu Niên", "male", "2009-01-01")
THIRTY = person(99, "Ba Mươi", "female", "1999-01-01")
BOY = person(100, "Bé Trai", "male", "2018-01-01", mother=kin(THIRTY))
SEALED_CHILD = person(102, "Con Nuôi", "male", "2018-01-01", adoptive_mother=kin(THIRTY))
WARDEN = person(103, "Người Giám Hộ", "female", "1970-01-01", guardians={"1": kin(AN)})
HALF_DEAD = person(104, "Lạ Kỳ", "male", "1970-01-01", died="2019")
MORE = (
    OLD_MOTHER, DEAD_MOTHER, DEAD_FATHER, YOUNG_MAN, NIECE_OF, UNKNOWN, AGELESS, UNCLE, TEEN, THIRTY, BOY, SEALED_CHILD, WARDEN,
    HALF_DEAD,
)  # fmt: skip
TOWN: dict[int, Person] = PEOPLE | {one.id: one for one in MORE}

# Code, command, fields, what the view shows besides, the order's own.
BIRTHS = [
    ("name_empty", {"name": "  "}, {}),
    ("name_too_long", {"name": "Nguyễn " * 15}, {}),
    ("name_with_digits", {"name": "Nguyễn Văn 2"}, {}),
    ("name_with_signs", {"name": "Nguyễn Văn An (mới)"}, {}),
    ("name_with_signs", {"mother_named": Named("Lê @")}, {}),
    ("birth_date_missing", {"birth_date": ""}, {}),
    ("day_not_real", {"birth_date": "2026-02-30"}, {}),
    ("birth_in_future", {"birth_date": "2026-06-02"}, {}),
    ("parents_unnamed", {"mother": ""}, {}),
    ("unit_unknown", {"birth_place": Place("99999")}, {}),
    ("unit_unknown", {"hometown": Place("00004", "1999")}, {}),
    ("country_unknown", {"birth_place": Place(country="Pháp")}, {}),
    ("unit_not_said", {"registered_at": Place()}, {}),
    ("unit_not_commune", {"registered_at": Place("01")}, {}),
    ("unit_ended", {"registered_at": GONE}, {}),
    ("not_on_record", {"mother": "#999"}, {}),
    ("not_on_record", {"mother": "001190000999"}, {}),
    ("parents_are_one", {"father": "#1", "mother": "#1"}, {}),
    ("parent_of_wrong_sex", {"mother": "#1"}, {}),
    ("parent_of_wrong_sex", {"father": "#2"}, {}),
    ("born_before_parent", {"birth_date": "1991-01-01", "mother": "#2"}, {}),
    ("born_before_parent", {"birth_date": "1992-03-03", "mother": "#2"}, {}),
    ("parent_age_unlikely", {"mother": "#5"}, {}),
    ("parent_age_unlikely", {"mother": "#90"}, {}),
    ("born_after_mother_died", {"mother": "#91"}, {}),
    ("father_dead_before_conception", {"father": "#92"}, {}),
    ("perhaps_registered_already", {}, {"namesakes": (HOA,)}),
    ("number_does_not_fit", {}, {"number": pin("male", "2026", 1)}),
    ("number_does_not_fit", {}, {"number": pin("female", "2025", 1)}),
    ("number_does_not_fit", {}, {"number": pin("female", "2026", 1, "079")}),
    ("number_does_not_fit", {}, {"number": "12345"}),
    ("record_merged", {"father": "#15"}, {}),
    ("record_sealed", {"mother": "#17"}, {}),
]


@pytest.mark.parametrize(("code", "fields", "shown"), BIRTHS)
def test_birth_is_refused(code, fields, shown):
    assert ask(body("register_birth", **{**BORN, **fields}), TOWN, shown).code == code


CIVIL = [
    ("already_dead", "register_death", {"person": "#6", "died": "2026-01-01", "registered_at": BA_DINH}, {}),
    ("death_before_birth", "register_death", {"person": "#1", "died": "1989-01-01", "registered_at": BA_DINH}, {}),
    ("death_date_missing", "register_death", {"person": "#1", "died": "", "registered_at": BA_DINH}, {}),
    ("death_in_future", "register_death", {"person": "#1", "died": "2026-07-01", "registered_at": BA_DINH}, {}),
    ("days_disagree", "register_death", {"person": "#1", "died": "2026-01-01", "registered_at": BA_DINH}, {"effective": "2026-01-02"}),
    ("outside_unit", "register_death", {"person": "#1", "died": "2026-01-01", "registered_at": TAN_SON}, {"unit": "00004"}),
    ("outside_unit", "register_death", {"person": "#1", "died": "2026-01-01", "registered_at": TAN_SON}, {"unit": "01"}),
    ("actor_unit_unknown", "register_death", {"person": "#1", "died": "2026-01-01", "registered_at": BA_DINH}, {"unit": "00001"}),
    ("already_missing", "declare_missing", {"person": "#14"}, {}),
    ("person_deceased", "declare_missing", {"person": "#6"}, {}),
    ("not_missing", "declare_returned", {"person": "#1"}, {}),
    ("marriage_with_self", "register_marriage", {"husband": "#1", "wife": "#1"}, {}),
    ("same_sex_marriage", "register_marriage", {"husband": "#1", "wife": "#8"}, {}),
    ("husband_and_wife_swapped", "register_marriage", {"husband": "#2", "wife": "#1"}, {}),
    ("under_marriage_age", "register_marriage", {"husband": "#93", "wife": "#2"}, {}),
    ("under_marriage_age", "register_marriage", {"husband": "#1", "wife": "#5"}, {}),
    ("already_married", "register_marriage", {"husband": "#3", "wife": "#2"}, {}),
    ("already_married", "register_marriage", {"husband": "#1", "wife": "#25"}, {}),
    ("person_deceased", "register_marriage", {"husband": "#6", "wife": "#2"}, {}),
    ("person_missing", "register_marriage", {"husband": "#14", "wife": "#2"}, {}),
    ("sex_unknown", "register_marriage", {"husband": "#95", "wife": "#2"}, {}),
    ("birth_date_unknown", "register_marriage", {"husband": "#96", "wife": "#2"}, {}),
    ("close_kin", "register_marriage", {"husband": "#8", "wife": "#9"}, {}),
    ("close_kin", "register_marriage", {"husband": "#8", "wife": "#10"}, {}),
    ("close_kin", "register_marriage", {"husband": "#8", "wife": "#94"}, {}),
    ("close_kin", "register_marriage", {"husband": "#97", "wife": "#10"}, {}),
    ("person_not_said", "register_marriage", {"husband": "", "wife": "#2"}, {}),
    ("not_married", "record_divorce", {"husband": "#1", "wife": "#2"}, {}),
    ("not_married_to_each_other", "record_divorce", {"husband": "#3", "wife": "#25"}, {}),
    ("source_of_wrong_kind", "record_divorce", {"husband": "#3", "wife": "#4"}, {"source": "civil_book"}),
    ("source_reference_missing", "record_divorce", {"husband": "#3", "wife": "#4"}, {"reference": " "}),
    ("marriage_with_self", "record_divorce", {"husband": "#3", "wife": "#3"}, {}),
    ("adopter_not_said", "register_adoption", {"child": "#100"}, {}),
    ("already_adopted", "register_adoption", {"child": "#102", "adoptive_father": "#3"}, {}),
    ("child_too_old_for_adoption", "register_adoption", {"child": "#98", "adoptive_mother": "#4"}, {}),
    ("adoption_age_gap", "register_adoption", {"child": "#100", "adoptive_mother": "#10"}, {}),
    ("adopter_is_minor", "register_adoption", {"child": "#100", "adoptive_father": "#98"}, {}),
    ("adopter_is_parent", "register_adoption", {"child": "#100", "adoptive_mother": "#99"}, {}),
    ("adopter_is_grandparent_or_sibling", "register_adoption", {"child": "#5", "adoptive_father": "#8"}, {}),
    ("adopters_not_married", "register_adoption", {"child": "#100", "adoptive_father": "#3", "adoptive_mother": "#25"}, {}),
    ("parent_of_wrong_sex", "register_adoption", {"child": "#100", "adoptive_father": "#4"}, {}),
    ("own_relative", "register_adoption", {"child": "#100", "adoptive_father": "#100"}, {}),
    ("record_sealed", "end_adoption", {"child": "#17"}, {}),
    ("not_adopted", "end_adoption", {"child": "#100"}, {}),
    ("guardian_is_minor", "begin_guardianship", {"ward": "#100", "guardian": "#98"}, {}),
    ("person_deceased", "begin_guardianship", {"ward": "#100", "guardian": "#6"}, {}),
    ("ward_is_adult", "begin_guardianship", {"ward": "#2", "guardian": "#1"}, {}),
    ("already_guardian", "begin_guardianship", {"ward": "#23", "guardian": "#1"}, {}),
    ("guardian_is_ward", "begin_guardianship", {"ward": "#1", "guardian": "#103"}, {"source": "judgment"}),
    ("own_relative", "begin_guardianship", {"ward": "#100", "guardian": "#100"}, {}),
    ("not_guardian", "end_guardianship", {"ward": "#23", "guardian": "#2", "why": "x"}, {}),
    ("reason_missing", "end_guardianship", {"ward": "#23", "guardian": "#1", "why": " "}, {}),
    ("parent_already_recorded", "acknowledge_parent", {"child": "#5", "parent": "#1", "role": "father"}, {}),
    ("parent_of_wrong_sex", "acknowledge_parent", {"child": "#11", "parent": "#4", "role": "father"}, {}),
    ("born_before_parent", "acknowledge_parent", {"child": "#6", "parent": "#1", "role": "father"}, {}),
    ("own_relative", "acknowledge_parent", {"child": "#1", "parent": "#1", "role": "father"}, {}),
    ("parents_are_one", "acknowledge_parent", {"child": "#7", "parent": "#2", "role": "father"}, {}),
    ("name_with_digits", "change_name", {"person": "#1", "name": "An 1", "why": "x"}, {}),
    ("nothing_changes", "change_name", {"person": "#1", "name": " Nguyễn  Văn An", "why": "x"}, {}),
    ("child_has_not_agreed", "change_name", {"person": "#5", "name": "Lê Thị Én", "why": "x"}, {}),
    ("reason_missing", "change_name", {"person": "#1", "name": "Nguyễn An", "why": ""}, {}),
    ("person_deceased", "change_name", {"person": "#6", "name": "Nguyễn An", "why": "x"}, {}),
    ("nothing_to_change", "correct_civil", {"person": "#1"}, {}),
    ("nothing_changes", "correct_civil", {"person": "#1", "sex": "male"}, {}),
    ("nothing_to_correct", "correct_civil", {"person": "#1", "ethnicity": "Kinh"}, {}),
    ("on_record_already", "supplement_civil", {"person": "#1", "sex": "male"}, {}),
    ("born_before_parent", "correct_civil", {"person": "#5", "birth_date": "1962-01-01"}, {}),
    ("born_before_parent", "correct_civil", {"person": "#4", "birth_date": "2020-01-01"}, {}),
    ("parent_of_wrong_sex", "correct_civil", {"person": "#4", "sex": "male"}, {}),
    ("same_sex_marriage", "correct_civil", {"person": "#25", "sex": "male"}, {}),
    ("death_before_birth", "correct_civil", {"person": "#6", "died": "1940-01-01"}, {}),
    ("not_dead", "correct_civil", {"person": "#104", "died": "2020"}, {}),
    ("nothing_to_correct", "correct_civil", {"person": "#1", "died": "2020"}, {}),
    ("not_married", "correct_civil", {"person": "#1", "spouse": "#2"}, {}),
    ("nothing_changes", "correct_civil", {"person": "#3", "spouse": "#4"}, {}),
    ("both_wed_elsewhere", "correct_civil", {"person": "#3", "spouse": "#25"}, {}),
    ("person_wed_elsewhere", "correct_civil", {"person": "#3", "spouse": "#2"}, {}),
    ("marriage_with_self", "correct_civil", {"person": "#3", "spouse": "#3"}, {}),
    ("person_deceased", "correct_civil", {"person": "#3", "spouse": "#6"}, {}),
    ("entry_missing", "register_marriage", {"husband": "#1", "wife": "#2"}, {"entry": None}),
]  # fmt: skip

@pytest.mark.parametrize(("code", "name", "fields", "more"), CIVIL)
def test_civil_status_command_is_refused(code, name, fields, more):
    answer = ask(body(name, **fields), TOWN, **more)
    assert isinstance(answer, No)
    assert answer.code == code
