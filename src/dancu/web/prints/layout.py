"""What stands on each paper that is printed, read from `layouts/papers.toml`, and how its rows are filled. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import msgspec
from msgspec import Struct

from dancu.places import unit
from dancu.register import captions
from dancu.register.command import Office
from dancu.web import language
from dancu.web.orders import told

_SHEET = "2025-07"


class Paper(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The layout of one paper; what its fields mean stands at the head of the file."""

    of: Literal["person", "order", "rows"]
    offices: tuple[Office, ...]
    name: str = ""
    event: str = ""
    also: tuple[str, ...] = ()
    holds: dict[str, str] = {}
    after: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    labels: dict[str, str] = {}
    signs: tuple[str, ...] = ()

    @property
    def kinds(self) -> frozenset[str]:
        """Kinds of events that the paper tells of."""
        return frozenset((self.event, *self.also))


class Line(Struct, frozen=True):
    """A line of a paper: its caption and what it says ('' leaves a dotted line to be filled in by hand)."""

    label: str
    value: str


class Facts(Struct, frozen=True, kw_only=True):
    """What a paper may quote: fields of the person and of husband or wife, the entry of the book, the event, the order; plain values."""

    field: Mapping[str, Any] = {}
    spouse: Mapping[str, Any] = {}
    entry: Mapping[str, str] = {}
    event: Mapping[str, str] = {}
    order: Mapping[str, str] = {}


@cache
def papers() -> Mapping[str, Paper]:
    """Every paper by name. Raises msgspec.ValidationError where the file says what is not known."""
    text = (files("dancu.web.prints") / "layouts" / "papers.toml").read_text(encoding="utf-8")
    read = msgspec.convert(tomllib.loads(text), dict[str, Paper])
    return {name: msgspec.structs.replace(paper, name=name) for name, paper in read.items()}


def paper_of(name: str, office: str) -> Paper | None:
    """A paper, where the office may print it."""
    paper = papers().get(name)
    return paper if paper and office in paper.offices else None


def lines(paper: Paper, facts: Facts, lang: str) -> list[Line]:
    """The lines of a paper in order. Lines of an order that has no such thing are left out; those of a person stay, to be filled in."""
    found = [Line(_label(row, lang), _value(row, facts, lang)) for row in paper.rows]
    return [line for line in found if line.value or paper.of == "person"]


def heads(paper: Paper, lang: str) -> list[str]:
    """Captions of the columns of a list."""
    return [language.say(lang, f"prints.column.{name}") for name in paper.columns]


def cells(paper: Paper, rows: Sequence[Mapping[str, Any]], lang: str) -> list[list[str]]:
    """A list's rows as texts in the order of its columns; fields of people are told as everywhere."""
    return [[_cell(name, row, at, lang) for name in paper.columns] for at, row in enumerate(rows, 1)]


def _cell(name: str, row: Mapping[str, Any], at: int, lang: str) -> str:
    if name == "order":
        return language.number(lang, at)
    return told.told(name, row.get(name, ""), lang) if name in captions.codes("field") else str(row.get(name, ""))


def _label(row: str, lang: str) -> str:
    own = f"prints.label.{row.replace('.', '_')}"
    if language.has(own):
        return language.say(lang, own)
    kind, _, name = row.partition(".")
    return captions.caption("entry" if kind == "entry" else "field", name, lang)


def _value(row: str, facts: Facts, lang: str) -> str:
    kind, _, name = row.partition(".")
    value = getattr(facts, kind).get(name, "")
    if kind in ("field", "spouse"):
        return told.told(name, value, lang)
    if name in ("registered", "effective"):
        return told.day(value)
    return _unit(value) if row == "entry.place" else str(value or "")


def _unit(text: str) -> str:
    """The place of an entry: the name of a commune of today where its code was kept."""
    found = unit(_SHEET, "commune", text) if len(text) == 5 and text.isdecimal() else None
    return told.place({"code": text}) if found else text
