"""The last resort of reading an address, and the slowest: names with a letter mistyped."""

from __future__ import annotations

from rapidfuzz import process
from rapidfuzz.distance import OSA

from dancu.places import parse
from dancu.places.gazetteer import Gazetteer, Names, Place
from dancu.places.words import (
    COMMUNE_KINDS,
    DISTRICT_KINDS,
    PROVINCE_KINDS,
    TWO_WORDS,
    Words,
    kind_at,
    kind_before,
)

_TRUST = 0.85
_COST = 20


def _near(form: str, table: Names) -> tuple[Place, ...]:
    """Places of the nearest name: 1 letter off in 4 to 9, 2 in longer ones; () where two names are as
    near.
    """
    if len(form) < 4 or not form.isalpha() or not table:
        return ()
    allowed = 2 if len(form) >= 10 else 1
    found = process.extract(form, table.keys(), scorer=OSA.distance, score_cutoff=allowed, limit=3)
    if not found or (
        len(found) > 1 and found[0][1] == found[1][1] and table[found[0][0]] != table[found[1][0]]
    ):
        return ()
    return table[found[0][0]]


def _spans(text: Words, end: int, kinds: frozenset[str]) -> list[tuple[int, int, str]]:
    """(first word of the announcement, first word of the name, kind) of runs before `end` that may be a
    name.
    """
    words, cuts, _ = text
    spans = []
    for start in range(end - 1, max(-1, end - 7), -1):
        kind, name_start = kind_at(words, start, end)
        if kind in kinds and (words[max(0, start - 1)], words[start]) not in TWO_WORDS:
            spans.append((start, name_start, kind))
        if cuts[start]:
            if not kind:
                spans.append((start, start, ""))
            if cuts[start] == 2:
                break
    if kinds is not COMMUNE_KINDS:  # in running text any two words of a street look like some commune
        spans += [(end - n, end - n, "") for n in (2, 3) if end - n >= 0]
    return spans


def _step(text: Words, table: Names, end: int, kinds: frozenset[str]) -> parse.Step | None:
    for start, name_start, kind in _spans(text, end, kinds):
        if not kind:
            kind, start = kind_before(text, name_start)
            if kind and kind not in kinds:
                continue
        if not kind and not text.cuts[name_start] and parse.street_before(text.words, name_start):
            continue
        places = _near("".join(text.words[name_start:end]), table)
        if places:
            same, points, trust = parse.agreeing(places, kind)
            return parse.Step(same, start, points - _COST, trust * _TRUST, name_start)
    return None


def _commune(text: Words, names: Gazetteer, reading: parse.Reading) -> parse.Reading:
    """`reading` with a mistyped commune added, where one is near enough; else as it was."""
    place, end = reading.upper, reading.upper_start
    if place is None or reading.depth == 3:
        return reading
    step = _step(text, names.communes(place.code, place.province), end, COMMUNE_KINDS)
    opens = step and (text.cuts[step.start] or kind_at(text.words, step.start, end)[0] or place.district)
    if not opens:
        return reading
    return parse.finish(text, step, reading.score, reading.confidence, place, end)


def guess(text: Words, names: Gazetteer, strict: parse.Reading) -> parse.Reading:
    """The best reading with up to one mistyped name a level; `strict` where nothing is near enough."""
    best = _commune(text, names, strict)
    if best.depth == 3:
        return best
    if strict.depth == 1:
        place = strict.places[0]
        step = _step(text, names.districts(place.code), strict.start, DISTRICT_KINDS)
        if step:
            best = _commune(text, names, parse.under(text, names, step, strict.score, strict.confidence))
    elif strict.depth == 0:
        step = _step(text, names.provinces, text.end, PROVINCE_KINDS)
        if step:
            best = parse.read_in_province(text, names, step.places[0], step)
            best = best if best.depth == 3 else _commune(text, names, best)
    return best if best.score > strict.score else strict
