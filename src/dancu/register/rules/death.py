"""Ends: a death closes household, cards and e-ID; a court declares somebody missing, and undoes it when they are back."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import structs

from dancu.register.command import Answer, Draft, Order, Ref, View
from dancu.register.person import Kin, Person, Place
from dancu.register.rules.facts.day import Partial, first_day
from dancu.register.rules.facts.life import alive, kin_of
from dancu.register.rules.facts.territory import commune_fault
from dancu.register.rules.rule import BOOK_OR_COURT, CIVIL, COURT, Command, Rule, day_of, draft, first, refuse


class RegisterDeath(Command):
    """Đăng ký khai tử (Luật Hộ tịch 2014, điều 32–34), also of a person whom a court declared dead."""

    person: Ref
    died: Partial
    registered_at: Place


class DeclareMissing(Command):
    """Tòa án tuyên bố mất tích (BLDS 2015, điều 68)."""

    person: Ref


class DeclareReturned(Command):
    """Tòa án hủy bỏ tuyên bố mất tích hoặc đã chết (BLDS 2015, điều 70 and 73)."""

    person: Ref


def register_death(order: Order, view: View) -> Answer:
    """The person is dead, out of the household, without valid card or e-ID; the living spouse is widowed."""
    person = view.people["person"]
    body: RegisterDeath = order.body
    # A year alone may begin before the birth.
    since = max(day_of(order, _DEATH, view.today), first_day(person.birth_date))
    return first(
        refuse(person.status == "deceased", "already_dead", "person"),
        refuse(not body.died, "death_date_missing", "died"),
        commune_fault(body.registered_at, "registered_at", order.entry.registered if order.entry else view.today),
    ) or (
        draft(person, "death", since, status="deceased", died=body.died, death_registered_at=body.registered_at),
        *_closed(person, view.today),
        *_widowed(person, since, view),
    )


def _closed(person: Person, today: str) -> Iterator[Draft]:
    """What ends with a life, from today on: it may have begun after a death that is told late, and then ends all the same."""
    ended = {
        serial: structs.replace(card, state="revoked", ended=today, why="death")
        for serial, card in person.cards.items()
        if card.state in ("requested", "issued", "delivered")
    }
    if ended:
        yield draft(person, "card_revoked", since=today, cards=ended)
    if person.household:
        yield draft(person, "household_changed", since=today, household=0, relation_to_head="")
    yield draft(person, "locked", since=today, status="deceased", eid_locked=True)


def _widowed(person: Person, since: str, view: View) -> tuple[Draft, ...]:
    spouse = view.people.get("person.spouse")
    if spouse is None or spouse.marital != "married" or spouse.spouse.person != person.id or spouse.status == "deceased":
        return ()
    return (draft(spouse, "widowed", since, marital="widowed", spouse=Kin()),)


def declare_missing(order: Order, view: View) -> Answer:
    """The person is missing from the day the judgment says."""
    person = view.people["person"]
    return refuse(person.status == "missing", "already_missing", "person") or (
        draft(person, "missing", status="missing", missing_since=day_of(order, _MISSING, view.today), eid_locked=True),
    )


def declare_returned(order: Order, view: View) -> Answer:
    """The person lives; the marriage stands again unless the spouse has married anew (BLDS 2015, điều 73.2)."""
    person = view.people["person"]
    return refuse(person.status not in ("missing", "deceased"), "not_missing", "person") or (
        draft(
            person,
            "returned",
            status="active" if person.pin else "awaiting_number",
            died="",
            death_registered_at=Place(),
            missing_since="",
            eid_locked=False,
        ),
        *_married_again(person, view),
    )


def _married_again(person: Person, view: View) -> tuple[Draft, ...]:
    spouse = view.people.get("person.spouse")
    if person.status != "deceased" or spouse is None or not alive(spouse) or spouse.marital != "widowed" or person.marital != "married":
        return ()
    return (draft(spouse, "returned", marital="married", spouse=kin_of(person)),)


_DEATH = Rule(
    body=RegisterDeath,
    kinds=("death", "widowed", "card_revoked", "household_changed", "locked"),
    offices=CIVIL,
    sources=BOOK_OR_COURT,
    decide=register_death,
    needs_entry=True,
    dead=("person",),
    kin=("person.spouse",),
    territory="registered_at",
    day="died",
)
_MISSING = Rule(
    body=DeclareMissing,
    kinds=("missing",),
    offices=("civil_status", "residence_chief"),
    sources=COURT,
    decide=declare_missing,
    missing=("person",),
)
RULES = (
    _DEATH,
    _MISSING,
    Rule(
        body=DeclareReturned,
        kinds=("returned",),
        offices=("civil_status", "residence_chief"),
        sources=COURT,
        decide=declare_returned,
        dead=("person",),
        kin=("person.spouse",),
    ),
)
