"""Protection: a record closed to most offices, a value taken out for good, an e-ID locked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from dancu.register.command import Answer, No, Order, Ref, View
from dancu.register.event import FIELDS, Event
from dancu.register.rules.gate import SEALS
from dancu.register.rules.rule import (
    CHIEF,
    DECISION,
    PROVINCE,
    RESIDENCE,
    Command,
    Decide,
    Rule,
    draft,
    first,
    refuse,
    touched,
)

# Never taken out: who had a number must stay known, or it could be given again.
_STAYS = frozenset({"pin", "former_pins", "status", "merged_into"})


class Seal(Command):
    """Niêm phong hồ sơ, for one of the reasons of which each has its own keepers."""

    person: Ref
    seal: Literal["adoption", "court", "protection"]


class Unseal(Command):
    """Gỡ niêm phong."""

    person: Ref
    seal: Literal["adoption", "court", "protection"]


class Redact(Command):
    """Xóa nội dung: what the named events of a person say in the named fields is deleted for good; the hash stays."""

    person: Ref
    events: tuple[int, ...]
    fields: tuple[str, ...]


class LockEid(Command):
    """Khóa căn cước điện tử (NĐ 69/2024)."""

    person: Ref
    why: str


class UnlockEid(Command):
    """Mở khóa căn cước điện tử (NĐ 69/2024)."""

    person: Ref
    why: str


def seal(order: Order, view: View) -> Answer:
    """Only the keepers of this seal reach the record."""
    person = view.people["person"]
    kept = order.body.seal
    return first(
        _keeper(order, kept),
        refuse(person.sealed.get(kept), "sealed_already", "seal"),
    ) or (draft(person, "sealed", sealed={kept: True}),)


def unseal(order: Order, view: View) -> Answer:
    """This seal is off; others stay."""
    person = view.people["person"]
    kept = order.body.seal
    return first(
        _keeper(order, kept),
        refuse(not person.sealed.get(kept), "not_sealed", "seal"),
    ) or (draft(person, "unsealed", sealed={kept: None}),)


def _keeper(order: Order, kept: str) -> No | None:
    return refuse(order.actor.office not in SEALS[kept], "seal_of_another_office", "actor.office")


def redact(order: Order, view: View) -> Answer:
    """May the values go? The storage takes them out; this event stands for what is left."""
    person = view.people["person"]
    body: Redact = order.body
    return first(
        refuse(not body.events, "redact_nothing", "events"),
        refuse(not body.fields or any(field not in FIELDS for field in body.fields), "redact_nothing", "fields"),
        refuse(_STAYS & set(body.fields), "number_not_freed", "fields"),
        refuse({event.id for event in view.events} != set(body.events), "event_of_another", "events"),
        refuse(any(event.person != person.id for event in view.events), "event_of_another", "events"),
        refuse(not _said(view.events, body.fields), "redact_nothing", "fields"),
    ) or (draft(person, "redacted"),)


def _said(events: Iterable[Event], fields: tuple[str, ...]) -> bool:
    """Whether any of the events says anything in any of the fields."""
    return any(field in fields for event in events for field, _ in touched(event.changes))


def lock_eid(order: Order, view: View) -> Answer:
    """The e-ID cannot be used."""
    person = view.people["person"]
    return first(
        refuse(person.eid_locked, "locked_already", "person"),
        refuse(not order.body.why.strip(), "reason_missing", "why"),
    ) or (draft(person, "locked", eid_locked=True),)


def unlock_eid(order: Order, view: View) -> Answer:
    """The e-ID can be used again."""
    person = view.people["person"]
    return first(
        refuse(not person.eid_locked, "not_locked", "person"),
        refuse(not order.body.why.strip(), "reason_missing", "why"),
    ) or (draft(person, "unlocked", eid_locked=False),)


_LOCK_SOURCES = ("residence_file", "card_file", "decision", "judgment", "agency_file")


def _rule(body: type, kind: str, decide: Decide, **more: Any) -> Rule:
    """A rule that rests on a decision and holds for the dead too."""
    given = {"offices": PROVINCE, "sources": DECISION, "dead": ("person",), "missing": ("person",), **more}
    return Rule(body=body, kinds=(kind,), decide=decide, **given)


RULES = (
    _rule(Seal, "sealed", seal, offices=(*PROVINCE, "civil_status"), sealed=True),
    _rule(Unseal, "unsealed", unseal, offices=(*PROVINCE, "civil_status"), sealed=True),
    _rule(Redact, "redacted", redact, needs_reason=True, sealed=True, undoes="events"),
    _rule(LockEid, "locked", lock_eid, offices=(*RESIDENCE, "system"), sources=_LOCK_SOURCES, dead=()),
    _rule(UnlockEid, "unlocked", unlock_eid, offices=CHIEF, sources=_LOCK_SOURCES, dead=(), missing=()),
)
