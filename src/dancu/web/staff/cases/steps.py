"""The steps that are taken on the page of a case: which are offered, what was typed, and what the room of quality makes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from dancu.quality import actions
from dancu.quality.course import within
from dancu.quality.queries import Case
from dancu.web import frame
from dancu.web.models import Account
from dancu.web.staff.cases import standing

# Steps of the page; carrying out the cure and taking back a decision have pages of their own.
STEPS = (
    "say_side", "assign", "unassign", "ask", "answer", "propose", "accept", "reject", "return", "reopen", "note", "close", "place",
)  # fmt: skip
_AS = {"close": "mend"}
_APPROVING = ("accept", "reject")


@dataclass(frozen=True)
class Doing:
    """What was sent: the step, what goes with it, and the version of the case that was on the page."""

    what: str
    note: str = ""
    side: str = ""
    to: str = ""
    office: str = ""
    decision: str = ""
    commune: str = ""
    command: str = ""
    kept: int = 0
    seen: int | None = None

    @classmethod
    def of(cls, request: Any) -> Doing:
        """The step of a request."""
        sent = request.POST
        seen = sent.get("seen", "")
        names = ("note", "side", "to", "office", "decision", "command", "commune")
        typed = {name: sent.get(name, "").strip() for name in names}
        # Of a merge the choice says which record stays, too.
        typed["decision"], _, which = typed["decision"].partition("-")
        kept = {"1": 1, "2": 2}.get(which, 0)
        version = int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 10 else None
        return cls(sent.get("what", ""), **typed, kept=kept, seen=version)


def offered(request: Any, case: Case) -> frozenset[str]:
    """The steps that the reader could take now."""
    can = {what for what in STEPS if standing.may(request, case, _AS.get(what, what))}
    decision = (case.proposal or {}).get("decision", "")
    # One button approves; which step that is follows from what was proposed.
    can.discard("reject" if decision != "reject" else "accept")
    if not can_close(request, case):
        can.discard("close")
    if case.assigned != request.staff.account:
        can.discard("unassign")
    # Which side is wrong is no question between two records of the same book.
    if case.kind == "duplicate":
        can.discard("say_side")
    # Whose a case is that names no commune is for the province to say.
    if case.commune or len(request.staff.unit) == 5:
        can.discard("place")
    if can & set(_APPROVING) and standing.proposed_by_same_person(request, case.proposed_by):
        can -= set(_APPROVING)
    return frozenset(can)


def can_close(request: Any, case: Case) -> bool:
    """Whether the reader may close a case by saying that its cure was carried out elsewhere: approved first where that is needed. What an
    agency mends in its own file changes nothing in the books, and is its own to say."""
    approved = case.state == "accepted" or not standing.needs_second(case) or not standing.office_of(request)
    return case.kind != "duplicate" and approved


def refused_beforehand(request: Any, case: Case, doing: Doing) -> str:
    """What the pages know and the room of quality does not: '' or the sentence of why not."""
    if doing.what not in STEPS:
        return frame.say(request, "cases.error.step")
    if standing.actor(request) is None:
        return frame.say(request, "cases.error.onlooker")
    if doing.what in _APPROVING and standing.proposed_by_same_person(request, case.proposed_by):
        return frame.say(request, "cases.error.same_person")
    if doing.what == "close" and not can_close(request, case):
        return frame.say(request, "cases.error.second_first")
    if doing.what == "close" and not doing.note and standing.office_of(request):
        return frame.say(request, "cases.error.note")
    if doing.what == "say_side" and case.kind == "duplicate":
        return frame.say(request, "cases.error.step")
    if doing.what == "propose" and doing.decision == "merge" and not doing.kept:
        return frame.say(request, "cases.error.kept")
    if doing.what == "place" and (case.commune or not within(request.staff.unit, doing.commune)):
        return frame.say(request, "cases.error.commune")
    if doing.what == "assign" and doing.to != request.staff.account and not colleagues(request).filter(login=doing.to).exists():
        return frame.say(request, "cases.error.colleague")
    return ""


def taken(request: Any, case: Case, doing: Doing) -> None:
    """Take the step. Raises Refusal."""
    said = {"case": case.id, "actor": standing.actor(request), "at": standing.now(), "seen": doing.seen, "note": doing.note}
    with standing.writing() as connection:
        _DOES[doing.what](connection, doing, said)


def colleagues(request: Any) -> QuerySet[Account]:
    """Accounts of the reader's office and unit, or agency, that may work on cases; the reader's own too."""
    from dancu.register.rights import rights

    office = standing.office_of(request)
    near = standing.POLICE if office in standing.POLICE else (office,)
    roles = [role for role, right in rights().items() if (right.office or "") in near and "case" in right.does]
    found = Account.objects.filter(role__in=roles, unit=request.staff.unit, ended_at=None)
    return found if office else found.filter(agency=request.account.agency)


def _days() -> int:
    """Working days of a term, as this installation has it."""
    return settings.DANCU.case_days


def _propose(connection: Any, doing: Doing, said: dict[str, Any]) -> None:
    # The command alone: what is to be written is typed from the papers, so that no value of anybody stands in the case.
    command = {"command": doing.command} if doing.decision == "mend" and doing.command else None
    actions.propose(connection, decision=doing.decision, command=command, kept=doing.kept, **said)


_DOES: dict[str, Callable[[Any, Doing, dict[str, Any]], Any]] = {
    "say_side": lambda connection, doing, said: actions.say_side(connection, side=doing.side, days=_days(), **said),
    "assign": lambda connection, doing, said: actions.assign(connection, to=doing.to, **said),
    "unassign": lambda connection, doing, said: actions.unassign(connection, **said),
    "ask": lambda connection, doing, said: actions.ask(connection, office=doing.office, days=_days(), **said),
    "answer": lambda connection, doing, said: actions.answer(connection, days=_days(), **said),
    "propose": _propose,
    "accept": lambda connection, doing, said: actions.accept(connection, **said),
    "reject": lambda connection, doing, said: actions.accept(connection, **said),
    "return": lambda connection, doing, said: actions.send_back(connection, **said),
    "reopen": lambda connection, doing, said: actions.reopen(connection, days=_days(), **said),
    "place": lambda connection, doing, said: actions.place(connection, commune=doing.commune, **said),
    "note": lambda connection, doing, said: actions.note(connection, **said),
    "close": lambda connection, doing, said: actions.mend(connection, **said),
}
