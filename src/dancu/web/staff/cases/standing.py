"""Which cases somebody may open, what they may do with one, and how its codes are called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import psycopg
from django.http import Http404

from dancu.core import words
from dancu.kit import roles
from dancu.places import children
from dancu.places import unit as known
from dancu.quality import course, queries, term
from dancu.quality.queries import Case
from dancu.quality.rules.rule import said
from dancu.register import captions
from dancu.register.command import Actor
from dancu.register.rights import rights
from dancu.web import desk, language
from dancu.web.accounts import session
from dancu.web.accounts.queries import same_person
from dancu.web.models import Account

# The office of a member of staff → the owner whose cases are theirs first of all.
OWNERS = {"civil_status": "civil_status", "residence": "residence", "residence_chief": "residence", "": "agency"}
POLICE = ("residence", "residence_chief")
# Those who sign the joint list of a commune.
SIGNERS = ("civil_status", "residence", "residence_chief")
STATE_TAGS = {
    "open": "warn", "asked": "note", "proposed": "note", "accepted": "note", "rejected": "plain", "mended": "good", "merged": "good",
}  # fmt: skip
SEVERITY_TAGS = {"note": "plain", "fix": "note", "confirm": "warn"}


@contextmanager
def reading() -> Iterator[psycopg.Connection[Any]]:
    """A connection to read cases by."""
    with desk.desk().database.connect(roles.READER, application_name="dancu cases") as connection:
        yield connection


@contextmanager
def writing() -> Iterator[psycopg.Connection[Any]]:
    """A connection for one action on a case, outside any transaction."""
    with desk.desk().database.connect(roles.WEB, autocommit=True, application_name="dancu cases") as connection:
        yield connection


def now() -> datetime:
    """The present moment."""
    return datetime.now(UTC)


def office_of(request: Any) -> str:
    """The office the reader works in; '' for an agency's."""
    return rights()[request.staff.role].office or ""


def actor(request: Any) -> Actor | None:
    """Who takes a step; None for those who only look on. Somebody of an agency acts for it, on what is theirs to open (`visible`)."""
    if office_of(request):
        return request.staff.actor()
    return Actor(request.staff.account, "agency", request.staff.unit) if request.account.agency else None


def own(request: Any) -> dict[str, str]:
    """What narrows every list of the reader to what is theirs to see: their unit, and of an agency its own cases."""
    wished = {"unit": request.staff.unit}
    return wished if office_of(request) else wished | {"agency": request.account.agency or "-"}


def visible(request: Any, case: Case) -> bool:
    """Whether the reader may open a case: of their unit, and for somebody of an agency, of that agency's file."""
    if not course.within(request.staff.unit, case.commune):
        return False
    return bool(office_of(request)) or (bool(case.agency) and case.agency == request.account.agency)


def reached(request: Any, reference: str) -> Case:
    """The case that an opaque reference of this account means. 404 where there is none such, or it is not the reader's to see."""
    number = session.record(request, "case", reference)
    if number is None:
        raise Http404
    with reading() as connection:
        case = queries.case(connection, number)
    if not visible(request, case):
        raise Http404
    return case


def may(request: Any, case: Case, what: str) -> bool:
    """Whether the reader could take a step now."""
    who = actor(request)
    if who is None:
        return False
    decision = (case.proposal or {}).get("decision", "")
    standing = course.Standing(case.state, case.owner, case.asked, case.commune, case.proposed_by, decision)
    return not course.step(what, standing, who)[1]


def proposed_by_same_person(request: Any, login: str) -> bool:
    """Whether an account is the reader's own, or another one of the same person."""
    other = Account.objects.filter(login=login).first()
    return other is not None and same_person(request.account.pk, other.pk)


def needs_second(case: Case) -> bool:
    """Whether a case is cured only after somebody else approved: records become one, or papers had to be looked at first."""
    return case.kind == "duplicate" or case.severity == "confirm"


def holders(request: Any, cases: Iterable[Case]) -> dict[int, str]:
    """Who each case was given to, by its id; somebody of an agency is told of their own colleagues alone."""
    held = {case.id: case.assigned for case in cases if case.assigned}
    if office_of(request) or not held:
        return held
    known = set(Account.objects.filter(login__in=held.values(), agency=request.account.agency).values_list("login", flat=True))
    return {case: login for case, login in held.items() if login in known}


def purpose(case: Case) -> str:
    """What a look in a case is for, as its leaf has it: the code, and the case's number as reference."""
    return f"data_case:{name(case)}"


def communes(unit: str) -> list[tuple[str, str]]:
    """(code, name) of the communes of a province; none for any other unit."""
    province = known("2025-07", "province", unit) if len(unit) == 2 else None
    return [(one.code, one.title) for one in children(province)] if province else []


def name(case: Case) -> str:
    """A case's number as people and other papers call it."""
    return f"VIEC-{case.id}"


def caption(case: Case, lang: str) -> str:
    """What is wrong, in words; of a code that has no words any more, the code. What a reason of a check leaves to the column it stands
    in is said, too."""
    try:
        told = said(case.code, lang, case.kind)[0].removesuffix(".")
    except KeyError:
        return case.code
    if case.kind != "difference" or words.reason(case.code).about != "number":
        return told
    return f"{captions.caption('field', 'pin', lang)}: {told[:1].lower()}{told[1:]}"


def to_do(case: Case, lang: str) -> str:
    """What is to be done about it."""
    try:
        return said(case.code, lang, case.kind)[1]
    except KeyError:
        return ""


def due(case: Case, lang: str, at: datetime | None = None) -> tuple[str, str]:
    """(how long there is still, in words, the colour of it): working days of Vietnam."""
    if case.closed_at:
        return "–", "plain"
    today = term.today(at or now())
    left = term.working_days_between(today, case.due)
    if case.due < today:
        return language.say(lang, "cases.due.over", n=max(-left, 1)), "bad"
    if left <= 0:
        return language.say(lang, "cases.due.today"), "warn"
    return language.say(lang, "cases.due.left", n=left), "warn" if left <= 1 else "plain"
