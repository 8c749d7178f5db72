"""Forms as far as they were typed: kept while somebody types, found again after a power cut, gone once the form is sent.

A page with a form that is kept registers it in FORMS, shows `Form(…, initial=drafts.kept(request, "birth"))`, gives its `<form>`
the attribute `data-draft` with the address of the route `draft`, includes `web/parts/draft.html` in it (`reference`: of whom it is about,
where it is about somebody) and calls `drop` when the form was carried out.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse

from dancu.web import language
from dancu.web.accounts import session
from dancu.web.models import Draft
from dancu.web.routes import route

# Code of the form: (key of its caption, name of its page's route, which takes the reference of the subject where it has one).
FORMS: dict[str, tuple[str, str]] = {}
SUBJECT = "draft_subject"
LISTED_MAX = 10
_VALUES_MAX = 300
# What every form has and no draft keeps.
_NOT_KEPT = frozenset(("csrfmiddlewaretoken", SUBJECT, "password", "code"))


def kept(request: Any, form: str, reference: str = "") -> dict[str, str]:
    """What was typed into a form and not sent yet."""
    found = Draft.objects.filter(account=request.account, form=form, subject=_subject(request, reference)).first()
    return dict(found.values) if found else {}


def drop(request: Any, form: str, reference: str = "") -> None:
    """The form was sent, or is thrown away."""
    Draft.objects.filter(account=request.account, form=form, subject=_subject(request, reference)).delete()


def listed(request: Any) -> Sequence[tuple[str, str, str]]:
    """Drafts for the home page: caption, address, when it was saved."""
    found = [each for each in Draft.objects.filter(account=request.account).order_by("-saved_at")[:LISTED_MAX] if each.form in FORMS]
    told = []
    for each in found:
        key, name = FORMS[each.form]
        arguments = [session.reference(request, "person", int(each.subject))] if each.subject else []
        told.append((language.say(request.lang, key), reverse(name, args=arguments), language.moment(each.saved_at)))
    return told


def save(request: Any, form: str) -> HttpResponse:
    """Keep what a form holds now; 204 when it is on the disk."""
    if form not in FORMS:
        raise Http404
    values = {name: text for name, text in list(request.POST.items())[:_VALUES_MAX] if name not in _NOT_KEPT}
    Draft.objects.update_or_create(
        account=request.account, form=form, subject=_subject(request, request.POST.get(SUBJECT, "")),
        defaults={"values": values, "saved_at": datetime.now(UTC)},
    )  # fmt: skip
    return HttpResponse(status=204)


def _subject(request: Any, reference: str) -> str:
    number = session.record(request, "person", reference) if reference else None
    return str(number) if number is not None else ""


ROUTES = (route("ban-nhap/<slug:form>/", save, "draft", needs="command", methods=("POST",)),)
