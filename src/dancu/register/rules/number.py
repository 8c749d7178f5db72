"""Personal numbers: given to who waits for one, given anew where sex or birth year were corrected, never free again."""

from __future__ import annotations

from dancu.register.command import Answer, No, Order, Ref, View
from dancu.register.person import Former, Person
from dancu.register.rules.birth import number_fault
from dancu.register.rules.rule import CHIEF, Command, Rule, day_of, draft, first, refuse

_SOURCES = ("civil_book", "decision", "judgment", "residence_file")


class AllocateNumber(Command):
    """Xác lập số định danh cá nhân for a record that waits (Luật Căn cước 2023, điều 12)."""

    person: Ref


class ReissueNumber(Command):
    """Xác lập lại số định danh (TT 59/2021/TT-BCA, điều 6): sex or birth year were corrected, or it was entered wrongly."""

    person: Ref
    why: str


def allocate_number(order: Order, view: View) -> Answer:
    """The free number goes to a person who waits for one and has none."""
    person = view.people["person"]
    return first(
        refuse(person.pin or person.status != "awaiting_number", "number_already_given", "person"),
        _given(view, person),
    ) or (draft(person, "number_allocated", status="active", pin=view.number),)


def reissue_number(order: Order, view: View) -> Answer:
    """A new number for one that no longer says who its bearer is; the old one stays as an alias and goes to nobody else."""
    person = view.people["person"]
    body: ReissueNumber = order.body
    return first(
        refuse(person.status == "deceased", "number_of_dead_stays", "person"),
        refuse(not person.pin, "number_not_given", "person"),
        refuse(not body.why.strip(), "reason_missing", "why"),
        refuse(person.pin and number_fault(person.pin, person) is None, "number_still_fits", "person"),
        _given(view, person),
    ) or (draft(person, "number_replaced", pin=view.number, former_pins=ended_number(person, _day(order, view), body.why)),)


def _day(order: Order, view: View) -> str:
    return day_of(order, _REISSUE, view.today)


def ended_number(person: Person, until: str, why: str) -> dict[str, Former]:
    """The entry that keeps a number as an alias, under the number of the event that ends it."""
    return {str(person.version + 1): Former(person.pin, until, why)}


def _given(view: View, person: Person) -> No | None:
    """The number to be given can be had, fits, and was never this person's before."""
    pin = view.number
    if not pin:
        return No("number_unavailable", "number")
    before = {former.value for former in person.former_pins.values()}
    return number_fault(pin, person) or refuse(pin in before or pin == person.pin, "number_used_before", "number")


_REISSUE = Rule(
    body=ReissueNumber,
    kinds=("number_replaced",),
    offices=CHIEF,
    sources=_SOURCES,
    decide=reissue_number,
    needs_reference=True,
    number="needed",
    dead=("person",),
)
RULES = (
    Rule(
        body=AllocateNumber,
        kinds=("number_allocated",),
        offices=("residence", "residence_chief", "system"),
        sources=_SOURCES,
        decide=allocate_number,
        number="needed",
    ),
    _REISSUE,
)
