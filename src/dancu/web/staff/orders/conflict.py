"""Two officers at one person: the second is told, field by field, what changed since they looked, and may write theirs onto it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from msgspec import UNSET, Struct

from dancu.core.refusal import Refusal
from dancu.register import captions
from dancu.register.event import FIELDS
from dancu.web import desk, frame, language
from dancu.web.orders import told
from dancu.web.orders.written import Filled
from dancu.web.staff.orders import people
from dancu.web.staff.orders.sheet import Sheet

_LINES_MAX = 100


class Change(Struct, frozen=True):
    """One field that somebody else changed: what it is now, and what this form would write into it ('' where it leaves it alone)."""

    caption: str
    now: str
    mine: str


class Meanwhile(Struct, frozen=True):
    """What somebody else did to a person since the form was opened."""

    who: str
    line: str
    changes: tuple[Change, ...]


def told_of(sent: Sheet, refusal: Refusal) -> HttpResponse:
    """The page that says what changed, with the form as it was typed: to be written onto the new state, looked at again, or dropped."""
    field = refusal.field if refusal.field in sent.layout.people else sent.layout.people[0]
    done = _since(sent, field)
    hidden = [caption for name in refusal.changed if (caption := captions.caption("field", name, sent.request.lang))]
    from dancu.web.staff.orders.form import around

    return frame.show(
        sent.request, "orders/conflict.html", page=sent.page(), carried=sent.carried(), done=done, changed=hidden,
        chip=sent.chips.get(field), **around(sent.request, sent.layout),
    )  # fmt: skip


def _since(sent: Sheet, field: str) -> list[Meanwhile]:
    """Events of a person written after the version that was seen, newest first, as far as they may be shown."""
    seen, ref = sent.seen.get(field, 0), people.ref_of(sent.typed, field)
    lines = desk.desk().timeline(sent.request.staff, people.PURPOSES[sent.layout.book], ref, limit=_LINES_MAX, order=sent.order)
    mine = _mine(sent.filled())
    lang = sent.request.lang
    return [
        Meanwhile(
            who=f"{captions.caption('office', line.office, lang)} · {line.actor}",
            line=f"{captions.caption('kind', line.kind, lang)} · {language.moment(line.recorded_at)}",
            changes=tuple(_changes(line, mine, lang)),
        )
        for line in lines
        if line.version > seen
    ]


def _changes(line: Any, mine: dict[str, Any], lang: str) -> list[Change]:
    rows = told.said(line.changes, lang)
    return [Change(row.caption, row.after or language.say(lang, "orders.nothing_on_record"), _told(row.field, mine, lang)) for row in rows]


def _mine(filled: Filled) -> dict[str, Any]:
    """What the form would write, by field of a person, as plain values."""
    import msgspec

    if filled.order is None:
        return {}
    body = msgspec.to_builtins(filled.order.body)
    return {name: value for name, value in body.items() if name in FIELDS and value not in ("", None, UNSET)}


def _told(field: str, mine: dict[str, Any], lang: str) -> str:
    value = mine.get(field)
    return told.told(field, value, lang) if isinstance(value, str | dict) else ""
