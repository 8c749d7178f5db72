"""The tags of templates: `{% say "key" name=value %}` for words, the rest for dates, numbers, captions and assets."""

from __future__ import annotations

import functools
import hashlib
from datetime import datetime
from importlib.resources import files
from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from dancu.core import words
from dancu.quality import captions as cases
from dancu.register import captions
from dancu.web import language

register = template.Library()


@register.simple_tag(takes_context=True)
def say(context: Any, key: str, *more: object, **values: object) -> str:
    """The sentence of a key; further words are joined to the key with dots: {% say "log.service" look.service %}."""
    whole = ".".join([key, *(str(part) for part in more)])
    return language.say(context["lang"], whole, **values)


@register.simple_tag(takes_context=True)
def caption(context: Any, kind: str, code: str) -> str:
    """A caption of the house's closed lists (`core.words`)."""
    return words.caption(kind, code, context["lang"])


@register.simple_tag(takes_context=True)
def booked(context: Any, listed: str, code: str) -> str:
    """A caption of the book (`register.captions`): {% booked "field" "birth_date" %}."""
    return captions.caption(listed, code, context["lang"])


@register.simple_tag(takes_context=True)
def cased(context: Any, kind: str, code: str) -> str:
    """A caption of cases (`quality.captions`): {% cased "state" "open" %}."""
    return cases.caption(kind, code, context["lang"])


@register.simple_tag(takes_context=True)
def number(context: Any, n: int) -> str:
    """A whole number with its thousands grouped."""
    return language.number(context["lang"], n)


@register.filter
def day(iso: str | None) -> str:
    """An ISO date as dd/mm/yyyy."""
    return language.day(iso or "")


@register.filter
def moment(at: datetime | None) -> str:
    """An instant by the clock of Vietnam."""
    return language.moment(at)


@register.filter
def instant(at: datetime | None) -> str:
    """An instant for the datetime attribute of <time>."""
    return at.isoformat(timespec="seconds") if at else ""


@register.filter
def spaced(number: str | None) -> str:
    """Twelve digits in groups of three, as people read them aloud."""
    text = str(number or "")
    return " ".join(text[at : at + 3] for at in range(0, len(text), 3)) if len(text) == 12 and text.isdecimal() else text


@register.simple_tag
def asset(name: str) -> str:
    """The address of a file of our own with the digest of its content, so that it can be kept for good."""
    return f"/static/{name}?v={_digest(name)}"


@register.simple_tag(takes_context=True)
def same_page(context: Any, **changes: object) -> SafeString:
    """This page's query with some values changed, for the pager and for sorting; nobody's value stands in a query."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value not in ("", None):
            query[name] = str(value)
    return mark_safe(f"?{conditional_escape(query.urlencode())}")


@register.simple_tag(takes_context=True)
def link(context: Any, kind: str, number: int, name: str) -> str:
    """The address of a record's page by an opaque reference of this session: {% link "person" hit.id "person" %}."""
    from dancu.web.accounts import session

    return reverse(name, args=[session.reference(context["request"], kind, number)])


@register.simple_tag(takes_context=True)
def sealed(context: Any, kind: str, number: int) -> str:
    """An opaque reference to a record, for a field of a form."""
    from dancu.web.accounts import session

    return session.reference(context["request"], kind, number)


@register.filter
def status_kind(status: str) -> str:
    """The colour of a person's status."""
    from dancu.web.staff.portrait import tag_of

    return tag_of(status)


@register.filter
def check_kind(state: str) -> str:
    """The colour of a check's state."""
    return {"done": "good", "failed": "bad", "running": "note", "waiting": "note", "columns": "warn"}.get(state, "plain")


@register.filter
def talk_kind(state: str) -> str:
    """The colour of how a look stands."""
    return {"asked": "warn", "answered": "note", "explained": "good"}.get(state, "plain")


@register.filter
def unit_of(hit: Any, units: dict[str, str]) -> str:
    """The name of a found person's commune."""
    return units.get(hit.commune, "–")


@register.filter
def sided(row: Any, sides: Any) -> list[tuple[Any, Any]]:
    """The cells of a row, each with the side it belongs to."""
    return list(zip(sides, row.cells, strict=True))


@register.filter
def told_number(n: int, lang: str) -> str:
    """A whole number with its thousands grouped, inside a sentence."""
    return language.number(lang, n)


@register.filter
def upto(n: int, most: int) -> str:
    """A number that was counted no further than `most`."""
    return f"{most}+" if n > most else str(n)


@register.filter
def minus(n: int, less: int) -> int:
    """A difference."""
    return n - less


@register.filter
def plain(n: float) -> str:
    """A number as SVG takes it, whatever the reader's language."""
    return f"{n:g}"


@functools.cache
def _digest(name: str) -> str:
    folder = files("dancu.web") / "static"
    if name.startswith("django_htmx/"):
        folder = files("django_htmx") / "static"
    return hashlib.sha256((folder / name).read_bytes()).hexdigest()[:12]
