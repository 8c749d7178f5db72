"""The combinations that no life has: asked of a command before it is written, and of a record that was loaded (`faults`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dancu.register.command import No
from dancu.register.person import GONE, Card, Kin, Person
from dancu.register.rules.facts import day as days

ADULT = 18
# Luật Hôn nhân và gia đình 2014, điều 8.
MARRIAGE_AGE = {"male": 20, "female": 18}
# The same law, điều 88: a child born within 300 days of the end of a marriage is the couple's.
AFTER_FATHER_DAYS = 300
# Ages at which a birth is so unlikely that the officer must say that the papers were seen; no law sets them.
PARENT_AGES = {"mother": (12, 60), "father": (12, 90)}
SEX_OF = {"mother": "female", "father": "male"}
OPEN_CARDS = frozenset({"issued", "delivered"})


def alive(person: Person) -> bool:
    """Whether the record is that of a living person, found or missing."""
    return person.status not in GONE and person.status != "deceased"


def is_minor(person: Person, on: str) -> bool:
    """Whether the person surely is under 18 on a day."""
    return days.under(person.birth_date, ADULT, on)


def card_valid(card: Card, on: str) -> bool:
    """Whether a card was given and has not ended on a day."""
    return card.state in OPEN_CARDS and not (card.expires and card.expires < on)


def own_faults(person: Person) -> Iterator[No]:
    """What one record says against itself."""
    born, died = person.birth_date, person.died
    if days.surely_before(died, born):
        yield No("death_before_birth", "died")
    if died and alive(person):
        yield No("dead_but_living_status", "status")
    if person.status == "deceased" and any(map(_open, person.cards.values())):
        yield No("dead_with_card", "cards")
    if len([card for card in person.cards.values() if _open(card)]) > 1:
        yield No("two_valid_cards", "cards")
    if any(kin.person == person.id for kin in (person.father, person.mother, person.spouse)):
        yield No("own_relative", "father")
    if person.father.person and person.father.person == person.mother.person:
        yield No("parents_are_one", "mother")


def _open(card: Card) -> bool:
    return card.state in OPEN_CARDS


def parent_faults(child: Person, parent: Person, role: str) -> Iterator[No]:
    """What cannot be between a child and the father or mother on record (`role`): impossible whoever says it."""
    if parent.sex and parent.sex != SEX_OF[role]:
        yield No("parent_of_wrong_sex", role)
    if _no_older(parent, child):
        yield No("born_before_parent", role)
    if role == "mother" and days.surely_before(parent.died, child.birth_date):
        yield No("born_after_mother_died", role)


def _no_older(parent: Person, child: Person) -> bool:
    """Whether a parent surely is no older than the child."""
    return days.surely_before(child.birth_date, parent.birth_date) or (
        days.is_day(child.birth_date) and parent.birth_date == child.birth_date
    )


def parent_doubts(child: Person, parent: Person, role: str) -> Iterator[No]:
    """What is so unlikely between child and parent that papers must have been seen."""
    low, high = PARENT_AGES[role]
    oldest = days.birthday(days.last_day(parent.birth_date), high + 1)
    if days.under(parent.birth_date, low, days.last_day(child.birth_date) or "9999") or days.surely_before(oldest, child.birth_date):
        yield No("parent_age_unlikely", role)
    if role == "father" and days.surely_days_apart(parent.died, child.birth_date) > AFTER_FATHER_DAYS:
        yield No("father_dead_before_conception", role)


def marriage_faults(one: Person, other: Person, on: str) -> Iterator[No]:
    """What keeps two people from being husband and wife on a day (Luật HNGĐ 2014, điều 5 and 8); `on` '': not known."""
    if one.id == other.id:
        yield No("marriage_with_self", "wife")
    if one.sex and one.sex == other.sex:
        yield No("same_sex_marriage", "wife")
    for person, field in ((one, "husband"), (other, "wife")):
        if on and days.under(person.birth_date, MARRIAGE_AGE.get(person.sex, ADULT), on):
            yield No("under_marriage_age", field)
        if on and days.surely_before(person.died, on):
            yield No("spouse_dead", field)
    if direct_line(one, other):
        yield No("close_kin", "wife")


def direct_line(one: Person, other: Person) -> bool:
    """Whether one is the other's parent, by birth or adoption, or both have a parent in common."""
    return one.id in parent_ids(other, adoptive=True) or other.id in parent_ids(one, adoptive=True) or bool(
        parent_ids(one) & parent_ids(other)
    )


def parent_ids(person: Person | None, *, adoptive: bool = False) -> set[int]:
    """Ids of the parents on record, by birth and, if wished, by adoption."""
    if person is None:
        return set()
    kin = [person.father, person.mother, *((person.adoptive_father, person.adoptive_mother) if adoptive else ())]
    return {one.person for one in kin if one.person}


def three_generations(one: Person, other: Person, parents: tuple[Iterable[Person], Iterable[Person]]) -> bool:
    """Whether two people share a grandparent, or one is the other's grandparent, aunt or uncle (điều 3.18: phạm vi ba đời)."""
    above = [{one.id}, {other.id}]
    for side, person in enumerate((one, other)):
        above[side] |= parent_ids(person)
        for parent in parents[side]:
            above[side] |= parent_ids(parent)
    return bool(above[0] & above[1])


def kin_of(person: Person) -> Kin:
    """A person as somebody else's record names them."""
    return Kin(person=person.id, name=person.name, pin=person.pin)


def wed(one: Person, other: Person) -> bool:
    """Whether two records say that these are married to each other; a spouse without a record here is told by their number."""
    return all(
        a.marital == "married" and (a.spouse.person == b.id or (not a.spouse.person and a.spouse.pin in ("", b.pin)))
        for a, b in ((one, other), (other, one))
    )
