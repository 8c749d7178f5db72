"""Taking a decision back: the case is as it was before, and what the register was told is undone by a command of its own first."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from dancu.core.refusal import Refusal
from dancu.quality import actions, queries
from dancu.quality.queries import Case, Step
from dancu.register.read.queries import actions_of, people_now
from dancu.web import frame
from dancu.web.forms import Field, Form
from dancu.web.routes import route
from dancu.web.staff.cases import carry, standing
from dancu.web.staff.cases.carry import Deed
from dancu.web.staff.cases.cure import is_order

_NOTE = (Field("note", "cases.note", "textarea", required=True, most=actions.NOTE_LONGEST),)


def undo(request: Any, reference: str) -> HttpResponse:
    """The page that asks why, and, where the register was changed, what the undoing rests on."""
    case = standing.reached(request, reference)
    if not standing.may(request, case, "undo"):
        frame.notice(request, "cases.why.undo", kind="bad")
        return HttpResponseRedirect(reverse("case", args=[reference]))
    with standing.reading() as connection:
        deed = _deed(connection, case, queries.steps(connection, case.id))
    if deed is not None:
        return carry.shown(request, case, reference, deed, lambda order: _finish(request, case, reference, request.POST.get("reason", "")))
    form = Form(_NOTE, request.lang, request.POST if request.method == "POST" else None)
    if form.ok():
        try:
            return _finish(request, case, reference, form.values["note"])
        except Refusal as refusal:
            form.errors[""] = refusal.text(request.lang)
    return frame.show(
        request, "cases/undo.html", section="cases", status=400 if form.errors else 200, form=form, case=case, reference=reference,
        what=standing.caption(case, request.lang), back=reverse("case", args=[reference]),
    )  # fmt: skip


def _finish(request: Any, case: Case, reference: str, note: str) -> HttpResponse:
    with standing.writing() as connection:
        actions.undo(connection, case=case.id, note=note, actor=request.staff.actor(), at=standing.now(), seen=case.version)
    frame.notice(request, "cases.done.undo")
    return HttpResponseRedirect(reverse("case", args=[reference]))


def _deed(connection: Any, case: Case, steps: tuple[Step, ...]) -> Deed | None:
    """What undoes in the register what closing the case wrote there; None where nothing was written from it."""
    closing = next((step for step in reversed(steps) if step.what in ("merge", "mend")), None)
    if not case.closed or closing is None or not is_order(closing.note):
        return None
    if case.state == "merged":
        # Of the two, the one that answers for nobody any more.
        gone = [one for one in people_now(connection, [case.person, case.other or 0]) if one.status == "merged"]
        return Deed(command="split", fields={"other": f"#{gone[0].id}", "kept": f"#{gone[0].merged_into}"}) if gone else None
    event = next((action.id for action in actions_of(connection, closing.note) if action.person == case.person), 0)
    return Deed(command="reverse", fields={"person": f"#{case.person}", "event": event}) if event else None


ROUTES = (route("viec/<str:reference>/hoan-tac/", undo, "case_undo", needs="command", methods=("GET", "POST")),)
