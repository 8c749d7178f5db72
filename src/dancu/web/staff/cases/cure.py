"""The cure of a case: the register command that quality proposes, prefilled; once it is written the case is closed.

A correction after which the number no longer fits is not the end: the case stays until the number is re-issued.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import NoReverseMatch, reverse

from dancu.core.refusal import Refusal
from dancu.quality import actions, queries
from dancu.quality import cure as cures
from dancu.quality.queries import Case, Step
from dancu.quality.rules.rule import by_id
from dancu.register import captions
from dancu.register.command import Actor, Order, Source
from dancu.register.rules import COMMANDS
from dancu.register.rules.number import ReissueNumber
from dancu.web import desk, frame, language
from dancu.web.accounts import session
from dancu.web.routes import route
from dancu.web.staff.cases import beside, carry, standing
from dancu.web.staff.cases.carry import Deed

_ORDER = re.compile(r"case-[0-9]+-[0-9]+-([a-z_]+)")
# What a command may be asked besides what the cure names.
_MORE = {"merge": ("confirmed",)}
# Carried out here; every other command has its form in the book.
HERE = frozenset({"correct_data", "correct_civil", "reissue_number", "allocate_number", "merge"})


@dataclass(frozen=True)
class Offer:
    """A cure on the page of a case. `address`: where it is carried out, '' where the reader cannot; `why`: why not, in words."""

    command: str
    caption: str
    text: str
    address: str = ""
    why: str = ""


def is_order(note: str) -> bool:
    """Whether the note of a step is the id of an order that was written from a case."""
    return _ORDER.fullmatch(note) is not None


def command_of(order: str) -> str:
    """The command of such an order."""
    found = _ORDER.fullmatch(order)
    return found.group(1) if found else ""


def deeds(case: Case, steps: Sequence[Step]) -> list[Deed]:
    """What would cure the case now, likeliest first; after a correction that made the number wrong, the number alone."""
    person = f"#{case.person}"
    if _corrected(case, steps):
        return [Deed(command="reissue_number", fields={"person": person}, asks=("why",))]
    return [
        Deed(command=each.command, fields=each.fields, asks=(*each.asks, *_MORE.get(each.command, ()))) for each in cures.cures(case)
    ]


def offered(request: Any, case: Case, steps: Sequence[Step]) -> list[Offer]:
    """The cures with who may carry them out."""
    if case.closed or not standing.office_of(request):
        return []
    return [_offer(request, case, n, deed) for n, deed in enumerate(deeds(case, steps))]


def cured(request: Any, reference: str, n: int) -> HttpResponse:
    """Carry a cure out."""
    case = standing.reached(request, reference)
    with standing.reading() as connection:
        steps, evidence = queries.steps(connection, case.id), ()
    found = deeds(case, steps)
    if not case.closed and (n >= len(found) or found[n].command not in HERE):
        raise Http404
    # A form that was sent before, or that somebody overtook, leads back to the case as it is now.
    moved = case.closed or request.POST.get("case_version", str(case.version)) != str(case.version)
    why = "cases.why.moved_on" if moved else _why_not(request, case, found[n])
    if why:
        frame.notice(request, why, kind="bad", offices=_offices(found[n], request.lang) if n < len(found) else "")
        return HttpResponseRedirect(reverse("case", args=[reference]))
    evidence = beside.evidence_of(request, case) if case.kind == "difference" and request.method == "GET" else ()
    return carry.shown(request, case, reference, found[n], lambda order: _finish(request, case, reference, order), _begun(case, evidence))


def _finish(request: Any, case: Case, reference: str, order: str) -> HttpResponse:
    """The order was written: close the case, or keep it for the number. A second submit finds it done."""
    said = {"case": case.id, "actor": request.staff.actor(), "at": standing.now(), "seen": case.version, "note": order}
    command = command_of(order)
    more = command in ("correct_data", "correct_civil") and _number_no_longer_fits(request, case)
    with standing.writing() as connection:
        if command == "merge":
            actions.merge(connection, **said)
        elif more and standing.office_of(request) == "residence_chief":
            actions.note(connection, **said)
        else:
            actions.mend(connection, **said)
    frame.notice(request, "cases.cured_number_next" if more else "cases.cured")
    return HttpResponseRedirect(reverse("case", args=[reference]))


def _number_no_longer_fits(request: Any, case: Case) -> bool:
    """Whether the number now says another sex or birth year than the record: rehearsed as the chief would, nothing is written."""
    body = ReissueNumber(person=f"#{case.person}", why="x")
    wish = Order(id="rehearsal", actor=Actor("", "system"), source=Source("decision", "-"), legal_basis="-", body=body)
    try:
        desk.desk().rehearse(request.staff, wish)
    except Refusal as refusal:
        # Said to an office that may not re-issue before the number is looked at; the next run opens a case for whoever may.
        return refusal.code == "number_unavailable"
    return True


def _offer(request: Any, case: Case, n: int, deed: Deed) -> Offer:
    lang = request.lang
    caption = captions.caption("command", deed.command, lang)
    text = ""
    if deed.command == "merge":
        text = language.say(lang, "cases.merge_keeps", n=1 if deed.fields["kept"] == f"#{case.person}" else 2)
    why = _why_not(request, case, deed)
    if why:
        return Offer(deed.command, caption, text, why=language.say(lang, why, offices=_offices(deed, lang)))
    return Offer(deed.command, caption, text, address=_address(request, case, n, deed))


def _offices(deed: Deed, lang: str) -> str:
    """Who may carry a cure out."""
    return " / ".join(captions.caption("office", office, lang) for office in COMMANDS[deed.command].offices)


def _why_not(request: Any, case: Case, deed: Deed) -> str:
    """Key of the words that say why the reader cannot carry a cure out now; '' where they can."""
    if standing.needs_second(case) and case.state != "accepted":
        return "cases.why.second_waits" if case.state == "proposed" else "cases.why.second_first"
    if not standing.may(request, case, "merge" if deed.command == "merge" else "mend"):
        return "cases.why.other_office"
    if standing.office_of(request) not in COMMANDS[deed.command].offices:
        return "cases.why.command_of_other"
    if deed.command in ("correct_data",) and standing.office_of(request) == "residence" and set(deed.asks) <= {"name", "birth_date", "sex"}:
        return "cases.why.chief"
    if not _address(request, case, 0, deed):
        return "cases.why.no_form"
    return ""


def _address(request: Any, case: Case, n: int, deed: Deed) -> str:
    """Where a cure is carried out: here, or in the form of the book that begins with the person."""
    asks_simple = any(carry.simple(deed.command, name) for name in deed.asks) or not deed.asks
    if deed.command in HERE and asks_simple:
        return reverse("case_cure", args=[session.reference(request, "case", case.id), n])
    try:
        return f"{reverse('order', args=[deed.command])}?nguoi={session.reference(request, 'person', case.person)}"
    except NoReverseMatch:
        return ""


def _begun(case: Case, evidence: Sequence[queries.Evidence]) -> dict[str, str]:
    """What the form begins with: what the rule tells, and of a difference what the file says, where it is of one mind."""
    said = {str(each.data["in_file"]) for each in evidence if each.data.get("in_file")}
    if case.field in ("name", "birth_date") and len(said) == 1:
        return {case.field: said.pop()}
    rule = by_id().get(case.code) if case.kind != "difference" else None
    return {"why": "", **(rule.begins if rule else {})}


def _corrected(case: Case, steps: Sequence[Step]) -> bool:
    """Whether a correction was written from this case and the case was kept for its number."""
    last = [step for step in steps if step.what in ("note", "undo", "reopen") and (is_order(step.note) or step.what != "note")]
    return bool(last) and last[-1].what == "note" and command_of(last[-1].note) in ("correct_data", "correct_civil") and not case.closed


ROUTES = (route("viec/<str:reference>/sua/<int:n>/", cured, "case_cure", needs="command", methods=("GET", "POST")),)
