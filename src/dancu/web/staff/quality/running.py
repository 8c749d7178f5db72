"""A run of the rules that a supervisor starts from the page, and how it goes."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from dancu.register.rights import Role
from dancu.web import frame
from dancu.web.routes import route

# A run reads everybody on record: not for every desk.
RUNNERS: tuple[Role, ...] = ("justice_supervisor", "police_supervisor")


def run(request: Any) -> HttpResponse:
    """Put a run into the queue, unless one waits there already."""
    from procrastinate.exceptions import AlreadyEnqueued

    from dancu.web.serving.measuring import measure

    try:
        measure.defer(account=request.account.pk)
        frame.notice(request, "quality.run_asked")
    except AlreadyEnqueued:
        frame.notice(request, "quality.run_waits", kind="note")
    return HttpResponseRedirect(reverse("quality"))


def state_of() -> str:
    """How the newest run asked for on a page stands: 'todo', 'doing', 'failed', or '' where none is under way."""
    from procrastinate.contrib.django.models import ProcrastinateJob

    from dancu.web.serving.measuring import NAME

    job = ProcrastinateJob.objects.filter(task_name=NAME).order_by("-id").values_list("status", flat=True).first()
    return job if job in ("todo", "doing", "failed") else ""


ROUTES = (route("chat-luong/cham/", run, "quality_run", needs="measure", roles=RUNNERS, methods=("POST",)),)
