"""Weighs a pair of records by the match policy of the house, and keeps twins, siblings and namesakes apart. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping

from msgspec import Struct

from dancu.core import date as dates
from dancu.core import match, number, variant
from dancu.core.policy import Weights, calibrated

# What a pair must reach: the policy for payments and other legal consequences (core/policies.toml, strict).
THRESHOLD = 0.999
_NONE = number.Written(number.NONE, 0, 0)
_LETTERS_ALIKE = (variant.SAME, variant.MARKS)
# Names that a slip or an omission leaves behind; any other is another name.
_KEPT = (
    variant.SAME, variant.MARKS, variant.ORDER, variant.MIDDLE, variant.INITIAL, variant.TYPO, variant.SOUND, variant.ADDED,
    variant.LACKING, variant.SLIPS,
)  # fmt: skip
_OTHER_DATES = (dates.NEAR, dates.DIFFERENT, dates.YEAR)
# Dates that say the same as far as they say anything.
_ALIKE_DATES = (dates.ABSENT, dates.SAME, dates.PARTIAL, dates.RECORD_PARTIAL, dates.DEFAULT)
# A word that fewer people bear is no given name; nor is one that is so many times rarer than what it is a slip of.
_LEAST, _SLIP_IS_RARER = 3, 20


class Side(Struct, frozen=True, kw_only=True):
    """One record of a pair. Dates as in `core.date`; shares: of people with that name, birth date, mother's and father's name."""

    person: int
    name: str
    birth_date: int
    sex: int
    old_id: int
    unit: int
    phone: int
    mother_name: str
    father_name: str
    mother: int
    name_share: float
    day_share: float
    mother_share: float
    father_share: float


class Verdict(Struct, frozen=True):
    """Whether two records are one person's: evidence in bits, its probability, and how each field relates (no value of anybody)."""

    same: bool
    bits: float
    probability: float
    fields: dict[str, str]


_RELATIONS = {
    "number": number.RELATIONS, "name": variant.RELATIONS, "sex": ("absent", "same", "different"), "place": match.PLACES,
    "mother": variant.RELATIONS, "father": variant.RELATIONS, "phone": ("absent", "same", "different"),
}  # fmt: skip


def judge(
    one: Side, other: Side, *, renumbered: bool, borne: Mapping[str, int], weights: Weights, people: int
) -> Verdict:
    """Weigh a pair. `renumbered`: one record's number is a former one of the other. `borne`: how many people
    bear a last word, of those that a few do."""
    ways = [_related(one, other), _related(other, one)]
    scores = [
        match.score(related, _record(record), weights, people)
        for related, record in zip(ways, (other, one), strict=True)
    ]
    bits, related = max(zip(scores, ways, strict=True), key=lambda way: way[0])
    sure = calibrated(match.probability([bits], weights, people)[0], weights.calibration)
    told = {
        field: _RELATIONS[field][relation]
        for field, (relation, _) in related.items()
        if field in _RELATIONS and relation
    }
    told["birth_date"] = dates.RELATIONS[related["date"][0]]
    same = renumbered or (sure >= THRESHOLD and not apart(one, other, related, borne))
    return Verdict(same, round(bits, 1), round(sure, 6), told)


def apart(one: Side, other: Side, related: dict[str, tuple[int, int]], borne: Mapping[str, int]) -> bool:
    """Whether the pair looks like two people of one family, whatever the score: twins share all but the given name, siblings
    that and the birth date; no parents name two children alike, so with one name it is the date that must be explained."""
    name, date = related["name"][0], related["date"][0]
    if one.sex and other.sex and one.sex != other.sex:
        return True
    numbered = bool(one.old_id and one.old_id == other.old_id)
    if date in _OTHER_DATES and not numbered:
        return True
    if one.name == other.name:
        return False
    if name not in _KEPT or (date not in _ALIKE_DATES and name not in _LETTERS_ALIKE):
        return True
    if name in _LETTERS_ALIKE and one.name.isascii() != other.name.isascii():
        return False
    family = (
        _agree(one.mother, other.mother)
        or _agree(one.mother_name, other.mother_name)
        or _agree(one.father_name, other.father_name)
    )
    return (family or name not in _LETTERS_ALIKE) and not numbered and _two_names(_last(one), _last(other), borne)


def _agree(one: str | int, other: str | int) -> bool:
    return bool(one) and one == other


def _two_names(one: str, other: str, borne: Mapping[str, int]) -> bool:
    """Whether two given names are both names that people have: then their difference is a choice and not a slip."""
    few, many = sorted((borne.get(one, 0), borne.get(other, 0)))
    return one != other and few >= _LEAST and few * _SLIP_IS_RARER >= many


def _last(side: Side) -> str:
    return side.name.rsplit(" ", 1)[-1]


def _related(claimed: Side, record: Side) -> dict[str, tuple[int, int]]:
    return match.relations(_claim(claimed, record), _record(record))


def _claim(side: Side, record: Side) -> match.Claim:
    """A record as a claim of the other: its number says nothing, as a double has one of its own, unless the old ones agree."""
    agreed = side.old_id and side.old_id == record.old_id
    place = match.PLACE_ABSENT
    if side.unit and record.unit:
        place = match.PLACE_SAME if side.unit == record.unit else match.PLACE_DIFFERENT
    return match.Claim(
        number=number.Written(number.OLD_ID, side.old_id, 9) if agreed else _NONE,
        name=side.name, birth_date=side.birth_date, sex=_SEX[side.sex], mother_name=side.mother_name, father_name=side.father_name,
        place=place, phone=side.phone if side.phone == record.phone else 0,
    )  # fmt: skip


def _record(side: Side) -> match.Record:
    return match.Record(
        pin=0, name=side.name, birth_date=side.birth_date, sex=_SEX[side.sex], old_id=side.old_id, mother_name=side.mother_name,
        father_name=side.father_name, phone=side.phone, name_frequency=side.name_share, date_frequency=side.day_share,
        mother_frequency=side.mother_share, father_frequency=side.father_share,
    )  # fmt: skip


_SEX = ("", "male", "female")


def partial(day: int, digits: int) -> int:
    """A copy's first possible day as `core.date` keeps a birth date that says no more than a month or a year."""
    return day if digits == 10 else day // 100 * 100 if digits == 7 else day // 10000 * 10000


def share(count: int, people: int) -> float:
    """How common a value is, never none nor all."""
    return min(max(count, 1) / max(people, 1), 1.0) if people else math.nan
