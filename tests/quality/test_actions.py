"""What people do with cases: the sides, asking, approving, undoing, and that nothing is overwritten or forgotten."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from dancu.core.refusal import Refusal
from dancu.quality import actions, queries
from dancu.quality.cure import cures
from tests.quality.conftest import AT
from tests.quality.made import CHIEF, CLERK, COMMUNE, ELSEWHERE, OTHER_CLERK, POLICE, PROVINCE, new, opened

LATER = AT + timedelta(days=1)


def refused(code: str):
    return _Code(code)


class _Code:
    def __init__(self, code: str):
        self.code = code

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind, error, trace) -> bool:
        assert isinstance(error, Refusal) and error.code == self.code, error
        return True


def test_a_wrong_side_moves_the_case_to_its_owner_with_a_new_term(book) -> None:
    (case,) = opened(book, new())
    assert (case.owner, case.side_said, case.due) == ("residence", False, date(2026, 12, 7))
    after = actions.say_side(book, case=case.id, side="civil_book", actor=POLICE, at=LATER, seen=case.version, note="Sổ ghi khác")
    assert (after.owner, after.side, after.side_said, after.due) == ("civil_status", "civil_book", True, date(2026, 12, 8))
    with refused("case_of_another_office"):
        actions.say_side(book, case=case.id, side="population", actor=POLICE, at=LATER)
    with refused("case_side_unknown"):
        actions.say_side(book, case=case.id, side="nobody", actor=CLERK, at=LATER)


def test_a_case_from_question_to_cure_and_back(book) -> None:
    (case,) = opened(book, new())
    actions.assign(book, case=case.id, to=POLICE.id, actor=POLICE, at=AT)
    asked = actions.ask(book, case=case.id, office="civil_status", note="Sổ khai sinh ghi năm nào?", actor=POLICE, at=AT)
    assert asked.state == "asked"
    assert [c.id for c in queries.worklist(book, owner="civil_status").cases] == [case.id]
    actions.answer(book, case=case.id, note="Năm 1985", actor=CLERK, at=LATER)
    proposed = actions.propose(book, case=case.id, decision="mend", note="Điều chỉnh năm sinh", actor=POLICE, at=LATER,
                               command={"command": "correct_data"})  # fmt: skip
    assert proposed.proposal == {"decision": "mend", "command": {"command": "correct_data"}} and proposed.proposed_by == POLICE.id
    accepted = actions.accept(book, case=case.id, actor=CHIEF, at=LATER)
    assert (accepted.state, accepted.closed_at) == ("accepted", None)
    mended = actions.mend(book, case=case.id, actor=POLICE, at=LATER, note="order-1")
    assert mended.closed and not queries.worklist(book).cases
    back = actions.undo(book, case=case.id, note="Ghi nhầm", actor=CHIEF, at=LATER)
    assert (back.state, back.closed_at, back.proposal) == ("accepted", None, proposed.proposal)
    said = [(step.what, step.actor, step.state_after) for step in queries.steps(book, case.id)]
    assert said == [
        ("assign", "ca-01", "open"), ("ask", "ca-01", "asked"), ("answer", "ht-01", "open"), ("propose", "ca-01", "proposed"),
        ("accept", "ca-chi-huy", "accepted"), ("mend", "ca-01", "mended"), ("undo", "ca-chi-huy", "accepted"),
    ]  # fmt: skip


def test_a_proposal_that_it_is_no_fault_closes_when_another_approves(book) -> None:
    (case,) = opened(book, new(side="civil_book"))
    actions.propose(book, case=case.id, decision="reject", note="Giấy tờ đúng", actor=CLERK, at=AT)
    with refused("case_own_proposal"):
        actions.accept(book, case=case.id, actor=CLERK, at=AT)
    with refused("case_of_another_office"):
        actions.accept(book, case=case.id, actor=CHIEF, at=AT)
    rejected = actions.accept(book, case=case.id, actor=OTHER_CLERK, at=AT)
    assert rejected.state == "rejected" and rejected.closed_at == AT
    # The same fault of the same person is not asked again.
    assert not opened(book, new(person=case.person, side="civil_book"))
    again = actions.reopen(book, case=case.id, note="Có giấy mới", actor=CLERK, at=LATER)
    assert (again.state, again.due, again.proposal) == ("open", date(2026, 12, 8), None)


def test_two_officers_and_a_double_submit(book) -> None:
    (case,) = opened(book, new())
    actions.note(book, case=case.id, note="Đã gọi điện", actor=POLICE, at=AT, seen=case.version)
    with refused("case_changed"):
        actions.note(book, case=case.id, note="Đã gọi điện", actor=POLICE, at=AT, seen=case.version)
    assert len(queries.steps(book, case.id)) == 1


@pytest.mark.parametrize(
    ("what", "more", "code"),
    [
        ("ask", {"office": "civil_status", "note": " "}, "case_note_missing"),
        ("ask", {"office": "residence", "note": "x"}, "case_office_unknown"),
        ("propose", {"decision": "burn", "note": "x"}, "case_decision_unknown"),
        ("propose", {"decision": "merge", "note": "x"}, "case_no_merge"),
        ("note", {"note": "x" * 2001}, "case_note_too_long"),
        ("accept", {}, "case_in_other_state"),
        ("merge", {}, "case_no_merge"),
    ],
)
def test_what_is_refused_changes_nothing(book, what: str, more: dict, code: str) -> None:
    (case,) = opened(book, new())
    with refused(code):
        getattr(actions, what)(book, case=case.id, actor=CHIEF if what == "accept" else POLICE, at=AT, **more)
    assert queries.case(book, case.id) == case and not queries.steps(book, case.id)
    with refused("case_unknown"):
        actions.note(book, case=case.id + 1, note="x", actor=POLICE, at=AT)
    with refused("case_of_another_unit"):
        actions.assign(book, case=case.id, to="x", actor=ELSEWHERE, at=AT)


def test_worklists_are_paged_by_key_and_limited(book) -> None:
    opened(book, *(new() for _ in range(7)), new(unit=8), new("name_with_signs", side="civil_book"))
    seen, after = [], None
    while True:
        page = queries.worklist(book, unit=COMMUNE, after=after, limit=3)
        seen += [case.id for case in page.cases]
        if (after := page.next) is None:
            break
    assert len(seen) == len(set(seen)) == 8 and seen == sorted(seen)
    assert len(queries.worklist(book, unit=PROVINCE).cases) == 9
    assert len(queries.worklist(book, unit=COMMUNE, owner="civil_status").cases) == 1
    assert len(queries.worklist(book, unit=COMMUNE, code="name_with_signs", kind="rule", state="open", assigned="-").cases) == 1
    assert not queries.worklist(book, unit="79").cases
    assert queries.worklist(book, due_by=date(2026, 12, 6)).cases == ()
    for wrong, code in (({"limit": 0}, "limit_unusable"), ({"limit": 501}, "limit_unusable"), ({"unit": "99"}, "unit_unusable"),
                        ({"unit": "x' OR 1=1"}, "unit_unusable")):  # fmt: skip
        with refused(code):
            queries.worklist(book, **wrong)
    late = queries.counts(book, unit=PROVINCE, today=date(2027, 1, 1))
    assert [(c.owner, c.cases, c.overdue, c.unassigned) for c in late] == [("civil_status", 1, 1, 1), ("residence", 8, 8, 8)]
    assert {(load.unit, load.cases) for load in queries.loads(book, unit=PROVINCE, today=AT.date())} == {(COMMUNE, 8), ("00008", 1)}
    assert queries.loads(book, today=AT.date())[0].unit == PROVINCE


def test_cures_are_commands_of_the_register_with_what_is_known(book) -> None:
    assert [cure.command for cure in cures(opened(book, new())[-1])] == ["correct_data", "correct_civil", "reissue_number"]
    rule, double, agency = opened(
        book, new("default_birthday"), new("duplicate_record", kind="duplicate", key="duplicate:77", other=77),
        new("digit_typo", kind="difference", key="difference:pin", field="pin", side="agency"),
    )  # fmt: skip
    first, second = cures(rule)
    assert (first.command, first.fields, first.asks, first.then) == (
        "correct_data", {"person": f"#{rule.person}"}, ("birth_date",), "reissue_number",
    )  # fmt: skip
    assert second.command == "correct_civil" and second.entry and second.offices == ("civil_status",)
    assert [cure.fields for cure in cures(double)] == [
        {"kept": f"#{double.person}", "other": "#77"}, {"kept": "#77", "other": f"#{double.person}"},
    ]  # fmt: skip
    assert cures(agency) == ()
    merged = actions.merge(book, case=double.id, actor=CHIEF, at=AT)
    assert merged.state == "merged"
    assert actions.undo(book, case=double.id, note="Hai người khác nhau", actor=CHIEF, at=LATER).state == "open"
