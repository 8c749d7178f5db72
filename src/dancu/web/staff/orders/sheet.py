"""One form in one request: what was sent or kept of it, whom it refers to, and how it is shown again."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dancu.kit.clock import SystemClock
from dancu.register import captions
from dancu.register.event import FIELDS
from dancu.register.store.asked import today
from dancu.web import desk
from dancu.web.accounts import session
from dancu.web.models import Draft
from dancu.web.orders import drafts
from dancu.web.orders.inputs import number_in
from dancu.web.orders.layout import Layout
from dancu.web.orders.shown import Chip, Hit, Page
from dancu.web.orders.written import Filled, begun, fill, ground_inputs
from dancu.web.staff.orders import people

_SEEN = "seen."
_EVENTS_MAX = 100
_BOXES = ("yes", "event", "events", "fields")
# What a form holds besides its own inputs.
ORDER, SUBJECT, ABOUT, LOOKED = "order", "subject", "about", "looked"


@dataclass
class Sheet:
    """A form being filled in. `typed` holds references as commands have them; they are sealed only where it is shown. `looked`: opened
    from a list with all it needs and nothing typed, so that it is no draft in anybody's eyes."""

    request: Any
    layout: Layout
    typed: dict[str, str]
    order: str
    subject: str = ""
    restored: datetime | None = None
    looked: bool = False
    about: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    candidates: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)
    hits: dict[str, tuple[Sequence[Hit], bool]] = field(default_factory=dict)
    chips: dict[str, Chip] = field(default_factory=dict)

    @property
    def seen(self) -> dict[str, int]:
        """Versions of people that were on the page when it was filled in, by field; those of somebody else by now are left out."""
        found = {}
        for name in self.layout.people:
            version, _, ref = self.typed.get(_SEEN + name, "").partition("@")
            if version.isdecimal() and ref and ref == people.ref_of(self.typed, name):
                found[name] = int(version)
        return found

    @property
    def key(self) -> dict[str, Any]:
        """What the draft of this form is kept under."""
        return {"account": self.request.account, "form": self.layout.command, "subject": self.subject or self.order}

    def keep(self) -> None:
        """Keep what is typed on the server, with the name of whom it is about, so that listing drafts is no look at anybody."""
        about = next((chip.name for chip in self.chips.values()), "")
        beside = {ORDER: self.order, LOOKED: "1" if self.looked else "", **({ABOUT: about} if about else {})}
        drafts.keep(**self.key, values={**self.typed, **beside}, at=now())

    def drop(self) -> None:
        """Throw away what was kept."""
        drafts.drop(**self.key)

    def look(self) -> None:
        """Find out whom the form refers to, and remember in which version they were seen first."""
        self.chips, missing = people.chips(self.request, self.layout, self.typed, self.order)
        for name, sentence in missing.items():
            self.errors.setdefault(name, sentence)
        for name, chip in self.chips.items():
            self.typed[f"{name}.ref"] = f"#{chip.person}"
        seen = self.seen
        for name, chip in self.chips.items():
            if name not in seen:
                self.typed[_SEEN + name] = f"{chip.version}@{people.ref_of(self.typed, name)}"

    def filled(self) -> Filled:
        """The form as an order, or what is wrong with it."""
        return fill(self.layout, self.typed, id=self.order, seen=self.seen)

    def anew(self) -> None:
        """Look at everybody as they are now: what was typed is to be written onto the new state."""
        for name in self.layout.people:
            self.typed[_SEEN + name] = ""

    def find(self, name: str) -> None:
        """Search for whom a person's field means."""
        self.typed[f"{name}.ref"] = ""
        said = self.typed.get(name, "")
        found, more, error = people.find(self.request, self.layout.book, said, self.order)
        if len(found) == 1 and number_in(said):
            # A number that was typed or scanned leaves nothing to choose.
            self.typed |= people.unsealed(self.request, {name: "", f"{name}.ref": found[0].seal})
            return
        self.hits[name] = (found, more)
        if error:
            self.errors[name] = error

    def page(self) -> Page:
        """The form as the template shows it."""
        if not self.chips:
            self.look()
        return Page(
            layout=self.layout, typed=people.resealed(self.request, self.typed), lang=self.request.lang, errors=self.errors,
            candidates=self.candidates, chips=self.chips, hits=self.hits, offered=self._offered(),
        )  # fmt: skip

    def hidden(self) -> list[tuple[str, str]]:
        """(name, value) of what a form carries along without showing it."""
        kept = [(name, value) for name, value in people.resealed(self.request, self.typed).items() if name.startswith(_SEEN)]
        mark = people.sealed(self.request, int(self.subject)) if self.subject else ""
        return [*((name, _seal_version(self.request, value)) for name, value in kept), (ORDER, self.order), (SUBJECT, mark)]

    def carried(self) -> list[tuple[str, str]]:
        """(name, value) of the whole form, for the page on which it is only looked over."""
        typed = people.resealed(self.request, self.typed)
        return [(name, value) for name, value in typed.items() if not name.startswith(_SEEN) and value] + self.hidden()

    def _offered(self) -> dict[str, Sequence[tuple[str, str]]]:
        """What there is to choose from that is known only of this subject: its events, and the fields of a person."""
        kinds = {asked.kind: name for name, asked in self.layout.inputs.items()}
        offered: dict[str, Sequence[tuple[str, str]]] = {}
        if "fields" in kinds:
            offered[kinds["fields"]] = [(code, captions.caption("field", code, self.request.lang)) for code in FIELDS]
        name = kinds.get("event") or kinds.get("events")
        if name and self.layout.people[0] in self.chips:
            offered[name] = self._events(self.chips[self.layout.people[0]].person)
        return offered

    def _events(self, person: int) -> list[tuple[str, str]]:
        from dancu.web.language import day, moment

        lang, purpose = self.request.lang, people.PURPOSES[self.layout.book]
        lines = desk.desk().timeline(self.request.staff, purpose, f"#{person}", limit=_EVENTS_MAX, order=self.order)
        return [
            (str(line.id), f"{day(line.effective)} · {captions.caption('kind', line.kind, lang)} · {moment(line.recorded_at)}")
            for line in lines
        ]


def sent(request: Any, layout: Layout) -> Sheet:
    """The form as it was sent."""
    raw = request.POST
    names = [*_names(layout), *(_SEEN + name for name in layout.people)]
    typed = {name: ",".join(raw.getlist(name)) for name in names if name in raw}
    if not raw.get("begin") and not raw.get("part"):
        # A box that is not ticked is not sent.
        typed = {asked.name: "" for asked in layout.inputs.values() if asked.kind in _BOXES} | typed
    typed = people.unsealed(request, typed)
    typed = {name: _unseal_version(request, value) if name.startswith(_SEEN) else value for name, value in typed.items()}
    if raw.get("begin"):
        typed = _begun(request, layout) | typed
    subject = people.unsealed(request, {"x.ref": raw.get(SUBJECT, "")})["x.ref"].lstrip("#")
    return Sheet(request, layout, typed, _order(raw.get(ORDER, "")), subject, looked=bool(raw.get("begin")))


def opened(request: Any, layout: Layout, person: int | None, role: str) -> Sheet:
    """The form as it begins: as it was left, else new, with the person it was opened for.

    Of several that were begun for nobody: the one whose order the address names (`phieu`), a new one (`moi`), else the last.
    """
    subject = str(person) if person else ""
    draft = _left(request, layout.command, subject)
    if draft:
        values = {**_begun(request, layout), **draft.values}
        order, looked = _order(values.pop(ORDER, "")), values.pop(LOOKED, "") == "1"
        about = about_of(layout, values)
        values.pop(ABOUT, None)
        return Sheet(request, layout, values, order, subject, restored=draft.saved_at, looked=looked, about=about)
    typed = _begun(request, layout)
    if person:
        typed[f"{role if role in layout.people else layout.people[0]}.ref"] = f"#{person}"
    return Sheet(request, layout, typed, _order(""), subject)


def about_of(layout: Layout, values: Mapping[str, str]) -> str:
    """Whom a draft is about: the name that is typed where it makes somebody known to the book, else who was chosen, else what was typed to
    find them."""
    names = values.get("name", ""), values.get(ABOUT, "")
    # A number is told by its end alone: a list of drafts is no look at anybody.
    said = (values.get(name, "") for name in layout.people)
    typed = (f"•••• {number[-3:]}" if (number := number_in(text)) else text for text in said)
    return next(filter(None, (*(names if "person" not in layout.people else reversed(names)), *typed)), "")


def _left(request: Any, form: str, subject: str) -> Draft | None:
    """What was typed before of this form."""
    order = request.GET.get("phieu", "")
    if subject or order:
        return drafts.kept(request.account, form, subject or order[:40], now())
    return None if request.GET.get("moi") else drafts.newest(request.account, form, now())


def person_of(request: Any) -> int | None:
    """The person a form was opened for, by the opaque reference in its address."""
    text = request.GET.get("nguoi", "")
    return session.record(request, "person", text) if text else None


def now() -> datetime:
    """The present moment."""
    return SystemClock().now()


def _begun(request: Any, layout: Layout) -> dict[str, str]:
    unit = request.staff.unit
    return begun(layout, today=today(now()), unit=unit if len(unit) == 5 else "")


def _names(layout: Layout) -> list[str]:
    return [key for asked in (*layout.inputs.values(), *ground_inputs(layout).values()) for key in asked.keys]


def _order(text: str) -> str:
    """An order's own id: the one the form carries, else a new one."""
    return text if text.startswith("web-") and len(text) == 36 and text[4:].isalnum() and text.isascii() else f"web-{uuid.uuid4().hex}"


def _seal_version(request: Any, value: str) -> str:
    version, _, ref = value.partition("@")
    return f"{version}@{people.sealed(request, int(ref[1:]))}" if ref.startswith("#") else value


def _unseal_version(request: Any, value: str) -> str:
    version, _, ref = value.partition("@")
    return value if ref.isdecimal() else f"{version}@{people.unsealed(request, {'x.ref': ref})['x.ref']}"
