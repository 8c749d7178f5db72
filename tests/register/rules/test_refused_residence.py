"""A table of the residence side's commands that the register refuses: homes, households, cards, numbers, population data."""

from __future__ import annotations

import pytest
from msgspec import structs

from dancu.register.command import No
from dancu.register.person import Card, Place
from tests.register.rules.sample import (
    AN,
    BA_DINH,
    CARDS,
    EM,
    GONE,
    NGOC_HA,
    PEOPLE,
    TAN_SON,
    YEN,
    ask,
    body,
    kin,
    person,
    pin,
)  # fmt: skip

CHILD = person(90, "Bé Con", "female", "2016-01-01", mother=kin(YEN))
TEEN = person(91, "Thiếu Niên", "male", "2010-06-01", household=900, relation_to_head="child")
CHILD_OF_TEEN = person(92, "Con Của", "male", "2024-01-01", father=kin(TEEN))
ABROAD = person(93, "Sinh Xa", "male", "1990-01-01", pin=pin("female", "1990", 93, "200"), birth_registered_at=Place(country="DE"))
TOWN = PEOPLE | {one.id: one for one in (CHILD, TEEN, CHILD_OF_TEEN, ABROAD)}

HOMES = [
    ("unit_unknown", "move_permanent", {"person": "#1", "place": Place("12345"), "file": "T1"}, {}),
    ("unit_ended", "move_permanent", {"person": "#1", "place": GONE, "file": "T1"}, {}),
    ("unit_not_commune", "move_permanent", {"person": "#1", "place": Place("001", "2022"), "file": "T1"}, {"effective": "2020-01-01"}),
    ("file_missing", "move_permanent", {"person": "#1", "place": NGOC_HA, "file": " "}, {}),
    ("lives_there_already", "move_permanent", {"person": "#1", "place": BA_DINH, "file": "T1"}, {}),
    ("outside_unit", "move_permanent", {"person": "#1", "place": TAN_SON, "file": "T1"}, {"unit": "00004"}),
    ("person_deceased", "move_permanent", {"person": "#6", "place": NGOC_HA, "file": "T1"}, {}),
    ("person_missing", "move_permanent", {"person": "#14", "place": NGOC_HA, "file": "T1"}, {}),
    ("day_before_birth", "move_permanent", {"person": "#1", "place": NGOC_HA, "file": "T1"}, {"effective": "1980-01-01"}),
    ("temporary_too_long", "register_temporary", {"person": "#1", "place": NGOC_HA, "file": "T1", "until": "2028-06-02"}, {}),
    ("temporary_too_short", "register_temporary", {"person": "#1", "place": NGOC_HA, "file": "T1", "until": "2026-06-20"}, {}),
    ("temporary_in_home_commune", "register_temporary", {"person": "#1", "place": BA_DINH, "file": "T1", "until": "2027-01-01"}, {}),
    ("term_missing", "register_temporary", {"person": "#1", "place": NGOC_HA, "file": "T1", "until": ""}, {}),
    ("term_ends_before_it_begins", "register_temporary", {"person": "#1", "place": NGOC_HA, "file": "T1", "until": "2026-05-01"}, {}),
    ("day_not_real", "register_temporary", {"person": "#1", "place": NGOC_HA, "file": "T1", "until": "2027-13-01"}, {}),
    ("file_used", "register_temporary", {"person": "#19", "place": NGOC_HA, "file": "TT1", "until": "2027-01-01"}, {}),
    ("temporary_not_on_record", "extend_temporary", {"person": "#19", "file": "TT9", "until": "2027-01-01"}, {}),
    ("term_not_longer", "extend_temporary", {"person": "#19", "file": "TT1", "until": "2026-12-31"}, {}),
    ("term_missing", "extend_temporary", {"person": "#19", "file": "TT1", "until": ""}, {}),
    ("temporary_too_long", "extend_temporary", {"person": "#19", "file": "TT1", "until": "2029-01-01"}, {}),
    ("stay_too_long", "declare_stay", {"person": "#1", "place": NGOC_HA, "file": "L1", "until": "2026-07-01"}, {}),
    ("file_used", "declare_stay", {"person": "#19", "place": NGOC_HA, "file": "TT1", "until": "2026-06-10"}, {}),
    ("term_ends_before_it_begins", "declare_absence", {"person": "#1", "file": "V1", "until": "2026-01-01"}, {}),
    ("unit_unknown", "declare_absence", {"person": "#1", "file": "V1", "place": Place("7")}, {}),
    ("permanent_not_on_record", "remove_residence", {"person": "#2", "what": "permanent", "why": "x"}, {}),
    ("temporary_not_on_record", "remove_residence", {"person": "#19", "what": "temporary", "file": "TT9", "why": "x"}, {}),
    ("reason_missing", "remove_residence", {"person": "#1", "what": "permanent"}, {}),
    ("in_household_already", "new_household", {"head": "#3"}, {}),
    ("head_is_minor", "new_household", {"head": "#23"}, {}),
    ("not_head", "join_household", {"person": "#1", "head": "#4", "relation": "child"}, {}),
    ("in_household_already", "join_household", {"person": "#5", "head": "#24", "relation": "child"}, {}),
    ("own_relative", "join_household", {"person": "#3", "head": "#3", "relation": "child"}, {}),
    ("in_no_household", "leave_household", {"person": "#1"}, {}),
    ("head_must_be_replaced", "leave_household", {"person": "#3"}, {}),
    ("in_no_household", "change_head", {"person": "#1"}, {}),
    ("head_already", "change_head", {"person": "#3"}, {}),
    ("head_is_minor", "change_head", {"person": "#91", "relation": "parent"}, {}),
    ("relation_not_said", "change_head", {"person": "#4"}, {}),
    ("in_no_household", "change_relation", {"person": "#1", "relation": "child"}, {}),
    ("nothing_changes", "change_relation", {"person": "#5", "relation": "child"}, {}),
    ("head_must_be_replaced", "change_relation", {"person": "#3", "relation": "child"}, {}),
]  # fmt: skip
CARD_STEPS = [
    ("number_not_given", "request_card", {"person": "#7", "file": "F9", "representative": "#2"}, {}),
    ("card_still_valid", "request_card", {"person": "#11", "file": "F9"}, {}),
    ("card_requested_already", "request_card", {"person": "#12", "file": "F9"}, {}),
    ("file_missing", "request_card", {"person": "#1", "file": ""}, {}),
    ("serial_too_long", "request_card", {"person": "#1", "file": "9" * 31}, {}),
    ("representative_missing", "request_card", {"person": "#90", "file": "F9"}, {}),
    ("not_representative", "request_card", {"person": "#90", "file": "F9", "representative": "#1"}, {}),
    ("representative_is_minor", "request_card", {"person": "#92", "file": "F9", "representative": "#91"}, {}),
    ("person_deceased", "request_card", {"person": "#6", "file": "F9"}, {}),
    ("card_not_requested", "issue_card", {"person": "#1", "file": "F9", "serial": "S9"}, {}),
    ("serial_used", "issue_card", {"person": "#12", "file": "F1", "serial": "C1"}, {}),
    ("serial_odd", "issue_card", {"person": "#12", "file": "F1", "serial": "abc"}, {}),
    ("serial_odd", "issue_card", {"person": "#12", "file": "F1", "serial": "số 12"}, {}),
    ("serial_missing", "issue_card", {"person": "#12", "file": "F1", "serial": " "}, {}),
    ("card_steps_out_of_order", "issue_card", {"person": "#12", "file": "F1", "serial": "S9"}, {"effective": "2026-04-01"}),
    ("office_not_allowed", "issue_card", {"person": "#12", "file": "F1", "serial": "S9"}, {"office": "residence"}),
    ("card_still_valid", "issue_card", {"person": "#94", "file": "F1", "serial": "S9"}, {}),
    ("card_not_issued", "deliver_card", {"person": "#12", "serial": "F1"}, {}),
    ("card_not_issued", "deliver_card", {"person": "#1", "serial": "S9"}, {}),
    ("card_delivered_already", "deliver_card", {"person": "#11", "serial": "C1"}, {}),
    ("card_ended", "deliver_card", {"person": "#11", "serial": "C2"}, {}),
    ("card_steps_out_of_order", "deliver_card", {"person": "#13", "serial": "C5"}, {"effective": "2026-05-10"}),
    ("card_not_on_record", "replace_card", {"person": "#11", "serial": "C9", "file": "F9", "why": "damaged"}, {}),
    ("card_not_delivered", "replace_card", {"person": "#13", "serial": "C5", "file": "F9", "why": "damaged"}, {}),
    ("card_ended", "replace_card", {"person": "#11", "serial": "C3", "file": "F9", "why": "damaged"}, {}),
    ("file_used", "replace_card", {"person": "#11", "serial": "C1", "file": "C2", "why": "damaged"}, {}),
    ("card_ended", "report_card_lost", {"person": "#11", "serial": "C2"}, {}),
    ("card_steps_out_of_order", "report_card_lost", {"person": "#11", "serial": "C1"}, {"effective": "2021-01-01"}),
    ("card_not_on_record", "revoke_card", {"person": "#12", "serial": "F1", "why": "x"}, {}),
    ("reason_missing", "revoke_card", {"person": "#11", "serial": "C1", "why": ""}, {}),
    ("source_of_wrong_kind", "revoke_card", {"person": "#11", "serial": "C1", "why": "x"}, {"source": "card_file"}),
]  # fmt: skip
FREE = {"number": pin("female", "2026", 500)}
NUMBERS = [
    ("number_already_given", "allocate_number", {"person": "#1"}, {}, FREE),
    ("number_unavailable", "allocate_number", {"person": "#7"}, {}, {}),
    ("number_does_not_fit", "allocate_number", {"person": "#7"}, {}, {"number": pin("male", "2026", 500)}),
    ("number_does_not_fit", "allocate_number", {"person": "#20"}, {}, FREE),
    ("office_not_allowed", "allocate_number", {"person": "#7"}, {"office": "civil_status"}, FREE),
    ("number_of_dead_stays", "reissue_number", {"person": "#6", "why": "x"}, {}, FREE),
    ("number_not_given", "reissue_number", {"person": "#7", "why": "x"}, {}, FREE),
    ("number_still_fits", "reissue_number", {"person": "#1", "why": "x"}, {}, FREE),
    ("number_unavailable", "reissue_number", {"person": "#22", "why": "x"}, {}, {}),
    ("number_used_before", "reissue_number", {"person": "#95", "why": "x"}, {}, {"number": pin("female", "1985", 77)}),
    ("reason_missing", "reissue_number", {"person": "#22", "why": " "}, {}, FREE),
]
DATA = [
    ("chief_must_approve", "correct_data", {"person": "#1", "name": "Nguyễn An"}, {}),
    ("old_number_not_nine_digits", "correct_data", {"person": "#1", "old_id": "12345678"}, {}),
    ("marriage_by_its_own_command", "correct_data", {"person": "#3", "marital": "single"}, {}),
    ("marriage_by_its_own_command", "correct_data", {"person": "#1", "marital": "married"}, {}),
    ("nothing_to_change", "correct_data", {"person": "#1"}, {}),
    ("name_with_digits", "correct_data", {"person": "#1", "other_name": "An 2"}, {}),
    ("source_reference_missing", "correct_data", {"person": "#1", "phone": "0900000000"}, {"reference": ""}),
    ("born_before_parent", "correct_data", {"person": "#5", "birth_date": "1950"}, {"office": "residence_chief"}),
    ("locked_already", "lock_eid", {"person": "#22", "why": "x"}, {}),
    ("not_locked", "unlock_eid", {"person": "#1", "why": "x"}, {}),
    ("reason_missing", "lock_eid", {"person": "#1", "why": ""}, {}),
]
TABLE = [row if len(row) == 5 else (*row, {}) for row in (*HOMES, *CARD_STEPS, *NUMBERS, *DATA)]
BOTH_CARDS = person(94, "Hai Thẻ", "male", "1990-05-05", cards={**CARDS, "F1": Card("requested", "2026-05-01")})
TAKEN = structs.replace(YEN, id=95, pin=pin("male", "1985", 95))


@pytest.mark.parametrize(("code", "name", "fields", "more", "shown"), TABLE)
def test_residence_command_is_refused(code, name, fields, more, shown):
    answer = ask(body(name, **fields), TOWN | {94: BOTH_CARDS, 95: TAKEN}, shown, **more)
    assert isinstance(answer, No)
    assert answer.code == code


def test_number_of_a_birth_registered_abroad_may_begin_with_any_country():
    given = pin("male", "1990", 94, "200")
    answer = ask(body("reissue_number", person="#93", why="nhầm giới tính"), TOWN, {"number": given})
    assert answer[0].changes.pin == given


def test_who_lives_in_the_table():
    assert EM.household == TEEN.household
    assert not AN.household
