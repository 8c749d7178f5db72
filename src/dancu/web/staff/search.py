"""Tra cứu công dân: one box for twelve digits, nine, a name, or what a desk scanner types; answered by GET without a person's value."""

from __future__ import annotations

import re
import secrets
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from dancu.core import card
from dancu.places import full_name
from dancu.quality.course import province_of
from dancu.register.read.search import MOST
from dancu.web import desk, frame, language
from dancu.web.forms import Field, Form, with_options
from dancu.web.orders.inputs import communes_called
from dancu.web.routes import route
from dancu.web.staff import purposes

_KEPT = "searches"
_KEPT_MAX = 10
_TEXT_MAX = card.TEXT_MAX
_NAMED_MAX = 5
_FIELDS = (
    Field("text", "search.text", "search", required=True, most=_TEXT_MAX),
    Field("year", "search.year", "number", most=4, check=lambda text: "" if "1850" <= text <= "2200" else "search.error.year"),
    Field("commune", "search.commune", most=120),
    *purposes.FIELDS,
)


def search(request: Any) -> HttpResponse:
    """The box; what is sent is kept in the session under a token, and shown by the page of that token."""
    form = _form(request, request.POST if request.method == "POST" else None)
    if form.ok() and isinstance(card.read(form.values["text"]), card.Mangled):
        form.wrong("text", "search.error.mangled")
    purposes.check(request, form)
    if form.ok():
        _commune_found(request, form)
        _digits_counted(form)
    if form.ok():
        purposes.keep(request, form)
        return HttpResponseRedirect(reverse("found", args=[_keep(request, form)]))
    return frame.show(request, "staff/search.html", section="lookup", form=form, status=400 if form.errors else 200)


def found(request: Any, token: str) -> HttpResponse:
    """Who was found. Each time it is shown is a look, so it is one in the ledger as well."""
    asked = request.session.get(_KEPT, {}).get(token)
    if asked is None:
        frame.notice(request, "search.gone", kind="note")
        return HttpResponseRedirect(reverse("search"))
    scanned = card.read(asked["text"])
    text = scanned.pin if isinstance(scanned, card.Card) else asked["text"]
    people = desk.search(request, asked["purpose"], asked["reference"], text, born=asked["year"], commune=asked.get("code") or None)
    request.session["purpose"] = [asked["purpose"], asked["reference"]]
    form = _form(request, None, initial=asked)
    differs = isinstance(scanned, card.Card) and bool(people.hits) and _differs(scanned, people.hits[0])
    return frame.show(
        request, "staff/found.html", section="lookup", form=form, people=people, most=MOST, scanned=scanned, differs=differs,
        units={hit.commune: frame.unit_name(hit.commune, request.lang) for hit in people.hits if hit.commune},
    )  # fmt: skip


def _form(request: Any, sent: Any, initial: dict[str, str] | None = None) -> Form:
    purpose, reference = purposes.kept(request)
    fields = with_options(_FIELDS, purpose=purposes.of(request.staff.role, request.lang))
    return Form(fields, request.lang, sent, {"purpose": purpose, "reference": reference, **(initial or {})})


def _digits_counted(form: Form) -> None:
    """A number with a digit too few or too many is nobody's, and a date alone finds nobody; whoever typed it is told so."""
    said = form.values["text"]
    if not any(sign.isalpha() for sign in said) and language.iso_of(said) and "/" in said:
        form.wrong("text", "search.error.date_alone")
    typed = re.sub(r"[\s.-]", "", form.values["text"])
    if typed.isascii() and typed.isdecimal() and len(typed) not in (9, 12):
        form.wrong("text", "search.error.digits", n=len(typed))


def _commune_found(request: Any, form: Form) -> None:
    """The commune whose code or name was typed; of several of one name that of the reader's own province."""
    said = form.values["commune"]
    called = communes_called(said) if said else ()
    unit = request.staff.unit
    own = province_of(unit) if len(unit) == 5 else unit
    here = [one for one in called if own and one.parent == own]
    chosen = called if len(called) == 1 else here
    form.values["code"] = chosen[0].code if len(chosen) == 1 else ""
    if said and not called:
        form.wrong("commune", "search.error.commune")
    elif said and not form.values["code"]:
        form.wrong("commune", "search.error.communes", names="; ".join(full_name(one) for one in (here or called)[:_NAMED_MAX]))


def _keep(request: Any, form: Form) -> str:
    token = secrets.token_urlsafe(8)
    kept = {**request.session.get(_KEPT, {}), token: form.values}
    request.session[_KEPT] = dict(list(kept.items())[-_KEPT_MAX:])
    return token


def _differs(scanned: card.Card, hit: Any) -> bool:
    """Whether the card says another birth date or name than the book: an old card, or one that was tampered with."""
    from dancu.core.name import fold

    other_day = bool(scanned.birth_date) and scanned.birth_date != hit.birth_date
    return other_day or (bool(scanned.name) and fold(scanned.name) != fold(hit.name))


ROUTES = (
    route("tra-cuu/", search, "search", needs="find", methods=("GET", "POST")),
    route("tra-cuu/ket-qua/<str:token>/", found, "found", needs="find"),
)
