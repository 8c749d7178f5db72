"""What every command must satisfy, and the commands on records themselves: merge, split, undo, seal, redact."""

from __future__ import annotations

import pytest
from msgspec import structs

from dancu.register.command import Actor, BookEntry, No
from dancu.register.event import Changes, Event
from dancu.register.person import Card
from dancu.register.rules import decide
from tests.register.rules.sample import CARDS, ENTRY, PEOPLE, ROI, ask, body, kin, order, person, view

RENAME = ("change_name", {"person": "#1", "name": "Nguyễn Anh", "why": "theo nguyện vọng"})
GATE = [
    ("office_not_allowed", {"office": "residence"}, {}),
    ("office_not_allowed", {"office": "loader"}, {}),
    ("legal_basis_missing", {"legal_basis": " "}, {}),
    ("source_of_wrong_kind", {"source": "card_file"}, {}),
    ("source_reference_missing", {"source": "judgment", "reference": ""}, {}),
    ("text_too_long", {"reason": "x" * 501}, {}),
    ("text_with_control_signs", {"reason": "x\0y"}, {}),
    ("text_with_control_signs", {"entry": structs.replace(ENTRY, place="A\nB")}, {}),
    ("day_not_real", {"effective": "2026-02-29"}, {}),
    ("day_not_real", {"effective": "2026"}, {}),
    ("day_in_future", {"effective": "2026-06-02"}, {}),
    ("day_before_birth", {"effective": "1990-05-04"}, {}),
    ("entry_missing", {"entry": None}, {}),
    ("entry_incomplete", {"entry": BookEntry("12", "01/2026")}, {}),
    ("entry_incomplete", {"entry": structs.replace(ENTRY, page=" ")}, {}),
    ("day_not_real", {"entry": structs.replace(ENTRY, registered="01/06/2026")}, {}),
    ("entry_in_future", {"entry": structs.replace(ENTRY, registered="2026-07-01")}, {}),
    ("entry_before_fact", {"entry": structs.replace(ENTRY, registered="2026-05-31")}, {}),
    ("entry_used", {}, {"entry_used": True}),
    ("actor_unit_unknown", {"unit": "99999"}, {}),
]


@pytest.mark.parametrize(("code", "more", "shown"), GATE)
def test_gate(code, more, shown):
    answer = ask(body(RENAME[0], **RENAME[1]), PEOPLE, shown, **more)
    assert isinstance(answer, No)
    assert answer.code == code


def test_gate_asks_for_the_officer():
    asked = order(body(RENAME[0], **RENAME[1]))
    nobody = structs.replace(asked, actor=Actor(" ", "civil_status"))
    assert decide(nobody, view(nobody)).code == "actor_not_said"


PERSONS = [
    ("person_not_said", ""), ("not_on_record", "#999"), ("record_merged", "#15"), ("record_cancelled", "#16"), ("record_sealed", "#17"),
    ("person_deceased", "#6"), ("person_missing", "#14"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "who"), PERSONS)
def test_gate_of_people(code, who):
    answer = ask(body("change_name", **{**RENAME[1], "person": who}))
    assert (answer.code, answer.field) == (code, "person")


CARDED = {"cards": {"C7": Card("delivered", "2022-01-01", "2022-01-02", "2022-01-03")}}
TWIN = person(90, "Nguyễn Văn An", "male", "1990-05-05", household=55, relation_to_head="head")
HOUSED = person(91, "Nguyễn Văn Ân", "male", "1990-05-05", household=56, relation_to_head="head", **CARDED)
LODGER = person(92, "Ở Cùng", "male", "1990-05-05", household=56, relation_to_head="not_kin")
WIFE = {"marital": "married", "spouse": kin(PEOPLE[2])}
WED = person(93, "Nguyễn Văn An", "male", "1990-05-05", **WIFE)
NUMBERLESS = person(94, "Nguyễn Văn An", "male", "1990-05-05", pin="", status="awaiting_number")
TOWN = PEOPLE | {one.id: one for one in (TWIN, HOUSED, LODGER, WED, NUMBERLESS)}
MERGES = [
    ("merge_with_self", "#1", "#1"), ("merge_dead_with_living", "#1", "#6"), ("merge_unlike", "#1", "#2"), ("merge_unlike", "#1", "#13"),
    ("merge_of_relatives", "#3", "#8"), ("merge_of_relatives", "#3", "#4"), ("merge_keeps_numberless", "#94", "#1"),
    ("merge_two_marriages", "#93", "#3"), ("merge_two_valid_cards", "#11", "#91"), ("merge_two_households", "#90", "#91"),
    ("head_must_be_replaced", "#1", "#91"), ("record_merged", "#15", "#1"),
    ("merge_under_guardianship", "#24", "#23"), ("born_before_parent", "#2", "#4"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "kept", "other"), MERGES)
def test_merge_is_refused(code, kept, other):
    confirmed = code not in ("merge_unlike",)
    assert ask(body("merge", kept=kept, other=other, confirmed=confirmed), TOWN).code == code


def event(number: int, who: int, kind: str, /, *, reverses: tuple[int, ...] = (), **fields) -> Event:
    """Something that was written."""
    return Event(
        id=number, position=number, person=who, version=number, kind=kind, effective="2026-01-01", recorded_at="2026-01-01T00:00:00Z",
        changes=Changes(**fields), reverses=reverses,
    )  # fmt: skip


MERGED = (event(10, 15, "merged", status="merged", merged_into=1), event(11, 1, "merged", cards={"C9": CARDS["C2"]}))
MOVED = event(20, 1, "moved", residence_file="T1")
BORN = event(21, 1, "birth", name="Nguyễn Văn An", pin="001090000001")
CARD_SINCE = (event(30, 1, "card_revoked", cards={"C9": CARDS["C3"]}),)
MOVED_SINCE = (event(30, 1, "moved", residence_file="T2"),)
AWAY_SINCE = (event(30, 1, "absence"),)
UNDONE = (event(20, 1, "reversed", reverses=(9,)),)
NAME_OF_BORN = {"person": "#1", "events": (21,), "fields": ("name",)}
UNDOING = [
    ("not_merged", "split", {"other": "#2", "kept": "#1"}, {"events": MERGED}, {}),
    ("not_merged_into", "split", {"other": "#15", "kept": "#2"}, {"events": MERGED}, {}),
    ("nothing_to_reverse", "split", {"other": "#15", "kept": "#1"}, {}, {}),
    ("nothing_to_reverse", "split", {"other": "#15", "kept": "#1"}, {"events": (MOVED,)}, {}),
    ("later_rests_on_it", "split", {"other": "#15", "kept": "#1"}, {"events": MERGED, "later": CARD_SINCE}, {}),
    ("later_rests_on_it", "split", {"other": "#15", "kept": "#96"}, {"events": MERGED}, {}),
    ("reason_missing", "split", {"other": "#15", "kept": "#1"}, {"events": MERGED}, {"reason": ""}),
    ("nothing_to_reverse", "reverse", {"person": "#1", "event": 20}, {}, {"source": "residence_file"}),
    ("later_rests_on_it", "reverse", {"person": "#1", "event": 20}, {"events": (MOVED,), "later": MOVED_SINCE}, {"office": "residence"}),
    ("later_rests_on_it", "reverse", {"person": "#1", "event": 20}, {"events": UNDONE, "later": AWAY_SINCE}, {}),
    ("reverse_merge_by_split", "reverse", {"person": "#1", "event": 11}, {"events": MERGED}, {"office": "residence_chief"}),
    ("reverse_by_its_own_command", "reverse", {"person": "#1", "event": 20}, {"events": (event(20, 1, "sealed"),)}, {}),
    ("number_not_freed", "reverse", {"person": "#1", "event": 20}, {"events": (event(20, 1, "number_allocated", pin="1"),)}, {}),
    ("redaction_is_for_good", "reverse", {"person": "#1", "event": 20}, {"events": (event(20, 1, "redacted"),)}, {"office": "province"}),
    ("event_of_another", "reverse", {"person": "#2", "event": 20}, {"events": (MOVED,)}, {}),
    ("reverse_by_other_office", "reverse", {"person": "#1", "event": 20}, {"events": (MOVED,)}, {"office": "civil_status"}),
    ("later_rests_on_it", "reverse", {"person": "#1", "event": 21}, {"events": (BORN,), "later": (event(30, 1, "moved"),)}, {}),
    ("later_rests_on_it", "reverse", {"person": "#3", "event": 21}, {"events": (event(21, 3, "birth"),)}, {}),
    ("seal_of_another_office", "seal", {"person": "#1", "seal": "court"}, {}, {"office": "civil_status"}),
    ("sealed_already", "seal", {"person": "#17", "seal": "court"}, {}, {}),
    ("not_sealed", "unseal", {"person": "#1", "seal": "court"}, {}, {}),
    ("redact_nothing", "redact", {"person": "#1", "events": (), "fields": ("name",)}, {}, {}),
    ("redact_nothing", "redact", {"person": "#1", "events": (21,), "fields": ("nothing",)}, {"events": (BORN,)}, {}),
    ("redact_nothing", "redact", {"person": "#1", "events": (21,), "fields": ("phone",)}, {"events": (BORN,)}, {}),
    ("event_of_another", "redact", {"person": "#1", "events": (21, 22), "fields": ("name",)}, {"events": (BORN,)}, {}),
    ("event_of_another", "redact", {"person": "#2", "events": (21,), "fields": ("name",)}, {"events": (BORN,)}, {}),
    ("number_not_freed", "redact", {"person": "#1", "events": (21,), "fields": ("name", "pin")}, {"events": (BORN,)}, {}),
    ("office_not_allowed", "redact", NAME_OF_BORN, {"events": (BORN,)}, {"office": "residence_chief"}),
]  # fmt: skip


@pytest.mark.parametrize(("code", "name", "fields", "shown", "more"), UNDOING)
def test_undoing_is_refused(code, name, fields, shown, more):
    if name == "reverse" and "office" not in more and shown.get("events"):
        more = {"office": "residence_chief" if shown["events"][0].kind != "birth" else "civil_status", **more}
    twice = PEOPLE | {96: structs.replace(ROI, id=96), 15: structs.replace(ROI, merged_into=96 if fields.get("kept") == "#96" else 1)}
    answer = ask(body(name, **fields), twice, shown, **more)
    assert isinstance(answer, No)
    assert answer.code == code
