"""One reading of an address in one gazetteer: province, district and commune taken from the right, scored."""

from __future__ import annotations

from typing import NamedTuple

from dancu.places.gazetteer import Gazetteer, Names, Place
from dancu.places.words import (
    COMMUNE_KINDS,
    DISTRICT_KINDS,
    HAMLET_WORDS,
    PROVINCE_KINDS,
    STREET_WORDS,
    TWO_WORDS,
    Words,
    kind_at,
    kind_before,
    left_over,
)

_LONGEST_NAME = 8  # words; the longest in the data has 6


class Reading(NamedTuple):
    """`places`: the lowest units found. `depth` 0 nothing, 1 province, 2 district, 3 commune. `start`: first
    word used.

    `upper`: the district (or province) found, `upper_start` where its words begin: where a looser look goes
    on.
    """

    places: tuple[Place, ...] = ()
    depth: int = 0
    score: int = 0
    confidence: float = 0.0
    start: int = 0
    upper: Place | None = None
    upper_start: int = 0


class Step(NamedTuple):
    """One level matched: its candidates, first word (announcement included), points, trust, first word of
    the name.

    "Định Quán Định Quán" without a comma: the second name is not announced by "quận", so a reader who finds
    nothing before `start` looks again before `name_start`.
    """

    places: tuple[Place, ...]
    start: int
    points: int
    trust: float
    name_start: int = 0


def longest(names: Names, text: Words, end: int) -> tuple[int, tuple[Place, ...]] | None:
    """The longest run of words that ends before `end`, crosses no comma and is a name."""
    words, cuts, _ = text
    form, best, i = "", None, end
    low = max(0, end - _LONGEST_NAME)
    while i > low:
        i -= 1
        form = words[i] + form
        places = names.get(form)
        if places is not None:
            best = (i, places)
        if cuts[i] == 2:
            break
    return best


def agreeing(places: tuple[Place, ...], kind: str) -> tuple[tuple[Place, ...], int, float]:
    """Those of the announced kind if any; points and trust for the agreement."""
    if len(places) == 1 and kind == places[0].kind and not places[0].former:
        return places, 5, 1.0
    same = tuple(p for p in places if p.kind == kind and not p.former) if kind else ()
    if same:
        return same, 5, 1.0
    now = tuple(p for p in places if not p.former) or places
    trust = 1.0 if not now[0].former else 0.92
    return now, (-8 if kind else 0) - (10 if now[0].former else 0), trust * (0.88 if kind else 1.0)


def match_province(text: Words, names: Gazetteer, end: int) -> Step | None:
    """The province whose name ends before word `end`, unless the words announce something else by that
    name.
    """
    hit = longest(names.provinces, text, end)
    if hit is None:
        return None
    start, places = hit
    kind, begin = kind_before(text, start)
    if kind and kind not in PROVINCE_KINDS:
        if text.cuts[begin]:
            return None  # "Phường Quảng Trị"; but "... Đan Phượng Hà Nội" announces nothing
        kind, begin = "", start
    if places[0].former:
        return Step(places, begin, -10, 0.8, start)
    if kind == "TP" and places[0].kind == "T":
        return Step(
            places, start, -3, 0.97, start
        )  # perhaps the city of the same name: the district step sees its words
    return Step(places, begin, 5 if kind == places[0].kind else 0, 1.0, start)


def match_district(
    text: Words, table: Names, initials: Names, end: int, *, alone: bool = False
) -> Step | None:
    """`alone`: no province is known, so a bare name counts only where a comma or an announcement opens it."""
    hit = longest(table, text, end)
    if hit is None and end and 2 <= len(text.words[end - 1]) <= 4:
        places = initials.get(text.words[end - 1])
        hit = (end - 1, places) if places else None
        if hit and len(text.words[end - 1]) == 2 and not kind_before(text, end - 1)[0]:
            hit = None
    if hit is None:
        return None
    start, places = hit
    kind, begin = kind_before(text, start)
    if kind and kind not in DISTRICT_KINDS:
        if text.cuts[begin] or (kind != "T" and "".join(text.words[begin:start]) != "PHUONG"):
            return None
        kind, begin = "", start
    if not kind and (text.words[start].isdigit() or (alone and not text.cuts[start])):
        return None
    same, points, trust = agreeing(places, kind)
    return Step(same, begin, points, trust, start)


def street_before(words: list[str], start: int) -> bool:
    """Whether a house number or a street word stands right before `start`; a hamlet's number does not
    count.
    """
    before = words[start - 1] if start else ""
    if before.isdigit():
        return start < 2 or words[start - 2] not in HAMLET_WORDS
    return before in STREET_WORDS


def match_commune(text: Words, table: Names, end: int, *, under_district: bool) -> Step | None:
    """The commune of `table` whose name ends before word `end`; a bare name must not look like a street's."""
    hit = longest(table, text, end)
    if hit is None:
        return None
    start, places = hit
    words, cuts, _ = text
    kind, begin = kind_before(text, start)
    if kind and kind not in COMMUNE_KINDS:
        if kind == "T" or not cuts[start]:  # "Q Hoàn Kiếm" is no commune
            return None
        kind, begin = "", start
    trust = 1.0
    if not kind:
        if words[start].isdigit():
            return None
        if not cuts[start]:
            if street_before(words, start) or not under_district or 2 in cuts[1:start]:
                return None  # "12 Trần Hưng Đạo, Hà Nội" is a street
            trust = 0.75
        else:
            trust = 0.95 if under_district else 0.85
    same, points, agreed = agreeing(places, kind)
    return Step(same, begin, points, trust * agreed, start)


def finish(
    text: Words, commune: Step, points: int, trust: float, upper: Place | None, upper_start: int
) -> Reading:
    """The reading that ends with this commune, scored by what it explains and what it leaves over."""
    score = (
        100 + points + commune.points - 20 * left_over(text, commune.start) + 4 * (text.end - commune.start)
    )
    return Reading(commune.places, 3, score, trust * commune.trust, commune.start, upper, upper_start)


def under(text: Words, names: Gazetteer, district: Step, points: int, trust: float) -> Reading:
    """The best reading among the candidates of the district step; the district itself if no commune fits."""
    points += district.points
    trust *= district.trust
    best = None
    for place in district.places:
        table = names.communes(place.code, place.province)
        step = match_commune(text, table, district.start, under_district=True)
        if step is None and district.name_start > district.start:
            step = match_commune(text, table, district.name_start, under_district=True)
        if step:
            reading = finish(text, step, points, trust, place, district.start)
            if best is None or reading.score > best.score:
                best = reading
            elif reading.score == best.score:
                best = best._replace(places=best.places + reading.places)
    if best:
        return best
    score = points + 4 - 10 * left_over(text, district.start)
    return Reading(district.places, 2, score, trust, district.start, district.places[0], district.start)


def read(text: Words, names: Gazetteer) -> Reading:
    """The strict reading: exact names, next to each other, the province last."""
    end = text.end
    province = match_province(text, names, end)
    if province is None:
        return read_without_province(text, names, end)
    place = province.places[0]
    return read_in_province(text, names, place, province)


def read_in_province(text: Words, names: Gazetteer, place: Place, province: Step) -> Reading:
    """The best reading with this province: through a district, else any commune of the province, else
    alone.
    """
    points, trust, code = 20 + province.points, province.trust, place.code
    districts, initials = names.districts(code), names.initials(code)
    district = match_district(text, districts, initials, province.start)
    if district is None and province.name_start > province.start:
        district = match_district(text, districts, initials, province.name_start)
    reading = under(text, names, district, points, trust) if district else None
    if reading and reading.depth == 3:
        return reading
    whole = match_commune(text, names.communes(code, code), province.start, under_district=False)
    # A province and its capital often share a name: "P. Bình Hàn, TP Hải Dương".
    city = match_district(text, districts, {}, text.end) if districts else None
    if city and (whole is None or len(whole.places) > 1 or city.points > 0):
        twin = under(text, names, city, 20, trust)
        if (twin.depth == 3 and (whole is None or set(twin.places) & set(whole.places))) or (
            reading is None and whole is None and city.points > 0
        ):
            return twin
    if whole:
        missing = 0.95 if districts else 1.0
        direct = finish(text, whole, points, trust * missing, place, province.start)
        if reading is None or direct.score > reading.score + 60:
            return direct
    if reading:
        return reading
    score = points - 10 * left_over(text, province.start)
    return Reading((place,), 1, score, trust, province.start, place, province.start)


def read_without_province(text: Words, names: Gazetteer, end: int) -> Reading:
    """A reading of text whose end is no province: a district of the country, else a commune with few
    namesakes.
    """
    district = match_district(text, names.all_districts, {}, end, alone=True)
    if district:
        return under(text, names, district, 0, 0.8)
    commune = match_commune(text, names.all_communes, end, under_district=False)
    if commune and (len(commune.places) <= 3 or commune.points > 0) and not left_over(text, commune.start):
        return finish(text, commune, 0, 0.6, None, commune.start)
    return Reading()


def read_loosely(text: Words, names: Gazetteer, strict: Reading) -> Reading:
    """A second look where no commune was found: names after their announcement anywhere, then mistyped
    names.
    """
    from dancu.places.guess import guess

    place, end = strict.upper, strict.upper_start
    if place is None:
        return guess(text, names, strict)
    table = names.communes(place.code, place.province)
    found = announced(text, table, end)
    if found is None and place.district:
        found = announced(text, names.communes(place.province, place.province), end)
        alone = found and len(found.places) == 1  # the district may be wrong, but not any "Phường 1" will do
        found = found._replace(points=found.points - 25, trust=found.trust * 0.6) if alone else None
    if found is None:
        return guess(text, names, strict)
    return finish(text, found, strict.score + 10 * left_over(text, end), strict.confidence, place, end)


def announced(text: Words, table: Names, end: int) -> Step | None:
    """The last commune before `end` that stands after a word for its kind."""
    words, cuts, _ = text
    for start in range(end - 1, -1, -1):
        kind, begin = kind_at(words, start, end)
        if kind not in COMMUNE_KINDS or (start and (words[start - 1], words[start]) in TWO_WORDS):
            continue
        form, best, last = "", None, begin
        for i in range(begin, min(end, begin + _LONGEST_NAME)):
            if i > begin and cuts[i] == 2:
                break
            form += words[i]
            if form in table:
                best, last = table[form], i + 1
        if best:
            same, points, trust = agreeing(best, kind)
            gap = left_over(Words(words[last:end], cuts[last:end], 0), end - last)
            return Step(same, start, points - 5 - 15 * gap, trust * 0.95)
    return None
