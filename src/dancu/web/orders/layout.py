"""How the form of each command looks: sections and fields in the paper's order, read from `layouts/*.toml` and the command itself.

What a field is asked as follows from its type in the command's body, so that a layout cannot ask for what the command does not take.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import NoneType
from typing import Any, Literal, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Struct

from dancu.register import captions
from dancu.register.command import Office, Ref
from dancu.register.event import FIELDS
from dancu.register.person import Place
from dancu.register.rules import COMMANDS
from dancu.register.rules.facts.day import Day, Partial
from dancu.register.rules.facts.naming import Named
from dancu.register.rules.rule import Rule

Kind = Literal["text", "long", "country", "date", "choice", "yes", "person", "place", "named", "event", "events", "fields"]
# What belongs to one book, and so stands in one file of layouts and one menu.
BOOKS = ("civil", "residence", "cards", "data")
# The four offices whose staff sit at the pages.
OFFICES: tuple[Office, ...] = ("civil_status", "residence", "residence_chief", "province")
# Texts that are sentences rather than names and numbers.
_LONG = frozenset({"why", "reason"})
# Names of the inputs into which a kind falls apart; the one without a name stands under the field's own.
PARTS: Mapping[Kind, tuple[str, ...]] = {
    "date": ("d", "m", "y"),
    "person": ("", "ref"),
    "place": ("unit", "code", "detail", "country"),
    "named": ("name", "pin", "old_id", "nationality"),
}


class Section(Struct, frozen=True):
    """A part of the paper under one heading: `title` is a key of the words, `fields` of the command's body."""

    title: str
    fields: tuple[str, ...]


class Input(Struct, frozen=True, kw_only=True):
    """One field as it is asked for. `choices`: codes of a choice, captioned by the list `captions`. `partial`: a year or a month
    alone will do. `today`: a place that must be one of today's communes. `default`: `unit`, `today` or a value."""

    name: str
    kind: Kind
    required: bool = False
    choices: tuple[str, ...] = ()
    captions: str = ""
    partial: bool = False
    today: bool = False
    default: str = ""
    compare: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """Names of its inputs in HTML."""
        return tuple(f"{self.name}.{part}" if part else self.name for part in PARTS.get(self.kind, ("",)))


class Layout(Struct, frozen=True, kw_only=True):
    """The form of one command."""

    command: str
    book: str
    basis: tuple[str, ...]
    sections: tuple[Section, ...]
    inputs: dict[str, Input]
    rule: Rule

    def of(self, name: str) -> Input:
        """The input of a field; KeyError for a field there is not."""
        return self.inputs[name]

    @property
    def people(self) -> tuple[str, ...]:
        """Fields that refer to people, the subject first."""
        return tuple(name for name in self.rule.body.__struct_fields__ if self.inputs[name].kind == "person")


class _Written(Struct, frozen=True, forbid_unknown_fields=True):
    """A layout as its file has it."""

    basis: tuple[str, ...]
    sections: tuple[Section, ...]
    required: tuple[str, ...] = ()
    defaults: dict[str, str] = {}
    lists: dict[str, str] = {}
    compare: bool = False


@cache
def layouts() -> Mapping[str, Layout]:
    """Every form by its command, in the order of the files. Raises msgspec.ValidationError where a file says what is not known."""
    found: dict[str, Layout] = {}
    for book in BOOKS:
        text = (files("dancu.web.orders") / "layouts" / f"{book}.toml").read_text(encoding="utf-8")
        written = msgspec.convert(tomllib.loads(text), dict[str, _Written])
        found |= {command: _layout(command, book, each) for command, each in written.items()}
    return found


def for_office(office: str) -> tuple[Layout, ...]:
    """The forms an office may give, in order; none for who gives no commands."""
    return tuple(layout for layout in layouts().values() if office in layout.rule.offices)


def layout_of(command: str, office: str) -> Layout | None:
    """The form of a command, where the office may give it."""
    found = layouts().get(command)
    return found if found and office in found.rule.offices else None


def caption_of(command: str, field: str, lang: str) -> str:
    """What a field is called: as argument of a command, else as field of a person."""
    listed = "argument" if field in captions.codes("argument") else "field"
    return captions.caption(listed, field, lang)


def _layout(command: str, book: str, written: _Written) -> Layout:
    rule = COMMANDS[command]
    hints = get_type_hints(rule.body, include_extras=True)
    inputs = {name: _input(name, hint, rule, written) for name, hint in hints.items()}
    return Layout(command=command, book=book, basis=written.basis, sections=written.sections, inputs=inputs, rule=rule)


def _input(name: str, hint: Any, rule: Rule, written: _Written) -> Input:
    kind, choices = _kind(name, hint)
    return Input(
        name=name,
        kind=kind,
        required=name in written.required,
        choices=choices,
        captions=written.lists.get(name, f"value.{name}") if choices else "",
        partial=hint == Partial,
        today=name == rule.territory,
        default=written.defaults.get(name, ""),
        compare=written.compare and name in FIELDS,
    )


_KINDS: tuple[tuple[Any, Kind], ...] = (
    (Ref, "person"), (Day, "date"), (Partial, "date"), (bool, "yes"), (int, "event"), (Place, "place"), (Named, "named"),
)  # fmt: skip


def _kind(name: str, hint: Any) -> tuple[Kind, tuple[str, ...]]:
    """How a field of this type is asked for, and the codes where it is a choice."""
    for known, kind in _KINDS:
        if hint == known:
            return kind, ()
    if NoneType in get_args(hint):
        return _kind(name, next(one for one in get_args(hint) if one is not NoneType))
    if get_origin(hint) is Literal:
        return "choice", tuple(code for code in get_args(hint) if code)
    if get_origin(hint) is tuple:
        return ("events" if get_args(hint)[0] is int else "fields"), ()
    return ("country" if name == "nationality" else "long" if name in _LONG else "text"), ()
