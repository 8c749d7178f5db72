"""Families made by law: adoption, guardianship, and a parent who is acknowledged after the birth was registered."""

from __future__ import annotations

from itertools import chain
from typing import Any, Literal

from dancu.register.command import Answer, No, Order, Ref, View
from dancu.register.person import Kin, Person
from dancu.register.rules.facts import day as days
from dancu.register.rules.facts.life import ADULT, is_minor, kin_of, parent_doubts, parent_faults, parent_ids, wed
from dancu.register.rules.rule import BOOK_OR_COURT, CIVIL, COURT, Command, Decide, Rule, day_of, draft, first, refuse

# Luật Nuôi con nuôi 2010, điều 8 and 14.
ADOPTED_BEFORE, ADOPTED_BEFORE_BY_KIN, OLDER_BY = 16, 18, 20
_ADOPTERS = {"adoptive_father": "male", "adoptive_mother": "female"}


class RegisterAdoption(Command):
    """Đăng ký nuôi con nuôi (Luật Nuôi con nuôi 2010). `by_kin`: a step-parent, aunt or uncle, for whom điều 14.3 asks less."""

    child: Ref
    adoptive_father: Ref = ""
    adoptive_mother: Ref = ""
    by_kin: bool = False


class EndAdoption(Command):
    """Chấm dứt việc nuôi con nuôi, which a court decides (the same law, điều 25–27)."""

    child: Ref


class BeginGuardianship(Command):
    """Đăng ký giám hộ (BLDS 2015, điều 46–54): of a minor, or of an adult by a court's judgment."""

    ward: Ref
    guardian: Ref


class EndGuardianship(Command):
    """Chấm dứt giám hộ (BLDS 2015, điều 62)."""

    ward: Ref
    guardian: Ref
    why: str


class AcknowledgeParent(Command):
    """Đăng ký nhận cha, mẹ, con (Luật Hộ tịch 2014, điều 24–25). `confirmed`: papers were seen for what looks unlikely."""

    child: Ref
    parent: Ref
    role: Literal["father", "mother"]
    confirmed: bool = False


def register_adoption(order: Order, view: View) -> Answer:
    """The child has adoptive parents; those by birth stay on record."""
    child = view.people["child"]
    body: RegisterAdoption = order.body
    adopters = {role: view.people[role] for role in _ADOPTERS if role in view.people}
    day = day_of(order, _ADOPTION, view.today)
    limit = ADOPTED_BEFORE_BY_KIN if body.by_kin else ADOPTED_BEFORE
    reached = days.birthday(days.last_day(child.birth_date), limit)
    return first(
        refuse(not adopters, "adopter_not_said", "adoptive_mother"),
        refuse(child.adoptive_father != Kin() or child.adoptive_mother != Kin(), "already_adopted", "child"),
        refuse(reached and day >= reached, "child_too_old_for_adoption", "child"),
        *chain.from_iterable(_adopter(child, person, role, view, order) for role, person in adopters.items()),
        refuse(len(adopters) == 2 and not wed(*adopters.values()), "adopters_not_married", "adoptive_mother"),
    ) or (draft(child, "adopted", **{role: kin_of(person) for role, person in adopters.items()}),)


def _adopter(child: Person, person: Person, role: str, view: View, order: Order) -> list[No | None]:
    parents = [view.people[path] for path in ("child.father", "child.mother") if path in view.people]
    grandparents = set().union(*(parent_ids(parent) for parent in parents))
    related = person.id in grandparents or parent_ids(child) & parent_ids(person)
    gap = days.birthday(person.birth_date, OLDER_BY)
    too_near = not order.body.by_kin and gap and days.surely_before(child.birth_date, gap)
    return [
        refuse(person.id == child.id, "own_relative", role),
        refuse(person.sex and person.sex != _ADOPTERS[role], "parent_of_wrong_sex", role),
        refuse(person.id in parent_ids(child), "adopter_is_parent", role),
        refuse(related, "adopter_is_grandparent_or_sibling", role),
        refuse(is_minor(person, day_of(order, _ADOPTION, view.today)), "adopter_is_minor", role),
        refuse(too_near, "adoption_age_gap", role),
    ]


def end_adoption(order: Order, view: View) -> Answer:
    """The child has no adoptive parents any more."""
    child = view.people["child"]
    adopted = child.adoptive_father != Kin() or child.adoptive_mother != Kin()
    return refuse(not adopted, "not_adopted", "child") or (
        draft(child, "adoption_ended", adoptive_father=Kin(), adoptive_mother=Kin()),
    )


def begin_guardianship(order: Order, view: View) -> Answer:
    """Guardian and ward know of each other, each under the other's internal id."""
    ward, guardian = view.people["ward"], view.people["guardian"]
    day = day_of(order, _GUARDIANSHIP, view.today)
    adult = days.birthday(days.last_day(ward.birth_date), ADULT)
    return first(
        refuse(ward.id == guardian.id, "own_relative", "guardian"),
        refuse(is_minor(guardian, day), "guardian_is_minor", "guardian"),
        refuse(adult and adult <= day and order.source.kind != "judgment", "ward_is_adult", "ward"),
        refuse(str(guardian.id) in ward.guardians, "already_guardian", "guardian"),
        refuse(str(ward.id) in guardian.guardians, "guardian_is_ward", "guardian"),
    ) or (
        draft(ward, "guardianship_began", guardians={str(guardian.id): kin_of(guardian)}),
        draft(guardian, "guardianship_began", wards={str(ward.id): kin_of(ward)}),
    )


def end_guardianship(order: Order, view: View) -> Answer:
    """Neither knows of the other as ward or guardian any more."""
    ward, guardian = view.people["ward"], view.people["guardian"]
    body: EndGuardianship = order.body
    return first(
        refuse(str(guardian.id) not in ward.guardians, "not_guardian", "guardian"),
        refuse(not body.why.strip(), "reason_missing", "why"),
    ) or (
        draft(ward, "guardianship_ended", guardians={str(guardian.id): None}),
        draft(guardian, "guardianship_ended", wards={str(ward.id): None}),
    )


def acknowledge_parent(order: Order, view: View) -> Answer:
    """The child has a father or mother on record where none was."""
    child, parent = view.people["child"], view.people["parent"]
    body: AcknowledgeParent = order.body
    kin: Kin = getattr(child, body.role)
    other = getattr(child, "mother" if body.role == "father" else "father")
    doubts = () if body.confirmed else parent_doubts(child, parent, body.role)
    return first(
        refuse(child.id == parent.id, "own_relative", "parent"),
        refuse(kin.person or kin.pin, "parent_already_recorded", "role"),
        refuse(other.person == parent.id, "parents_are_one", "parent"),
        refuse(child.id in parent_ids(parent), "born_before_parent", "parent"),
        *parent_faults(child, parent, body.role),
        *doubts,
    ) or (draft(child, "civil_supplemented", **{body.role: kin_of(parent)}),)


def _rule(body: type, kind: str, decide: Decide, **more: Any) -> Rule:
    """A rule of this family: the civil-status officer's, with an entry of the book."""
    given = {"offices": CIVIL, "sources": BOOK_OR_COURT, "needs_entry": True, **more}
    return Rule(body=body, kinds=(kind,), decide=decide, **given)


_ADOPTION = _rule(RegisterAdoption, "adopted", register_adoption, kin=("child.father", "child.mother"))
_GUARDIANSHIP = _rule(BeginGuardianship, "guardianship_began", begin_guardianship)
RULES = (
    _ADOPTION,
    _rule(EndAdoption, "adoption_ended", end_adoption, sources=COURT),
    _GUARDIANSHIP,
    _rule(
        EndGuardianship,
        "guardianship_ended",
        end_guardianship,
        dead=("ward", "guardian"),
        missing=("ward", "guardian"),
    ),
    _rule(AcknowledgeParent, "civil_supplemented", acknowledge_parent, dead=("parent", "child")),
)
