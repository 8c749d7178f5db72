"""The provinces alone, for those who need no more: any spelling to a code, a code to today's province."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from dancu.core.name import key
from dancu.places.units import read_table

_PREFIX = re.compile(r"^(THANH ?PHO ?|TINH ?|TP ?|T P |T )(?=[A-Z])")
_SUFFIX = re.compile(r"(VIETNAM|CITI|PROVINCE|VN)+$")


@cache
def table() -> dict[str, tuple[str, str, str]]:
    """{3-digit code: (name in 2022, name in 2025-06, 2-digit code since July 2025)}."""
    return {r[0]: (r[2], r[4], r[5]) for r in read_table("provinces")}


@cache
def spellings() -> dict[str, str]:
    """{folded spelling without spaces and kind: 3-digit code}: names of all schemes and usual short forms."""
    found = {}
    for code3, _, first, _, later, _, aliases in read_table("provinces"):
        for name in (first, later, *aliases.split()):
            found[key(name).replace(" ", "")] = code3
    return found


def _typed_wrong(text: str) -> str | None:
    """The one province whose name differs by a letter; none where two are as near."""
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    if len(text) < 5:
        return None
    near = process.extract(text, spellings().keys(), scorer=OSA.distance, score_cutoff=1, limit=4)
    codes = {spellings()[name] for name, _, _ in near if len(name) >= 5}
    return codes.pop() if len(codes) == 1 else None


@lru_cache(maxsize=65536)
def province_code(text: str) -> str | None:
    """The 3-digit code of the 63-province scheme for any way of writing a province, or None.

    Takes '1', '01', '001', 'Hà Nội', 'TP. Hồ Chí Minh', 'tphcm', 'Tỉnh Thừa Thiên Huế', 'T.T.Huế', 'BRVT',
    without accents, one letter mistyped. Digits are read as the 63-province scheme, as in a personal number;
    a code of July 2025 that was recycled ('15' is Lào Cai there, Yên Bái here) cannot be told apart and is
    not guessed at.
    """
    spaced = key(text)
    flat = spaced.replace(" ", "")
    if flat.isdigit():
        code = flat.lstrip("0").zfill(3)
        return code if code in table() else None
    tries = [flat, _PREFIX.sub("", spaced).replace(" ", "")]
    tries += [_SUFFIX.sub("", t) for t in tries]
    for form in tries:
        if form in spellings():
            return spellings()[form]
    return _typed_wrong(tries[3]) or _typed_wrong(tries[2])


def province_now(code3: str) -> str:
    """The 2-digit code, in the 34-province scheme, of the province that now holds an old one; KeyError if
    unknown.
    """
    return table()[code3.zfill(3)][2]


@cache
def provinces_before(code: str) -> tuple[str, ...]:
    """The 3-digit codes of the old provinces inside a province of the 34-province scheme (2-digit code)."""
    return tuple(c for c, row in table().items() if row[2] == code)
