"""What the user said with `--map "column=field"`: found in the file, or refused with what there is."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path

from dancu.linkage.intake.columns.assign import Assignment
from dancu.linkage.intake.columns.caption import fold
from dancu.linkage.intake.columns.content import discreet
from dancu.linkage.intake.refusals import listed, refuse
from dancu.linkage.intake.source import ALSO, FIELDS, person_field

NOTHING = frozenset({"", "-", "none", "ignore", "skip"})
"""Field names that take a column out of use."""
JOINED = frozenset({"name", "mother_name", "father_name", "spouse_name", "birth_date", "address"})
"""Fields that several columns can carry together, in the order they were given."""


def parse_map(pairs: Sequence[str]) -> dict[str, str]:
    """`["Số CC=pin", …]` as a dict; raises Refusal("map_form") for anything else."""
    found = {}
    for pair in pairs:
        column, sign, name = pair.rpartition("=")
        if not sign or not column.strip():
            raise refuse("map_form", detail=pair[:60])
        found[column.strip()] = name.strip()
    return found


def check_fields(overrides: Mapping[str, str]) -> None:
    """Raises Refusal("map_unknown_field") before any file is opened."""
    for name in overrides.values():
        if name.lower() not in NOTHING and name not in FIELDS and not person_field(name):
            raise refuse("map_unknown_field", wanted=name[:40], detail=", ".join((*FIELDS, "mother.pin", "wife.name …")))


def position(wanted: str, names: Sequence[str], captions: Sequence[str]) -> int | None:
    """The column a user means by its name, its header (accents may be missing) or its letter; None for none."""
    plain = unicodedata.normalize("NFC", wanted).strip()
    for known in (names, captions):
        exact = [
            i
            for i, name in enumerate(known)
            if " ".join(name.split()).casefold() == " ".join(plain.split()).casefold()
        ]
        if exact:
            return exact[0]
    loose = [i for i, caption in enumerate(captions) if caption and fold(caption) == fold(plain)]
    if len(loose) == 1:
        return loose[0]
    if plain.isascii() and plain.isalpha() and plain.isupper() and len(plain) <= 2:
        index = 0
        for letter in plain:
            index = index * 26 + ord(letter) - 64
        return index - 1 if index <= len(names) else None
    return None


def _take_out(mapping: dict[str, tuple[int, ...]], at: int) -> None:
    """Column `at` carries no field any more."""
    for field, columns in list(mapping.items()):
        kept = tuple(i for i in columns if i != at)
        if kept:
            mapping[field] = kept
        else:
            del mapping[field]


def apply(result: Assignment, overrides: Mapping[str, str], captions: Sequence[str], path: Path) -> None:
    """Puts the user's choices over what was recognised; a column is named by header or by its letter (`C`)."""
    chosen: dict[str, list[int]] = {}
    for column, name in overrides.items():
        at = position(column, result.names, captions)
        if at is None:
            raise refuse("map_unknown_column", file=path, wanted=column[:40], detail=listed(discreet(result.names)))
        for mapping in (result.mapping, *result.people.values()):
            _take_out(mapping, at)
        result.derived[:] = [made for made in result.derived if at not in made.columns]
        result.why.pop(at, None)
        if name.lower() not in NOTHING:
            chosen.setdefault(name, []).append(at)
    for name, columns in chosen.items():
        person = person_field(name)
        if person:
            subject, field = person
            result.people.setdefault(subject, {})[field] = tuple(columns if field in JOINED else columns[-1:])
            if person not in ALSO:
                result.why |= dict.fromkeys(columns, "map")
                continue
            name = ALSO[person]
        result.derived[:] = [made for made in result.derived if made.field != name]
        for i in result.mapping.pop(name, ()):
            result.why.pop(i, None)
        result.put(name, columns if name in JOINED else columns[-1:], "map")
