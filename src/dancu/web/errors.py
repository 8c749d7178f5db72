"""Pages that say in both languages what did not work, without a word of what was typed or of whom it was about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from dancu.core.refusal import Refusal

# 405 and everything else that has no sentence of its own says what 400 says.
TOLD = (400, 403, 404, 413, 429, 500)
# What a refusal answers with, by its code; a rule that says no is a conflict with what is on record.
_STATUS = {"not_allowed": 403, "not_on_record": 404, "database_busy": 503, "no_connection": 503, "connection_lost": 503}


def page(request: HttpRequest, status: int, *, headers: Mapping[str, str] | None = None, wait_s: int = 0) -> HttpResponse:
    """The page of a status; `wait_s` where trying again makes sense only after a while."""
    told = status if status in TOLD else 400
    key = f"errors.{told}"
    values = {"status": status, "title": f"{key}.title", "body": f"{key}.body", "next": f"{key}.next", "wait_s": wait_s}
    return _answer(request, values, status, headers)


def refusal(request: HttpRequest, refused: Refusal) -> HttpResponse:
    """The page of an expected no: its own sentence."""
    status = _STATUS.get(refused.code, 409)
    lang = getattr(request, "lang", "vi")
    values = {"status": status, "title": "errors.refused.title", "sentence": refused.text(lang), "next": "errors.refused.next"}
    return _answer(request, values, status, None)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's handler400; a body past its limit is 413."""
    from django.core.exceptions import RequestDataTooBig

    return page(request, 413 if isinstance(exception, RequestDataTooBig) else 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's handler403."""
    return page(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's handler404."""
    return page(request, 404)


def failed(request: HttpRequest) -> HttpResponse:
    """Django's handler500."""
    return page(request, 500)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its token, most often one that stood open for too long."""
    values = {"status": 403, "title": "errors.csrf.title", "body": "errors.csrf.body", "next": "errors.csrf.next"}
    return _answer(request, values, 403, None)


def _answer(request: HttpRequest, values: dict[str, Any], status: int, headers: Mapping[str, str] | None) -> HttpResponse:
    try:
        text = render_to_string("web/error.html", values, request)
    except Exception:
        # The page of an error must not need what has failed.
        text = render_to_string("web/error.html", {**values, "plain": True, "lang": getattr(request, "lang", "vi")})
    answer = HttpResponse(text, status=status, headers=dict(headers or {}))
    if values.get("wait_s"):
        answer["Retry-After"] = str(values["wait_s"])
    return answer
