"""The joint list: both offices of the commune sign the same content, by two people, each once."""

from __future__ import annotations

import pytest

from dancu.core.refusal import Refusal
from dancu.quality import actions, joint, queries
from dancu.register.command import Actor
from tests.quality.conftest import AT
from tests.quality.made import CHIEF, CLERK, COMMUNE, ELSEWHERE, POLICE, new, opened


def refusal_of(work) -> str:
    with pytest.raises(Refusal) as refused:
        work()
    return refused.value.code


def test_both_sign_the_same_list(book) -> None:
    cases = opened(book, new(), new(), new())
    made = joint.make(book, commune=COMMUNE, cases=[case.id for case in cases], actor=CLERK, at=AT)
    assert (made.cases, made.civil_at, made.residence_at) == (3, None, None)
    joint.sign(book, list=made.id, actor=CLERK, at=AT)
    assert refusal_of(lambda: joint.sign(book, list=made.id, actor=CLERK, at=AT)) == "list_signed"
    both = joint.sign(book, list=made.id, actor=CHIEF, at=AT)
    assert (both.civil_actor, both.residence_actor) == (CLERK.id, CHIEF.id)
    found, listed = queries.joint_list(book, made.id)
    assert found == both and [case.id for case in listed] == [case.id for case in cases]
    assert queries.joint_lists(book, commune=COMMUNE) == (both,) and not queries.joint_lists(book, commune="00008")


def test_what_changed_after_the_list_was_made_is_not_signed(book) -> None:
    (case,) = opened(book, new())
    made = joint.make(book, commune=COMMUNE, cases=[case.id], actor=POLICE, at=AT)
    actions.note(book, case=case.id, note="Thêm giấy tờ", actor=POLICE, at=AT)
    assert refusal_of(lambda: joint.sign(book, list=made.id, actor=CLERK, at=AT)) == "list_changed"


def test_who_may_not_and_what_is_no_list(book) -> None:
    (case, far) = opened(book, new(), new(unit=8))
    make = lambda cases, actor: joint.make(book, commune=COMMUNE, cases=cases, actor=actor, at=AT)  # noqa: E731
    assert refusal_of(lambda: make([], CLERK)) == "list_empty"
    assert refusal_of(lambda: make([case.id, far.id], CLERK)) == "list_empty"
    assert refusal_of(lambda: make([case.id], ELSEWHERE)) == "case_of_another_unit"
    assert refusal_of(lambda: make([case.id], Actor("sở", "province", "01"))) == "list_other_office"
    assert refusal_of(lambda: joint.sign(book, list=99, actor=CLERK, at=AT)) == "list_unknown"
    made = make([case.id], CLERK)
    joint.sign(book, list=made.id, actor=CLERK, at=AT)
    twice = Actor(CLERK.id, "residence", COMMUNE)
    assert refusal_of(lambda: joint.sign(book, list=made.id, actor=twice, at=AT)) == "list_one_signer"
