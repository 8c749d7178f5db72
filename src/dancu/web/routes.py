"""Every route says who may open it; the door refuses all else, and a route that says nothing is refused to everybody.

A page is `route("tra-cuu/", view, "search", needs="find")`. `needs` is an operation of `register.rights`, or one of PUBLIC,
SECOND (password given, second factor not), SETUP (has still to set something up) and SIGNED_IN. Whose data somebody sees is the
register's to say (`rights.sight`), never a template's.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, get_args
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse

from dancu.register import rights
from dancu.register.rights import Operation, Role
from dancu.web import errors

PUBLIC, SECOND, SETUP, SIGNED_IN = "public", "second", "setup", "signed_in"
STAGES = (PUBLIC, SECOND, SETUP, SIGNED_IN)
UPLOAD = -1
# How long a confirmation of who one is holds for sensitive operations.
FRESH_S = 600
_SAFE = ("GET", "HEAD")


@dataclass(frozen=True)
class Access:
    """Who may open a route: `needs` an operation or a stage, `roles` narrower than the operation (None: all that may), `fresh`:
    only soon after saying again who one is, `body_mb`: the largest body in MB (0: a form's; UPLOAD: a file's, as settings say)."""

    needs: str
    roles: frozenset[Role] | None
    methods: tuple[str, ...]
    fresh: bool
    body_mb: int

    def admits(self, staff: rights.Staff) -> bool:
        """Whether somebody who is signed in may open it."""
        if self.needs in STAGES:
            return self.needs in (PUBLIC, SIGNED_IN)
        return rights.may(staff, self.needs) and (self.roles is None or staff.role in self.roles)  # type: ignore[arg-type]


def route(
    address: str,
    view: Callable[..., HttpResponse],
    name: str,
    *,
    needs: str,
    roles: tuple[Role, ...] | None = None,
    methods: tuple[str, ...] = ("GET",),
    fresh: bool = False,
    body_mb: int = 0,
) -> URLPattern:
    """A page's address, view and name, and who may open it. Raises ValueError for a need there is not."""
    if needs not in STAGES and needs not in get_args(Operation):
        raise ValueError(f"{name}: no such operation")
    access = Access(needs, frozenset(roles) if roles else None, methods, fresh, body_mb)

    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, *args, **kwargs)

    opened.access = access  # type: ignore[attr-defined]
    opened.__name__, opened.__doc__ = getattr(view, "__name__", name), view.__doc__
    return path(address, opened, name=name)


class Door:
    """Django's middleware that lets a request in or not, before its body is read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """None where the request may go on; else the page that says why not, or where to sign in."""
        access: Access | None = getattr(view, "access", None)
        if access is None:
            return errors.page(request, 403)
        if request.method not in (*access.methods, "HEAD" if "GET" in access.methods else ""):
            return errors.page(request, 405, headers={"Allow": ", ".join(access.methods)})
        if _length(request) > _most(access):
            return errors.page(request, 413)
        return _let_in(request, access)


def _let_in(request: HttpRequest, access: Access) -> HttpResponse | None:
    if access.needs == PUBLIC:
        return None
    stage = request.stage  # type: ignore[attr-defined]
    if access.needs in (SECOND, SETUP):
        return None if stage == access.needs else _to(_start_of(stage))
    if stage != SIGNED_IN:
        return _sign_in(request, _start_of(stage))
    if not access.admits(request.staff):  # type: ignore[attr-defined]
        return errors.page(request, 403)
    if access.fresh and time.time() - request.session.get("fresh", 0) > FRESH_S:
        return _to("confirm", request.get_full_path() if request.method in _SAFE else _came_from(request))
    return None


def _start_of(stage: str) -> str:
    return {SECOND: "second", SETUP: "setup", SIGNED_IN: "home"}.get(stage, "sign_in")


def _sign_in(request: HttpRequest, name: str) -> HttpResponse:
    """To the page where one signs in; a form that was sent too late leads back to the page it was on."""
    wished = request.get_full_path() if request.method in _SAFE else _came_from(request)
    answer = _to(name, wished, late=request.method not in _SAFE)
    if request.headers.get("HX-Request"):
        told = HttpResponse(status=204)
        told["HX-Redirect"] = answer["Location"]
        return told
    return answer


def _to(name: str, then: str = "", *, late: bool = False) -> HttpResponse:
    query = {key: value for key, value in (("tiep", then if then != "/" else ""), ("het-han", "1" if late else "")) if value}
    return HttpResponseRedirect(reverse(name) + (f"?{urlencode(query)}" if query else ""))


def _came_from(request: HttpRequest) -> str:
    """The path of the page a form was sent from, where that is one of ours."""
    referer = request.headers.get("Referer", "")
    own = f"{request.scheme}://{request.get_host()}/"
    return "/" + referer[len(own) :].partition("#")[0] if referer.startswith(own) else "/"


def _length(request: HttpRequest) -> int:
    text = request.META.get("CONTENT_LENGTH") or "0"
    return int(text) if text.isdecimal() else 0


def _most(access: Access) -> int:
    from dancu.web.project import FORM_BYTES_MAX

    size_mb = settings.DANCU.upload_mb if access.body_mb == UPLOAD else access.body_mb
    return size_mb * 1_048_576 + FORM_BYTES_MAX
