"""The units of all schemes as the copy needs them: what became of each commune, and where the number's first three digits are today."""

from __future__ import annotations

from functools import cache
from typing import Any

from dancu.places import SCHEMES, current_codes, province_now, units
from dancu.places.provinces import table

_TODAY = tuple(SCHEMES)[-1]


@cache
def unit_tables() -> dict[str, Any]:
    """Arrow tables `unit_now` (scheme, code, unit, province, old) and `prefix_now` (prefix, province).

    `unit`: today's commune, of a commune that was split the default one; 0 for a province. `old`: the code is of a former scheme.
    """
    import pyarrow as pa

    rows = [row for scheme in SCHEMES for level in ("province", "commune") for row in _units(scheme, level)]
    names = ("scheme", "code", "unit", "province", "old")
    prefixes = {int(code): int(entry[2]) for code, entry in table().items()}
    return {
        "unit_now": pa.table(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))),
        "prefix_now": pa.table({"prefix": list(prefixes), "province": list(prefixes.values())}),
    }


def _units(scheme: str, level: str) -> list[tuple[str, str, int, int, bool]]:
    found = []
    for one in units(scheme, level):
        if level == "province":
            today = one.code if scheme == _TODAY else province_now(one.code)
            found.append((scheme, one.code, 0, int(today), scheme != _TODAY))
        else:
            now = current_codes(scheme, one.code)
            if now:
                found.append((scheme, one.code, int(now[0]), int(provinces()[now[0]]), scheme != _TODAY))
    return found


@cache
def provinces() -> dict[str, str]:
    """Today's province of each of today's communes, by code."""
    return {one.code: one.parent for one in units(_TODAY, "commune")}
