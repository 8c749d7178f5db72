"""Births: the civil-status side sends them, the child's number comes from the population side at once or later."""

from __future__ import annotations

from typing import Any, Literal

from dancu.core import date as dates
from dancu.core import number as numbers
from dancu.places import province_of, provinces_before
from dancu.register.command import Answer, No, Order, Ref, View
from dancu.register.event import FIELDS
from dancu.register.person import Kin, Person, Place
from dancu.register.rules.facts.day import Partial, last_day
from dancu.register.rules.facts.life import kin_of, parent_doubts, parent_faults
from dancu.register.rules.facts.naming import Named, name_fault, named_fault, tidy
from dancu.register.rules.facts.territory import NOWHERE, commune_fault, place_fault, unit_of
from dancu.register.rules.rule import BOOK, CIVIL, Command, Rule, draft, first, refuse

_PARENTS = ("father", "mother")


class RegisterBirth(Command):
    """Đăng ký khai sinh (Luật Hộ tịch 2014, điều 13–16). Parents without a record here are named as their papers say.

    `confirmed`: papers were seen for what looks unlikely: the age of a parent, a father dead too long, a namesake on record, no parent at
    all (a foundling: NĐ 123/2015, điều 14).
    """

    name: str
    birth_date: Partial
    sex: Literal["male", "female"]
    birth_place: Place
    registered_at: Place
    hometown: Place = NOWHERE
    ethnicity: str = ""
    religion: str = ""
    nationality: str = "VN"
    father: Ref = ""
    mother: Ref = ""
    father_named: Named | None = None
    mother_named: Named | None = None
    confirmed: bool = False


def register_birth(order: Order, view: View) -> Answer:
    """A child on record: `active` with the number that is free for it, else `awaiting_number`."""
    body: RegisterBirth = order.body
    child = _child(order, view)
    return (
        first(
            name_fault(body.name),
            refuse(not body.birth_date, "birth_date_missing", "birth_date"),
            place_fault(body.birth_place, "birth_place"),
            place_fault(body.hometown, "hometown"),
            commune_fault(body.registered_at, "registered_at", order.entry.registered if order.entry else view.today),
            refuse(body.father and body.father == body.mother, "parents_are_one", "mother"),
            *(named_fault(getattr(body, f"{role}_named"), f"{role}_named") for role in _PARENTS),
            *_parents(child, view, confirmed=body.confirmed),
            refuse(view.namesakes and not body.confirmed, "perhaps_registered_already", "name"),
            number_fault(view.number, child) if view.number else None,
            refuse(not body.confirmed and child.mother == child.father == Kin(), "parents_unnamed", "mother"),
        )
        or (draft(view.new_id, "birth", **_said(child)),)
    )


def _parents(child: Person, view: View, *, confirmed: bool) -> list[No]:
    known = [(view.people[role], role) for role in _PARENTS if role in view.people]
    faults = [fault for parent, role in known for fault in parent_faults(child, parent, role)]
    if confirmed:
        return faults
    return faults + [doubt for parent, role in known for doubt in parent_doubts(child, parent, role)]


def _child(order: Order, view: View) -> Person:
    body: RegisterBirth = order.body
    return Person(
        view.new_id,
        status="active" if view.number else "awaiting_number",
        name=tidy(body.name),
        pin=view.number or "",
        birth_date=body.birth_date,
        sex=body.sex,
        birth_place=body.birth_place,
        birth_registered_at=body.registered_at,
        hometown=body.hometown,
        ethnicity=body.ethnicity,
        religion=body.religion,
        nationalities={body.nationality: True} if body.nationality else {},
        marital="single",
        father=_kin(view.people.get("father"), body.father_named),
        mother=_kin(view.people.get("mother"), body.mother_named),
    )


def _kin(parent: Person | None, named: Named | None) -> Kin:
    return kin_of(parent) if parent else named.kin() if named else Kin()


def _said(child: Person) -> dict[str, Any]:
    """What is on record of the child, and its status: what nobody said is left unsaid."""
    nobody = Person(child.id)
    said = {field: value for field in FIELDS if (value := getattr(child, field)) != getattr(nobody, field)}
    return {**said, "status": child.status}


def number_fault(pin: str, person: Person) -> No | None:
    """A number whose form does not say the person's sex, birth year and province of birth registration (TT 59/2021, điều 4).

    Only the form of a number that is given now is held to it; numbers given before are left as they are.
    """
    if not (len(pin) == 12 and pin.isascii() and pin.isdigit()):
        return No("number_does_not_fit", "number")
    year = dates.from_iso(last_day(person.birth_date)) // 10000
    fits = bool(person.sex) and bool(year) and numbers.agrees(int(pin), person.sex, year)
    prefixes = _prefixes(person.birth_registered_at)
    # Births registered abroad begin with a country's code, of which no list is at hand.
    fits &= pin[:3] in prefixes if prefixes is not None else True
    return None if fits else No("number_does_not_fit", "number")


def number_unfit(person: Person) -> bool:
    """Whether somebody's number says another sex, birth year or province than their record, as far as it says them."""
    return bool(person.pin and person.sex and person.birth_date) and number_fault(person.pin, person) is not None


def _prefixes(place: Place) -> tuple[str, ...] | None:
    """The province codes of the 63-province list that a number may begin with; None where any may."""
    unit = unit_of(place)
    if place.country != "VN" or unit is None:
        return None
    province = province_of(unit)
    return provinces_before(province.code) if province.scheme == "2025-07" else (f"0{province.code}",)


RULES = (
    Rule(
        body=RegisterBirth,
        kinds=("birth",),
        offices=CIVIL,
        sources=BOOK,
        decide=register_birth,
        needs_entry=True,
        number="if_possible",
        makes="person",
        dead=("father", "mother"),
        missing=("father", "mother"),
        territory="registered_at",
        day="birth_date",
        namesakes=True,
    ),
)
