"""Every name under which a unit may be written, folded and keyed by the unit above it."""

from __future__ import annotations

from collections import defaultdict
from functools import cache, cached_property
from typing import NamedTuple

from dancu.core.name import keys
from dancu.places.provinces import province_code, province_now, spellings
from dancu.places.units import rows

ROMAN = {"I": "1", "II": "2", "III": "3", "IV": "4", "V": "5", "VI": "6", "VII": "7"}
_ARABIC = {v: k for k, v in ROMAN.items() if v in "1234"}


class Place(NamedTuple):
    """A unit as the parser sees it; `former`: the name is of a unit that this one took in before 2022."""

    scheme: str
    code: str
    kind: str
    district: str
    province: str
    former: bool = False


Names = dict[str, tuple[Place, ...]]


def _spellings_of(name_key: str) -> tuple[str, ...]:
    """Keys without spaces of one name; a last number is known in Roman and in Arabic."""
    words = name_key.split()
    forms = ["".join(words)]
    if len(words) > 1:
        other = ROMAN.get(words[-1]) or _ARABIC.get(words[-1])
        if other:
            forms.append("".join(words[:-1]) + other)
    return tuple(forms)


def _initials(name_key: str) -> str:
    words = name_key.split()
    return "".join(w[0] for w in words) if len(words) > 1 and not words[-1].isdigit() else ""


class Gazetteer:
    """Names of one scheme, or of several at once (the first is preferred where both hold the same unit).

    Built province by province, on first need: a file of one province pays for one province.
    """

    def __init__(self, *schemes: str):
        self.schemes = schemes
        self._districts: dict[str, Names] = {}
        self._communes: dict[str, Names] = {}
        self._built: set[str] = set()
        self.initials: dict[str, Names] = {}

    @cached_property
    def _children(self) -> dict[str, list[tuple[str, list[str]]]]:
        """{parent code: [(scheme, row)]}; a unit that stands unchanged in two of the schemes comes once."""
        found: dict[str, list[tuple[str, list[str]]]] = defaultdict(list)
        for position, scheme in enumerate(self.schemes):
            newer = rows(self.schemes[position - 1]) if position else {}
            for code, row in rows(scheme).items():
                twin = newer.get(code)
                if row[3] and not (twin and twin[1:4] == row[1:4]):
                    found[row[3]].append((scheme, row))
        return found

    @cached_property
    def provinces(self) -> Names:
        """{spelling: the one province}; where a province is gone, `former` and the one that holds it now."""
        scheme = self.schemes[0]
        # Recycled codes: a province keeps its code until 2025-06, after that only its name tells which it is.
        own = {province_code(row[2]): code for code, row in rows(scheme).items() if len(code) == 2}
        found = {}
        for form, code3 in spellings().items():
            code = own.get(code3) or province_now(code3)
            found[form] = (Place(scheme, code, rows(scheme)[code][1], "", code, code3 not in own),)
        return found

    def _build(self, province: str) -> None:
        if province in self._built:
            return
        self._built.add(province)
        under = self._children.get(province, [])
        districts = [(s, r) for s, r in under if len(r[0]) == 3]
        communes = [(s, r, "") for s, r in under if len(r[0]) == 5]
        for code in dict.fromkeys(r[0] for _, r in districts):
            communes += [(s, r, code) for s, r in self._children.get(code, ())]
        self._districts[province], self.initials[province] = self._names(
            [(Place(s, r[0], r[1], r[0], province), r) for s, r in districts]
        )
        all_communes = [(Place(s, r[0], r[1], d, province), r) for s, r, d in communes]
        self._communes[province], _ = self._names(all_communes)
        by_district = defaultdict(list)
        for place, row in all_communes:
            by_district[place.district].append((place, row))
        for code, members in by_district.items():
            if code:
                self._communes[code], self.initials[code] = self._names(members)

    @staticmethod
    def _names(members: list[tuple[Place, list[str]]]) -> tuple[Names, Names]:
        found: dict[str, list[Place]] = defaultdict(list)
        short: dict[str, list[Place]] = defaultdict(list)
        folded = keys(row[2] for _, row in members)
        for (place, _), name_key in zip(members, folded, strict=True):
            for form in _spellings_of(name_key):
                found[form].append(place)
            if letters := _initials(name_key):
                short[letters].append(place)
        for place, row in members:
            for form in row[5].replace("Y", "I").split():
                if form not in found:
                    found[form].append(place._replace(former=True))
        return (
            {form: tuple(places) for form, places in found.items()},
            {form: tuple(places) for form, places in short.items() if len(places) == 1 and form not in found},
        )

    def districts(self, province: str) -> Names:
        """{key: districts} of a province; empty since July 2025."""
        self._build(province)
        return self._districts[province]

    def communes(self, parent: str, province: str) -> Names:
        """{key: communes} of a district, or of a whole province."""
        self._build(province)
        return self._communes.get(parent, {})

    def _all(self, table: str) -> Names:
        found: dict[str, list[Place]] = defaultdict(list)
        for province in dict.fromkeys(p.code for places in self.provinces.values() for p in places):
            self._build(province)
            for form, places in getattr(self, table)[province].items():
                found[form].extend(places)
        return {form: tuple(places) for form, places in found.items()}

    @cached_property
    def all_districts(self) -> Names:
        """{key: districts} of the country, for text that names no province."""
        return self._all("_districts")

    @cached_property
    def all_communes(self) -> Names:
        """{key: communes} of the country, for text that names neither province nor district."""
        return self._all("_communes")


@cache
def gazetteer(*schemes: str) -> Gazetteer:
    """The one gazetteer of these schemes in this process."""
    return Gazetteer(*schemes)
