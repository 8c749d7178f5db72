"""The page of a household: who lives in it and how they are related to its head, and what can be done; from a person's page and back."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from msgspec import Struct

from dancu.core.refusal import Refusal
from dancu.register import captions, office, rights
from dancu.register.rules.household import HEAD
from dancu.web import desk, frame
from dancu.web.accounts import session
from dancu.web.orders import told
from dancu.web.orders.layout import layout_of
from dancu.web.orders.shown import Chip
from dancu.web.routes import route
from dancu.web.staff.orders import people
from dancu.web.staff.orders.form import address

_PURPOSE = "residence_file"
# What is done about one member; a head is not taken out before another is head.
_OF_MEMBER = ("leave_household", "change_head", "change_relation")
_OF_ALL = ("move_permanent",)


class Member(Struct, frozen=True):
    """A member as the page shows them: relation, and what can be done: (caption, address)."""

    chip: Chip
    relation: str
    head: bool
    lives: str
    reference: str
    deeds: tuple[tuple[str, str], ...]


def household(request: Any, reference: str) -> HttpResponse:
    """The household of the person the reference means."""
    person = session.record(request, "person", reference)
    if person is None:
        raise Http404
    try:
        found = office.household(desk.desk(), request.staff, _PURPOSE, f"#{person}")
    except Refusal:
        return frame.show(
            request, "orders/no_household.html", section="residence", reference=reference, found=_founding(request, person), status=200
        )
    members = [_member(request, seen, len(found.members)) for seen in found.members]
    heads = [member for member in members if member.head]
    head = heads[0] if heads else None
    joining = address(request, "join_household", head.chip.person, "head") if head and _may(request, "join_household") else ""
    return frame.show(
        request, "orders/household.html", section="residence", found=found, members=members, head=head, joining=joining,
        reference=reference,
    )  # fmt: skip


def _member(request: Any, seen: Any, size: int) -> Member:
    relation = seen.fields.get("relation_to_head", "")
    head = relation == HEAD
    commands = [one for one in (*_OF_MEMBER, *_OF_ALL) if _may(request, one) and not (head and one in ("change_head", "change_relation"))]
    if head and size > 1:
        commands = [one for one in commands if one != "leave_household"]
    return Member(
        chip=people.chip(request, seen), relation=captions.caption("value.relation", relation, request.lang) if relation else "", head=head,
        lives=told.told("permanent", seen.fields.get("permanent"), request.lang), reference=session.reference(request, "person", seen.id),
        deeds=tuple((captions.caption("command", one, request.lang), address(request, one, seen.id)) for one in commands),
    )  # fmt: skip


def _founding(request: Any, person: int) -> list[tuple[str, str]]:
    """What can be done for somebody in no household."""
    return [
        (captions.caption("command", one, request.lang), address(request, one, person, role))
        for one, role in (("new_household", "head"), ("join_household", "person"))
        if _may(request, one)
    ]


def _may(request: Any, command: str) -> bool:
    return layout_of(command, rights.rights()[request.staff.role].office or "") is not None


ROUTES = (route("ho-gia-dinh/<str:reference>/", household, "household", needs="show"),)
