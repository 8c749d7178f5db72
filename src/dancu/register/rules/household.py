"""Households: made, joined, left, and never without a head while somebody remains (Luật Cư trú 2020, điều 10)."""

from __future__ import annotations

from typing import Any, Literal

from dancu.register.command import Answer, Draft, Order, Ref, View
from dancu.register.person import Person
from dancu.register.rules.facts.life import is_minor
from dancu.register.rules.rule import RESIDENCE, RESIDENCE_FILE, Command, Decide, Rule, day_of, draft, first, refuse

HEAD = "head"
Relation = Literal[
    "spouse", "child", "parent", "grandchild", "grandparent", "sibling", "child_in_law", "parent_in_law", "ward", "other_kin", "not_kin"
]  # fmt: skip


class NewHousehold(Command):
    """Lập hộ: somebody who lives in no household is the head of a new one. `confirmed`: no adult could be it."""

    head: Ref
    confirmed: bool = False


class JoinHousehold(Command):
    """Nhập hộ: with the head's household, in a relation to the head."""

    person: Ref
    head: Ref
    relation: Relation


class LeaveHousehold(Command):
    """Tách khỏi hộ, ra khỏi hộ."""

    person: Ref


class ChangeHead(Command):
    """Thay đổi chủ hộ. `relation`: of the old head, where there is one, to the new. All others are to be said anew."""

    person: Ref
    relation: Relation | None = None


class ChangeRelation(Command):
    """Điều chỉnh quan hệ với chủ hộ."""

    person: Ref
    relation: Relation


def new_household(order: Order, view: View) -> Answer:
    """A household of one, under a number that no other has."""
    head = view.people["head"]
    body: NewHousehold = order.body
    return first(
        refuse(head.household, "in_household_already", "head"),
        refuse(is_minor(head, _day(order, view)) and not body.confirmed, "head_is_minor", "head"),
    ) or (_set(head, view.new_id, HEAD),)


def join_household(order: Order, view: View) -> Answer:
    """One member more."""
    person, head = view.people["person"], view.people["head"]
    body: JoinHousehold = order.body
    return first(
        refuse(person.id == head.id, "own_relative", "head"),
        refuse(not head.household or head.relation_to_head != HEAD, "not_head", "head"),
        refuse(person.household, "in_household_already", "person"),
    ) or (_set(person, head.household, body.relation),)


def leave_household(order: Order, view: View) -> Answer:
    """In no household any more; a head goes last, or after another has become head."""
    person = view.people["person"]
    return first(
        refuse(not person.household, "in_no_household", "person"),
        refuse(person.relation_to_head == HEAD and _others(person, view), "head_must_be_replaced", "person"),
    ) or (_set(person, 0, ""),)


def change_head(order: Order, view: View) -> Answer:
    """Another member is the head; how the others are related to the new one is not on record until it is said."""
    person = view.people["person"]
    body: ChangeHead = order.body
    day = _day(order, view)
    others = _others(person, view)
    heads = [other for other in others if other.relation_to_head == HEAD]
    return first(
        refuse(not person.household, "in_no_household", "person"),
        refuse(person.relation_to_head == HEAD, "head_already", "person"),
        refuse(is_minor(person, day) and any(not is_minor(o, day) for o in others), "head_is_minor", "person"),
        refuse(heads and body.relation is None, "relation_not_said", "relation"),
    ) or (
        _set(person, person.household, HEAD),
        *(_set(other, other.household, body.relation or "" if other in heads else "") for other in others),
    )


def change_relation(order: Order, view: View) -> Answer:
    """Another relation to the same head."""
    person = view.people["person"]
    body: ChangeRelation = order.body
    return first(
        refuse(not person.household, "in_no_household", "person"),
        refuse(person.relation_to_head == HEAD, "head_must_be_replaced", "person"),
        refuse(person.relation_to_head == body.relation, "nothing_changes", "relation"),
    ) or (_set(person, person.household, body.relation),)


def _others(person: Person, view: View) -> tuple[Person, ...]:
    return tuple(member for member in view.household if member.id != person.id)


def _set(person: Person, household: int, relation: str) -> Draft:
    return draft(person, "household_changed", household=household, relation_to_head=relation)


def _day(order: Order, view: View) -> str:
    return day_of(order, RULES[0], view.today)


def _rule(body: type, decide: Decide, **more: Any) -> Rule:
    """A rule of the residence police."""
    return Rule(body=body, kinds=("household_changed",), decide=decide, offices=RESIDENCE, sources=RESIDENCE_FILE, **more)


RULES = (
    _rule(NewHousehold, new_household, makes="household"),
    _rule(JoinHousehold, join_household),
    _rule(LeaveHousehold, leave_household, household="person", missing=("person",)),
    _rule(ChangeHead, change_head, household="person"),
    _rule(ChangeRelation, change_relation),
)
