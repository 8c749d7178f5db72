"""Drafts at the desk: what is typed is kept as it is typed, listed at home, and thrown away when it is not wanted."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.urls import reverse

from dancu.register import captions, rights
from dancu.web import frame, language
from dancu.web.frame import Panel
from dancu.web.orders import drafts
from dancu.web.orders.layout import layout_of
from dancu.web.routes import route
from dancu.web.staff.orders import people, sheet


def keep(request: Any, command: str) -> HttpResponse:
    """POST: keep the fields that are sent. GET: a fresh token, for a page that was open while somebody signed in again."""
    layout = layout_of(command, rights.rights()[request.staff.role].office or "")
    if layout is None:
        raise Http404
    if request.method == "POST":
        sheet.sent(request, layout).keep()
    return JsonResponse({"token": get_token(request), "at": language.moment(sheet.now())})


def listed(request: Any) -> HttpResponse:
    """All forms that the reader began."""
    return frame.show(request, "orders/drafts.html", section="home", rows=rows(request), days=drafts.KEEP_DAYS)


def drop(request: Any) -> HttpResponse:
    """Throw one away."""
    person = people.unsealed(request, {"x.ref": request.POST.get("subject", "")})["x.ref"].lstrip("#")
    drafts.drop(account=request.account, form=request.POST.get("form", ""), subject=person or request.POST.get("order", ""))
    frame.notice(request, "orders.discarded", kind="note")
    return HttpResponseRedirect(reverse("drafts"))


def rows(request: Any) -> list[dict[str, Any]]:
    """Drafts as they are listed: the form, whom it was opened for, when it was last typed into, where it goes on."""
    from dancu.web.staff.orders.form import address

    found = []
    office = rights.rights()[request.staff.role].office or ""
    for draft in drafts.listed(request.account, sheet.now()):
        layout = layout_of(draft.form, office)
        if layout is None or draft.values.get(sheet.LOOKED):
            continue
        person = int(draft.subject) if draft.subject.isdecimal() else 0
        begun = f"{reverse('order', args=[draft.form])}?phieu={draft.subject}"
        found.append(
            {
                "caption": captions.caption("command", draft.form, request.lang), "form": draft.form, "saved": draft.saved_at,
                "about": sheet.about_of(layout, draft.values),
                "subject": people.sealed(request, person) if person else "", "order": "" if person else draft.subject,
                "address": address(request, draft.form, person) if person else begun,
            }
        )  # fmt: skip
    return found


def panel(request: Any) -> Panel | None:
    """The part of the home page with forms that were begun and not sent."""
    if not rights.may(request.staff, "command"):
        return None
    listing = [
        (" · ".join(part for part in (row["caption"], row["about"]) if part), row["address"], language.moment(row["saved"]))
        for row in rows(request)
    ]
    return Panel("home.drafts", "home.no_drafts", listing, reverse("drafts") if listing else "")


ROUTES = (
    route("ban-dang-go/", listed, "drafts", needs="command"),
    route("ban-dang-go/bo/", drop, "draft_drop", needs="command", methods=("POST",)),
    route("ban-dang-go/<slug:command>/", keep, "draft_keep", needs="command", methods=("GET", "POST")),
)
