"""One check as it stands: waiting, running with its progress, failed with a sentence; stopping it, deleting it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse

from dancu.web import frame, language
from dancu.web.checks import actions, queries, rules
from dancu.web.models import Check
from dancu.web.routes import route
from dancu.web.staff.checks import columns, result
from dancu.web.staff.checks.upload import address, found


def check(request: Any, reference: str) -> HttpResponse:
    """The page of a check: columns to confirm, its progress, or what came of it."""
    one = found(request, reference)
    if one.state == "columns":
        return columns.shown(request, one)
    if one.state == "done":
        return result.shown(request, one)
    return frame.show(request, "staff/checks/run.html", section="check", **_told(request, one))


def progress(request: Any, reference: str) -> HttpResponse:
    """The part of the page that tells how far a check is, asked for again and again; at its end the page is asked for anew."""
    one = found(request, reference)
    if one.state not in rules.ALIVE:
        answer = HttpResponse(status=204)
        answer["HX-Refresh"] = "true"
        return answer
    # Without the frame, whose notices are for a whole page.
    return HttpResponse(render_to_string("web/staff/checks/progress.html", {"lang": request.lang, **_told(request, one)}))


def stop(request: Any, reference: str) -> HttpResponse:
    """Stop a check that waits or runs."""
    one = found(request, reference)
    actions.cancel(check=one.pk, at=datetime.now(UTC))
    frame.notice(request, "checks.stopped", kind="note")
    return HttpResponseRedirect(address("check", request, one))


def delete(request: Any, reference: str) -> HttpResponse:
    """Delete the file and its results at once, asked once more before."""
    one = found(request, reference)
    if request.method == "GET":
        return frame.show(request, "staff/checks/delete.html", section="check", check=one, back=address("check", request, one))
    actions.delete(check=one, at=datetime.now(UTC))
    frame.notice(request, "checks.deleted")
    return HttpResponseRedirect(reverse("checks"))


def _told(request: Any, one: Check) -> dict[str, Any]:
    told, lang = rules.Progress(**one.progress) if one.progress else rules.Progress(), request.lang
    stage = f"checks.stage.{told.stage}"
    return {
        "check": one, "told": told, "alive": one.state in rules.ALIVE, "ahead": queries.ahead(one) if one.state == "waiting" else 0,
        "stage": language.say(lang, stage) if language.has(stage) else language.say(lang, "checks.stage.begin"),
        "left": left(lang, told.left_s), "refused": one.refused_en if lang == "en" else one.refused_vi,
        "again": address("check_progress", request, one), "stop": address("check_stop", request, one),
        "remove": address("check_delete", request, one),
    }  # fmt: skip


def left(lang: str, seconds: int) -> str:
    """How long the rest takes, in words; '' where nobody knows yet."""
    if seconds < 0:
        return ""
    if seconds < 60:
        return language.say(lang, "checks.left_s", n=max(seconds, 1))
    return language.say(lang, "checks.left_min", n=round(seconds / 60))


ROUTES = (
    route("doi-chieu-tep/<str:reference>/", check, "check", needs="check"),
    route("doi-chieu-tep/<str:reference>/tien-do/", progress, "check_progress", needs="check"),
    route("doi-chieu-tep/<str:reference>/dung/", stop, "check_stop", needs="check", methods=("POST",)),
    route("doi-chieu-tep/<str:reference>/xoa/", delete, "check_delete", needs="check", methods=("GET", "POST")),
)
