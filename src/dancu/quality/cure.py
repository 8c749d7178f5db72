"""Proposes the register command that would cure a case, as data: the officer looks, fills in what is asked and carries it out."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from dancu.quality.queries import Case
from dancu.quality.rules.rule import by_id
from dancu.register.rules import COMMANDS
from dancu.register.rules.rule import ref_fields

# Of a difference with an agency's file, what mends the field when the register is wrong, and when the civil book is.
_OF_FIELD = {
    "name": ("correct_data", "correct_civil", ("name",)), "birth_date": ("correct_data", "correct_civil", ("birth_date",)),
    "sex": ("correct_data", "correct_civil", ("sex",)), "permanent": ("move_permanent", "", ("place", "file")),
    "parent": ("", "correct_civil", ("mother", "father", "mother_named", "father_named")), "status": ("", "register_death", ("died",)),
    "pin": ("", "", ()),
}  # fmt: skip


class Cure(Struct, frozen=True, kw_only=True):
    """A command of the register with what is known of its fields.

    `fields`: filled in; people as `#id`. `asks`: what the officer has to fill in, first of all. `offices`: who may give it;
    `sources`: what it may rest on; `entry`: an entry of a civil book is needed. After it: `then`, a command that will be needed too.
    """

    command: str
    fields: dict[str, Any]
    asks: tuple[str, ...]
    offices: tuple[str, ...]
    sources: tuple[str, ...]
    entry: bool
    then: str = ""


def cures(case: Case) -> tuple[Cure, ...]:
    """What would cure a case, likeliest first; () where no command of the register does (the agency's file is wrong, a form of
    its own is needed)."""
    if case.kind == "duplicate":
        return tuple(_merges(case))
    if case.side == "agency":
        return ()
    rule = by_id().get(case.code) if case.kind != "difference" else None
    if case.kind == "difference":
        data, civil, asks = _OF_FIELD.get(case.field, ("", "", ()))
        wanted = {"population": data, "civil_book": civil}
    else:
        wanted, asks = (rule.cure, rule.asks) if rule else ({}, ())
    side = "population" if case.side == "unknown" else case.side
    order = [side, *(other for other in ("population", "civil_book") if other != side)]
    further = rule.also if rule else ()
    names = list(dict.fromkeys((*(wanted[side] for side in order if wanted.get(side)), *further)))
    return tuple(_cure(name, case, asks) for name in names)


def _merges(case: Case) -> list[Cure]:
    """The older record is kept, or the other way round; where a proposal says which, that one."""
    one, other = f"#{case.person}", f"#{case.other}"
    wished = (case.proposal or {}).get("kept", 0)
    pairs = ((1, one, other), (2, other, one))
    return [_made("merge", {"kept": kept, "other": double}, ()) for n, kept, double in pairs if wished in (0, n)]


def _cure(name: str, case: Case, asks: tuple[str, ...]) -> Cure:
    body = COMMANDS[name].body
    subject = ref_fields(body)[0]
    fields: dict[str, Any] = {subject: f"#{case.person}"}
    # A command that is asked about a relative in the record's own field names the person alone.
    wished = [field for field in asks if field in body.__struct_fields__ and field != subject]
    needed = [field for place, field in enumerate(body.__struct_fields__) if _needed(body, place)]
    missing = [field for field in needed if field not in fields and field not in wished]
    then = "reissue_number" if {"birth_date", "sex"} & set(wished) and name in ("correct_data", "correct_civil") else ""
    return _made(name, fields, (*wished, *missing), then)


def _needed(body: type[Struct], place: int) -> bool:
    """Whether the field at a place has no default and so must be filled in."""
    first_default = len(body.__struct_fields__) - len(body.__struct_defaults__)
    return place < first_default or body.__struct_defaults__[place - first_default] is msgspec.NODEFAULT


def _made(name: str, fields: dict[str, Any], asks: tuple[str, ...], then: str = "") -> Cure:
    rule = COMMANDS[name]
    return Cure(
        command=name,
        fields=fields,
        asks=asks,
        offices=tuple(rule.offices),
        sources=rule.sources,
        entry=rule.needs_entry,
        then=then,
    )
