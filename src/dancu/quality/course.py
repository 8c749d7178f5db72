"""Decides the course of a case: which step leads from which state to which, and whose step it is. Pure: no database, no clock."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from dancu.register.command import Actor

Side = Literal["agency", "population", "civil_book", "unknown"]
Owner = Literal["agency", "residence", "civil_status"]
State = Literal["open", "asked", "proposed", "accepted", "rejected", "mended", "merged"]

SIDES: tuple[str, ...] = ("agency", "population", "civil_book", "unknown")
OWNERS: tuple[str, ...] = ("agency", "residence", "civil_status")
STATES: tuple[str, ...] = ("open", "asked", "proposed", "accepted", "rejected", "mended", "merged")
KINDS: tuple[str, ...] = ("rule", "duplicate", "load", "difference")
# Over: nobody's move any more. A rejected case stays for good as the answer to the same question.
CLOSED: frozenset[str] = frozenset({"rejected", "mended", "merged"})
# Who has the wrong data decides who moves (words: the last section). Where nobody knows yet, the keeper of the population data asks.
OWNER_OF: dict[str, str] = {
    "agency": "agency",
    "population": "residence",
    "civil_book": "civil_status",
    "unknown": "residence",
}

# Offices that work on an owner's cases, and those that approve what was proposed. An agency works on its own; where it has nobody
# at these pages, the police of the commune write to it and enter its answer.
_WORK = {
    "residence": ("residence", "residence_chief"),
    "civil_status": ("civil_status",),
    "agency": ("agency", "residence", "residence_chief"),
}
# What an agency may do with a case, and in which states: mend its file, ask, answer. Which side is wrong is for the keepers of the books
# to say, and what they propose or have decided is not an agency's to end.
_OF_AGENCY: dict[str, tuple[str, ...]] = {
    "assign": ("open", "asked"), "unassign": ("open", "asked"), "ask": ("open",), "answer": ("asked",), "mend": ("open", "asked"),
    "reopen": ("mended",), "note": ("open", "asked", "proposed", "accepted", "rejected", "mended", "merged"),
}  # fmt: skip
_APPROVE = {
    "residence": ("residence_chief", "province"),
    "civil_status": ("civil_status", "province"),
    "agency": ("residence_chief", "province"),
}


class Standing(Struct, frozen=True):
    """What deciding a step must know of a case: its state, whose it is, whom it was asked of, where, and who proposed."""

    state: str
    owner: str
    asked: str
    commune: str
    proposed_by: str
    proposal_decision: str = ""


class Course(Struct, frozen=True):
    """One step: from which states, to which (`""`: stays), and whose it is: `work`, `asked`, `approve` or `run`."""

    states: tuple[str, ...]
    to: str
    whose: tuple[str, ...]


_ACTIVE = ("open", "asked", "proposed")
COURSE: dict[str, Course] = {
    "say_side": Course(("open", "asked"), "open", ("work", "asked")),
    "assign": Course((*_ACTIVE, "accepted"), "", ("work", "approve")),
    "unassign": Course((*_ACTIVE, "accepted"), "", ("work", "approve")),
    "place": Course((*_ACTIVE, "accepted"), "", ("approve", "work")),
    "ask": Course(("open",), "asked", ("work",)),
    "answer": Course(("asked",), "open", ("asked",)),
    "propose": Course(("open", "asked"), "proposed", ("work", "asked")),
    "accept": Course(("proposed",), "accepted", ("approve",)),
    "reject": Course(("proposed",), "rejected", ("approve",)),
    "return": Course(("proposed",), "open", ("approve",)),
    "mend": Course((*_ACTIVE, "accepted"), "mended", ("work", "approve", "run")),
    "merge": Course((*_ACTIVE, "accepted"), "merged", ("work", "approve", "run")),
    "reopen": Course(("rejected", "mended", "merged"), "open", ("work", "approve", "run")),
    "undo": Course(("proposed", "accepted", "rejected", "mended", "merged"), "", ("approve",)),
    "note": Course(STATES, "", ("work", "asked", "approve")),
    "found": Course(STATES, "", ("run",)),
}
# Steps that an undo takes back.
DECIDING = ("propose", "accept", "reject", "mend", "merge")


def step(what: str, case: Standing, actor: Actor) -> tuple[str, str]:
    """(state after, '') where the actor may take the step, else ('', code of `refusals`)."""
    course = COURSE[what]
    if case.state not in course.states:
        return "", "case_in_other_state"
    if not within(actor.unit, case.commune):
        return "", "case_of_another_unit"
    if not _may(course, case, actor) or (actor.office == "agency" and case.state not in _OF_AGENCY.get(what, ())):
        return "", "case_of_another_office"
    if what in ("accept", "reject") and actor.id == case.proposed_by:
        return "", "case_own_proposal"
    return course.to or case.state, ""


def within(unit: str, commune: str) -> bool:
    """Whether a commune lies in the unit an actor acts for ('' the country); a case without a commune is the country's and the
    province's to place, and everybody's to see."""
    if not unit or not commune:
        return True
    return commune == unit if len(unit) == 5 else province_of(commune) == unit


def province_of(commune: str) -> str:
    """The province of a commune of today's scheme; '' where there is none such."""
    from dancu.places import unit

    found = unit("2025-07", "commune", commune) if len(commune) == 5 else None
    return found.parent if found else ""


def offices(case: Standing, whose: str) -> tuple[str, ...]:
    """The offices that stand for `whose` (of `Course`) in a case."""
    if whose == "work":
        return _WORK[case.owner]
    if whose == "asked":
        return _WORK.get(case.asked, ()) if case.state == "asked" else ()
    return _APPROVE[case.owner] if whose == "approve" else ("system",)


def _may(course: Course, case: Standing, actor: Actor) -> bool:
    return any(actor.office in offices(case, whose) for whose in course.whose)
