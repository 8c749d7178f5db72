"""Signing in: the password, then the second factor; signing out, and saying again who one is before sensitive operations."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from dancu.web import errors, frame, language
from dancu.web.accounts import actions, queries, session, throttle
from dancu.web.accounts.rules import PASSWORD_MAX
from dancu.web.forms import Field, Form
from dancu.web.keys import Keys
from dancu.web.routes import PUBLIC, SECOND, SIGNED_IN, route

_SIGN_IN = (
    Field("login", "signin.login", required=True, most=40, autocomplete="username"),
    Field("password", "signin.password", "password", required=True, most=PASSWORD_MAX, autocomplete="current-password"),
)
_CODE = (Field("code", "signin.code", "code", required=True, most=20, autocomplete="one-time-code"),)


def sign_in(request: Any) -> HttpResponse:
    """The page for login and password. Who guesses waits longer and longer (`accounts.throttle`)."""
    if request.stage and request.method == "GET":
        return _onward(request)
    form = Form(_SIGN_IN, request.lang, request.POST if request.method == "POST" else None)
    then = _own_path(request, request.POST.get("then") or request.GET.get("tiep", ""))
    if form.ok():
        login, now = form.values["login"].lower(), datetime.now(UTC)
        under = throttle.keys(login, request.address, session.device_of(request, login))
        if wait_s := throttle.taken(under, now):
            return errors.page(request, 429, wait_s=wait_s)
        account = queries.by_login(login)
        if actions.password_is(account, form.values["password"]):
            throttle.succeeded(under)
            session.begin(request, account, _stage(account), now.timestamp())  # type: ignore[arg-type]
            request.session["next"] = then
            return _onward(request)
        form.wrong("", "signin.error.wrong")
    late = bool(request.GET.get("het-han"))
    return frame.show(request, "staff/sign_in.html", form=form, then=then, late=late, status=400 if form.errors else 200)


def second(request: Any) -> HttpResponse:
    """The page for the code of the second factor, or a recovery code."""
    form = Form(_CODE, request.lang, request.POST if request.method == "POST" else None)
    if form.ok():
        now = datetime.now(UTC)
        if wait_s := _code_wrong(request, form, now):
            return errors.page(request, 429, wait_s=wait_s)
        if not form.errors:
            account = request.account
            then = request.session.get("next", "")
            session.begin(request, account, session.SETUP if account.must_change else session.SIGNED_IN, now.timestamp())
            request.session["next"] = then
            answer = _onward(request)
            session.remember_device(answer, account.login)
            return answer
    return frame.show(request, "staff/second.html", form=form, status=400 if form.errors else 200)


def confirm(request: Any) -> HttpResponse:
    """Say again who one is, by a code of the second factor, before something sensitive."""
    form = Form(_CODE, request.lang, request.POST if request.method == "POST" else None)
    then = _own_path(request, request.POST.get("then") or request.GET.get("tiep", ""))
    if form.ok():
        if wait_s := _code_wrong(request, form, datetime.now(UTC)):
            return errors.page(request, 429, wait_s=wait_s)
        if not form.errors:
            session.confirmed(request, time.time())
            return HttpResponseRedirect(then or reverse("home"))
    return frame.show(request, "staff/confirm.html", form=form, then=then, status=400 if form.errors else 200)


def sign_out(request: Any) -> HttpResponse:
    """The session ends."""
    session.end(request)
    frame.notice(request, "signin.signed_out")
    return HttpResponseRedirect(reverse("sign_in"))


def choose(request: Any) -> HttpResponse:
    """Language and theme: kept with the account, and in the browser for the pages before signing in."""
    answer = HttpResponseRedirect(_back(request))
    lang, theme = request.POST.get("lang"), request.POST.get("theme")
    if lang in language.LANGUAGES:
        session.remember_choice(answer, session.LANG_COOKIE, lang)
        _kept(request, "lang", lang)
    if theme in ("light", "dark", "auto"):
        chosen = "" if theme == "auto" else theme
        session.remember_choice(answer, session.THEME_COOKIE, chosen)
        _kept(request, "theme", chosen)
    return answer


def finish(request: Any) -> HttpResponse:
    """All is set up: the session of somebody who is signed in, and on to where they wanted to go."""
    then = request.session.get("next", "")
    session.begin(request, request.account, session.SIGNED_IN, time.time())
    answer = HttpResponseRedirect(then or reverse("home"))
    session.remember_device(answer, request.account.login)
    return answer


def _code_wrong(request: Any, form: Form, now: datetime) -> int:
    """Say in the form that the code is wrong; how long to wait where it may not be tried yet."""
    under = (throttle.Key("code", str(request.account.pk)),)
    if wait_s := throttle.taken(under, now):
        return wait_s
    if actions.code_is(request.account, form.values["code"], keys=Keys.of(settings.DANCU.home), at=now):
        throttle.succeeded(under)
    else:
        form.wrong("code", "signin.error.code")
    return 0


def _stage(account: Any) -> str:
    return session.SECOND if account.totp else session.SETUP


def _onward(request: Any) -> HttpResponse:
    """Where the stage of signing in leads."""
    if request.stage == session.SIGNED_IN:
        return HttpResponseRedirect(request.session.pop("next", "") or reverse("home"))
    return HttpResponseRedirect(reverse("second" if request.stage == session.SECOND else "setup"))


def _own_path(request: HttpRequest, path: str) -> str:
    """A path of this site, else ''."""
    own = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if own else ""


def _back(request: HttpRequest) -> str:
    """The page a form was sent from, where it can be shown again."""
    referer, own = request.headers.get("Referer", ""), f"{request.scheme}://{request.get_host()}"
    return _own_path(request, referer[len(own) :]) if referer.startswith(own + "/") else "/"


def _kept(request: Any, field: str, value: str) -> None:
    if request.stage == session.SIGNED_IN:
        setattr(request.account, field, value)
        request.account.save(update_fields=[field])


ROUTES = (
    route("dang-nhap/", sign_in, "sign_in", needs=PUBLIC, methods=("GET", "POST")),
    route("ma-xac-thuc/", second, "second", needs=SECOND, methods=("GET", "POST")),
    route("xac-nhan-lai/", confirm, "confirm", needs=SIGNED_IN, methods=("GET", "POST")),
    route("dang-xuat/", sign_out, "sign_out", needs=PUBLIC, methods=("POST",)),
    route("lua-chon/", choose, "choose", needs=PUBLIC, methods=("POST",)),
)
