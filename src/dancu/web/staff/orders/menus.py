"""Hộ tịch, Cư trú, Căn cước: the forms a role may use, what waits at the unit, and what was done there of late."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from dancu.kit.clock import in_vietnam
from dancu.register import captions, office, rights
from dancu.register.office import Deed
from dancu.web import desk, frame
from dancu.web.orders.layout import Layout, for_office
from dancu.web.paging import Page
from dancu.web.routes import route
from dancu.web.staff.orders import drafts, people

# Menu → the books whose forms stand under it, and under which headings they are grouped (words: orders.group.CODE).
_GROUPS: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "civil_status": (
        ("life", ("register_birth", "register_death", "declare_missing", "declare_returned")),
        ("marriage", ("register_marriage", "record_divorce")),
        ("family", ("acknowledge_parent", "register_adoption", "end_adoption", "begin_guardianship", "end_guardianship")),
        ("change", ("change_name", "correct_civil", "supplement_civil")),
        ("protect", ("seal", "unseal", "redact", "reverse")),
    ),
    "residence": (
        ("live", ("move_permanent", "register_temporary", "extend_temporary", "declare_stay", "declare_absence", "remove_residence")),
        ("household", ("new_household", "join_household", "leave_household", "change_head", "change_relation")),
        ("number", ("allocate_number", "reissue_number")),
        ("data", ("correct_data", "merge", "split", "declare_missing", "declare_returned")),
        ("protect", ("seal", "unseal", "redact", "reverse")),
    ),
    "id_card": (
        ("card", ("request_card", "issue_card", "deliver_card", "replace_card", "report_card_lost", "revoke_card")),
        ("eid", ("lock_eid", "unlock_eid")),
    ),
}  # fmt: skip
CIVIL = ("civil_status_officer", "justice_supervisor")
POLICE = ("residence_officer", "police_chief", "police_supervisor")
_RECENT = 12
_ROWS = 50
_WAITING = 20


def civil_status(request: Any) -> HttpResponse:
    """Hộ tịch."""
    return shown(request, "civil_status")


def residence(request: Any) -> HttpResponse:
    """Cư trú, with the records that wait for a number."""
    return shown(request, "residence")


def waiting(request: Any) -> HttpResponse:
    """Births that the civil-status side has sent and that wait for a number, a page at a time."""
    after = request.GET.get("sau", "")
    found = office.waiting(desk.desk(), request.staff, after=int(after) if after.isdecimal() else 0, limit=_ROWS + 1)
    page = _cut(request, found, after)
    return frame.show(request, "orders/waiting.html", section=_section(request), page=page, may_allocate=_may(request, "allocate_number"))


def recent(request: Any) -> HttpResponse:
    """What the unit did, newest first, a page at a time; its key is a moment and an order, nobody's value."""
    moment, _, order = request.GET.get("sau", "").partition("~")
    before = moment_of(moment)
    deeds = office.recent(desk.desk(), request.staff, before=before, behind=order if before else "", limit=_ROWS + 1)
    page = deeds_cut(request, deeds, _ROWS, before)
    return frame.show(request, "orders/recent.html", section=_section(request), page=page)


def deeds_cut(request: Any, deeds: Sequence[Deed], rows: int, before: datetime | None) -> Page[Any]:
    """A page of orders of which one more was read than is shown."""
    shown = deeds[:rows]
    key = f"{shown[-1].at.isoformat()}~{shown[-1].order}" if len(deeds) > rows else ""
    return Page([deed_told(request, deed) for deed in shown], key, before is None)


def deed_told(request: Any, deed: Deed) -> dict[str, Any]:
    """An order in a list: what, about whom, when, by whom."""
    return {
        "command": captions.caption("command", deed.command, request.lang), "order": deed.order, "at": deed.at, "actor": deed.actor,
        "who": ", ".join(name for one in deed.people[:3] if (name := one.fields.get("name"))),
    }  # fmt: skip


def shown(request: Any, menu: str, card_counts: dict[str, int] | None = None) -> HttpResponse:
    """One menu: its forms, what waits, what was done of late."""
    given = {layout.command: layout for layout in for_office(_office(request))}
    groups = [(code, [_link(request, given[one]) for one in commands if one in given]) for code, commands in _GROUPS[menu]]
    counts = card_counts or office.counts(desk.desk(), request.staff)
    waits = office.waiting(desk.desk(), request.staff, limit=_WAITING) if counts["awaiting_number"] else ()
    kinds = tuple(command for _, commands in _GROUPS[menu] for command in commands)
    deeds = office.recent(desk.desk(), request.staff, kinds=kinds, limit=_RECENT)
    return frame.show(
        request, "orders/menu.html", section=menu, book_menu=menu, groups=[group for group in groups if group[1]], counts=counts,
        waits=[people.chip(request, one) for one in waits], may_allocate=_may(request, "allocate_number"),
        deeds=[deed_told(request, deed) for deed in deeds], drafts=drafts.rows(request)[:5], most=office.COUNT_MOST,
    )  # fmt: skip


def _link(request: Any, layout: Layout) -> tuple[str, str]:
    return captions.caption("command", layout.command, request.lang), reverse("order", args=[layout.command])


def _cut(request: Any, found: Any, after: str) -> Page[Any]:
    shown = found[:_ROWS]
    key = str(shown[-1].id) if len(found) > _ROWS else ""
    return Page([people.chip(request, one) for one in shown], key, not after)


def _may(request: Any, command: str) -> bool:
    return any(layout.command == command for layout in for_office(_office(request)))


def _office(request: Any) -> str:
    return rights.rights()[request.staff.role].office or ""


def _section(request: Any) -> str:
    return "civil_status" if request.staff.role in ("civil_status_officer", "justice_supervisor") else "residence"


def moment_of(text: str) -> datetime | None:
    """The moment a page's key begins with; None for anything else."""
    try:
        return in_vietnam(datetime.fromisoformat(text))
    except ValueError:
        return None


ROUTES = (
    route("ho-tich/", civil_status, "civil_status", needs="command", roles=CIVIL),
    route("cu-tru/", residence, "residence", needs="command", roles=POLICE),
    route("cho-cap-so/", waiting, "waiting", needs="command"),
    route("da-lam/", recent, "recent", needs="command"),
)
