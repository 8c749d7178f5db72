"""The first sign-in: a password of one's own, then the second factor with its QR code, then the recovery codes, told once."""

from __future__ import annotations

import io
import time
from datetime import UTC, datetime
from typing import Any

import segno
from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from dancu.web import errors, frame
from dancu.web.accounts import actions, session, throttle, totp
from dancu.web.accounts.rules import PASSWORD_MAX, password_wrong
from dancu.web.forms import Field, Form
from dancu.web.keys import Keys
from dancu.web.routes import SETUP, route
from dancu.web.staff.signin import finish

PASSWORDS = (
    Field("password", "setup.password", "password", required=True, most=PASSWORD_MAX, autocomplete="new-password"),
    Field("again", "setup.again", "password", required=True, most=PASSWORD_MAX, autocomplete="new-password"),
)
_CODE = (Field("code", "setup.code", "code", required=True, most=10, autocomplete="one-time-code"),)
_SECRET = "setup"


def setup(request: Any) -> HttpResponse:
    """What is still to be set up, one thing at a time."""
    if request.account.must_change:
        return _password(request)
    if request.account.totp is None:
        return _second_factor(request)
    return finish(request)


def picture(request: Any) -> HttpResponse:
    """The QR code of the secret being set up, as SVG; only within this session."""
    sealed = request.session.get(_SECRET)
    if not sealed:
        return errors.page(request, 404)
    out = io.BytesIO()
    address = totp.address(_unsealed(sealed), request.account.login)
    segno.make(address, error="m").save(out, kind="svg", scale=5, border=2, dark="#000", light="#fff", xmldecl=False)
    return HttpResponse(out.getvalue(), content_type="image/svg+xml")


def passwords_wrong(form: Form, login: str) -> None:
    """Say in a form of PASSWORDS what is wrong with the new password."""
    if form.errors:
        return
    wrong = password_wrong(form.values["password"], login)
    if wrong:
        form.wrong("password", wrong)
    elif form.values["password"] != form.values["again"]:
        form.wrong("again", "setup.error.again")


def _password(request: Any) -> HttpResponse:
    form = Form(PASSWORDS, request.lang, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        passwords_wrong(form, request.account.login)
    if form.ok():
        account = request.account
        if actions.password_is(account, form.values["password"]):
            form.wrong("password", "setup.error.same")
        else:
            actions.change_password(account=account, password=form.values["password"], actor=account.pk, at=datetime.now(UTC))
            session.renewed(request, account, time.time())
            return HttpResponseRedirect(reverse("setup"))
    return frame.show(request, "staff/setup_password.html", form=form, status=400 if form.errors else 200)


def _second_factor(request: Any) -> HttpResponse:
    sealed = request.session.get(_SECRET)
    if not sealed:
        sealed = request.session[_SECRET] = _keys().seal(_SECRET, totp.new_secret()).hex()
    secret = _unsealed(sealed)
    form = Form(_CODE, request.lang, request.POST if request.method == "POST" else None)
    if form.ok():
        now = datetime.now(UTC)
        under = (throttle.Key("code", str(request.account.pk)),)
        if wait_s := throttle.taken(under, now):
            return errors.page(request, 429, wait_s=wait_s)
        step = totp.accepted(secret, form.values["code"], now.timestamp(), 0)
        if step is not None:
            throttle.succeeded(under)
            account = request.account
            codes = actions.set_second_factor(account=account, secret=secret, step=step, keys=_keys(), actor=account.pk, at=now)
            return frame.show(request, "staff/setup_codes.html", codes=codes, then=reverse("setup"))
        form.wrong("code", "setup.error.code")
    told = totp.in_base32(secret)
    return frame.show(request, "staff/setup_factor.html", form=form, secret=told, status=400 if form.errors else 200)


def _keys() -> Keys:
    return Keys.of(settings.DANCU.home)


def _unsealed(sealed: str) -> bytes:
    return _keys().unseal(_SECRET, bytes.fromhex(sealed))


ROUTES = (
    route("thiet-lap/", setup, "setup", needs=SETUP, methods=("GET", "POST")),
    route("thiet-lap/ma-qr.svg", picture, "setup_picture", needs=SETUP),
)
