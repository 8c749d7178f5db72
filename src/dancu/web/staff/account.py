"""One's own account: what one may do, password, recovery codes, sign out everywhere, what was done to the account."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from dancu.register.rights import rights
from dancu.web import errors, frame
from dancu.web.accounts import actions, queries, session, throttle
from dancu.web.accounts.rules import PASSWORD_MAX
from dancu.web.forms import Field, Form
from dancu.web.keys import Keys
from dancu.web.routes import SIGNED_IN, route
from dancu.web.staff.setup import PASSWORDS, passwords_wrong

_CHANGE = (
    Field("present", "account.present", "password", required=True, most=PASSWORD_MAX, autocomplete="current-password"),
    *PASSWORDS,
)


def account(request: Any) -> HttpResponse:
    """The account's page."""
    does = [frame.say(request, f"account.does.{operation}") for operation in sorted(rights()[request.staff.role].does)]
    left = request.account.recovery_codes.filter(used_at=None).count()
    acts = queries.acts_of(request.account.pk)
    return frame.show(request, "staff/account.html", does=does, left=left, acts=acts, names=queries.names_of([a.by for a in acts if a.by]))


def password(request: Any) -> HttpResponse:
    """Another password; all other sessions end."""
    form = Form(_CHANGE, request.lang, request.POST if request.method == "POST" else None)
    holder = request.account
    if request.method == "POST":
        passwords_wrong(form, holder.login)
    if form.ok():
        under = (throttle.Key("code", f"password:{holder.pk}"),)
        if wait_s := throttle.taken(under, datetime.now(UTC)):
            return errors.page(request, 429, wait_s=wait_s)
        if actions.password_is(holder, form.values["present"]):
            throttle.succeeded(under)
            actions.change_password(account=holder, password=form.values["password"], actor=holder.pk, at=datetime.now(UTC))
            session.renewed(request, holder, time.time())
            frame.notice(request, "account.password_changed")
            return HttpResponseRedirect(reverse("account"))
        form.wrong("present", "account.error.present")
    return frame.show(request, "staff/account_password.html", form=form, status=400 if form.errors else 200)


def codes(request: Any) -> HttpResponse:
    """New recovery codes, told once."""
    if request.method == "GET":
        return frame.show(request, "staff/account_codes.html")
    made = actions.new_recovery_codes(
        account=request.account, keys=Keys.of(settings.DANCU.home), actor=request.account.pk, at=datetime.now(UTC)
    )
    return frame.show(request, "staff/setup_codes.html", codes=made, then=reverse("account"))


def everywhere(request: Any) -> HttpResponse:
    """Sign out everywhere, here too."""
    actions.end_sessions(account=request.account, actor=request.account.pk, at=datetime.now(UTC))
    session.end(request)
    frame.notice(request, "account.ended_everywhere")
    return HttpResponseRedirect(reverse("sign_in"))


ROUTES = (
    route("tai-khoan/", account, "account", needs=SIGNED_IN),
    route("tai-khoan/mat-khau/", password, "account_password", needs=SIGNED_IN, methods=("GET", "POST")),
    route("tai-khoan/ma-du-phong/", codes, "account_codes", needs=SIGNED_IN, methods=("GET", "POST"), fresh=True),
    route("tai-khoan/dang-xuat-moi-noi/", everywhere, "everywhere", needs=SIGNED_IN, methods=("POST",)),
)
