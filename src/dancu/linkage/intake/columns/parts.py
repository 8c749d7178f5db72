"""Columns that carry a field only together: names in parts, a birth date in three, halves split in Nam | Nữ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dancu.linkage.intake.columns.caption import Meaning
from dancu.linkage.intake.columns.content import Profile

_NAME_FIELD = {"self": "name", "mother": "mother_name", "father": "father_name", "spouse": "spouse_name"}


@dataclass(frozen=True)
class Derived:
    """A column to be made: the first filled of `columns`, or the `values` of the one that is filled."""

    name: str
    field: str
    columns: tuple[int, ...]
    values: tuple[str, ...] = ()
    """With values: the value written when the column at the same place is filled."""
    otherwise: str | None = None
    """Written when none is filled."""


def find_names(
    meanings: Sequence[Meaning], profiles: Sequence[Profile], names: Sequence[str]
) -> dict[str, tuple[int, ...]]:
    """Name fields to their part columns, in the order a Vietnamese name is read, wherever they stand."""
    found = {}
    for role, name in _NAME_FIELD.items():
        parts = [_first(meanings, role, kind) for kind in ("surname", "surname_middle", "middle")]
        front = [i for i in parts if i is not None]
        given = _first(meanings, role, "given")
        given = _first(meanings, role, "name") if given is None else given
        if front and given is not None and parts != [None, None, parts[2]]:
            whole = profiles[given].name >= 0.6 and profiles[given].one_word < 0.5
            if not whole:
                found[name] = (*front, given)
        elif given is not None and not front and _blank_neighbour(given, meanings, profiles, names):
            found[name] = (given, given + 1)
    return found


def _first(meanings: Sequence[Meaning], role: str, kind: str) -> int | None:
    return next((i for i, m in enumerate(meanings) if m.role == role and m.field == kind), None)


def _blank_neighbour(
    at: int, meanings: Sequence[Meaning], profiles: Sequence[Profile], names: Sequence[str]
) -> bool:
    """A name column whose header reaches over a second, unnamed column of single words: the given names."""
    if at + 1 >= len(meanings) or meanings[at + 1].known:
        return False
    here, after = profiles[at], profiles[at + 1]
    unnamed = names[at + 1].startswith(("Cột ", names[at] + " ("))
    return unnamed and after.filled >= here.filled * 0.8 and after.one_word >= 0.85 and after.sex < 0.5


def find_birth_parts(meanings: Sequence[Meaning], profiles: Sequence[Profile]) -> tuple[int, int, int] | None:
    """Columns of day, month and year, or None. A month column must be there: day and year have other readings."""
    month = _first(meanings, "self", "month")
    if month is None or profiles[month].filled and profiles[month].small < 0.8:
        return None
    near = range(max(0, month - 2), min(len(meanings), month + 3))
    day = [
        i
        for i in near
        if i != month and meanings[i].field in {"day", "birth_date"} and profiles[i].small >= 0.7
    ]
    year = [
        i for i in near
        if meanings[i].field in {"year", "birth_date", "birth_half", "sex_half"}
        and (profiles[i].date >= 0.7 or meanings[i].field == "year") and i not in day
    ]  # fmt: skip
    return (day[0], month, year[0]) if day and year else None


def find_halves(meanings: Sequence[Meaning], profiles: Sequence[Profile], *, taken: bool) -> list[Derived]:
    """Birth date and sex from columns headed Nam and Nữ; one of them filled tells the sex."""
    male = next((i for i, m in enumerate(meanings) if m.half == "male"), None)
    female = next((i for i, m in enumerate(meanings) if m.half == "female"), None)
    if male is None and female is None:
        return []
    both = tuple(i for i in (male, female) if i is not None)
    dated = any(profiles[i].date >= 0.6 for i in both)
    sexes = tuple("male" if i == male else "female" for i in both)
    if dated and not taken:
        made = [Derived("_derived_birth_date", "birth_date", both)]
        return [*made, Derived("_derived_sex", "sex", both, sexes)] if len(both) == 2 else made
    if dated:
        return []
    # One column of crosses: the blank says the other sex, but only where crosses are a real share of the rows.
    otherwise = None
    if len(both) == 1 and profiles[both[0]].filled:
        otherwise = "female" if sexes[0] == "male" else "male"
    return [Derived("_derived_sex", "sex", both, sexes, otherwise)]


def derived_value(made: Derived, cells: Sequence[str | None]) -> str | None:
    """The value of a made column in one row."""
    for at, i in enumerate(made.columns):
        if (cells[i] or "").strip():
            return made.values[at] if made.values else cells[i]
    return made.otherwise
