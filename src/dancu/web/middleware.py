"""What every request passes: a log line that names nobody, security headers, who is asking, and quiet faults."""

from __future__ import annotations

import logging
import time
import traceback
import uuid
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse

from dancu.core.refusal import Refusal
from dancu.web import errors
from dancu.web.accounts import session

Respond = Callable[[HttpRequest], HttpResponse]

_requests = logging.getLogger("dancu.web.requests")
_faults = logging.getLogger("dancu.web.faults")
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
_HSTS = "max-age=31536000; includeSubDomains"


def request_log(respond: Respond) -> Respond:
    """One line a request: its own id, method, name of the route, status, milliseconds. No path, no query, nobody's value."""

    def logged(request: HttpRequest) -> HttpResponse:
        request.id = uuid.uuid4().hex[:16]  # type: ignore[attr-defined]
        begun = time.perf_counter()
        answer = respond(request)
        name = request.resolver_match.view_name if request.resolver_match else "-"
        spent_ms = round(1000 * (time.perf_counter() - begun))
        method = request.method if request.method in ("GET", "POST", "HEAD") else "other"
        _requests.info("%s %s %s %s %sms", request.id, method, name, answer.status_code, spent_ms)  # type: ignore[attr-defined]
        answer["X-Request-Id"] = request.id  # type: ignore[attr-defined]
        return answer

    return logged


def security_headers(respond: Respond) -> Respond:
    """The same headers on every answer; pages are never kept by a cache."""

    def headed(request: HttpRequest) -> HttpResponse:
        answer = respond(request)
        for name, value in _HEADERS.items():
            answer.headers.setdefault(name, value)
        if settings.DANCU.https:
            answer["Strict-Transport-Security"] = _HSTS
        answer.headers.setdefault("Cache-Control", "no-store")
        return answer

    return headed


class Faults:
    """Turns what a view raises into a page: an expected no into its sentence, a fault of ours into a page that tells nothing."""

    def __init__(self, respond: Respond):
        self._respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            return self._respond(request)
        except Exception as fault:
            # Raised outside a view, in a middleware further in.
            return self.process_exception(request, fault) or errors.page(request, 500)

    def process_exception(self, request: HttpRequest, fault: Exception) -> HttpResponse | None:
        """The page of what was raised; None for what Django answers itself."""
        if isinstance(fault, Refusal):
            return errors.refusal(request, fault)
        if isinstance(fault, RequestDataTooBig):
            return errors.page(request, 413)
        if isinstance(fault, Http404 | PermissionDenied | SuspiciousOperation):
            return None
        # Where it happened, and of what class; what the exception says may quote a value.
        where = [f"{Path(f.filename).name}:{f.lineno}:{f.name}" for f in traceback.extract_tb(fault.__traceback__)]
        _faults.error("%s %s at %s", getattr(request, "id", "-"), type(fault).__name__, " < ".join(reversed(where[-8:])))
        return errors.page(request, 500)


def staffed(respond: Respond) -> Respond:
    """Who is asking: `request.account`, `.staff` (rights.Staff), `.stage` of signing in, `.lang` and `.address`."""

    def known(request: HttpRequest) -> HttpResponse:
        request.address = _address(request)  # type: ignore[attr-defined]
        session.recognise(request, time.time())
        return respond(request)

    return known


def _address(request: HttpRequest) -> str:
    """The caller's address: the socket's, or what the trusted servers in front say, counted from the nearest."""
    if not settings.DANCU.proxies:
        return request.META.get("REMOTE_ADDR", "")
    said = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    return said[-settings.DANCU.proxies] if len(said) >= settings.DANCU.proxies else request.META.get("REMOTE_ADDR", "")
