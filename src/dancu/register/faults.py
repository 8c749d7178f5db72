"""What is impossible in a record that was loaded: it is kept as it came, and opened as a case under the code of the refusal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from dancu.register.command import No
from dancu.register.person import GONE, Person
from dancu.register.rules.birth import number_fault, number_unfit
from dancu.register.rules.facts.life import alive, is_minor, marriage_faults, own_faults, parent_doubts, parent_faults
from dancu.register.rules.facts.naming import name_fault
from dancu.register.rules.household import HEAD

_PARENTS = ("father", "mother")


def faults(
    person: Person,
    relatives: Mapping[int, Person] | None = None,
    *,
    children: Iterable[Person] = (),
    household: Iterable[Person] = (),
    on: str = "",
) -> tuple[str, ...]:
    """Codes of `refusals.toml` that a record earns, each once, in a fixed order; () for one that answers for nobody.

    `relatives`: those of its parents, spouse and guardians that have records, by internal id. `children`: those whose parent it
    is. `household`: the living members of its household. `on`: the day (ISO) on which ages are told; '' leaves them alone.
    """
    if person.status in GONE:
        return ()
    known = relatives or {}
    found = (
        *own_faults(person),
        *_told(person),
        *_kinship(person, known, children),
        *_marriage(person, known),
        *_care(person, known, household, on),
    )
    return tuple(dict.fromkeys(no.code for no in found))


def _told(person: Person) -> Iterator[No]:
    """A name that is none, and a number that says another sex or year: where they were corrected, it is to be issued anew."""
    if fault := name_fault(person.name):
        yield fault
    if number_unfit(person) and (fault := number_fault(person.pin, person)):
        yield fault


def _kinship(person: Person, known: Mapping[int, Person], children: Iterable[Person]) -> Iterator[No]:
    for role in _PARENTS:
        parent = known.get(getattr(person, role).person)
        if parent is not None and parent.id != person.id:
            yield from parent_faults(person, parent, role)
            yield from parent_doubts(person, parent, role)
    for child in children:
        for role in _PARENTS:
            if getattr(child, role).person == person.id != child.id:
                yield from parent_faults(child, person, role)
                yield from parent_doubts(child, person, role)


def _marriage(person: Person, known: Mapping[int, Person]) -> Iterator[No]:
    """Married, and to somebody who is not: kin, of the same sex, dead, or of another mind."""
    spouse = known.get(person.spouse.person)
    if person.marital != "married" or spouse is None or not alive(person):
        return
    yield from marriage_faults(person, spouse, "")
    if spouse.status == "deceased":
        yield No("spouse_dead", "spouse")
    elif spouse.marital != "married" or spouse.spouse.person != person.id:
        yield No("not_married_to_each_other", "spouse")


def _care(person: Person, known: Mapping[int, Person], household: Iterable[Person], on: str) -> Iterator[No]:
    """Guardians who cannot be, and a household that nobody heads."""
    for kin in person.guardians.values():
        guardian = known.get(kin.person)
        if guardian is not None and guardian.status == "deceased":
            yield No("guardian_dead", "guardians")
        elif guardian is not None and on and is_minor(guardian, on):
            yield No("guardian_is_minor", "guardians")
    heads = [member for member in household if member.relation_to_head == HEAD]
    if person.household and alive(person) and household and len(heads) != 1:
        yield No("household_without_head" if not heads else "household_with_two_heads", "household")
