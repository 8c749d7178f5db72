"""A form as a template shows it: each field with its caption, hint, what was typed, what is wrong, and what is on record beside it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from dancu.register import captions
from dancu.register.event import FIELDS
from dancu.web import language
from dancu.web.orders import told
from dancu.web.orders.inputs import Typed
from dancu.web.orders.layout import Input, Layout, caption_of
from dancu.web.orders.written import ENTRY, ground_inputs

# Sections whose title is not of a form but of all.
_ENTRY, _GROUND = "entry", "ground"
_LONGEST = 500
_BARE = ("registered_at", "entry.place", "birth_registered_at")
# What is wrong with a field is a key of the words, or a whole sentence of the book.
_WRONG = ("orders.error", "search.error")


@dataclass(frozen=True)
class Chip:
    """A person whom a field refers to, as far as the reader may see them. `seal`: the sealed reference that stands in the form."""

    seal: str
    name: str
    number: str
    born: str
    status: str
    lives: str
    version: int
    former: bool
    unfit: bool
    person: int
    fields: Mapping[str, Any]
    sight: Mapping[str, str]


@dataclass(frozen=True)
class Hit:
    """Somebody who was found for a person's field, to be chosen."""

    seal: str
    text: str


@dataclass
class Shown:
    """One field as the template `orders/field.html` needs it."""

    asked: Input
    caption: str
    hint: str
    typed: Typed
    error: str
    lang: str
    chip: Chip | None = None
    hits: Sequence[Hit] = ()
    more_hits: bool = False
    candidates: Sequence[tuple[str, str]] = ()
    offered: Sequence[tuple[str, str]] = ()
    suggested: Sequence[str] = ()
    now: str | None = None
    most: int = _LONGEST

    @property
    def name(self) -> str:
        return self.asked.name

    @property
    def id(self) -> str:
        return "f-" + self.asked.name.replace(".", "-")

    @property
    def value(self) -> str:
        return self.typed.get(self.asked.name, "")

    @property
    def bare(self) -> bool:
        """Whether a place is a commune alone, as where something is registered: no house, no country."""
        return self.asked.name in _BARE

    @property
    def chosen(self) -> list[str]:
        return self.value.split(",")

    @property
    def part(self) -> dict[str, str]:
        """What was typed into each part, by the part's name."""
        return {key.rpartition(".")[2]: self.typed.get(key, "") for key in self.asked.keys}

    @property
    def options(self) -> list[tuple[str, str]]:
        """(code, caption) of a choice."""
        return [(code, captions.caption(self.asked.captions, code, self.lang)) for code in self.asked.choices]

    @property
    def described(self) -> str:
        """Ids of what describes the field, for aria-describedby."""
        parts = [f"{self.id}-hint"] if self.hint else []
        parts += [f"{self.id}-now"] if self.now else []
        return " ".join([*parts, f"{self.id}-error"] if self.error else parts)


@dataclass
class Part:
    """A section of the form with its fields."""

    title: str
    fields: list[Shown]
    folded: bool = False


@dataclass
class Page:
    """A whole form to be shown. `errors`: by field, keys of words or whole sentences (`told`); '' is the form itself."""

    layout: Layout
    typed: Typed
    lang: str
    errors: Mapping[str, str] = field(default_factory=dict)
    candidates: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)
    chips: Mapping[str, Chip] = field(default_factory=dict)
    hits: Mapping[str, tuple[Sequence[Hit], bool]] = field(default_factory=dict)
    offered: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return captions.caption("command", self.layout.command, self.lang)

    @property
    def parts(self) -> list[Part]:
        """All sections in order: the paper's, the entry of the civil book, what it rests on."""
        inputs = self.layout.inputs
        parts = [
            Part(self._say(f"orders.section.{section.title}"), [self._shown(inputs[name]) for name in section.fields])
            for section in self.layout.sections
        ]
        ground = ground_inputs(self.layout)
        entry = [self._shown(one) for name, one in ground.items() if name in ENTRY]
        rests = [self._shown(one) for name, one in ground.items() if name not in ENTRY]
        if entry:
            parts.append(Part(self._say(f"orders.section.{_ENTRY}"), entry))
        return [*parts, Part(self._say(f"orders.section.{_GROUND}"), rests)]

    @property
    def summary(self) -> list[tuple[str, str]]:
        """(anchor, sentence) of all that is wrong, in the order of the form."""
        fields = [one for part in self.parts for one in part.fields]
        listed = [("#" + one.id, f"{one.caption}: {one.error}") for one in fields if one.error]
        return [("", self._error(""))] + listed if self.errors.get("") else listed

    def _shown(self, asked: Input) -> Shown:
        found, more = self.hits.get(asked.name, ((), False))
        return Shown(
            asked=asked, caption=self._caption(asked.name), hint=self._hint(asked), typed=self.typed, error=self._error(asked.name),
            lang=self.lang, chip=self.chips.get(asked.name), hits=found, more_hits=more, candidates=self.candidates.get(asked.name, ()),
            offered=self.offered.get(asked.name, ()), suggested=self._suggested(asked), now=self._now(asked),
        )  # fmt: skip

    def _caption(self, name: str) -> str:
        own = f"orders.caption.{self.layout.command}.{name}"
        general = f"orders.caption.{name.replace('.', '_')}"
        for key in (own, general):
            if language.has(key):
                return self._say(key)
        if name in ENTRY:
            return captions.caption("entry", name.partition(".")[2], self.lang)
        return caption_of(self.layout.command, name, self.lang)

    def _hint(self, asked: Input) -> str:
        own = (f"{self.layout.command}.{asked.name}", asked.name.replace(".", "_"))
        keys = (*own, "kind_date_partial" if asked.partial else "", f"kind_{asked.kind}")
        return next((self._say(f"orders.hint.{key}") for key in keys if language.has(f"orders.hint.{key}")), "")

    def _error(self, name: str) -> str:
        key = self.errors.get(name, "")
        return self._say(key) if key.startswith(_WRONG) else key

    def _now(self, asked: Input) -> str | None:
        """What is on record of the subject in a field that would change it; None where nothing is to be compared."""
        subject = self.chips.get(self.layout.people[0]) if self.layout.people else None
        if not asked.compare or subject is None:
            return None
        if asked.name in subject.fields or subject.sight.get(_group(asked.name)) == "open":
            return told.told(asked.name, subject.fields.get(asked.name), self.lang) or self._say("orders.nothing_on_record")
        return self._say("orders.masked_on_record")

    def _suggested(self, asked: Input) -> list[str]:
        """What may be typed into a text: articles, and numbers of the subject's own cards and files."""
        if asked.name == "legal_basis":
            return list(self.layout.basis)
        subject = self.chips.get(self.layout.people[0]) if self.layout.people else None
        if asked.name in _offered():
            return _offered()[asked.name]
        return list(_own(self.layout.command, asked.name, subject.fields)) if subject else []

    def _say(self, key: str) -> str:
        return language.say(self.lang, key)


# Command → which state of card its serial or file must be of.
_STATES = {
    "issue_card": ("requested",), "deliver_card": ("issued",), "replace_card": ("delivered", "lost"),
    "report_card_lost": ("delivered",), "revoke_card": ("issued", "delivered"),
}  # fmt: skip


def _own(command: str, name: str, fields: Mapping[str, Any]) -> Iterator[str]:
    states = _STATES.get(command, ())
    if name == ("file" if command == "issue_card" else "serial"):
        yield from (key for key, card in (fields.get("cards") or {}).items() if card["state"] in states)
    if name == "file" and command in ("extend_temporary", "remove_residence"):
        yield from (fields.get("temporary") or {})


def _group(name: str) -> str:
    from dancu.register.rights import group_of

    return group_of(name) if name in FIELDS else ""


@cache
def _offered() -> dict[str, list[str]]:
    """Field → what is offered while it is typed."""
    return tomllib.loads((files("dancu.web.orders") / "offered.toml").read_text(encoding="utf-8"))
