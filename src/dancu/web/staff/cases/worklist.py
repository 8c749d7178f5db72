"""Việc cần xử lý: the worklists of an office and a unit, narrowed, a page at a time, and handed out as a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from dancu.quality import course, queries, term
from dancu.quality.captions import caption as cased
from dancu.quality.queries import Case, Key
from dancu.quality.rules.rule import rules
from dancu.register.rights import may
from dancu.web import desk, frame
from dancu.web.accounts import session
from dancu.web.forms import Field, Form, with_options
from dancu.web.paging import Page
from dancu.web.routes import route
from dancu.web.staff.cases import standing

VIEWS = ("office", "mine", "overdue", "waiting", "unit")
_POLICE_VIEWS = ("office", "mine", "overdue", "waiting", "agency", "unit")
_SEVERITIES = ("confirm", "fix", "note")
_DUE = ("overdue", "today", "week")
_ON_HOME = 5
# A number beyond this is said as "more than".
COUNTED = 999
PURPOSE = "data_case:DANH-SACH"
_FILTERS = (
    Field("kind", "cases.filter.kind", "choice"),
    Field("code", "cases.filter.code", "choice"),
    Field("severity", "cases.filter.severity", "choice"),
    Field("owner", "cases.filter.owner", "choice"),
    Field("state", "cases.filter.state", "choice"),
    Field("due", "cases.filter.due", "choice"),
)


def worklist(request: Any) -> HttpResponse:
    """The list; what narrows it are codes, and so may stand in its address."""
    view = request.GET.get("xem", "")
    view = view if view in views(request) else views(request)[0]
    form = Form(_fields(request), request.lang, None, request.GET)
    wished = narrowed(request, view, request.GET)
    after = _after(request.GET.get("sau", ""))
    with standing.reading() as connection:
        page = queries.worklist(connection, **wished, after=after)
        tabs = [(each, queries.some(connection, most=COUNTED, **narrowed(request, each, {}))) for each in views(request)]
        files = in_files(request, connection, page.cases)
    shown = Page(page.cases, f"{page.next.due.isoformat()}_{page.next.id}" if page.next else "", after is None)
    names, holders = named(request, page.cases), standing.holders(request, page.cases)
    return frame.show(
        request, "cases/worklist.html", section="cases", view=view, form=form, page=shown,
        rows=[row(request, case, names, files) | {"holder": holders.get(case.id, "")} for case in page.cases],
        filtered=any(_chosen(request.GET).values()),
        tabs=[(each, frame.say(request, f"cases.view.{each}"), _counted(request, n)) for each, n in tabs],
        may_export=may(request.staff, "export"), query=request.GET.urlencode(), lists=bool(standing.office_of(request)),
        acts=standing.actor(request) is not None, agency=not standing.office_of(request),
        case_days=settings.DANCU.case_days, makes_lists=standing.office_of(request) in standing.SIGNERS,
    )  # fmt: skip


def views(request: Any) -> tuple[str, ...]:
    """The lists a reader has: who belongs to no commune's office has none of their own to wait for."""
    office = standing.office_of(request)
    if not office:
        return ("unit", "mine", "overdue", "waiting") if standing.actor(request) else ("unit", "overdue")
    if office in standing.POLICE:
        # Where an agency has nobody at these pages, the police of the commune write to it.
        return _POLICE_VIEWS
    return VIEWS if office in standing.OWNERS else ("unit", "overdue", "mine")


def narrowed(request: Any, view: str, asked: Mapping[str, str]) -> dict[str, Any]:
    """What `queries.worklist` is asked for: the reader's own bounds, the view's, and what was chosen; unknown codes count for nothing."""
    owner, today = standing.OWNERS.get(standing.office_of(request), ""), term.today(standing.now())
    wished: dict[str, Any] = dict(standing.own(request))
    wished |= {
        "mine": {"assigned": request.staff.account}, "office": {"owner": owner}, "agency": {"owner": "agency"},
        "overdue": {"due_by": today - timedelta(days=1)}, "waiting": {"waiting": owner},
    }.get(view, {})  # fmt: skip
    chosen = _chosen(asked)
    until = _due_by(chosen.pop("due", ""), today)
    wished |= chosen
    if until and ("due_by" not in wished or until < wished["due_by"]):
        wished["due_by"] = until
    return wished


def _chosen(asked: Mapping[str, str]) -> dict[str, str]:
    """What of an address narrows the list: filters with a code that there is."""
    known = {**_codes(), "due": _DUE}
    return {each.name: asked[each.name] for each in _FILTERS if asked.get(each.name) in known[each.name]}


def named(request: Any, cases: Any, fields: Sequence[str] = ("name", "birth_date", "pin")) -> dict[int, dict[str, Any]]:
    """Fields of the people of a list, as far as they are open to the reader: one leaf for all of them."""
    people = {person for case in cases for person in (case.person, case.other) if person}
    if not people or not may(request.staff, "show"):
        return {}
    return desk.desk().named(request.staff, PURPOSE, people, fields=tuple(fields))


def in_files(request: Any, connection: Any, cases: Sequence[Case]) -> dict[int, tuple[str, str, int]]:
    """Where the cases of an agency stand in the files it sent: (file, sheet, row); it knows them by nothing else."""
    return {} if standing.office_of(request) else queries.places_in_files(connection, [case.id for case in cases], request.account.agency)


def row(
    request: Any, case: Case, names: Mapping[int, Mapping[str, Any]], files: Mapping[int, tuple[str, str, int]] | None = None
) -> dict[str, Any]:  # fmt: skip
    """A line of a list as its template shows it."""
    lang = request.lang
    due, due_kind = standing.due(case, lang)
    whose = [names[person] for person in (case.person, case.other) if person in names and names[person].get("name")]
    return {
        "case": case, "text": standing.caption(case, lang), "due": due, "due_kind": due_kind,
        "who": " – ".join(dict.fromkeys(each["name"] for each in whose)), "born": whose[0].get("birth_date", "") if whose else "",
        "state_kind": standing.STATE_TAGS.get(case.state, "plain"), "severity_kind": standing.SEVERITY_TAGS.get(case.severity, "plain"),
        "commune": frame.unit_name(case.commune, lang) if case.commune != request.staff.unit and standing.office_of(request) else "",
        "mine": case.assigned == request.staff.account, "file": (files or {}).get(case.id),
    }  # fmt: skip


def take(request: Any) -> HttpResponse:
    """Take the marked cases of a page for oneself; an agency may also say of all of them that its file is mended, and how."""
    from dancu.core.refusal import Refusal
    from dancu.quality import actions

    taken = left = alone = 0
    who = standing.actor(request)
    close = request.POST.get("do") == "close" and not standing.office_of(request)
    chosen = request.POST.getlist("viec")[: queries.PAGE] if who else []
    note = request.POST.get("note", "").strip()
    if not chosen or (close and not note):
        frame.notice(request, "cases.error.note" if chosen else "cases.none_chosen", kind="bad")
        return _back(request)
    for reference in chosen:
        case = standing.reached(request, reference)
        if close and case.field == "status":
            # Whether somebody lives is not said of fifty people at once.
            alone += 1
            continue
        said = {"case": case.id, "actor": who, "at": standing.now(), "seen": case.version, "note": note if close else ""}
        try:
            with standing.writing() as connection:
                actions.mend(connection, **said) if close else actions.assign(connection, to=request.staff.account, **said)
            taken += 1
        except Refusal:
            left += 1
    if taken:
        frame.notice(request, "cases.mended" if close else "cases.taken", n=taken)
    if left:
        frame.notice(request, "cases.not_mended" if close else "cases.not_taken", kind="bad", n=left)
    if alone:
        frame.notice(request, "cases.one_by_one", kind="bad", n=alone)
    return _back(request)


def _back(request: Any) -> HttpResponse:
    """The list as it was narrowed."""
    query = request.POST.get("query", "")
    return HttpResponseRedirect(reverse("cases") + (f"?{query}" if query and len(query) < 500 else ""))


def waiting(request: Any) -> list[tuple[str, str, str]]:
    """(what, address, how long there is still) of the first cases that wait for the reader; for the home page, without names."""
    found: dict[int, Case] = {}
    with standing.reading() as connection:
        for view in ("mine", views(request)[0]):
            for case in queries.worklist(connection, **narrowed(request, view, {}), limit=_ON_HOME).cases:
                found.setdefault(case.id, case)
    return [
        (standing.caption(case, request.lang), reverse("case", args=[session.reference(request, "case", case.id)]),
         standing.due(case, request.lang)[0])
        for case in list(found.values())[:_ON_HOME]
    ]  # fmt: skip


def _fields(request: Any) -> tuple[Field, ...]:
    """The filters with what there is to choose from, in the reader's language."""
    lang, known = request.lang, _codes()
    options = {
        name: [(code, cased(name, code, lang)) for code in known[name]]
        for name in ("kind", "severity", "owner", "state")
    }  # fmt: skip
    options["code"] = sorted(((rule.id, rule.text(lang)) for rule in rules() if rule.counts), key=lambda each: each[1])
    options["due"] = [(code, frame.say(request, f"cases.due.{code}")) for code in _DUE]
    fields = with_options(_FILTERS, **options)
    return fields if standing.office_of(request) else tuple(each for each in fields if each.name not in ("kind", "code"))


def _codes() -> dict[str, tuple[str, ...]]:
    return {
        "kind": course.KINDS, "severity": _SEVERITIES, "owner": course.OWNERS, "state": course.STATES,
        "code": tuple(rule.id for rule in rules()),
    }  # fmt: skip


def _due_by(chosen: str, today: date) -> date | None:
    return {"overdue": today - timedelta(days=1), "today": today, "week": term.due(standing.now(), 5)}.get(chosen)


def _after(text: str) -> Key | None:
    """The key of a page: a day and the number of a case."""
    day, _, number = text.partition("_")
    try:
        return Key(date.fromisoformat(day), int(number)) if number.isascii() and number.isdecimal() and len(number) < 19 else None
    except ValueError:
        return None


def _counted(request: Any, n: int) -> str:
    from dancu.web import language

    told = language.number(request.lang, min(n, COUNTED))
    return f"{told}+" if n > COUNTED else told


ROUTES = (
    route("viec/", worklist, "cases", needs="case"),
    route("viec/nhan/", take, "cases_take", needs="case", methods=("POST",)),
)
