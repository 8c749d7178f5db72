"""Places of the register and of agency files as integers of today's map, so that two places compare as numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dancu import places
from dancu.core.match import PLACE_OLD, PLACE_RENAMED, PLACE_SAME

NOW = "2025-07"
# How many of an ambiguous text's readings are followed; more would make any place equal to any other.
_MOST_READINGS = 6


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a written place can mean today.

    province   code of the 34-province scheme, 0 unknown
    district   a district is named
    communes   (code of 2025-07, relation if the record lives there: same, old or renamed)
    """

    province: int
    communes: tuple[tuple[int, int], ...]
    district: bool = False

    @property
    def outdated(self) -> bool:
        """Whether the place is named as it was before July 2025: an old commune, or a district, of which there are none."""
        return self.district or (bool(self.communes) and all(relation != PLACE_SAME for _, relation in self.communes))


def register_units(rows: Sequence[tuple[str | None, str | None, str | None]]) -> list[tuple[int, int]]:
    """(province, commune) of today for each (province, commune, scheme) of a register; 0 where unknown."""
    return [_register_unit(province or "", commune or "", scheme or "") for province, commune, scheme in rows]


def _register_unit(province: str, commune: str, scheme: str) -> tuple[int, int]:
    code = 0
    if commune.isdigit():
        for tried in (scheme,) if scheme in places.SCHEMES else (NOW, "2025-06", "2022"):
            if found := places.current(tried, "commune", commune.zfill(5)):
                code = int(found[0].code)
                break
    elif commune:
        found = places.resolve(commune, province=province or None)
        if found.unit and found.level == "commune":
            today = places.current(found.unit.scheme, "commune", found.unit.code)
            code = int(today[0].code) if today else 0
    return _province(province) or _province_of_commune(code), code


def _province(text: str) -> int:
    code = places.province_code(text) if text else None
    return int(places.province_now(code)) if code else 0


def _province_of_commune(code: int) -> int:
    unit = places.unit(NOW, "commune", f"{code:05}") if code else None
    return int(places.province_of(unit).code) if unit else 0


def claimed(rows: Sequence[tuple[str | None, str | None, str | None, str | None]]) -> list[Claimed]:
    """What each (province, district, commune, address) of a file means today; equal rows should come once."""
    return [_claimed(*(part or "" for part in row)) for row in rows]


def _claimed(province: str, district: str, commune: str, address: str) -> Claimed:
    # A bare code in a province column is of the 63-province scheme, as in the personal number.
    text = ", ".join(part for part in (commune, district) if part) or address
    known = _province(province)
    if commune.isdigit() and len(commune) == 5:
        return replace(_by_code(commune, known), district=bool(district))
    if not text:
        return Claimed(known, ())
    found = places.resolve(text, province=province or None)
    readings = [unit for unit in (*found.units, *found.alternatives) if unit.level == "commune"][:_MOST_READINGS]
    communes: dict[int, int] = {}
    for unit in readings:
        for code, relation in _today(unit):
            communes[code] = min(relation, communes.get(code, relation))
    if not known and found.unit:
        known = _province_now_of(found.unit)
    return Claimed(known, tuple(communes.items()), bool(district))


def _by_code(commune: str, known: int) -> Claimed:
    """A commune given by its code: the newest scheme that has it inside the stated province."""
    for scheme in (NOW, "2025-06", "2022"):
        unit = places.unit(scheme, "commune", commune)
        if unit and (not known or _province_now_of(unit) == known):
            return Claimed(known or _province_now_of(unit), _today(unit))
    return Claimed(known, ())


def _province_now_of(unit: places.Unit) -> int:
    top = places.province_of(unit)
    return int(top.code) if top.scheme == NOW else int(places.province_now(top.code))


def _today(unit: places.Unit) -> tuple[tuple[int, int], ...]:
    if unit.scheme == NOW:
        return ((int(unit.code), PLACE_SAME),)
    after = places.current(unit.scheme, "commune", unit.code)
    alone = len(after) == 1 and len(places.predecessors(NOW, "commune", after[0].code)) == 1
    return tuple((int(now.code), PLACE_RENAMED if alone else PLACE_OLD) for now in after)


def full_name(commune: int, province: int) -> str:
    """Today's name of a commune with its province, or of the province alone; empty if unknown."""
    unit = places.unit(NOW, "commune", f"{commune:05}") if commune else None
    unit = unit or (places.unit(NOW, "province", f"{province:02}") if province else None)
    return places.full_name(unit) if unit else ""
