"""The first page after signing in: what waits for the reader. Rooms put their panels into PANELS."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse

from dancu.web import frame
from dancu.web.frame import Panel
from dancu.web.routes import PUBLIC, SIGNED_IN, route
from dancu.web.staff.ledger import talk
from dancu.web.staff.orders import drafts


def cases(request: Any) -> Panel | None:
    """The cases that wait for the reader: their own first, then those of their office, the most urgent first."""
    from dancu.register.rights import may
    from dancu.web.staff.cases.worklist import waiting

    if not may(request.staff, "case"):
        return None
    return Panel("home.cases", "home.no_cases", waiting(request), reverse("cases"))


def measures(request: Any) -> Panel | None:
    """The four measures of the reader's unit, as of the last run."""
    from dancu.register.rights import may
    from dancu.web.staff.quality.dashboard import bars_of

    if not may(request.staff, "measure"):
        return None
    bars = bars_of(request.staff.unit, request.lang)
    return Panel("home.measures", "home.no_measures", [(bar.caption, "", bar.text) for bar in bars], reverse("quality"))


# Each gives a panel, or None where it is not for the reader; in this order.
PANELS: tuple[Callable[[Any], Panel | None], ...] = (talk.panel, cases, drafts.panel, measures)


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


ROUTES = (
    route("", home, "home", needs=SIGNED_IN),
    route("health", health, "health", needs=PUBLIC),
)
