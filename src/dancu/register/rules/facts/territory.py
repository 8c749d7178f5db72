"""Where a command takes place: whether the unit exists on that day, is a commune, and lies in the officer's own."""

from __future__ import annotations

from dancu.places import SCHEMES, Unit, unit
from dancu.register.command import No
from dancu.register.person import Place

NOWHERE = Place()
_LEVEL = {2: "province", 3: "district", 5: "commune"}
_TODAY = tuple(SCHEMES)[-1]


def unit_of(place: Place) -> Unit | None:
    """The unit a place names, in the scheme it says; None where there is no such unit."""
    level = _LEVEL.get(len(place.code))
    return unit(place.scheme, level, place.code) if level and place.scheme in SCHEMES else None


def place_fault(place: Place, field: str) -> No | None:
    """A place that says a unit or a country which cannot be; a place left empty is no fault."""
    country = place.country
    if not (len(country) == 2 and country.isascii() and country.isalpha() and country.isupper()):
        return No("country_unknown", field)
    if country == "VN" and place.code and unit_of(place) is None:
        return No("unit_unknown", field)
    return None


def commune_fault(place: Place, field: str, day: str) -> No | None:
    """A place where something is registered or somebody lives: a commune that still stands on `day`, or another country."""
    if fault := place_fault(place, field):
        return fault
    if place.country != "VN":
        return None
    found = unit_of(place)
    if found is None:
        return No("unit_not_said", field)
    if found.level != "commune":
        return No("unit_not_commune", field)
    if found.valid_to and day > found.valid_to:
        return No("unit_ended", field)
    return None


def within(place: Place, code: str) -> bool | None:
    """Whether a place lies in the unit `code` of today's scheme; None where it cannot be told (old scheme, other country)."""
    found = unit_of(place)
    if not code or found is None or place.country != "VN" or place.scheme != _TODAY:
        return None
    while found.code != code and found.parent:
        found = unit(_TODAY, _LEVEL[len(found.parent)], found.parent)
    return found.code == code


def is_unit_today(code: str) -> bool:
    """Whether a 2- or 5-digit code is a unit of today's scheme."""
    return unit_of(Place(code=code, scheme=_TODAY)) is not None
