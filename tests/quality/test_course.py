"""The course of a case: only known steps, only by whose turn it is, never by another commune's officer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dancu.quality import course
from dancu.quality.captions import book
from dancu.quality.refused import book as refusals
from dancu.register.command import Actor
from tests.quality.made import CHIEF, CLERK, COMMUNE, ELSEWHERE, OTHER_CLERK, POLICE, SYSTEM

OFFICES = ("civil_status", "residence", "residence_chief", "province", "loader", "system")
standings = st.builds(
    course.Standing, st.sampled_from(course.STATES), st.sampled_from(course.OWNERS), st.sampled_from(("", *course.OWNERS)),
    st.sampled_from(("", COMMUNE, "00008")), st.sampled_from(("", "a", "b")),
)  # fmt: skip
actors = st.builds(Actor, st.sampled_from(("a", "b")), st.sampled_from(OFFICES), st.sampled_from(("", "01", COMMUNE, "00008", "79")))


def standing(state: str = "open", owner: str = "residence", **more: str) -> course.Standing:
    return course.Standing(**{"state": state, "owner": owner, "asked": "", "commune": COMMUNE, "proposed_by": "", **more})


@given(st.sampled_from(sorted(course.COURSE)), standings, actors)
def test_a_step_leads_to_a_state_or_says_why_not(what: str, case: course.Standing, actor: Actor) -> None:
    state, no = course.step(what, case, actor)
    assert (state in course.STATES) != bool(no)
    assert not no or no in refusals()


@given(st.sampled_from(("accept", "reject")), standings, actors)
def test_nobody_approves_their_own_proposal(what: str, case: course.Standing, actor: Actor) -> None:
    state, _ = course.step(what, case, actor)
    assert not state or actor.id != case.proposed_by


@given(st.sampled_from(sorted(course.COURSE)), standings, actors)
def test_an_officer_of_another_unit_takes_no_step(what: str, case: course.Standing, actor: Actor) -> None:
    if actor.unit and case.commune and not course.within(actor.unit, case.commune):
        assert not course.step(what, case, actor)[0]


@pytest.mark.parametrize(
    ("what", "case", "actor", "state", "no"),
    [
        ("say_side", standing(), POLICE, "open", ""),
        ("say_side", standing(), CLERK, "", "case_of_another_office"),
        ("say_side", standing(owner="civil_status"), CLERK, "open", ""),
        ("ask", standing(), POLICE, "asked", ""),
        ("answer", standing("asked", asked="civil_status"), CLERK, "open", ""),
        ("answer", standing("asked", asked="civil_status"), POLICE, "", "case_of_another_office"),
        ("propose", standing(), ELSEWHERE, "", "case_of_another_unit"),
        ("accept", standing("proposed", proposed_by="ca-01"), CHIEF, "accepted", ""),
        ("accept", standing("proposed", proposed_by="ca-01"), POLICE, "", "case_of_another_office"),
        ("accept", standing("proposed", "civil_status", proposed_by="ht-01"), OTHER_CLERK, "accepted", ""),
        ("accept", standing("proposed", "civil_status", proposed_by="ht-01"), CLERK, "", "case_own_proposal"),
        ("accept", standing("open"), CHIEF, "", "case_in_other_state"),
        ("mend", standing("accepted"), SYSTEM, "mended", ""),
        ("undo", standing("rejected"), CHIEF, "rejected", ""),
    ],
)  # fmt: skip
def test_whose_turn_it_is(what: str, case: course.Standing, actor: Actor, state: str, no: str) -> None:
    assert course.step(what, case, actor) == (state, no)


def test_every_side_has_an_owner_and_every_code_its_words() -> None:
    assert set(course.OWNER_OF) == set(course.SIDES) and set(course.OWNER_OF.values()) == set(course.OWNERS)
    said = book()
    for kind, codes in (("side", course.SIDES), ("owner", course.OWNERS), ("state", course.STATES), ("kind", course.KINDS),
                        ("step", course.COURSE)):  # fmt: skip
        assert set(said[kind]) == set(codes), kind
    assert all(len(pair) == 2 and all(pair) and pair[0] != pair[1] for listed in said.values() for pair in listed.values())
    assert all(entry["vi"] != entry["en"] for entry in refusals().values())
