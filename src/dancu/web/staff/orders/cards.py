"""The card desk: who asked and waits for a card, whose card is made and waits to be handed over, and the forms of cards."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponse
from msgspec import Struct

from dancu.register import captions, office, rights
from dancu.register.desk import Seen
from dancu.web import desk, frame
from dancu.web.orders import told
from dancu.web.orders.layout import layout_of
from dancu.web.orders.shown import Chip
from dancu.web.paging import Page
from dancu.web.routes import route
from dancu.web.staff.orders import menus, people, sheet

_ROWS = 30
# Cards that were handed over stay in sight for so long.
DELIVERED_DAYS = 30
# Queue → the state its cards are in, and the command that takes one out of it.
QUEUES = {"cho-cap": ("requested", "issue_card"), "cho-tra": ("issued", "deliver_card")}


class Line(Struct, frozen=True):
    """One card in a queue: its holder, the number of its file or its serial, since when it waits."""

    chip: Chip
    key: str
    since: str


def cards(request: Any) -> HttpResponse:
    """Căn cước: the queues with their counts, and the forms."""
    return menus.shown(request, "id_card", card_counts=_counts(request))


def queue(request: Any, name: str) -> HttpResponse:
    """One queue, a page at a time: a key is a commune and an internal number sealed for this session."""
    state, command = QUEUES[name]
    commune, after = _behind(request)
    found = office.cards(desk.desk(), request.staff, state, commune=commune, after=after, limit=_ROWS + 1)  # type: ignore[arg-type]
    shown = found[:_ROWS]
    key = _key(request, shown[-1]) if len(found) > _ROWS else ""
    lines = [line for one in shown for line in _lines(request, one, state)]
    return frame.show(
        request, "orders/queue.html", section="id_card", queue=name, queues=list(QUEUES), page=Page(lines, key, not after),
        command=command if _may(request, command) else "",
        counts=_counts(request), state=state, field="file" if state == "requested" else "serial",
        verb=captions.caption("command", command, request.lang), most=office.COUNT_MOST,
    )  # fmt: skip


def requested(request: Any) -> HttpResponse:
    """Cards that were asked for and are to be issued."""
    return queue(request, "cho-cap")


def issued(request: Any) -> HttpResponse:
    """Cards that were issued and are to be handed over."""
    return queue(request, "cho-tra")


def delivered(request: Any) -> HttpResponse:
    """Cards that the unit handed over of late."""
    moment, _, order = request.GET.get("sau", "").partition("~")
    before = menus.moment_of(moment)
    deeds = office.recent(
        desk.desk(), request.staff, kinds=("deliver_card",), since=_since(), before=before, behind=order if before else "", limit=_ROWS + 1
    )
    page = menus.deeds_cut(request, deeds, _ROWS, before)
    return frame.show(
        request, "orders/queue.html", section="id_card", state="delivered", page=page, counts=_counts(request), most=office.COUNT_MOST
    )


def _counts(request: Any) -> dict[str, int]:
    return office.counts(desk.desk(), request.staff, delivered_since=_since())


def _since() -> datetime:
    return sheet.now() - timedelta(days=DELIVERED_DAYS)


def _may(request: Any, command: str) -> bool:
    return layout_of(command, rights.rights()[request.staff.role].office or "") is not None


def _lines(request: Any, seen: Seen, state: str) -> list[Line]:
    chip = people.chip(request, seen)
    mine = [(key, card) for key, card in (seen.fields.get("cards") or {}).items() if card["state"] == state]
    return [Line(chip, key, told.day(card.get(state, ""))) for key, card in mine]


def _key(request: Any, seen: Seen) -> str:
    lives = ((seen.fields.get(field) or {}).get("place", {}) for field in ("permanent", "current"))
    codes = [place["code"] for place in lives if len(place.get("code", "")) == 5 and "scheme" not in place]
    return f"{codes[0] if codes else ''}~{people.sealed(request, seen.id)}"


def _behind(request: Any) -> tuple[str, int]:
    commune, _, mark = request.GET.get("sau", "").partition("~")
    person = people.unsealed(request, {"x.ref": mark})["x.ref"]
    return (commune, int(person[1:])) if person and commune.isdecimal() else ("", 0)


_ROLES = ("residence_officer", "police_chief")
ROUTES = (
    route("can-cuoc/", cards, "cards", needs="command", roles=_ROLES),
    route("can-cuoc/cho-cap/", requested, "cards_requested", needs="command", roles=_ROLES),
    route("can-cuoc/da-tra/", delivered, "cards_delivered", needs="command", roles=_ROLES),
    route("can-cuoc/cho-tra/", issued, "cards_issued", needs="command", roles=_ROLES),
)
