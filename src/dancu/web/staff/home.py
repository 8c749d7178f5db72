"""The first page after signing in: what waits for the reader. Rooms put their panels into PANELS."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from dancu.web import frame
from dancu.web.frame import Panel
from dancu.web.models import Draft
from dancu.web.routes import PUBLIC, SIGNED_IN, route

_DRAFTS_MAX = 10


def drafts(request: Any) -> Panel | None:
    """Forms that were begun and not sent."""
    from dancu.register.rights import may

    if not may(request.staff, "command"):
        return None
    found = Draft.objects.filter(account=request.account).order_by("-saved_at")[:_DRAFTS_MAX]
    rows = [(frame.say(request, f"home.form.{draft.form}"), "", "") for draft in found if _known(draft.form)]
    return Panel("home.drafts", "home.no_drafts", rows)


def cases(request: Any) -> Panel | None:
    """The cases of the reader's office and unit; filled by the room of quality."""
    from dancu.register.rights import may

    return Panel("home.cases", "home.no_cases") if may(request.staff, "case") else None


def measures(request: Any) -> Panel | None:
    """The four measures of the reader's unit; filled by the room of quality."""
    from dancu.register.rights import may

    return Panel("home.measures", "home.no_measures") if may(request.staff, "measure") else None


# Each gives a panel, or None where it is not for the reader; in this order.
PANELS: tuple[Callable[[Any], Panel | None], ...] = (cases, drafts, measures)


def home(request: HttpRequest) -> HttpResponse:
    """The home page."""
    panels = [panel for make in PANELS if (panel := make(request)) is not None]
    return frame.show(request, "staff/home.html", section="home", panels=panels)


def health(request: HttpRequest) -> HttpResponse:
    """Whether pages can be served: for whoever watches the machine. No data, no version."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


def _known(form: str) -> bool:
    from dancu.web import language

    return language.has(f"home.form.{form}")


ROUTES = (
    route("", home, "home", needs=SIGNED_IN),
    route("health", health, "health", needs=PUBLIC),
)
