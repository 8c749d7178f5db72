"""Forms without a framework: fields as values in the paper's order, what was typed, what is wrong, in the reader's language.

    FORM = (Field("name", "birth.name", required=True), Field("born", "birth.born", "date"))
    form = Form(FORM, request.lang, request.POST)
    if form.ok(): form.values["born"]   # ISO text

A label's key may have `.hint` beside it as "KEY_hint". Templates show a field by including `web/parts/field.html`
`with field=form.name`, and all that is wrong by `web/parts/errors.html`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from dancu.web import language

Kind = Literal[
    "text", "search", "textarea", "date", "number", "digits", "choice", "radios", "checkbox", "password", "code", "file", "hidden"
]  # fmt: skip
_TEXT_MAX = 200


@dataclass(frozen=True)
class Field:
    """One field. `label` is a key of the words, or a plain text where `told` is set. `options`: (value, caption).

    `check` is given the value and answers '' or the key of what is wrong. `like`: an example shown as the hint.
    """

    name: str
    label: str
    kind: Kind = "text"
    required: bool = False
    most: int = _TEXT_MAX
    options: Sequence[tuple[str, str]] = ()
    autocomplete: str = "off"
    check: Callable[[str], str] | None = None
    told: bool = False
    like: str = ""


@dataclass
class Bound:
    """A field with what was typed into it, as a template shows it."""

    field: Field
    value: str
    error: str
    lang: str

    def __getattr__(self, name: str) -> Any:
        return getattr(self.field, name)

    @property
    def id(self) -> str:
        return f"f-{self.field.name}"

    @property
    def caption(self) -> str:
        return self.field.label if self.field.told else language.say(self.lang, self.field.label)

    @property
    def hint(self) -> str:
        key = f"{self.field.label}_hint"
        if self.field.like:
            return language.say(self.lang, "frame.field.like", example=self.field.like)
        if not self.field.told and language.has(key):
            return language.say(self.lang, key)
        return language.say(self.lang, "frame.field.date_hint") if self.field.kind == "date" else ""

    @property
    def described(self) -> str:
        """Ids of what describes the field, for aria-describedby."""
        parts = [f"{self.id}-hint"] if self.hint else []
        return " ".join([*parts, f"{self.id}-error"] if self.error else parts)


@dataclass
class Form:
    """Fields, what was sent (None: shown for the first time) and what they begin with."""

    fields: Sequence[Field]
    lang: str
    sent: Mapping[str, Any] | None = None
    initial: Mapping[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.sent is not None:
            for each in self.fields:
                self._read(each, str(self.sent.get(each.name, "")))

    def ok(self) -> bool:
        """Whether something was sent and nothing is wrong with it."""
        return self.sent is not None and not self.errors

    def wrong(self, name: str, key: str, **values: object) -> None:
        """Say of a field that something is wrong with it; '' as name: of the whole form."""
        self.errors[name] = language.say(self.lang, key, **values)

    def typed(self, name: str) -> str:
        """What a field shows: what was sent, else what it begins with; never a password."""
        if self._field(name).kind in ("password", "code"):
            return ""
        return str(self.sent.get(name, "")) if self.sent is not None else str(self.initial.get(name, ""))

    def __iter__(self) -> Iterator[Bound]:
        return (self[each.name] for each in self.fields)

    def __getitem__(self, name: str) -> Bound:
        return Bound(self._field(name), self.typed(name), self.errors.get(name, ""), self.lang)

    def summary(self) -> list[tuple[str, str]]:
        """(anchor, sentence) of all that is wrong, in the order of the fields; for the box above the form."""
        order = [each.name for each in self.fields]
        names = sorted(self.errors, key=lambda name: order.index(name) if name in order else -1)
        return [(f"#f-{name}" if name in order else "", self.errors[name]) for name in names]

    def _field(self, name: str) -> Field:
        for each in self.fields:
            if each.name == name:
                return each
        raise KeyError(name)

    def _read(self, each: Field, text: str) -> None:
        value = text if each.kind == "password" else " ".join(text.split()) if each.kind != "textarea" else text.strip()
        self.values[each.name] = value
        if not value:
            if each.required:
                self.wrong(each.name, "frame.error.required", what=self[each.name].caption)
            return
        key = _wrong(each, value)
        if key:
            self.wrong(each.name, key, most=language.number(self.lang, each.most))
        elif each.kind == "date":
            self.values[each.name] = language.iso_of(value) or ""


def _wrong(each: Field, value: str) -> str:
    """'' or the key of what is wrong with a value."""
    if len(value) > each.most:
        return "frame.error.long"
    if each.kind == "date" and language.iso_of(value) is None:
        return "frame.error.date"
    if each.kind in ("number", "digits") and not (value.isascii() and value.isdecimal()):
        return "frame.error.number"
    if each.options and value not in {option for option, _ in each.options}:
        return "frame.error.choice"
    return each.check(value) if each.check else ""


def with_options(fields: Sequence[Field], **options: Sequence[tuple[str, str]]) -> tuple[Field, ...]:
    """The same fields, some with options that are known only when the page is asked for."""
    return tuple(replace(each, options=options[each.name]) if each.name in options else each for each in fields)
