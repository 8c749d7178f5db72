"""Nhật ký truy cập: what the reader has looked at, when and for what."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from dancu.web import frame
from dancu.web.accounts import queries
from dancu.web.routes import route


def own_log(request: Any) -> HttpResponse:
    """One's own looks, newest first."""
    page = queries.looks_of(request.account.pk, after=request.GET.get("sau", ""))
    return frame.show(request, "staff/own_log.html", section="ledger", page=page)


ROUTES = (route("nhat-ky/cua-toi/", own_log, "own_log", needs="own_log"),)
