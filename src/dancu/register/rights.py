"""Decides what a member of staff may do and which fields of whom they see; pure, and the table is data (`rights.toml`)."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import msgspec
from msgspec import UNSET, Struct, structs

from dancu.places import current_codes, province_of, unit
from dancu.register.command import Actor, Office
from dancu.register.event import Changes
from dancu.register.person import Person, Place
from dancu.register.rules.gate import sealed_for

Role = Literal[
    "civil_status_officer", "residence_officer", "police_chief", "justice_supervisor", "police_supervisor", "data_officer", "operator"
]  # fmt: skip
# find: by number or name · show: a person's page · reveal: groups that ask for a purpose · history: what was done to a person ·
# looked: who looked at a person · command: those of the role's office · export: lists as files · check: an agency's file ·
# case, measure: quality · supervise: what others looked at · own_log: what one has done oneself · account: staff accounts
Operation = Literal[
    "find", "show", "reveal", "history", "looked", "command", "export", "check", "case", "measure", "supervise", "own_log", "account"
]  # fmt: skip
Sight = Literal["open", "masked", "closed"]
Group = Literal["identity", "former", "origin", "sensitive", "kin", "residence", "cards", "contact", "others"]
# Every field of a person in one group, but for its id and version, which say nothing of anybody.
GROUPS: Mapping[Group, tuple[str, ...]] = {
    "identity": ("status", "name", "other_name", "pin", "birth_date", "sex", "died", "missing_since", "merged_into"),
    "former": ("former_pins", "former_names", "old_id"),
    "origin": ("birth_place", "birth_registered_at", "death_registered_at", "hometown", "nationalities"),
    "sensitive": ("ethnicity", "religion", "blood"),
    "kin": ("marital", "father", "mother", "adoptive_father", "adoptive_mother", "spouse", "guardians", "wards"),
    "residence": (
        "permanent", "temporary", "current", "absences", "stays", "residence_file", "household", "relation_to_head",
    ),
    "cards": ("cards", "eid_locked"),
    "contact": ("phone", "email"),
    "others": ("others", "sealed"),
}  # fmt: skip
_GROUP_OF = {field: group for group, fields in GROUPS.items() for field in fields}
_NONE: tuple[Group, ...] = ()


class Right(Struct, frozen=True, forbid_unknown_fields=True):
    """What a role does and sees: a section of `rights.toml`."""

    does: frozenset[Operation]
    office: Office | None = None
    here: tuple[Group, ...] = _NONE
    here_asks: tuple[Group, ...] = _NONE
    away: tuple[Group, ...] = _NONE
    away_asks: tuple[Group, ...] = _NONE


class Staff(Struct, frozen=True):
    """Who works at the pages: their account, role and unit ('' the whole country, 2 digits a province, 5 a commune of today)."""

    account: str
    role: Role
    unit: str = ""

    def actor(self) -> Actor:
        """The actor of their commands. Raises KeyError for a role that gives none."""
        office = rights()[self.role].office
        if office is None:
            raise KeyError(self.role)
        return Actor(self.account, office, self.unit)


@cache
def rights() -> Mapping[Role, Right]:
    """The table, by role. Raises msgspec.ValidationError where the file says what is not known."""
    text = (files("dancu.register") / "rights.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), dict[Role, Right])


def may(staff: Staff, operation: Operation) -> bool:
    """Whether the role of somebody includes an operation."""
    return operation in rights()[staff.role].does


def inside(staff: Staff, person: Person) -> bool:
    """Whether a person belongs to somebody's unit: lives, stays, or has their birth or death registered there."""
    if not staff.unit:
        return True
    temporary = (residence.place for residence in person.temporary.values())
    places = (person.permanent.place, person.current.place, *temporary, person.birth_registered_at, person.death_registered_at)
    return any(holds(staff.unit, place) for place in places)


def holds(code: str, place: Place) -> bool:
    """Whether a unit of today holds a place of any scheme, wholly or, where the place was split, with one of its parts."""
    if place.country != "VN" or not place.code:
        return False
    return any(code in (now, _province(now)) for now in current_codes(place.scheme, place.code))


def sight(staff: Staff, person: Person, revealed: Collection[Group] = ()) -> dict[Group, Sight]:
    """How each group of a person's fields stands to somebody; a group that was `revealed` for a purpose is open.

    A record whose seal keeps the office out is closed altogether: that there is one is all that is told.
    """
    right = rights()[staff.role]
    seen, asks = (right.here, right.here_asks) if inside(staff, person) else (right.away, right.away_asks)
    if "show" not in right.does or sealed_for(person, right.office or ""):
        seen, asks = _NONE, _NONE
    opened = {group for group in asks if group in revealed and "reveal" in right.does}
    return {
        group: "open" if group in seen or group in opened else "masked" if group in asks else "closed" for group in GROUPS
    }


def shown(person: Person, seen: Mapping[Group, Sight]) -> dict[str, Any]:
    """The fields of a person that are open, as plain values; what is masked or closed is not in it."""
    told = msgspec.to_builtins(person)
    return {field: value for field, value in told.items() if field in _GROUP_OF and seen[_GROUP_OF[field]] == "open"}


def cut(changes: Changes | None, seen: Mapping[Group, Sight]) -> Changes | None:  # type: ignore[valid-type]
    """What an event changed, in fields that are open."""
    if changes is None:
        return None
    return structs.replace(changes, **{field: UNSET for field, group in _GROUP_OF.items() if seen[group] != "open"})


def group_of(field: str) -> Group:
    """The group a field belongs to. Raises KeyError for what is no field of a person."""
    return _GROUP_OF[field]


@cache
def _province(code: str) -> str:
    found = unit("2025-07", "commune", code) if len(code) == 5 else None
    return province_of(found).code if found else code
