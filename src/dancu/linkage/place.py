"""Places of the register and of agency files as integers of today's map, so that two places compare as numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from dancu import places
from dancu.core.match import PLACE_OLD, PLACE_RENAMED, PLACE_SAME
from dancu.places import written
from dancu.places.succession import predecessor_codes

NOW = "2025-07"
# How many of an ambiguous text's readings are followed; more would make any place equal to any other.
_MOST_READINGS = 6


_LEVELS = {2: "province", 3: "district", 5: "commune"}


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


@lru_cache(maxsize=1 << 14)
def _province(text: str) -> int:
    code = places.province_code(text) if text else None
    return int(places.province_now(code)) if code else 0


def _province_of_commune(code: int) -> int:
    unit = places.unit(NOW, "commune", f"{code:05}") if code else None
    return int(places.province_of(unit).code) if unit else 0


def claimed(rows: Sequence[tuple[str | None, str | None, str | None, str | None]]) -> list[Claimed]:
    """What each (province, district, commune, address) of a file means today; equal rows should come once."""
    return [_claimed(p or "", d or "", c or "", a or "") for p, d, c, a in rows]


def _claimed(province: str, district: str, commune: str, address: str) -> Claimed:
    # A bare code in a province column is of the 63-province scheme, as in the personal number.
    known = _province(province) if province else 0
    if len(commune) == 5 and commune.isdigit():
        return _by_code(commune, known, bool(district))
    if commune or district:
        codes = written.of_columns(province, district, commune)
    else:
        codes = written.of_address(address, province)
    if codes is None:
        text = ", ".join(part for part in (commune, district) if part) or address
        return _resolved(text, province, known, bool(district))
    return _meant(codes, known, bool(district))


def _resolved(text: str, province: str, known: int, district: bool) -> Claimed:
    """A text that is not written as it should be, so that it must be resolved word by word."""
    if not text:
        return Claimed(known, ())
    found = places.resolve(text, province=province or None)
    codes = tuple((u.scheme, u.code) for u in (*found.units, *found.alternatives) if u.level == "commune")
    if not known and found.unit:
        known = _province_now_of(found.unit.scheme, found.unit.code)
    return _meant(codes, known, district)


@lru_cache(maxsize=1 << 15)
def _meant(codes: tuple[tuple[str, str], ...], known: int, district: bool) -> Claimed:
    """Today's communes of all readings, the best reading first; the first tells the province where none is known."""
    if not known and codes:
        known = _province_now_of(*codes[0])
    if len(codes) == 1:
        return Claimed(known, _today(*codes[0]), district)
    communes: dict[int, int] = {}
    for unit in codes[:_MOST_READINGS]:
        for code, relation in _today(*unit):
            communes[code] = min(relation, communes.get(code, relation))
    return Claimed(known, tuple(communes.items()), district)


@lru_cache(maxsize=1 << 12)
def _by_code(commune: str, known: int, district: bool) -> Claimed:
    """A commune given by its code: the newest scheme that has it inside the stated province."""
    for scheme in (NOW, "2025-06", "2022"):
        if places.unit(scheme, "commune", commune):
            top = _province_now_of(scheme, commune)
            if not known or top == known:
                return Claimed(top, _today(scheme, commune), district)
    return Claimed(known, (), district)


@cache
def _province_now_of(scheme: str, code: str) -> int:
    top = places.province_of(places.unit(scheme, _LEVELS[len(code)], code))
    return int(top.code) if scheme == NOW else int(places.province_now(top.code))


@cache
def _today(scheme: str, code: str) -> tuple[tuple[int, int], ...]:
    """(code of 2025-07, relation) of each commune of today that holds some of a commune."""
    if scheme == NOW:
        return ((int(code), PLACE_SAME),)
    after = places.current_codes(scheme, code)
    if len(after) == 1:
        alone = len(predecessor_codes(NOW, after[0])) == 1
        return ((int(after[0]), PLACE_RENAMED if alone else PLACE_OLD),)
    return tuple((int(now), PLACE_OLD) for now in after)


def full_name(commune: int, province: int) -> str:
    """Today's name of a commune with its province, or of the province alone; empty if unknown."""
    unit = places.unit(NOW, "commune", f"{commune:05}") if commune else None
    unit = unit or (places.unit(NOW, "province", f"{province:02}") if province else None)
    return places.full_name(unit) if unit else ""
