"""Where people live: permanent and temporary residence, stays, absences, and their ends (Luật Cư trú 2020)."""

from __future__ import annotations

from typing import Any, Literal

from dancu.register.command import Answer, No, Order, Ref, View
from dancu.register.person import Person, Place, Residence
from dancu.register.rules.facts import day as days
from dancu.register.rules.facts.day import Day
from dancu.register.rules.facts.territory import commune_fault, place_fault
from dancu.register.rules.rule import RESIDENCE, RESIDENCE_FILE, Command, Decide, Rule, day_of, draft, first, refuse

# Điều 27.1: from thirty days on, outside the home commune, it must be registered; 27.2: for two years at most. What is shorter is
# a stay (điều 2.6).
TEMPORARY_DAYS, TEMPORARY_YEARS = 30, 2


class MovePermanent(Command):
    """Đăng ký thường trú (điều 20–22)."""

    person: Ref
    place: Place
    file: str
    reason: str = ""


class RegisterTemporary(Command):
    """Đăng ký tạm trú (điều 27–28), until a day at most two years away.

    `confirmed`: papers were seen for what the law does not oblige to register: under thirty days, or in the home commune.
    """

    person: Ref
    place: Place
    file: str
    until: Day
    reason: str = ""
    confirmed: bool = False


class ExtendTemporary(Command):
    """Gia hạn tạm trú (điều 27.2): the file that recorded it, and a new last day at most two years away."""

    person: Ref
    file: str
    until: Day


class DeclareStay(Command):
    """Thông báo lưu trú (điều 30): under thirty days. `confirmed`: longer all the same, as the papers say."""

    person: Ref
    place: Place
    file: str
    until: Day
    reason: str = ""
    confirmed: bool = False


class DeclareAbsence(Command):
    """Khai báo tạm vắng (điều 31). `place`: where to, as far as it is known."""

    person: Ref
    file: str
    place: Place = Place()
    until: Day = ""
    reason: str = ""


class RemoveResidence(Command):
    """Xóa đăng ký thường trú (điều 24) or tạm trú (điều 29); `file`: the one that recorded the temporary one."""

    person: Ref
    what: Literal["permanent", "temporary"]
    file: str = ""
    why: str = ""


def move_permanent(order: Order, view: View) -> Answer:
    """The permanent residence is elsewhere from a day on, and the person lives there."""
    person = view.people["person"]
    body: MovePermanent = order.body
    day = _day(order, view)
    home = Residence(body.place, since=day, reason=body.reason)
    return first(
        commune_fault(body.place, "place", day),
        refuse(not body.file.strip(), "file_missing", "file"),
        refuse(person.permanent.place == body.place and person.permanent.place.code, "lives_there_already", "place"),
    ) or (draft(person, "moved", permanent=home, current=home, residence_file=body.file.strip()),)


def register_temporary(order: Order, view: View) -> Answer:
    """A temporary residence besides the permanent one, in another commune."""
    person = view.people["person"]
    body: RegisterTemporary = order.body
    day = _day(order, view)
    home = person.permanent.place
    at_home = home.code and (home.code, home.scheme) == (body.place.code, body.place.scheme)
    lived = Residence(body.place, since=day, until=body.until, reason=body.reason)
    return first(
        commune_fault(body.place, "place", day),
        _file_fault(person, body.file),
        refuse(not body.until, "term_missing", "until"),
        days.term_fault(day, body.until, years=TEMPORARY_YEARS, code="temporary_too_long"),
        refuse(not body.confirmed and body.until < days.days_after(day, TEMPORARY_DAYS), "temporary_too_short", "until"),
        refuse(not body.confirmed and at_home, "temporary_in_home_commune", "place"),
    ) or (draft(person, "temporary_residence", temporary={body.file.strip(): lived}, current=lived),)


def extend_temporary(order: Order, view: View) -> Answer:
    """The same residence with a later last day."""
    person = view.people["person"]
    body: ExtendTemporary = order.body
    lived = person.temporary.get(body.file.strip())
    if lived is None:
        return No("temporary_not_on_record", "file")
    longer = Residence(lived.place, lived.since, body.until, lived.reason)
    return first(
        refuse(not body.until, "term_missing", "until"),
        refuse(body.until <= lived.until, "term_not_longer", "until"),
        days.term_fault(_day(order, view), body.until, years=TEMPORARY_YEARS, code="temporary_too_long"),
    ) or (draft(person, "temporary_residence", temporary={body.file.strip(): longer}),)


def declare_stay(order: Order, view: View) -> Answer:
    """A short stay at a place, which changes no residence."""
    person = view.people["person"]
    body: DeclareStay = order.body
    day = _day(order, view)
    stay = Residence(body.place, since=day, until=body.until, reason=body.reason)
    return first(
        commune_fault(body.place, "place", day),
        _file_fault(person, body.file),
        refuse(not body.until, "term_missing", "until"),
        days.term_fault(day, body.until, days=TEMPORARY_DAYS - 1, code="" if body.confirmed else "stay_too_long"),
    ) or (draft(person, "stay", stays={body.file.strip(): stay}),)


def declare_absence(order: Order, view: View) -> Answer:
    """Away from where the person lives."""
    person = view.people["person"]
    body: DeclareAbsence = order.body
    day = _day(order, view)
    away = Residence(body.place, since=day, until=body.until, reason=body.reason)
    return first(
        place_fault(body.place, "place"),
        _file_fault(person, body.file),
        days.term_fault(day, body.until),
    ) or (draft(person, "absence", absences={body.file.strip(): away}),)


def remove_residence(order: Order, view: View) -> Answer:
    """The permanent or one temporary residence is on record no more."""
    person = view.people["person"]
    body: RemoveResidence = order.body
    file = body.file.strip()
    if fault := refuse(not body.why.strip(), "reason_missing", "why"):
        return fault
    if body.what == "permanent":
        return refuse(person.permanent == Residence(), "permanent_not_on_record", "what") or (
            draft(person, "residence_removed", permanent=Residence(), **_lived_there(person, person.permanent)),
        )
    lived = person.temporary.get(file)
    if lived is None:
        return No("temporary_not_on_record", "file")
    return (draft(person, "residence_removed", temporary={file: None}, **_lived_there(person, lived)),)


def _lived_there(person: Person, home: Residence) -> dict[str, Residence]:
    """Whoever lived where the removed residence was lives nowhere known, or at the permanent one."""
    if person.current.place != home.place:
        return {}
    return {"current": person.permanent if home.place != person.permanent.place else Residence()}


def _file_fault(person: Person, file: str) -> No | None:
    """The file's number is the key under which a residence stands: it must be there, and be new."""
    used = {*person.temporary, *person.stays, *person.absences}
    return refuse(not file.strip(), "file_missing", "file") or refuse(file.strip() in used, "file_used", "file")


def _day(order: Order, view: View) -> str:
    return day_of(order, RULES[0], view.today)


def _rule(body: type, kind: str, decide: Decide, **more: Any) -> Rule:
    """A rule of the residence police."""
    return Rule(body=body, kinds=(kind,), decide=decide, offices=RESIDENCE, sources=RESIDENCE_FILE, inserts=True, **more)


RULES = (
    _rule(MovePermanent, "moved", move_permanent, territory="place"),
    _rule(RegisterTemporary, "temporary_residence", register_temporary, territory="place"),
    _rule(ExtendTemporary, "temporary_residence", extend_temporary),
    _rule(DeclareStay, "stay", declare_stay, territory="place"),
    _rule(DeclareAbsence, "absence", declare_absence),
    _rule(RemoveResidence, "residence_removed", remove_residence, dead=("person",), missing=("person",)),
)
