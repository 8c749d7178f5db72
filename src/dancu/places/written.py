"""Addresses written as they should be, "commune, district, province", understood by a few look-ups.

Most addresses of a file end with a handful of well-written parts that come again on thousands of rows. What such an
end means is found once; whatever this room is not sure to read exactly as `address.resolve` does, it leaves to
`resolve`. Why the parts can be read one by one: no name crosses a comma, and the reader goes from the right, so as
soon as each part is one whole name nothing before it can change what it means.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from dancu.places.address import NEW, OLD, first_codes, one_scheme
from dancu.places.gazetteer import Names, Place, gazetteer
from dancu.places.parse import Step, agreeing, match_commune, match_district, match_province
from dancu.places.words import COMMUNE_KINDS, TWO_WORDS, Words, joined, kind_at, read_part

Codes = tuple[tuple[str, str], ...]
_UNMET: Codes = (("", ""),)  # stands where an end was not met before
# Ends kept at a time. A country has some 30,000, each in a few writings; the rest of a file's ends are mistakes.
_MOST_ENDS = 1 << 16
# Words that may announce a unit, glued to a name or not, or that may become an announcement together with the word
# after them. Before a well-written end they are doubt enough to ask the general reader.
_DOUBT = re.compile(
    r"(?<![A-Z])(?:F|P(?!H)|Q(?!U)|X(?![AEIOUY])|T(?![AEHIORUY])|H(?![AEIOUY])"
    r"|(?:XA|PHUONG|QUAN|HU[YI]EN)(?![A-Z])|THI[^A-Z0-9]*$)|['`]"
)
# With a last word before the comma these may be read as "đặc khu" or "thành phố".
_SECOND_WORDS = frozenset(("KHU", "K", "PHO"))


class _Part(NamedTuple):
    """One part between commas. `form`: its name without spaces where the part is nothing but an announced or bare
    name, else ''; `longer`: the forms that take the announcement for a part of the name.
    """

    words: tuple[str, ...]
    cuts: tuple[int, ...]
    kind: str
    form: str
    longer: tuple[str, ...]


class _Province(NamedTuple):
    """What the last part says: the province today and before, and where the reader finds communes and districts."""

    words: tuple[str, ...]
    now: Step
    before: Step
    communes_now: Names
    communes_before: Names
    districts: Names
    initials: Names
    city: Step | None  # the district that the same words name, often the capital ("Hải Dương")
    communes_of_city: Names


class _District(NamedTuple):
    """A district and its communes; `known` fills with what the texts of communes mean."""

    words: tuple[str, ...]
    communes: Names
    known: dict[str, Codes | None]


@lru_cache(maxsize=1 << 15)
def _part(text: str) -> _Part | None:
    """None where the text is no single part, is empty, or has letters whose accents would matter."""
    if not text.isascii() or "," in text or "\n" in text:
        return None
    words, cuts = read_part(text)
    count = len(words)
    if not words:
        return None
    kind, start = kind_at(words, 0, count)
    odd = count > 8 or words[0] in _SECOND_WORDS or 2 in cuts[1:] or 1 in cuts[: start + 1]
    if odd or (kind not in COMMUNE_KINDS if kind else words[0].isdigit()):
        return _Part(words, cuts, "", "", ())
    form = "".join(words[start:])
    longer = ("".join(words), words[1] + form)[:start] if start else ()
    return _Part(words, cuts, kind, form, longer)


@lru_cache(maxsize=1 << 12)
def _province(text: str) -> _Province | None:
    """The province that a last part names with all its words; None where it does not."""
    found = None if text.strip().isdigit() else _part(text)
    if found is None:
        return None
    text = joined(found.words, found.cuts)
    today, former = gazetteer(*NEW), gazetteer(*OLD)
    now, before = match_province(text, today, text.end), match_province(text, former, text.end)
    if now is None or before is None or now.start or before.start:
        return None
    new, old = now.places[0].code, before.places[0].code
    districts, initials = former.districts(old), former.initials(old)
    if before.name_start and match_district(text, districts, initials, before.name_start):
        return None
    city = match_district(text, districts, {}, text.end)
    communes_of_city: Names = {}
    if city:
        under = former.communes(city.places[0].code, old)
        inside = any(match_commune(text, under, end, under_district=True) for end in {city.start, city.name_start})
        if inside or not _one_code(city.places):
            return None
        communes_of_city = under if city.start == 0 else {}
    communes = today.communes(new, new), former.communes(old, old)
    return _Province(found.words, now, before, *communes, districts, initials, city, communes_of_city)


def _one_code(places: tuple[Place, ...]) -> bool:
    return len(places) == 1 or len({place.code for place in places}) == 1


def _named(words: _Part, names: Names, *, under_district: bool) -> Step | None:
    """`match_commune` of one part alone, by a look-up where its name is in the table."""
    places = names.get(words.form)
    if places is None or not names.keys().isdisjoint(words.longer):
        text = Words(words.words, words.cuts, 0)
        return match_commune(text, names, len(words.words), under_district=under_district)
    same, points, trust = agreeing(places, words.kind)
    return Step(same, 0, points, trust)


def _codes(steps: Iterable[Step]) -> Codes:
    """Units of the steps, the best step first: those of its chosen scheme, then its namesakes, then the others'."""
    first, *others = steps
    if not others and len(first.places) == 1:
        return (first.places[0][:2],)
    places, namesakes = one_scheme(first.places, None)
    found = (*first_codes(places), *first_codes(namesakes))
    for step in others:
        found += first_codes(step.places)
    return found


def _in_province(commune: _Part, province: _Province) -> Codes | None:
    """What a commune means that is written right before its province; None where that is not sure."""
    if not commune.form:
        return None
    now = _named(commune, province.communes_now, under_district=False)
    before = _named(commune, province.communes_before, under_district=False)
    points, city = province.before.points, province.city
    if city and (before is None or len(before.places) > 1 or city.points > 0):
        # A province and its capital often share a name: then the capital's communes come first.
        inner = _named(commune, province.communes_of_city, under_district=True)
        if inner and (before is None or inner.start or set(inner.places) & set(before.places)):
            before, points = inner, city.points
    if (now and now.start) or (before and before.start):
        return None
    if now and before:
        newer = province.now.points + now.points >= points + before.points
        return _codes((now, before) if newer else (before, now))
    return _codes((now or before,)) if now or before else None


def _in_district(commune: _Part | None, district: _District) -> Codes | None:
    """What a commune means that is written right before its district; None where that is not sure."""
    if commune is None or not commune.form or (commune.words[-1], district.words[0]) in TWO_WORDS:
        return None
    places = district.communes.get(commune.form, ())
    if len(places) == 1 and district.communes.keys().isdisjoint(commune.longer):
        return (places[0][:2],)
    step = _named(commune, district.communes, under_district=True)
    return _codes((step,)) if step and not step.start else None


def _end(upper: str, last: str, *, added: bool) -> _District | Codes | None:
    """What the last two parts of a text are: a district with its communes, a commune of the province, or unsure.

    `added`: the last part is a column of its own, which `resolve` leaves out where the text ends with its words.
    """
    province, words = _province(last), _part(upper)
    if province is None or words is None or words.words[0] in _SECOND_WORDS:
        return None
    if (words.words[-1], province.words[0]) in TWO_WORDS:
        return None
    shorter = min(len(words.words), len(province.words))
    if added and words.words[-shorter:] == province.words[-shorter:]:
        return None
    text = Words(words.words, words.cuts, 0)
    step = match_district(text, province.districts, province.initials, len(words.words))
    if step is None:
        return _in_province(words, province)
    if step.start or not _one_code(step.places):
        return None
    # Where today's map has a commune of the district's name, the two readings compete by points.
    if match_commune(text, province.communes_now, len(words.words), under_district=False):
        return None
    place = step.places[0]
    return _District(words.words, gazetteer(*OLD).communes(place.code, place.province), {})


class _Ends:
    """What the ends of texts mean, as far as they were met."""

    def __init__(self, *, added: bool):
        self._added = added
        self._known: dict[tuple[str, str], _District | Codes | None] = {}
        self._size = 0

    def _make_room(self) -> None:
        self._size += 1
        if self._size > _MOST_ENDS:
            self._known.clear()
            self._size = 0

    def at(self, upper: str, last: str) -> _District | Codes | None:
        """`_end` of two parts, found once."""
        found = self._known.get((upper, last), _UNMET)
        if found is _UNMET:
            self._make_room()
            found = self._known[upper, last] = _end(upper, last, added=self._added)
        return found

    def under(self, district: _District, commune: str) -> Codes | None:
        """`_in_district` of a text, found once."""
        found = district.known.get(commune, _UNMET)
        if found is _UNMET:
            self._make_room()
            found = district.known[commune] = _in_district(_part(commune), district)
        return found


_COLUMNS, _ADDRESSES = _Ends(added=True), _Ends(added=False)


def of_columns(province: str, district: str, commune: str) -> Codes | None:
    """(scheme, code) of the units and then the alternatives of `resolve("commune, district", province=province)`.

    The district may be ''. None where only `resolve` can tell; what is not None are communes.
    """
    if not (commune and province):
        return None
    found = _COLUMNS.at(district or commune, province)
    if not district:
        return None if isinstance(found, _District) else found
    return _COLUMNS.under(found, commune) if isinstance(found, _District) else None


def of_address(address: str, province: str = "") -> Codes | None:
    """The same for `resolve(address, province=province)`."""
    parts = address.split(",")
    if province:
        last, above = _part(province), _part(parts[-1])
        if last is None or above is None or province.strip().isdigit():
            return None
        size = len(last.words)
        if above.words[-size:] != last.words:
            if above.words == last.words[-len(above.words) :]:
                return None
            parts.append(province)
    if len(parts) < 2:
        return None
    found = _ADDRESSES.at(parts[-2], parts[-1])
    used = 2
    if isinstance(found, _District):
        used = 3
        found = _ADDRESSES.under(found, parts[-3]) if len(parts) > 2 else None
    if found is None or len(parts) == used:
        return found
    before = ",".join(parts[:-used])
    return found if before.isascii() and before.isprintable() and not _DOUBT.search(before.upper()) else None
