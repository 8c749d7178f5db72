"""Every name under which a unit may be written, folded and keyed by the unit above it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cache, cached_property
from typing import NamedTuple

from dancu.core.name import keys
from dancu.places.provinces import province_code, province_now, spellings
from dancu.places.units import codes_under, rows

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


Row = tuple[str, ...]


def _forms(name_key: str) -> list[str]:
    """Keys without spaces of one name; a last number is known in Roman and in Arabic."""
    before, _, last = name_key.rpartition(" ")
    other = before and (ROMAN.get(last) or _ARABIC.get(last))
    forms = (name_key, f"{before} {other}") if other else (name_key,)
    return [form.replace(" ", "") for form in forms]


def _initials(name_key: str) -> str:
    words = name_key.split()
    return "".join([w[0] for w in words]) if len(words) > 1 and not words[-1].isdigit() else ""


def _names(places: list[Place], rows: list[Row], folded: list[str]) -> Names:
    """{form: places}: names of today in the order of the places, then former names that are nobody's today."""
    found: Names = {}
    for place, name_key in zip(places, folded, strict=True):
        for form in _forms(name_key):
            others = found.get(form)
            found[form] = (place,) if others is None else (*others, place)
    for place, row in zip(places, rows, strict=True):
        if row[5]:
            for form in row[5].replace("Y", "I").split():
                if form not in found:
                    found[form] = (place._replace(former=True),)
    return found


def _together(tables: Iterable[Names]) -> Names:
    """The names of districts side by side as the names of their province, in the order `_names` would give."""
    found: Names = {}
    former: Names = {}
    for table in tables:
        for form, places in table.items():
            if places[0].former:
                former.setdefault(form, places)
            else:
                others = found.get(form)
                found[form] = places if others is None else others + places
    return found | {form: places for form, places in former.items() if form not in found}


class Gazetteer:
    """Names of one scheme, or of several at once (the first is preferred where both hold the same unit).

    Built on first need, province by province and district by district: a file of one province pays for one.
    """

    def __init__(self, *schemes: str):
        self.schemes = schemes
        self._districts: dict[str, Names] = {}
        self._initials: dict[str, Names] = {}
        self._communes: dict[str, Names] = {}
        self._tables: dict[str, dict[str, Names]] = {}

    def _below(self, parent: str) -> list[tuple[str, Row]]:
        """(scheme, row) of the units below; one that stands unchanged in two of the schemes comes once."""
        found, newer = [], {}
        for scheme in self.schemes:
            table = rows(scheme)
            for code in codes_under(scheme).get(parent, ()):
                row, twin = table[code], newer.get(code)
                if twin is None or (twin != row and twin[1:4] != row[1:4]):
                    found.append((scheme, row))
            newer = table
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

    def _read(self, province: str) -> dict[str, Names]:
        """{district: names of its communes} of a province, those under no district at ''."""
        tables = self._tables.get(province)
        if tables is None:
            tables = {}
            under = self._below(province)
            districts = [(s, r) for s, r in under if len(r[0]) == 3]
            groups = {"": [(s, r) for s, r in under if len(r[0]) == 5]}
            groups |= {row[0]: self._below(row[0]) for _, row in districts}
            folded = keys([r[2] for group in (districts, *groups.values()) for _, r in group])
            self._read_districts(province, districts, folded[: len(districts)])
            first = len(districts)
            for code, group in groups.items():
                if group:
                    places = [Place(s, r[0], r[1], code, province) for s, r in group]
                    names = folded[first : first + len(group)]
                    tables[code] = _names(places, [r for _, r in group], names)
                    first += len(group)
            # Kept when whole: two threads may read at once.
            self._tables[province] = tables
        return tables

    def _read_districts(self, province: str, districts: list[tuple[str, Row]], folded: list[str]) -> None:
        places = [Place(s, r[0], r[1], r[0], province) for s, r in districts]
        table = self._districts[province] = _names(places, [r for _, r in districts], folded)
        short = defaultdict(list)
        for place, name_key in zip(places, folded, strict=True):
            short[_initials(name_key)].append(place)
        self._initials[province] = {
            letters: tuple(places)
            for letters, places in short.items()
            if letters and len(places) == 1 and letters not in table
        }

    def districts(self, province: str) -> Names:
        """{key: districts} of a province; empty since July 2025."""
        self._read(province)
        return self._districts[province]

    def initials(self, province: str) -> Names:
        """{first letters: the one district of a province that they can mean}."""
        self._read(province)
        return self._initials[province]

    def communes(self, parent: str, province: str) -> Names:
        """{key: communes} of a district, or of a whole province."""
        tables = self._read(province)
        if parent != province:
            return tables.get(parent, {})
        found = self._communes.get(province)
        if found is None:
            found = self._communes[province] = _together(tables.values())
        return found

    def _all(self, table: Callable[[str], Names]) -> Names:
        found: dict[str, list[Place]] = defaultdict(list)
        for province in dict.fromkeys(p.code for places in self.provinces.values() for p in places):
            for form, places in table(province).items():
                found[form].extend(places)
        return {form: tuple(places) for form, places in found.items()}

    @cached_property
    def all_districts(self) -> Names:
        """{key: districts} of the country, for text that names no province."""
        return self._all(self.districts)

    @cached_property
    def all_communes(self) -> Names:
        """{key: communes} of the country, for text that names neither province nor district."""
        return self._all(lambda province: self.communes(province, province))


@cache
def gazetteer(*schemes: str) -> Gazetteer:
    """The one gazetteer of these schemes in this process."""
    return Gazetteer(*schemes)
