"""Citizen cards: asked for, issued, handed over, then replaced, lost or revoked; one valid card a person."""

from __future__ import annotations

import re
from typing import Any, Literal

from msgspec import structs

from dancu.register.command import Answer, No, Order, Ref, View
from dancu.register.person import Card, Person
from dancu.register.rules.facts import day as days
from dancu.register.rules.facts.life import card_valid, is_minor
from dancu.register.rules.rule import CARD_FILE, CHIEF, RESIDENCE, Command, Decide, Rule, day_of, draft, first, refuse

# Luật Căn cước 2023, điều 21: a card is changed at these ages; one issued in the two years before lasts to the next.
CHANGED_AT = (14, 25, 40, 60)
BEFORE_YEARS = 2
# Điều 23: for a child under 14 the legal representative asks.
ASKS_ALONE = 14
# The longest serial taken; the number on a card is far shorter.
SERIAL_LONGEST = 30
# No law says more of a serial than that it is a number: what has no digit was not read from a card.
_SERIAL = re.compile(r"(?=.*[0-9])[A-Za-z0-9/.-]+")


class RequestCard(Command):
    """Đề nghị cấp thẻ căn cước, with the number of its file. `representative`: for a child under 14."""

    person: Ref
    file: str
    representative: Ref = ""


class IssueCard(Command):
    """Cấp thẻ: the card asked for under `file` was made, with a serial number."""

    person: Ref
    file: str
    serial: str
    place: str = ""


class DeliverCard(Command):
    """Trả thẻ: into the hands of its holder or their representative."""

    person: Ref
    serial: str


class ReplaceCard(Command):
    """Cấp đổi, cấp lại (điều 24): the old card ends and a new one is asked for under `file`."""

    person: Ref
    serial: str
    file: str
    why: Literal["expired", "age", "damaged", "lost", "data_changed", "number_replaced", "old_form"]


class ReportCardLost(Command):
    """Báo mất thẻ."""

    person: Ref
    serial: str


class RevokeCard(Command):
    """Thu hồi, giữ thẻ (điều 29), by decision."""

    person: Ref
    serial: str
    why: str


def expiry(born: str, issued: str) -> str:
    """Last day (ISO) of a card issued on a day; '' for life, or where the birth date is not known."""
    for milestone in CHANGED_AT:
        free_from = days.birthday(born, milestone - BEFORE_YEARS)
        if free_from and issued < free_from:
            return days.birthday(born, milestone)
    return ""


def request_card(order: Order, view: View) -> Answer:
    """A first card is asked for, or one after the last has ended."""
    person = view.people["person"]
    body: RequestCard = order.body
    day = _day(order, view)
    return first(
        refuse(not person.pin, "number_not_given", "person"),
        _key_fault(person, body.file, "file"),
        _requested_already(person),
        refuse(any(card_valid(card, day) for card in person.cards.values()), "card_still_valid", "person"),
        _representative_fault(person, view, day),
    ) or (draft(person, "card_requested", cards={body.file.strip(): Card("requested", requested=day)}),)


def _representative_fault(person: Person, view: View, day: str) -> No | None:
    """Under 14 a parent, adoptive parent or guardian on record asks; who is older asks alone."""
    asks = view.people.get("representative")
    if asks is None:
        return refuse(days.under(person.birth_date, ASKS_ALONE, day), "representative_missing", "representative")
    kin = (person.father, person.mother, person.adoptive_father, person.adoptive_mother, *person.guardians.values())
    return first(
        refuse(is_minor(asks, day), "representative_is_minor", "representative"),
        refuse(asks.id not in {one.person for one in kin if one.person}, "not_representative", "representative"),
    )


def issue_card(order: Order, view: View) -> Answer:
    """The card exists, valid to the age at which the law has it changed; what was a file is now a serial."""
    person = view.people["person"]
    body: IssueCard = order.body
    day = _day(order, view)
    file, serial = body.file.strip(), body.serial.strip()
    asked = person.cards.get(file)
    if asked is None or asked.state != "requested":
        return No("card_not_requested", "file")
    card = structs.replace(asked, state="issued", issued=day, expires=expiry(person.birth_date, day), place=body.place)
    return first(
        refuse(day < asked.requested, "card_steps_out_of_order", "effective"),
        _key_fault(person, serial, "serial"),
        refuse(serial in view.used_serials, "serial_used", "serial"),
        refuse(any(card_valid(other, day) for other in person.cards.values()), "card_still_valid", "person"),
    ) or (draft(person, "card_issued", cards={file: None, serial: card}),)


def deliver_card(order: Order, view: View) -> Answer:
    """The holder has it."""
    person = view.people["person"]
    serial = order.body.serial.strip()
    card = person.cards.get(serial)
    day = _day(order, view)
    if card is None or card.state == "requested":
        return No("card_not_issued", "serial")
    return first(
        refuse(card.state == "delivered", "card_delivered_already", "serial"),
        refuse(card.state != "issued", "card_ended", "serial"),
        refuse(day < card.issued, "card_steps_out_of_order", "effective"),
    ) or (draft(person, "card_delivered", cards={serial: structs.replace(card, state="delivered", delivered=day)}),)


def replace_card(order: Order, view: View) -> Answer:
    """One card ends, the next is asked for."""
    person = view.people["person"]
    body: ReplaceCard = order.body
    serial, file, day = body.serial.strip(), body.file.strip(), _day(order, view)
    held = _held(person, serial, day, also="lost")
    if isinstance(held, No):
        return held
    return _key_fault(person, file, "file") or _requested_already(person) or (
        draft(
            person,
            "card_replaced",
            cards={
                serial: structs.replace(held, state="replaced", ended=held.ended or day, why=body.why),
                file: Card("requested", requested=day),
            },
        ),
    )


def report_card_lost(order: Order, view: View) -> Answer:
    """The card is not valid any more, wherever it is."""
    person = view.people["person"]
    serial, day = order.body.serial.strip(), _day(order, view)
    held = _held(person, serial, day)
    if isinstance(held, No):
        return held
    return (draft(person, "card_lost", cards={serial: structs.replace(held, state="lost", ended=day)}),)


def revoke_card(order: Order, view: View) -> Answer:
    """The card is taken back."""
    person = view.people["person"]
    body: RevokeCard = order.body
    serial, day = body.serial.strip(), _day(order, view)
    held = _held(person, serial, day, also="issued")
    if isinstance(held, No):
        return held
    return refuse(not body.why.strip(), "reason_missing", "why") or (
        draft(person, "card_revoked", cards={serial: structs.replace(held, state="revoked", ended=day, why=body.why)}),
    )


def _held(person: Person, serial: str, day: str, *, also: str = "delivered") -> Card | No:
    """The card of that serial in the holder's hands, or in the other state allowed; else why not."""
    card = person.cards.get(serial)
    if card is None or card.state == "requested":
        return No("card_not_on_record", "serial")
    if card.state == "issued" and also != "issued":
        return No("card_not_delivered", "serial")
    if card.state not in ("delivered", also):
        return No("card_ended", "serial")
    if day < (card.delivered or card.issued):
        return No("card_steps_out_of_order", "effective")
    return card


def _requested_already(person: Person) -> No | None:
    return refuse(any(card.state == "requested" for card in person.cards.values()), "card_requested_already", "person")


def _key_fault(person: Person, key: str, field: str) -> No | None:
    """A file or serial number under which a card is kept: there, not too long, and not this person's already."""
    kept = key.strip()
    return first(
        refuse(not kept, "file_missing" if field == "file" else "serial_missing", field),
        refuse(kept and field == "serial" and not _SERIAL.fullmatch(kept), "serial_odd", field),
        refuse(len(kept) > SERIAL_LONGEST, "serial_too_long", field),
        refuse(kept in person.cards, "file_used" if field == "file" else "serial_used", field),
    )


def _day(order: Order, view: View) -> str:
    return day_of(order, RULES[0], view.today)


def _rule(body: type, kind: str, decide: Decide, **more: Any) -> Rule:
    """A rule of the office that issues cards."""
    given = {"offices": RESIDENCE, "sources": CARD_FILE, **more}
    return Rule(body=body, kinds=(kind,), decide=decide, **given)


RULES = (
    _rule(RequestCard, "card_requested", request_card),
    _rule(IssueCard, "card_issued", issue_card, offices=CHIEF, serial="serial"),
    _rule(DeliverCard, "card_delivered", deliver_card),
    _rule(ReplaceCard, "card_replaced", replace_card),
    _rule(ReportCardLost, "card_lost", report_card_lost, missing=("person",)),
    _rule(RevokeCard, "card_revoked", revoke_card, offices=CHIEF, sources=("decision", "judgment"), missing=("person",)),
)
