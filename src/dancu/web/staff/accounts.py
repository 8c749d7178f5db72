"""Quản trị → Tài khoản: the operator makes, changes, resets and ends accounts. Each needs a fresh proof of who the operator is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from dancu.register import captions
from dancu.web import desk, frame
from dancu.web.accounts import actions, queries, rules, session
from dancu.web.forms import Field, Form, with_options
from dancu.web.keys import Keys
from dancu.web.models import Account
from dancu.web.routes import route

_RIGHTS = (
    Field("role", "accounts.role", "choice", required=True),
    Field("unit", "accounts.unit", "digits", most=5),
)
_NEW = (
    Field("login", "accounts.login", required=True, most=40, check=lambda text: rules.login_wrong(text.lower())),
    Field("full_name", "accounts.full_name", required=True, most=100),
    Field("number", "accounts.number", "digits", required=True, most=12, check=rules.number_wrong),
    *_RIGHTS,
    Field("agency", "accounts.agency"),
)


def accounts(request: Any) -> HttpResponse:
    """The list; searching is a form that is sent, for a name must not stand in an address."""
    wished = request.session.get("accounts", {})
    if request.method == "POST":
        request.session["accounts"] = {name: request.POST.get(name, "")[:100] for name in ("text", "role", "ended")}
        return HttpResponseRedirect(reverse("accounts"))
    page = queries.listed(
        text=wished.get("text", ""), role=wished.get("role", ""), ended=bool(wished.get("ended")), after=request.GET.get("sau", "")
    )
    return frame.show(request, "staff/accounts.html", section="admin", page=page, wished=wished, roles=_roles(request))


def make(request: Any) -> HttpResponse:
    """A new account; its first password is shown once."""
    form = Form(with_options(_NEW, role=_roles(request)), request.lang, request.POST if request.method == "POST" else None)
    twins: list[Account] = []
    if form.ok():
        _unit_checked(form)
        if form.values["role"] == "data_officer" and not form.values["agency"]:
            form.wrong("agency", "accounts.error.agency_missing")
        twins = queries.of_one_person(form.values["number"], _keys()) if not form.errors else []
        if twins and not request.POST.get("twin"):
            form.wrong("", "accounts.error.twin", logins=", ".join(twin.login for twin in twins))
    if form.ok():
        values = form.values
        try:
            account, first = actions.make(
                login=values["login"].lower(), full_name=values["full_name"], role=values["role"], unit=values["unit"],
                agency=values["agency"], number=values["number"], keys=_keys(), actor=request.account.pk, at=datetime.now(UTC),
                witnessed=desk.account_witness(request.staff), person=desk.holder_of(request.staff, values["number"]),
            )  # fmt: skip
        except IntegrityError:
            form.wrong("login", "accounts.error.taken")
        else:
            return frame.show(request, "staff/account_first.html", section="admin", holder=account, first=first)
    status = 400 if form.errors else 200
    return frame.show(request, "staff/account_new.html", section="admin", form=form, twins=twins, status=status)


def one(request: Any, reference: str) -> HttpResponse:
    """One account: its rights, what was done to it, and what can be done."""
    holder = _found(request, reference)
    initial = {"role": holder.role, "unit": holder.unit}
    form = Form(with_options(_RIGHTS, role=_roles(request)), request.lang, request.POST if request.method == "POST" else None, initial)
    if form.ok():
        _unit_checked(form)
    if form.ok():
        actions.give_rights(
            account=holder, role=form.values["role"], unit=form.values["unit"], actor=request.account.pk, at=datetime.now(UTC),
            witnessed=desk.account_witness(request.staff),
        )  # fmt: skip
        frame.notice(request, "accounts.rights_given")
        return HttpResponseRedirect(request.path)
    acts = queries.acts_of(holder.pk)
    names = queries.names_of([act.by for act in acts if act.by])
    return frame.show(
        request, "staff/account_one.html", section="admin", holder=holder, form=form, acts=acts, names=names, reference=reference,
        status=400 if form.errors else 200, unit=frame.unit_name(holder.unit, request.lang),
    )  # fmt: skip


def end(request: Any, reference: str) -> HttpResponse:
    """End an account, asked once more before."""
    holder = _found(request, reference)
    if holder.pk == request.account.pk:
        frame.notice(request, "accounts.not_oneself", kind="bad")
    elif request.method == "POST":
        witnessed = desk.account_witness(request.staff)
        actions.end(account=holder, actor=request.account.pk, at=datetime.now(UTC), witnessed=witnessed)
        frame.notice(request, "accounts.ended")
    else:
        return frame.show(request, "staff/account_end.html", section="admin", holder=holder, reference=reference)
    return HttpResponseRedirect(reverse("account_one", args=[reference]))


def reset(request: Any, reference: str) -> HttpResponse:
    """A new first password, and the second factor set up anew."""
    holder = _found(request, reference)
    if request.method == "GET":
        return frame.show(request, "staff/account_reset.html", section="admin", holder=holder, reference=reference)
    witnessed = desk.account_witness(request.staff)
    first = actions.reset(account=holder, actor=request.account.pk, at=datetime.now(UTC), witnessed=witnessed)
    return frame.show(request, "staff/account_first.html", section="admin", holder=holder, first=first)


def _found(request: Any, reference: str) -> Account:
    number = session.record(request, "account", reference)
    found = Account.objects.filter(pk=number).first() if number else None
    if found is None:
        raise Http404
    return found


def _unit_checked(form: Form) -> None:
    wrong = rules.unit_wrong(form.values["role"], form.values["unit"])
    if wrong:
        form.wrong("unit", wrong)


def _roles(request: Any) -> list[tuple[str, str]]:
    return [(code, captions.caption("role", code, request.lang)) for code in captions.codes("role")]


def _keys() -> Keys:
    return Keys.of(settings.DANCU.home)


_BOTH = ("GET", "POST")
ROUTES = (
    route("quan-tri/tai-khoan/", accounts, "accounts", needs="account", methods=_BOTH),
    route("quan-tri/tai-khoan/moi/", make, "account_new", needs="account", methods=_BOTH, fresh=True),
    route("quan-tri/tai-khoan/<str:reference>/", one, "account_one", needs="account", methods=_BOTH, fresh=True),
    route("quan-tri/tai-khoan/<str:reference>/ket-thuc/", end, "account_end", needs="account", methods=_BOTH, fresh=True),
    route("quan-tri/tai-khoan/<str:reference>/cap-lai/", reset, "account_reset", needs="account", methods=_BOTH, fresh=True),
)
