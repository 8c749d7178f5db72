"""How the unit a file claims stands to the unit on record, and what to write in today's names."""

from __future__ import annotations

from functools import cache

from dancu.core.name import fold
from dancu.places.address import Resolution
from dancu.places.succession import current_codes, predecessors, successors
from dancu.places.units import ORDER, Unit, by_code, province_of

RELATIONS = ("same", "unit_renamed", "old_unit", "same_province", "different", "unknown")


def _chain(unit: Unit) -> tuple[str, str, str]:
    """What an address shows of a unit beside its district: folded name, kind, folded province with its
    kind.
    """
    return fold(unit.name), unit.kind, fold(province_of(unit).title)


@cache
def province_codes_now(unit: Unit) -> tuple[str, ...]:
    """2-digit codes of the 34-province scheme in which a unit now lies."""
    return current_codes(unit.scheme, province_of(unit).code)


def _became(old: Unit, new: Unit) -> bool:
    """Whether all or a part of `old` is in `new`, a unit of a later scheme."""
    if new.scheme == ORDER[-1]:
        return new.code in current_codes(old.scheme, old.code)
    return any(s.unit == new for s in successors(old.scheme, old.level, old.code))


def _one_to_one(old: Unit, new: Unit) -> bool:
    """Whether `new` is all of `old` and nothing else, at every step between their schemes."""
    while old.scheme != new.scheme:
        following = successors(old.scheme, old.level, old.code)
        if len(following) != 1:
            return False
        before, old = old, following[0].unit
        if predecessors(old.scheme, old.level, old.code) != (before,):
            return False
    return old == new


@cache
def _between(claim: Unit, record: Unit) -> str:
    if (claim.scheme, claim.level, claim.code) == (record.scheme, record.level, record.code):
        return "same"
    old, new = sorted((claim, record), key=lambda u: ORDER.index(u.scheme))
    if claim.level == record.level and old.scheme != new.scheme and _became(old, new):
        if not _one_to_one(old, new):
            return "old_unit"
        return "same" if _chain(old) == _chain(new) else "unit_renamed"
    near = set(province_codes_now(claim)) & set(province_codes_now(record))
    return "same_province" if near else "different"


_RANK = {name: i for i, name in enumerate(RELATIONS)}


def relation(claim: Resolution | Unit, record: Unit) -> str:
    """One of RELATIONS, the closest over all units the claim may mean.

    same            the record's unit; or that unit under an earlier code of the same name, kind and province
    unit_renamed    the same ground under another name, kind or province (one unit became one unit)
    old_unit        the claim names a unit that went into the record's, wholly or in part, or the reverse
    same_province   in the same province of today, and no more is known or the communes differ
    different       in another province of today
    unknown         the claim names nothing that was understood
    """
    if isinstance(claim, Unit):
        return _between(claim, record)
    if not claim.units:
        return "unknown"
    return min((_between(u, record) for u in (*claim.units, *claim.alternatives)), key=_RANK.__getitem__)


def suggestion(claim: Resolution | Unit, record: Unit | None = None) -> tuple[Unit, ...]:
    """The units of 2025-07 to offer for a claim, the first to choose: the record's where it is one of them.

    () where the claim is unknown, is no commune, or could not be traced.
    """
    units = (claim,) if isinstance(claim, Unit) else claim.units
    found = dict.fromkeys(c for u in units if u.level == "commune" for c in current_codes(u.scheme, u.code))
    preferred = set(current_codes(record.scheme, record.code)) if record else set()
    ordered = sorted(found, key=lambda c: c not in preferred)
    return tuple(by_code(ORDER[-1], c) for c in ordered)
