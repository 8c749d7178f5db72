"""What became of a unit, and what a unit came from, across the three schemes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from dancu.places.provinces import province_now
from dancu.places.units import ORDER, Unit, by_code, codes_under, each_row, read_table, rows


@dataclass(frozen=True, slots=True)
class Successor:
    """A unit of the next scheme that holds the former one or a piece of it.

    `share` is the part of the former unit that went there. No source gives the population of the pieces, so a
    split unit has equal shares; they sum to 1 and mean "not known". `default` marks the piece to offer
    first (the mapping's own choice). `disputed`: sources differ, see `disputed_rows`.
    """

    unit: Unit
    share: float
    default: bool
    disputed: bool


@dataclass(frozen=True, slots=True)
class Dispute:
    """One mapping on which sources differ.

    `used`: codes of the next scheme that `successors` gives. `other`: '-code' where the other source does not
    have this target, '+code' where it has one more; '' where nothing is known. `why`: a short English reason.
    """

    scheme: str
    code: str
    used: tuple[str, ...]
    other: str
    why: str


@cache
def _links() -> dict[str, dict[str, str]]:
    """{scheme: {code: codes of the next scheme, with spaces between}}."""
    found: dict[str, dict[str, str]] = {scheme: {} for scheme in ORDER}
    for scheme, code, following, _ in each_row("successors"):
        found[scheme][code] = following
    return found


@cache
def disputed_rows() -> tuple[Dispute, ...]:
    """All mappings on which the two sources differ or are silent, by scheme and code."""
    return tuple(Dispute(r[0], r[1], tuple(r[2].split()), r[3], r[4]) for r in read_table("disputed"))


@cache
def _disputed() -> frozenset[tuple[str, str]]:
    return frozenset((d.scheme, d.code) for d in disputed_rows())


def children(unit: Unit) -> tuple[Unit, ...]:
    """The units directly below one, by code."""
    return tuple(by_code(unit.scheme, c) for c in codes_under(unit.scheme).get(unit.code, ()))


@cache
def _next_codes(scheme: str, code: str) -> tuple[str, ...]:
    """Codes in the next scheme, the default first; () where the unit or its fate is unknown."""
    listed = _links()[scheme].get(code) if scheme in ORDER else None
    if listed is not None:
        return tuple(listed.split())
    if scheme == "2022":  # codes were not recycled before July 2025: the same code is the same unit
        return (code,) if code in rows("2025-06") and code in rows("2022") else ()
    if scheme != "2025-06" or code not in rows(scheme):
        return ()
    if len(code) == 2:
        return (province_now(code),)
    below = (_next_codes(scheme, c) for c in codes_under(scheme).get(code, ()))
    return tuple(sorted({c for codes in below for c in codes}))


def successors(scheme: str, level: str, code: str) -> tuple[Successor, ...]:
    """The units of the next scheme, default first; () for 2025-07 and for the few nobody could trace.

    A district of 2025-06 has no district after it: it gives the communes that hold its communes, with equal
    shares and no default.
    """
    if level == "province":
        code = code[-2:]
    codes = _next_codes(scheme, code)
    if not codes:
        return ()
    later = ORDER[ORDER.index(scheme) + 1]
    spread = len(codes) > 1 and level == "district"
    doubt = (scheme, code) in _disputed()
    return tuple(
        Successor(by_code(later, c), 1 / len(codes), i == 0 and not spread, doubt)
        for i, c in enumerate(codes)
    )


@cache
def _before(later: str) -> dict[str, list[str]]:
    """{code of `later`: codes of the scheme before that went into it}."""
    scheme = ORDER[ORDER.index(later) - 1]
    links, there, below = _links()[scheme], rows(later), codes_under(scheme)
    found = defaultdict(list)
    for code in rows(scheme):
        if len(code) == 3 and code in below and scheme == "2025-06":
            continue
        # Nearly all are told by the links or by their own code; asking for each would cost a small file more than its rows.
        listed = links.get(code)
        if listed is None and scheme == "2022":
            following = (code,) if code in there else ()
        else:
            following = listed.split() if listed is not None else _next_codes(scheme, code)
        for one in following:
            found[one].append(code)
    return found


def predecessor_codes(scheme: str, code: str) -> Sequence[str]:
    """Codes of the scheme before for a unit of this one; () for 2022. Fast enough for each row."""
    return _before(scheme).get(code, ()) if scheme != ORDER[0] else ()


def predecessors(scheme: str, level: str, code: str) -> tuple[Unit, ...]:
    """The units of the scheme before that went into this one, wholly or in part; () for 2022."""
    if level == "province":
        code = code[-2:]
    before = ORDER[ORDER.index(scheme) - 1]
    return tuple(by_code(before, c) for c in predecessor_codes(scheme, code))


@cache
def current_codes(scheme: str, code: str) -> tuple[str, ...]:
    """Codes of 2025-07 for a unit of any scheme, the default first; () if unknown. Fast enough for each
    row.
    """
    if scheme == ORDER[-1]:
        return (code,) if code in rows(scheme) else ()
    following = _next_codes(scheme, code)
    later = ORDER[ORDER.index(scheme) + 1]
    if later == ORDER[-1] and len(following) == 1:
        return following if following[0] in rows(later) else ()
    found = dict.fromkeys(c for n in following for c in current_codes(later, n))
    return tuple(found)


def current(scheme: str, level: str, code: str) -> tuple[Unit, ...]:
    """The units of 2025-07 that hold a unit of any scheme, the likeliest first."""
    code = code[-2:] if level == "province" else code
    return tuple(by_code(ORDER[-1], c) for c in current_codes(scheme, code))
