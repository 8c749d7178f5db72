"""What is asked and said about one look: a supervisor asks, the officer answers, the supervisor accepts. Only added to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from dancu.core.refusal import Refusal
from dancu.ledger.leaf import decode
from dancu.ledger.reader import LogReader
from dancu.ledger.subjects import Entry
from dancu.register import captions
from dancu.register.rights import may
from dancu.web import desk, frame, language
from dancu.web.accounts import queries, session
from dancu.web.forms import Field, Form
from dancu.web.frame import Panel
from dancu.web.models import Account, LookAct
from dancu.web.orders.inputs import number_in
from dancu.web.routes import route
from dancu.web.staff.ledger import entries
from dancu.web.staff.ledger.officers import OFFICERS_MAX, looks, monday_of, watched

_TEXT_MAX = 500
_ACTS_MAX = 200
_QUESTIONS_MAX = 50
_ON_HOME = 5
_NUMBERS = re.compile(r"\d{9,}")
# A place in the ledger as one number: months since year 0, then the index.
_INDEX_BITS = 40
_FORM = (Field("text", "log.text", "textarea", required=True, most=_TEXT_MAX, check=lambda said: _number_in(said)),)
_NUMBER = (Field("number", "log.number", "search", required=True, most=200, check=lambda said: _no_number(said)),)
_SAME = {True: "log.same.yes", False: "log.same.no", None: "log.same.nobody"}
_STATES = {"asked": "asked", "answered": "answered", "explained": "explained"}


def _number_in(said: str) -> str:
    return "log.error.number" if _NUMBERS.search(said) else ""


def _no_number(said: str) -> str:
    return "" if len(number_in(said)) == 12 else "log.error.no_number"


def look(request: Any, reference: str) -> HttpResponse:
    """One look of an officer the reader supervises: what it was, and what was asked and said about it."""
    month, index = _place(request, reference)
    officers = watched(request.account)[:OFFICERS_MAX]
    entry, officer = _of(month, index, officers)
    return _page(request, entry, officer, officers, kinds=("asked", "explained"), back=reverse("supervision"))


def answer(request: Any, reference: str) -> HttpResponse:
    """One's own look that was asked about."""
    month, index = _place(request, reference)
    entry, officer = _of(month, index, [request.account])
    if not LookAct.objects.filter(month=month, index=index, kind="asked").exists():
        raise Http404
    return _page(request, entry, officer, [request.account], kinds=("answered",), back=reverse("own_log"))


def panel(request: Any) -> Panel | None:
    """For the home page: what the reader was asked to explain, and what was explained to them; None where there is neither."""
    lang = request.lang
    rows = [(language.say(lang, "log.asked_at", at=language.moment(act.at)), at, act.text) for act, at in open_questions(request)]
    if may(request.staff, "supervise"):
        acts = list(LookAct.objects.filter(kind="asked", by=request.account.pk).order_by("-id")[:_ACTS_MAX])
        places = {(act.month, act.index) for act in acts}
        about = LookAct.objects.filter(month__in={month for month, _ in places}, index__in=[index for _, index in places])
        answered = [act for act in _latest(about, "answered") if (act.month, act.index) in places]
        names = queries.names_of([act.by for act in answered])
        rows += [
            (language.say(lang, "log.answered_at", at=language.moment(act.at), who=names.get(act.by, "")),
             address(request, "look", act.month, act.index), "")
            for act in answered
        ]  # fmt: skip
    more = reverse("supervision" if may(request.staff, "supervise") else "own_log")
    return Panel("log.panel", "", rows[:_ON_HOME], more) if rows else None


def open_questions(request: Any) -> list[tuple[LookAct, str]]:
    """What supervisors have asked the reader and the reader has not answered: (question, address of the answer)."""
    waiting = _latest(LookAct.objects.filter(officer=request.account.pk), "asked")
    return [(act, address(request, "answer", act.month, act.index)) for act in waiting]


def _latest(acts: QuerySet[LookAct], kind: str) -> list[LookAct]:
    """The last thing said about each look, where it is of that kind; the newest first."""
    latest: dict[tuple[str, int], LookAct] = {}
    for act in acts.order_by("-id")[:_ACTS_MAX]:
        latest.setdefault((act.month, act.index), act)
    return [act for act in latest.values() if act.kind == kind][:_QUESTIONS_MAX]


def states(places: Sequence[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """How each place stands by the last thing said about it: asked, answered, explained; what is not in it is new."""
    months, indexes = {month for month, _ in places}, [index for _, index in places]
    found: Iterable[LookAct] = LookAct.objects.filter(month__in=months, index__in=indexes).order_by("id")[:10_000]
    return {(act.month, act.index): _STATES[act.kind] for act in found}


def address(request: Any, name: str, month: str, index: int) -> str:
    """The address of the page about a look, for this account alone."""
    year, _, part = month.partition("-")
    number = (int(year) * 12 + int(part) - 1) << _INDEX_BITS | index
    return reverse(name, args=[session.reference(request, name, number)])


def _place(request: Any, reference: str) -> tuple[str, int]:
    number = session.record(request, request.resolver_match.view_name, reference)
    if number is None:
        raise Http404
    months = number >> _INDEX_BITS
    return f"{months // 12:04d}-{months % 12 + 1:02d}", number & ((1 << _INDEX_BITS) - 1)


def _of(month: str, index: int, officers: Sequence[Account]) -> tuple[Entry, Account]:
    """The entry and whose of these officers it is. Raises Http404 for anybody else's."""
    witness = desk.desk().witness
    try:
        leaf: Any = decode(LogReader(witness.home / "ledger").entry(month, index))
    except Refusal:
        raise Http404 from None
    officer = next((each for each in officers if getattr(leaf, "officer", "-") in witness.called(each.login)), None)
    if officer is None:
        raise Http404
    return Entry(month, index, -1, leaf, getattr(leaf, "outcome", ""), "now"), officer


def _page(
    request: Any, entry: Entry, officer: Account, beside: Sequence[Account], *, kinds: tuple[str, ...], back: str
) -> HttpResponse:  # fmt: skip
    kind = request.POST.get("kind", kinds[0])
    compared = Form(_NUMBER, request.lang, request.POST if kind == "compare" else None)
    form = Form(_FORM, request.lang, request.POST if request.method == "POST" and kind != "compare" else None)
    supervises = "asked" in kinds
    same = None
    if compared.ok():
        number, purpose = number_in(compared.values["number"]), "supervision" if supervises else "explanation"
        about = desk.is_about(request.staff, entry.leaf.subject, number, purpose)
        # Who has to explain is told of their own look and not who is on record.
        same = _SAME[about if supervises else bool(about)]
    if form.ok() and kind in kinds:
        LookAct.objects.create(
            month=entry.month, index=entry.index, officer=officer.pk, by=request.account.pk, at=datetime.now(UTC), kind=kind,
            text=form.values["text"],
        )  # fmt: skip
        frame.notice(request, f"log.done.{kind}")
        return HttpResponseRedirect(request.path)
    desk.supervised(request.staff, "supervision.look", 1)
    told, place = entries.told(entry, request.lang), (entry.month, entry.index)
    why = next((look.why for look in looks([officer], monday_of(told.at), beside) if (look.month, look.index) == place), ())
    acts = list(LookAct.objects.filter(month=entry.month, index=entry.index).order_by("id")[:_ACTS_MAX])
    return frame.show(
        request, "staff/ledger/look.html", section="ledger", told=told, officer=officer, form=form, acts=acts,
        names=queries.names_of([act.by for act in acts]), kinds=kinds, back=back, status=400 if form.errors or compared.errors else 200,
        why=[language.say(request.lang, f"log.why.{code}") for code in why], compared=compared, same=same, supervises=supervises,
        opened=", ".join(captions.caption("field", field, request.lang) for field in getattr(entry.leaf, "fields", ())),
        unit=frame.unit_name(officer.unit, request.lang),
    )  # fmt: skip


ROUTES = (
    route("nhat-ky/giam-sat/lan-xem/<str:reference>/", look, "look", needs="supervise", methods=("GET", "POST")),
    route("nhat-ky/cua-toi/giai-trinh/<str:reference>/", answer, "answer", needs="own_log", methods=("GET", "POST")),
)
