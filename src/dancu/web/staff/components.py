"""A page that shows every part pages are made of, as each looks in both themes; what others build from, and what tests look at."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.http import HttpResponse

from dancu.web import frame
from dancu.web.forms import Field, Form
from dancu.web.routes import SIGNED_IN, route
from dancu.web.staff.person import Line

_FIELDS = (
    Field("text", "components.text", required=True),
    Field("day", "components.day", "date"),
    Field("number", "components.number", "digits", most=12, like="001205000001"),
    Field("one", "components.one", "choice"),
    Field("few", "components.few", "radios"),
    Field("yes", "components.yes", "checkbox"),
    Field("long", "components.long", "textarea"),
)


def components(request: Any) -> HttpResponse:
    """The page; nothing that is sent from it is kept."""
    words = [frame.say(request, f"components.option.{code}") for code in ("a", "b")]
    options = list(zip("ab", words, strict=True))
    from dancu.web.forms import with_options

    fields = with_options(_FIELDS, one=options, few=options)
    good, bad = Form(fields, request.lang), Form(fields, request.lang, {"text": "", "day": "31/02/2026", "number": "12a"})
    say = frame.say
    lines = [
        Line(datetime(2026, 11, 30, 7, 5, tzinfo=UTC), say(request, "components.line"), say(request, "components.line_text")),
        Line(datetime(2025, 7, 1, 1, 0, tzinfo=UTC), say(request, "components.line"), ""),
    ]
    rows = [(say(request, "components.row"), n, kind) for n, kind in ((12_345, "good"), (987, "warn"), (4, "bad"))]
    return frame.show(request, "staff/components.html", good=good, bad=bad, lines=lines, rows=rows, page={"next": "x", "first": False})


ROUTES = (route("he-thong-giao-dien/", components, "components", needs=SIGNED_IN),)
