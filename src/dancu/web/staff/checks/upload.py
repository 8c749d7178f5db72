"""The page where a file is sent and where one's own checks are listed, newest first."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from dancu.core.refusal import Refusal
from dancu.web import frame, language, uploads
from dancu.web.accounts import session
from dancu.web.checks import actions, queries, rules
from dancu.web.models import Check
from dancu.web.routes import UPLOAD, route

KIND = "check"


def checks(request: Any) -> HttpResponse:
    """Send a file, or see what became of those sent before."""
    trouble = ""
    if request.method == "POST":
        taken = _received(request)
        if isinstance(taken, Check):
            return HttpResponseRedirect(address("check", request, taken))
        trouble = taken
    page = queries.of_account(request.account.pk, after=request.GET.get("sau", ""))
    return frame.show(
        request, "staff/checks/list.html", section="check", page=page, trouble=trouble, most_mb=settings.DANCU.upload_mb,
        keep_days=settings.DANCU.keep_days, accepted=rules.ACCEPTED, status=400 if trouble else 200,
    )  # fmt: skip


def _received(request: Any) -> Check | str:
    """The check of the file that was sent, or the sentence that says why there is none."""
    sent = request.FILES.get("file")
    try:
        if fault := uploads.fault_of(request):
            raise fault
        if sent is None or not sent.name:
            return language.say(request.lang, "checks.error.no_file")
        if sent.size > settings.DANCU.upload_mb * 1_048_576:
            return language.say(request.lang, "checks.error.large", most=settings.DANCU.upload_mb)
        return actions.receive(account=request.account, sent=sent, at=datetime.now(UTC))
    except Refusal as refusal:
        return refusal.text(request.lang)


def address(name: str, request: Any, check: Check, *more: object) -> str:
    """The address of a page of a check, for its sender alone."""
    return reverse(name, args=[session.reference(request, KIND, check.pk), *more])


def found(request: Any, reference: str, *states: str) -> Check:
    """The check a reference of this account means. Raises Http404 for anybody else's, and where it stands otherwise."""
    check = queries.one(request.account.pk, session.record(request, KIND, reference))
    if check is None or (states and check.state not in states):
        raise Http404
    return check


ROUTES = (route("doi-chieu-tep/", checks, "checks", needs="check", methods=("GET", "POST"), body_mb=UPLOAD),)
