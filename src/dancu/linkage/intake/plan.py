"""Turns captions and a sample of rows into everything a Source says about its columns, or refuses the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dancu.linkage.intake.columns import overrides as chosen
from dancu.linkage.intake.columns.assign import Assignment, assign
from dancu.linkage.intake.columns.caption import fold, own_result
from dancu.linkage.intake.columns.coding import SURE_WORDS, date_order, sex_codes
from dancu.linkage.intake.columns.content import discreet
from dancu.linkage.intake.columns.parts import Derived
from dancu.linkage.intake.layout.rows import Places
from dancu.linkage.intake.refusals import listed, refuse
from dancu.linkage.intake.source import KEY_FIELDS, Column

_PLACE_FIELDS = ("address", "province", "district", "commune")
_NOT_DITTO = frozenset({"pin", "old_id", "name", "mother_pin", "father_pin", "phone"})
_HOUSEHOLD = frozenset(
    {"so ho", "ma ho", "ho so", "stt ho", "ma ho gia dinh", "ma so ho", "so ho gia dinh", "household id"}
)


@dataclass(frozen=True)
class Plan:
    """What was decided about one table; positions count from 0 over its columns."""

    captions: tuple[str, ...]
    names: tuple[str, ...]
    assignment: Assignment
    columns: tuple[Column, ...]
    """Without the result columns of an earlier check."""
    mapping: dict[str, tuple[str, ...]]
    derived: tuple[Derived, ...]
    own: frozenset[int]
    order: str
    codes: dict[str, str]
    notes: tuple[str, ...]
    people: dict[str, dict[str, tuple[str, ...]]]
    complete: tuple[str, ...]
    """See `Source`."""

    def places(self) -> Places:
        """The positions row rules need."""
        at = {name: columns for name, columns in self.assignment.mapping.items()}
        dates = [i for made in self.derived if made.field == "birth_date" for i in made.columns]
        keys = [*at.get("pin", ()), *at.get("old_id", ()), *at.get("birth_date", ())[:1], *dates]
        if len(at.get("birth_date", ())) == 3:
            keys.append(at["birth_date"][2])
        folded = [fold(caption) for caption in self.captions]
        return Places(
            captions=self.captions,
            keys=tuple(keys),
            name=at["name"][0] if "name" in at else None,
            ditto=tuple(i for name, columns in at.items() if name not in _NOT_DITTO for i in columns),
            fill=tuple(i for name in _PLACE_FIELDS for i in at.get(name, ())),
            household=next((i for i, text in enumerate(folded) if text in _HOUSEHOLD), None),
            relation=next(
                (i for i, text in enumerate(folded) if "quan he" in text and "chu ho" in text), None
            ),
        )


def make_plan(
    captions: Sequence[str], rows: Sequence[Sequence[str | None]], *, path: Path,
    overrides: Mapping[str, str], headed: bool, charsets: Sequence[str | None] = (),
) -> Plan:  # fmt: skip
    """Decides every column from its caption and the sampled `rows` (text already repaired).

    `headed` is False when the file starts with data. Raises Refusal: no_header, unknown_columns, ids_lost and
    those of --map.
    """
    width = len(captions)
    samples = [[row[i] if i < len(row) else None for row in rows] for i in range(width)]
    own = frozenset(own_result(list(captions)))
    result = assign(captions if headed else [""] * width, samples, own)
    if overrides:
        chosen.apply(result, overrides, captions, path)
    if not any(result.has(name) for name in KEY_FIELDS):
        if not headed:
            raise refuse("no_header", file=path)
        raise refuse("unknown_columns", file=path, detail=listed(discreet(captions)))
    return _finished(tuple(captions), samples, result, own, charsets, path, headed)


def _finished(
    captions: tuple[str, ...], samples: Sequence[Sequence[str | None]], result: Assignment, own: frozenset[int],
    charsets: Sequence[str | None], path: Path, headed: bool,
) -> Plan:  # fmt: skip
    at = result.mapping
    pin = samples[at["pin"][0]] if "pin" in at else ()
    _refuse_lost(result, path)
    notes: dict[int, list[str]] = {}
    for i, charset in enumerate(charsets[: len(captions)]):
        # A font is named for every cell of a sheet; what it changed is only where letters have marks.
        if charset and any(text and not text.isascii() for text in (captions[i], *samples[i])):
            notes[i] = [f"charset {charset}"]
    order, codes = "dmy", {}
    births = at.get("birth_date") or next((d.columns for d in result.derived if d.field == "birth_date"), ())
    if len(at.get("birth_date", ())) != 3 and births:
        merged = [
            next((text for text in cells if text), None)
            for cells in zip(*(samples[i] for i in births), strict=True)
        ]
        order, said = date_order(merged, pin)
        notes.setdefault(births[0], []).extend(said)
    if "sex" in at:
        codes, said = sex_codes(samples[at["sex"][0]], pin)
        notes.setdefault(at["sex"][0], []).extend(said)
        # Words mean the same whether or not the sample held them.
        codes = SURE_WORDS | ({"m": "male", "f": "female"} if {"m", "f"} & set(codes) else {}) | codes
    elif any(made.field == "sex" for made in result.derived):
        codes = {"male": "male", "female": "female"}
    shown = captions if headed else result.names
    columns = tuple(
        Column(name, shown[i], result.field_at(i), result.why.get(i, ""), tuple(notes.get(i, ())))
        for i, name in enumerate(result.names) if i not in own
    )  # fmt: skip
    mapping = {field: tuple(result.names[i] for i in positions) for field, positions in at.items()}
    mapping |= {made.field: (made.name,) for made in result.derived}
    said = list(result.notes)
    if not headed:
        said.append("no header: columns recognised by their contents")
    if own:
        said.append(f"result columns of an earlier check left out: {len(own)}")
    return Plan(
        captions,
        tuple(result.names),
        result,
        columns,
        mapping,
        tuple(result.derived),
        own,
        order,
        codes,
        tuple(said),
        {
            who: {name: tuple(result.names[i] for i in at) for name, at in found.items()}
            for who, found in result.people.items() if KEY_FIELDS & set(found)
        },
        tuple(who for who, found in result.people.items() if _complete(found, result)),
    )


def _complete(found: Mapping[str, Sequence[int]], result: Assignment) -> bool:
    """Whether a further person has a name, and a number or a birth date, in some row."""
    filled = {name for name, columns in found.items() if any(result.profiles[i].filled for i in columns)}
    return "name" in filled and bool(filled & {"pin", "old_id", "birth_date"})


def _refuse_lost(result: Assignment, path: Path) -> None:
    for i in result.mapping.get("pin", ()):
        found = result.profiles[i]
        if found.filled >= 3 and found.scientific == 1.0:
            raise refuse("ids_lost", file=path, detail=result.names[i][:40])
