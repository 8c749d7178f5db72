"""The page of a case: what was found side by side, the first question, what its reader may do with it, evidence and history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from dancu.core.refusal import Refusal
from dancu.quality import course, queries
from dancu.quality.captions import caption as cased
from dancu.quality.queries import Case, Evidence
from dancu.register import captions
from dancu.web import frame, language
from dancu.web.routes import route
from dancu.web.staff.cases import beside, cure, standing
from dancu.web.staff.cases.steps import Doing, colleagues, offered, refused_beforehand, taken
from dancu.web.staff.person import Line

_COLLEAGUES_MAX = 50


@dataclass(frozen=True)
class Colleague:
    """Somebody a case may be given to."""

    login: str
    name: str


def case(request: Any, reference: str) -> HttpResponse:
    """The page. Each time it is shown is a look at those whom the case is about."""
    return _shown(request, reference, standing.reached(request, reference))


def step(request: Any, reference: str) -> HttpResponse:
    """Take a step: what was typed stays on the page where it is refused."""
    found = standing.reached(request, reference)
    doing = Doing.of(request)
    wrong = refused_beforehand(request, found, doing)
    if not wrong:
        try:
            taken(request, found, doing)
        except Refusal as refusal:
            # It may have moved on meanwhile: the page shows how it stands now.
            found, wrong = standing.reached(request, reference), refusal.text(request.lang)
        else:
            frame.notice(request, f"cases.done.{doing.what}")
            return HttpResponseRedirect(reverse("case", args=[reference]))
    return _shown(request, reference, found, doing=doing, wrong=wrong)


def open_group(request: Any, reference: str) -> HttpResponse:
    """Open a masked group of fields for this case, which is the purpose and the reference of each look."""
    found = standing.reached(request, reference)
    beside.open_group(request, found, request.POST.get("nhom", ""))
    return HttpResponseRedirect(reverse("case", args=[reference]))


def _shown(request: Any, reference: str, found: Case, *, doing: Doing | None = None, wrong: str = "") -> HttpResponse:
    lang, office = request.lang, standing.office_of(request)
    evidence = beside.evidence_of(request, found)
    table = beside.told(request, found, evidence)
    with standing.reading() as connection:
        steps = queries.steps(connection, found.id)
    due, due_kind = standing.due(found, lang)
    return frame.show(
        request, "cases/case.html", section="cases", status=409 if wrong else 200, reference=reference, case=found, doing=doing,
        wrong=wrong, title=standing.caption(found, lang), todo=standing.to_do(found, lang), due=due, due_kind=due_kind, table=table,
        linked=beside.linked(evidence, lang), sure=beside.sureness(evidence, lang), evidence=[_told(each, lang) for each in evidence],
        state_kind=standing.STATE_TAGS.get(found.state, "plain"), severity_kind=standing.SEVERITY_TAGS.get(found.severity, "plain"),
        lines=[_line(each, lang, office) for each in reversed(steps)], sides=_sides(request, found), offered=offered(request, found),
        colleagues=_colleagues(request), offices=[office for office in course.OWNERS if office != found.owner],
        cures=cure.offered(request, found, steps), second=standing.needs_second(found),
        approvers=_approvers(found, lang), unit=frame.unit_name(found.commune, lang) if office else "",
        proposal=_proposal(found, lang), mine=found.assigned == request.staff.account, office=office,
        holder=standing.holders(request, [found]).get(found.id, ""),
        same_person=bool(found.proposed_by) and standing.proposed_by_same_person(request, found.proposed_by),
        undoable=standing.may(request, found, "undo"), communes=standing.communes(request.staff.unit), directions=(1, 2),
    )  # fmt: skip


def _sides(request: Any, found: Case) -> list[tuple[str, str, str]]:
    """(code, caption, whose papers say it) of the answers to the first question; an agency is one where its file is part of the case."""
    lang, sides = request.lang, [side for side in course.SIDES if side != "agency" or found.agency]
    return [(side, cased("side", side, lang).capitalize(), language.say(lang, f"cases.side_hint.{side}")) for side in sides]


def _approvers(found: Case, lang: str) -> str:
    """The offices that may approve what is proposed in a case."""
    stands = course.Standing(found.state, found.owner, found.asked, found.commune, found.proposed_by)
    return ", ".join(captions.caption("office", office, lang) for office in course.offices(stands, "approve"))


def _colleagues(request: Any) -> list[Colleague]:
    """Whom a case may be given to besides the reader."""
    others = colleagues(request).exclude(pk=request.account.pk)
    return [Colleague(each.login, each.full_name) for each in others.order_by("full_name")[:_COLLEAGUES_MAX]]


def _proposal(found: Case, lang: str) -> dict[str, str]:
    """What was proposed, in words."""
    if not found.proposal:
        return {}
    command = (found.proposal.get("command") or {}).get("command", "")
    return {
        "decision": cased("decision", str(found.proposal.get("decision", "")), lang),
        "command": captions.caption("command", command, lang) if command else "", "by": found.proposed_by,
        "kept": language.say(lang, "cases.merge_keeps", n=found.proposal["kept"]) if found.proposal.get("kept") else "",
    }  # fmt: skip


def _line(step: queries.Step, lang: str, reader: str) -> Line:
    """A step as the timeline shows it; to somebody of an agency (no office) it names their own colleagues, else the office alone."""
    office = captions.caption("office", step.office, lang)
    moved = step.state_before != step.state_after
    order = step.note if cure.is_order(step.note) else ""
    facts = [(language.say(lang, "cases.history.by"), f"{step.actor} ({office})" if reader or step.office == "agency" else office)]
    if moved:
        before, after = (cased("state", state, lang) for state in (step.state_before, step.state_after))
        facts.append((language.say(lang, "cases.history.state"), f"{before} → {after}"))
    if order:
        facts.append((language.say(lang, "cases.history.order"), f"{captions.caption('command', cure.command_of(order), lang)} – {order}"))
    return Line(step.at, cased("step", step.what, lang), "" if order else step.note, tuple(facts))


def _told(each: Evidence, lang: str) -> dict[str, Any]:
    """A piece of evidence without its values: those stand in the table."""
    data = each.data
    source = language.say(lang, "cases.evidence.linkage") if each.source == "linkage" else each.source
    place = beside.place(each, lang) if data.get("row") else ""
    return {"at": each.at, "source": source, "file": data.get("file", ""), "place": place, "gone": not data}


ROUTES = (
    route("viec/<str:reference>/", case, "case", needs="case"),
    route("viec/<str:reference>/buoc/", step, "case_step", needs="case", methods=("POST",)),
    route("viec/<str:reference>/mo/", open_group, "case_open", needs="reveal", methods=("POST",)),
)
