"""Free-text addresses to administrative units of any scheme, offline: dictionaries first, guesses last."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from dancu.core.name import lettered
from dancu.places.gazetteer import Place, gazetteer
from dancu.places.parse import Reading, read, read_loosely
from dancu.places.provinces import province_code, table
from dancu.places.units import SCHEMES, Unit, by_code, scheme_at
from dancu.places.words import Words, head, joined, left_over, split

OLD, NEW = ("2025-06", "2022"), ("2025-07",)
_MOST_CANDIDATES = 8


@dataclass(frozen=True, slots=True)
class Resolution:
    """What an address text names.

    `units`: the lowest unit that was understood, best first; () if none. More than one: the text fits several
    (`ambiguous`). `scheme`, `level`: of the first unit, '' if none. `confidence`: 0..1, how sure the reading
    of the text is (not whether the person lives there). `alternatives`: units of another scheme that the
    same text names as well ("Xã Tân Lập, Tỉnh Thái Nguyên" is a commune of today and several of before).
    """

    units: tuple[Unit, ...]
    scheme: str
    level: str
    confidence: float
    ambiguous: bool
    alternatives: tuple[Unit, ...]
    text: str = field(repr=False)
    _words: Words = field(repr=False)
    _start: int = field(repr=False)

    @property
    def unit(self) -> Unit | None:
        """The best unit, or None."""
        return self.units[0] if self.units else None

    @property
    def rest(self) -> str:
        """The text before the units: house, street, hamlet; the whole text if nothing was understood."""
        return head(self.text, self._words, self._start)


def _groups(scheme: str | None) -> tuple[tuple[str, ...], ...]:
    if scheme is None:
        return NEW, OLD
    return ((SCHEMES[scheme].name,),)


def first_codes(places: tuple[Place, ...]) -> tuple[tuple[str, str], ...]:
    """(scheme, code) of the first few units among these places, each once."""
    if len(places) == 1:
        return (places[0][:2],)
    return tuple(dict.fromkeys([p[:2] for p in places]))[:_MOST_CANDIDATES]


def _units(places: tuple[Place, ...]) -> tuple[Unit, ...]:
    return tuple(by_code(*c) for c in first_codes(places))


def one_scheme(
    places: tuple[Place, ...], preferred: str | None
) -> tuple[tuple[Place, ...], tuple[Place, ...]]:
    """Namesakes of 2022 and 2025-06 are no ambiguity but a choice of time: the chosen scheme's, and the
    others.
    """
    if len(places) < 2 or len(schemes := {p.scheme for p in places}) < 2:
        return places, ()
    chosen = preferred if preferred in schemes else max(schemes)
    return tuple(p for p in places if p.scheme == chosen), tuple(p for p in places if p.scheme != chosen)


def _score(reading: Reading, groups: tuple[str, ...], preferred: str | None) -> int:
    """Readings compete by what they explain; the scheme in force at the given day, else the newest, wins
    ties.
    """
    bonus = 12 if preferred in groups else 0
    return reading.score + bonus if reading.places else 0


def _accented_alike(text: str, places: tuple[Place, ...]) -> tuple[Place, ...]:
    """Those whose name stands in the text with its own accents, with its kind if possible.

    The keys do not tell Thuận Hóa from Thuận Hòa, nor the Sa Pả of "Phường Sa Pả, Thị xã Sa Pa" from Sa Pa.
    """
    written = lettered(text)
    named = [(p, by_code(p.scheme, p.code)) for p in places]
    titled = tuple(p for p, u in named if lettered(u.title) in written)
    return titled or tuple(p for p, u in named if lettered(u.name) in written)


def _best(
    words: Words, groups: tuple[tuple[str, ...], ...], preferred: str | None
) -> list[tuple[Reading, int]]:
    """Readings of each group, best first."""
    readings = []
    for group in groups:
        reading = read(words, gazetteer(*group))
        readings.append((reading, _score(reading, group, preferred)))
    found = [r for r, _ in readings if r.depth == 3]
    if words.end and (not found or all(left_over(words, r.start) for r in found)):
        for i, group in enumerate(groups):
            if readings[i][0].depth == 3:
                continue
            loose = read_loosely(words, gazetteer(*group), readings[i][0])
            readings[i] = (loose, _score(loose, group, preferred))
    return sorted(readings, key=lambda pair: -pair[1])


def _resolve(
    text: str, words: Words, groups: tuple[tuple[str, ...], ...], preferred: str | None
) -> Resolution:
    ranked = _best(words, groups, preferred)
    accents = not text.isascii()
    if accents and len(ranked) > 1 and ranked[0][1] - ranked[1][1] <= 5 and ranked[1][0].depth == 3:
        ranked.sort(key=lambda pair: not _accented_alike(text, pair[0].places))
    best, score = ranked[0]
    if accents and len(best.places) > 1:
        best = best._replace(places=_accented_alike(text, best.places) or best.places)
    places, namesakes = one_scheme(best.places, preferred)
    units = _units(places)
    if not units:
        return Resolution((), "", "", 0.0, False, (), text, words, len(words.words))
    if preferred == "2022" and units[0].scheme == "2025-06":
        units = tuple(by_code("2022", u.code) or u for u in units)
    others = _units(namesakes) + tuple(
        u
        for r, s in ranked[1:]
        if (r.depth == best.depth and s >= score - 24) or (r.depth >= 2 and r.start == best.start)
        for u in _units(r.places)
    )
    return Resolution(
        units, units[0].scheme, units[0].level, round(best.confidence / len(units), 3), len(units) > 1,
        others, text, words, best.start,
    )  # fmt: skip


def _context(text: str, province: str | None, district: str | None) -> Words:
    """The words with district and province of other columns added, where they do not end with them already."""
    words, cuts, _ = found = split(text)
    for column in (district, province):
        if not column:
            continue
        if column is province and column.strip().isdigit():
            code = province_code(column)
            column = table()[code][1] if code else ""
        more, their_cuts, _ = split(column)
        if column and words[-len(more) :] != more:
            words, cuts = [*words, *more], [*cuts, *their_cuts]
            found = joined(words, cuts)
    return found


def resolve(
    text: str,
    *,
    at: date | str | int | None = None,
    scheme: str | None = None,
    province: str | None = None,
    district: str | None = None,
) -> Resolution:
    """The unit an address names, in whichever scheme explains the text best. Never raises on any text.

    `at`: a day (see `units.scheme_at`) whose scheme is preferred; others are still read, because people go on
    writing old names. `scheme`: read in this one only; KeyError if it does not exist. `province`, `district`:
    what other columns say, as text (a province also as a code of the 63-province scheme).
    """
    groups = _groups(scheme)
    preferred = scheme_at(at) if at is not None else scheme
    words = _context(text, province, district) if province or district else split(text)
    return _resolve(text, words, groups, preferred)


def resolve_many(
    texts: Iterable[str],
    *,
    at: date | str | int | None = None,
    scheme: str | None = None,
    province: str | None = None,
    district: str | None = None,
) -> list[Resolution]:
    """`resolve` of many texts, in order; equal texts are read once."""
    groups = _groups(scheme)
    preferred = scheme_at(at) if at is not None else scheme
    known: dict[str, Resolution] = {}
    out = []
    for text in texts:
        found = known.get(text)
        if found is None:
            words = _context(text, province, district) if province or district else split(text)
            found = known[text] = _resolve(text, words, groups, preferred)
        out.append(found)
    return out
