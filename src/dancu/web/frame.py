"""What every page stands in: the menu of those who look at it, where they are, notices, language and theme."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, get_resolver, reverse

from dancu.core import words
from dancu.web import language
from dancu.web.routes import SIGNED_IN, Access

_NOTICES_MAX = 5


@dataclass(frozen=True)
class Entry:
    """One entry of the menu: its code in `core.words` and the routes it may lead to, the first that the reader may open."""

    code: str
    routes: tuple[str, ...]


# The order of words.md. An entry shows when one of its routes exists and the reader may open it.
MENU: tuple[Entry, ...] = (
    Entry("home", ("home",)),
    Entry("check", ("checks",)),
    Entry("lookup", ("search",)),
    Entry("civil_status", ("civil_status",)),
    Entry("residence", ("residence",)),
    Entry("id_card", ("cards",)),
    Entry("cases", ("cases",)),
    Entry("quality", ("quality",)),
    Entry("exchange", ("exchange",)),
    Entry("ledger", ("supervision", "own_log")),
    Entry("reports", ("reports",)),
    Entry("admin", ("accounts",)),
)


@dataclass(frozen=True)
class Panel:
    """A part of the home page. `rows`: (caption, address, beside it); `empty`: key of what is said where there is none."""

    title: str
    empty: str
    rows: Sequence[tuple[str, str, str]] = ()
    more: str = ""


def frame(request: HttpRequest) -> dict[str, Any]:
    """Django's context processor: what `web/frame.html` and the tags need on every page."""
    lang = getattr(request, "lang", "vi")
    return {
        "lang": lang,
        "theme": getattr(request, "theme", ""),
        "account": getattr(request, "account", None) if getattr(request, "stage", "") == SIGNED_IN else None,
        "menu": menu(request),
        "notices": _taken_notices(request),
        "training": not settings.DANCU.production,
        "unit_name": unit_name(request.account.unit, lang) if getattr(request, "staff", None) else "",
    }


def show(request: HttpRequest, template: str, *, section: str = "", status: int = 200, **values: Any) -> HttpResponse:
    """A page: `template` below templates/web, `section` the entry of the menu it belongs to."""
    return render(request, f"web/{template}", {"section": section, **values}, status=status)


def menu(request: HttpRequest) -> list[dict[str, Any]]:
    """The entries the reader may open: code, caption, address."""
    staff = getattr(request, "staff", None)
    if staff is None:
        return []
    lang = request.lang  # type: ignore[attr-defined]
    shown = []
    for entry in MENU:
        found = next((name for name in entry.routes if (access := _access(name)) and access.admits(staff)), "")
        if found:
            shown.append({"code": entry.code, "caption": words.caption("menu", entry.code, lang), "address": reverse(found)})
    return shown


def notice(request: HttpRequest, key: str, *, kind: str = "good", **values: object) -> None:
    """Something to tell on the next page shown: kind good, note or bad. Values must not be a person's."""
    told = request.session.get("notices", [])
    request.session["notices"] = [*told, [kind, key, values]][-_NOTICES_MAX:]


def say(request: HttpRequest, key: str, **values: object) -> str:
    """A sentence in the reader's language."""
    return language.say(request.lang, key, **values)  # type: ignore[attr-defined]


def unit_name(code: str, lang: str) -> str:
    """The name of a unit of today as it stands in an address; the whole country for ''."""
    from dancu.places import full_name, unit

    if not code:
        return language.say(lang, "frame.country")
    found = unit("2025-07", "province" if len(code) == 2 else "commune", code)
    return full_name(found) if found else code


def _taken_notices(request: HttpRequest) -> list[tuple[str, str]]:
    session = getattr(request, "session", None)
    told = session.pop("notices", []) if session is not None and "notices" in session else []
    return [(kind, language.say(request.lang, key, **values)) for kind, key, values in told]  # type: ignore[attr-defined]


_found: dict[str, Access | None] = {}


def _access(name: str) -> Access | None:
    """The access of a route by its name; None where no such page exists."""
    if name not in _found:
        try:
            reverse(name)
            pattern = next(p for p in get_resolver().url_patterns if getattr(p, "name", "") == name)
            _found[name] = getattr(pattern.callback, "access", None)
        except (NoReverseMatch, StopIteration):
            _found[name] = None
    return _found[name]
