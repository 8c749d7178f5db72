"""Decides per column how values are coded: the order of day and month, and what stands for male and female."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from dancu.linkage.intake.columns.caption import fold
from dancu.linkage.intake.columns.content import compact

_THREE = re.compile(r"\s*(\d{1,4})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{1,4})")
_ISO = re.compile(r"\d{4}-\d\d-\d\d")
_MALE = frozenset({"nam", "male", "m", "trai", "be trai", "nam gioi", "ong", "boy", "man", "chong"})
_FEMALE = frozenset({"nu", "female", "f", "gai", "be gai", "nu gioi", "ba", "girl", "woman", "vo", "co"})
SURE_WORDS = dict.fromkeys(("nam", "male"), "male") | dict.fromkeys(("nữ", "nu\u031b\u0303", "nu", "female"), "female")
_CODES = {"1": "male", "0": "female", "2": "female"}
ENOUGH = 5
"""Rows of one value with a readable number before the number may say which sex the value means."""


def date_order(values: Sequence[str | None], pins: Sequence[str | None] = ()) -> tuple[str, tuple[str, ...]]:
    """(dmy | mdy | ymd, notes): by values impossible in the other order, two-digit years by the number's YY.

    Dates a spreadsheet kept as dates arrive as ISO text and say nothing about the order of typed ones.
    """
    votes: Counter[str] = Counter()
    iso_days_small = iso = 0
    for i, text in enumerate(values):
        found = _THREE.match(text or "")
        if not found:
            continue
        if _ISO.match(text.strip()):
            iso += 1
            iso_days_small += int(found[3]) <= 12
            continue
        votes[_vote(found, pins[i] if i < len(pins) else None)] += 1
    dmy, mdy, ymd = votes["dmy"], votes["mdy"], votes["ymd"]
    order = "dmy"
    if ymd > dmy and ymd > mdy or iso and not votes:
        order = "ymd"
    elif mdy > dmy:
        order = "mdy"
    notes = [f"date order {order}"] if votes or iso else []
    if min(dmy, mdy) * 10 > max(dmy, mdy):
        notes.append("date order mixed")
    if dmy >= 10 and iso >= 10 and iso_days_small == iso:
        notes.append("day and month may be swapped in date cells")
    return order, tuple(notes)


def _vote(found: re.Match[str], pin: str | None) -> str:
    first, second, third = (int(part) for part in found.groups())
    if len(found[1]) > 2:
        return "ymd"
    if len(found[3]) <= 2:
        year = _year_of(pin)
        if year is not None and year % 100 == first % 100 != third or first > 31:
            return "ymd"
    if first > 12 >= second:
        return "dmy"
    if second > 12 >= first:
        return "mdy"
    return "open"


def _digits(pin: str | None) -> str | None:
    """The twelve digits of a number, zeros put back; None when it cannot be one."""
    digits = compact(pin or "")
    if not digits.isdigit() or not 10 <= len(digits) <= 12:
        return None
    return digits.zfill(12)


def _year_of(pin: str | None) -> int | None:
    digits = _digits(pin)
    return None if digits is None else 1900 + int(digits[3]) // 2 * 100 + int(digits[4:6])


def sex_codes(
    values: Sequence[str | None], pins: Sequence[str | None] = ()
) -> tuple[dict[str, str], tuple[str, ...]]:
    """(raw value stripped and lower-cased to male|female, notes).

    Words mean what they say. Codes (0, 1, 2, x, N …) mean what the sex digit of the numbers in the same rows says;
    without numbers 1 is male, 0 and 2 female, and N is the other of what else stands in the column.
    """
    seen: Counter[str] = Counter()
    by_number: dict[str, Counter[str]] = defaultdict(Counter)
    for i, text in enumerate(values):
        raw = (text or "").strip().lower()
        if not raw:
            continue
        seen[raw] += 1
        digits = _digits(pins[i]) if i < len(pins) else None
        if digits and int(digits[3]) < 4:
            by_number[raw]["female" if int(digits[3]) % 2 else "male"] += 1
    codes = {raw: sex for raw in seen if (sex := _word(raw))}
    notes = [f"sex {raw}={sex}" for raw, sex in codes.items() if fold(raw) not in {"nam", "nu"}]
    open_values = [raw for raw, n in seen.items() if raw not in codes and len(raw) <= 12]
    for raw in open_values[:20]:
        told = _told(by_number[raw])
        usual = _usual(raw, codes)
        if told or usual:
            codes[raw] = told or usual
            notes.append(f"sex {raw}={codes[raw]}" + (" (by the numbers)" if told and told != usual else ""))
    return codes, tuple(notes)


def _word(raw: str) -> str | None:
    folded = fold(raw)
    if folded in _MALE:
        return "male"
    return "female" if folded in _FEMALE else None


def _told(votes: Counter[str]) -> str | None:
    if votes.total() < ENOUGH:
        return None
    sex, n = votes.most_common(1)[0]
    return sex if n >= 0.8 * votes.total() else None


def _usual(raw: str, codes: dict[str, str]) -> str | None:
    number = raw.removesuffix(".0").lstrip("0") or "0"
    if number in _CODES and raw[0].isdigit():
        return _CODES[number]
    if raw in {"n", "n."}:
        # N is Nữ beside Nam or M, and Nam beside Nữ, F or G; alone it says nothing.
        others = set(codes.values())
        return {frozenset({"male"}): "female", frozenset({"female"}): "male"}.get(frozenset(others))
    return {"t": "male", "g": "female", "b": "male"}.get(raw)
