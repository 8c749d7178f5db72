"""What a person's state puts into the tables that are searched: the columns of register_person, numbers, cards, old numbers."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from msgspec import Raw, Struct

from dancu.core import name as names
from dancu.register.person import Person, Place

# QCVN 109:2017: 0 unknown, 1 male, 2 female.
SEXES = {"": 0, "male": 1, "female": 2}
_COMMUNE = 5
# The scheme in force: codes of older ones mean other units in it.
_TODAY = Place().scheme


class Row(Struct, frozen=True):
    """A row of register_person, in the order of its columns."""

    id: int
    version: int
    status: str
    pin: str | None
    name: str
    fold: str
    birth_date: str
    sex: int
    commune: str
    household: int | None
    mother: int | None
    father: int | None
    state: Raw


class Number(Struct, frozen=True):
    """A personal number and whose it is; `until`: the day from which it is a former one."""

    pin: str
    person: int
    until: str | None = None


class Serial(Struct, frozen=True):
    """A card's serial number, or a 9-digit number, and whose it is."""

    value: str
    person: int


def row_of(person: Person) -> Row:
    """The columns by which a person is searched, and the whole state."""
    return Row(*columns_of(person, names.fold(person.name)), Raw(msgspec.json.encode(person)))


def columns_of(person: Person, fold: str) -> tuple[int | str | None, ...]:
    """A row without its state, in order; `fold` is the folded name."""
    return (
        person.id,
        person.version,
        person.status,
        person.pin or None,
        person.name,
        fold,
        person.birth_date,
        SEXES[person.sex],
        commune_of(person),
        person.household or None,
        person.mother.person or None,
        person.father.person or None,
    )


def commune_of(person: Person) -> str:
    """Code of the commune of permanent residence, else of the place where the person lives; empty where neither is known, or only
    in an older scheme, whose codes mean other communes today."""
    for place in (person.permanent.place, person.current.place):
        if len(place.code) == _COMMUNE and place.scheme == _TODAY:
            return place.code
    return ""


def new_numbers(before: Person, after: Person, day: str) -> Iterable[Number]:
    """Numbers that a change gave (the present one, and former ones told for the first time) or ended on `day`."""
    if after.pin != before.pin:
        if after.pin:
            yield Number(after.pin, after.id)
        if before.pin:
            yield Number(before.pin, after.id, day)
    known = {former.value for former in before.former_pins.values()} | {before.pin, after.pin}
    for former in after.former_pins.values():
        if former.value not in known:
            known.add(former.value)
            yield Number(former.value, after.id, former.until or day)


def new_cards(before: Person, after: Person) -> Iterable[Serial]:
    """Serials of cards that were not in the person's state before; one that is only requested has a file number, no serial."""
    there = _issued(before)
    return (Serial(serial, after.id) for serial in _issued(after) if serial not in there)


def _issued(person: Person) -> dict[str, None]:
    return {serial: None for serial, card in person.cards.items() if card.state != "requested"}


def new_old_numbers(before: Person, after: Person) -> Iterable[Serial]:
    """The 9-digit number, where it is another than before; those before stay as evidence."""
    return (Serial(after.old_id, after.id),) if after.old_id and after.old_id != before.old_id else ()
