"""People in a form: sealed references that say nothing of them, who a field refers to, and the small search beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dancu.core import card
from dancu.core.refusal import Refusal
from dancu.register import captions
from dancu.register.desk import Seen
from dancu.web import desk
from dancu.web.accounts import session
from dancu.web.orders import told
from dancu.web.orders.inputs import number_in
from dancu.web.orders.layout import Layout
from dancu.web.orders.shown import Chip, Hit

_KIND = "ordered"
_HITS_MAX = 12
# Book of the form → purpose under which its people are looked at (`web.staff.purposes`).
PURPOSES = {"civil": "civil_status_file", "residence": "residence_file", "cards": "card_file", "data": "data_case"}


def sealed(request: Any, person: int) -> str:
    """A reference to a person that stands in a form: only the same account can have it read, in any of its sessions."""
    return session.reference(request, _KIND, person)


def unsealed(request: Any, typed: Mapping[str, str]) -> dict[str, str]:
    """What was typed, with sealed references turned into those of commands; one that is not ours is left out."""
    return {name: _unsealed(request, value) if name.endswith(".ref") else value for name, value in typed.items()}


def resealed(request: Any, typed: Mapping[str, str]) -> dict[str, str]:
    """What is shown in a form: references of commands sealed again."""
    return {
        name: sealed(request, int(value[1:])) if name.endswith(".ref") and value.startswith("#") else value
        for name, value in typed.items()
    }


def chips(request: Any, layout: Layout, typed: Mapping[str, str], order: str) -> tuple[dict[str, Chip], dict[str, str]]:
    """Whom the fields of a form refer to, and for whom nobody is on record; each look leaves its leaf, with the order's request."""
    found: dict[str, Chip] = {}
    errors: dict[str, str] = {}
    for field in layout.people:
        ref = ref_of(typed, field)
        if not ref:
            continue
        try:
            found[field] = chip(request, look(request, layout.book, ref, order, typed.get("source.reference", "")))
        except Refusal as refused:
            errors[field] = refused.text(request.lang)
    return found, errors


def ref_of(typed: Mapping[str, str], field: str) -> str:
    """The reference a person's field holds: `#id` of who was chosen, or twelve digits; '' where it holds neither."""
    return typed.get(f"{field}.ref", "") or number_in(typed.get(field, ""))


def look(request: Any, book: str, ref: str, order: str, reference: str = "") -> Seen:
    """A person as the reader may see them, looked at in the form of an order. Raises Refusal where there is nobody."""
    return desk.desk().open(request.staff, desk.spoken(PURPOSES[book], reference), ref, order=order)


def chip(request: Any, seen: Seen) -> Chip:
    """A person as a form shows whom it refers to."""
    fields, lang = seen.fields, request.lang
    return Chip(
        seal=sealed(request, seen.id), name=fields.get("name", ""), number=fields.get("pin", ""),
        born=told.day(fields.get("birth_date", "")), status=captions.caption("value.status", fields.get("status", "active"), lang),
        lives=told.told("permanent", fields.get("permanent"), lang), version=seen.version, former=seen.former, unfit=seen.unfit,
        person=seen.id, fields=fields, sight=seen.sight,
    )  # fmt: skip


def find(request: Any, book: str, text: str, order: str) -> tuple[Sequence[Hit], bool, str]:
    """People by what was typed into a person's field, where a birth date or year narrows a name: (hits, whether there are more, error)."""
    said = " ".join(text.split())
    if not said:
        return (), False, "orders.error.search_empty"
    if isinstance(card.read(text), card.Mangled):
        return (), False, "search.error.mangled"
    found = desk.search(request, PURPOSES[book], "", number_in(text) or said, order=order)
    hits = [Hit(sealed(request, hit.id), _told(hit, request.lang)) for hit in found.hits[:_HITS_MAX]]
    return hits, found.more or len(found.hits) > _HITS_MAX, "" if hits else "orders.error.search_nobody"


def _told(hit: Any, lang: str) -> str:
    status = captions.caption("value.status", hit.status, lang) if hit.status != "active" else ""
    lives = told.place({"code": hit.commune}, lang) if hit.commune else ""
    return " · ".join(part for part in (hit.name, hit.pin or "", told.day(hit.birth_date), lives, status) if part)


def _unsealed(request: Any, value: str) -> str:
    person = session.record(request, _KIND, value) if value else None
    return f"#{person}" if person else ""
