"""Gives every field its column or columns: by header first, by contents where headers are silent or wrong."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from dancu.linkage.intake.columns.caption import Meaning, couple, field_of, fold, meaning
from dancu.linkage.intake.columns.content import Profile, fits, is_province, looks_like, profile
from dancu.linkage.intake.columns.parts import Derived, find_birth_parts, find_halves, find_names
from dancu.linkage.intake.source import ALSO, FIELDS, KEY_FIELDS, PERSON_FIELDS, SUBJECTS

_UNITS = frozenset({"province", "district", "commune"})
RESERVED = frozenset({"_row", "_skip", "_sheet", "_source_row", "rowid", "file_row_number", "filename"})


@dataclass
class Assignment:
    """What the columns of one table mean; positions count from 0."""

    names: list[str]
    mapping: dict[str, tuple[int, ...]] = field(default_factory=dict)
    why: dict[int, str] = field(default_factory=dict)
    derived: list[Derived] = field(default_factory=list)
    """Columns to be made; their field is in `Derived.field`, not in `mapping`."""
    notes: list[str] = field(default_factory=list)
    profiles: list[Profile] = field(default_factory=list)
    people: dict[str, dict[str, tuple[int, ...]]] = field(default_factory=dict)
    """Further people of a row: subject to field to columns."""

    def put(self, name: str, columns: Sequence[int], why: str) -> None:
        self.mapping[name] = tuple(columns)
        for i in columns:
            self.why[i] = why

    def field_at(self, i: int) -> str | None:
        found = next((name for name, columns in self.mapping.items() if i in columns), None)
        return found or next((d.field for d in self.derived if i in d.columns), None)

    def has(self, name: str) -> bool:
        return name in self.mapping or any(d.field == name for d in self.derived)


def unique_names(captions: Sequence[str]) -> list[str]:
    """Captions made unique whatever their case; a blank one is called by its position."""
    taken = set(RESERVED)
    names = []
    for i, caption in enumerate(captions):
        base = unicodedata.normalize("NFC", caption).strip() or f"Cột {i + 1}"
        name, n = base, 1
        while name.casefold() in taken:
            n += 1
            name = f"{base} ({n})"
        taken.add(name.casefold())
        names.append(name)
    return names


def assign(
    captions: Sequence[str], samples: Sequence[Sequence[str | None]], own: frozenset[int] = frozenset()
) -> Assignment:
    """The meaning of every column; `own` are result columns of an earlier check, never read as input."""
    result = Assignment(unique_names(captions), profiles=[profile(values) for values in samples])
    pairs = couple(captions)
    meanings = [
        Meaning(known=True) if i in own else pairs.get(i) or meaning(caption) for i, caption in enumerate(captions)
    ]
    for i, found in enumerate(meanings):
        direct = field_of(found)
        if direct and not fits(direct, result.profiles[i]):
            result.notes.append(f"header contradicts contents: {captions[i]}")
            meanings[i] = Meaning()
    told = list(meanings)
    main = _main(meanings)
    if main != "self":
        result.notes.append(f"subject of each row: {main}")
        moved = {main: "self"} | ({"wife": "spouse"} if main == "husband" else {})
        meanings = [replace(m, role=moved.get(m.role, m.role)) for m in meanings]
    _split(meanings, result)
    _by_header(captions, meanings, result)
    _numbers(meanings, result)
    _by_content(meanings, samples, result)
    _further(captions, [m if m.role != main else Meaning(known=True) for m in told], result)
    return result


def _main(meanings: list[Meaning]) -> str:
    """Whom a row is about: a list without a subject of its own (a marriage book, a list of households) is about its first
    person, a book of guardianships about the ward."""
    mine = {"name", "pin", "old_id", "surname", "surname_middle"}
    found = {m.role for m in meanings if m.field in mine}
    return next((role for role in ("self", "husband", "wife", "head", "ward", "guardian") if role in found), "self")


def _further(captions: Sequence[str], meanings: list[Meaning], result: Assignment) -> None:
    """The columns of every further person of a row, found as those of the main one are, by their headers alone."""
    for subject in SUBJECTS:
        own = [_as_own(m, subject, result.profiles[i]) for i, m in enumerate(meanings)]
        one = Assignment(result.names, profiles=result.profiles)
        _split(own, one)
        _by_header(captions, own, one)
        _numbers(own, one)
        found = {name: columns for name, columns in one.mapping.items() if name in PERSON_FIELDS}
        # What is evidence about the main person is read from one place.
        found |= {name: result.mapping[other] for (who, name), other in ALSO.items() if who == subject and other in result.mapping}
        if KEY_FIELDS & set(found):
            result.people[subject] = found


def _as_own(found: Meaning, subject: str, seen: Profile) -> Meaning:
    """A header as `subject` reads it: their own columns, and the home that mother and father are given together."""
    shared = found.role == "parents" and subject in {"mother", "father"} and found.field in {"address", *_UNITS}
    if found.role != subject and not shared:
        return Meaning(known=True)
    meant = replace(found, role="self", half=None)
    direct = field_of(meant)
    return meant if not direct or fits(direct, seen) else Meaning(known=True)


def _split(meanings: list[Meaning], result: Assignment) -> None:
    for name, columns in find_names(meanings, result.profiles, result.names).items():
        result.put(name, columns, "header")
    birth = find_birth_parts(meanings, result.profiles)
    if birth:
        result.put("birth_date", birth, "header")
    whole = "birth_date" in result.mapping or _dated_as_well(meanings, result.profiles)
    for derived in find_halves(meanings, result.profiles, taken=whole):
        if not result.has(derived.field):
            result.derived.append(derived)
            for i in derived.columns:
                result.why[i] = "header"


def _dated_as_well(meanings: list[Meaning], profiles: list[Profile]) -> bool:
    """Beside Nam | Nữ stands a birth date column that holds more: sheets laid under one another, checked before."""
    plain = [p.filled for m, p in zip(meanings, profiles, strict=True) if field_of(m) == "birth_date" and p.date >= 0.6]
    halves = [p.filled for m, p in zip(meanings, profiles, strict=True) if m.half]
    return bool(plain) and max(plain) > max(halves, default=0)


def _by_header(captions: Sequence[str], meanings: list[Meaning], result: Assignment) -> None:
    for name in FIELDS:
        if result.has(name):
            continue
        found = [i for i, m in enumerate(meanings) if field_of(m) == name and i not in result.why]
        if found:
            best = max(found, key=lambda i: (_preference(name, captions[i], result.profiles[i]), -i))
            result.put(name, [best], "header")


def _preference(name: str, caption: str, found: Profile) -> tuple:
    filled = found.filled > 0
    if name in {"pin", "mother_pin", "father_pin"}:
        return filled, round(found.twelve, 1), round(found.pin, 1)
    if name == "birth_date":
        return filled, round(found.date, 1), fold(caption) != "nam sinh"
    if name == "address":
        folded = fold(caption)
        return filled, any(word in folded for word in ("thuong tru", "tt", "hktt", "ho khau", "permanent"))
    return (filled,)


def _numbers(meanings: list[Meaning], result: Assignment) -> None:
    """Old and new numbers told apart by their length, whichever the header promised."""
    old, pin = result.mapping.get("old_id"), result.mapping.get("pin")
    if old and not pin and result.profiles[old[0]].pin >= 0.2:
        del result.mapping["old_id"]
        result.put("pin", old, "content")
    elif pin and not old and result.profiles[pin[0]].nine >= 0.9:
        del result.mapping["pin"]
        result.put("old_id", pin, "content")
    for role in ("mother", "father"):
        at = [i for i, m in enumerate(meanings) if m.role == role and m.field == "old_id"]
        if at and f"{role}_pin" not in result.mapping and result.profiles[at[0]].pin >= 0.5:
            result.put(f"{role}_pin", at[:1], "content")


def _by_content(meanings: list[Meaning], samples: Sequence[Sequence[str | None]], result: Assignment) -> None:
    free = [i for i, m in enumerate(meanings) if i not in result.why and not m.known]
    guesses = {i: looks_like(result.profiles[i]) for i in free}
    for name in ("phone", "pin", "old_id", "birth_date", "sex", "name"):
        found = [i for i in free if guesses[i] == name and i not in result.why]
        if found and not result.has(name):
            by_spread = name == "birth_date"
            result.put(
                name,
                [max(found, key=lambda i: (result.profiles[i].years if by_spread else 0, -i))],
                "content",
            )
    if not result.has("pin"):
        # Twelve digits with a possible prefix are a personal number even under a header that says otherwise.
        sure = [
            i for i, m in enumerate(meanings)
            if i not in result.why and m.role == "self" and result.profiles[i].twelve >= 0.9
        ]  # fmt: skip
        if sure:
            result.put("pin", sure[:1], "content")
    if not any(result.has(name) for name in ("province", "commune", "address")):
        places = [
            i for i in free if i not in result.why and is_province([text or "" for text in samples[i][:300]])
        ]
        if places:
            result.put("province", places[:1], "content")
