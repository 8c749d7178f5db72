"""What is typed into one field becomes a value of the command, or the reason why it cannot; and a value becomes what is typed. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from msgspec import UNSET, Struct, UnsetType

from dancu.core import card
from dancu.core.name import fold
from dancu.places import SCHEMES, Unit, full_name, resolve, unit, units
from dancu.register.person import Place
from dancu.register.rules.facts.naming import Named
from dancu.web import language
from dancu.web.orders.layout import PARTS, Input

Typed = Mapping[str, str]
TODAY = tuple(SCHEMES)[-1]
# A day on which today's units stood, for reading a text as of now.
_NOW = "2026-01-01"
_LEVEL = {2: "province", 3: "district", 5: "commune"}
_PIN, _ID, _OLD = re.compile(r"[0-9]{12}"), re.compile(r"#[0-9]{1,18}"), re.compile(r"[0-9]{9}")
# Offered where a place fits several.
_CANDIDATES_MAX = 20


class Read(Struct, frozen=True):
    """What came of reading a field: a value (UNSET: nothing was typed), or a key of the words saying what is wrong, and for a
    place the units that were perhaps meant."""

    value: Any | UnsetType = UNSET
    error: str = ""
    candidates: tuple[tuple[str, str], ...] = ()


def read(asked: Input, typed: Typed) -> Read:
    """The value of a field. What must be there and is not is an error, too; what is optional and empty is UNSET."""
    found = _READERS[asked.kind](asked, typed)
    if asked.required and found.value is UNSET and not found.error:
        return Read(error="orders.error.choose" if asked.kind in ("choice", "event", "events", "fields") else "orders.error.required")
    return found


def filled(asked: Input, typed: Typed) -> bool:
    """Whether anything was typed into a field."""
    # The country is filled in from the beginning and says nothing by itself.
    return any(typed.get(key, "").strip() for key in asked.keys if not key.endswith(".country"))


def _text(asked: Input, typed: Typed) -> Read:
    value = " ".join(typed.get(asked.name, "").split())
    return Read(value) if value else Read()


def _country(asked: Input, typed: Typed) -> Read:
    """Two letters, or the name of a country that is offered, in either language."""
    said = " ".join(typed.get(asked.name, "").split())
    if not said:
        return Read()
    if re.fullmatch(r"[A-Za-z]{2}", said):
        return Read(said.upper())
    code = _countries().get(fold(said))
    return Read(code) if code else Read(error="orders.error.country")


@cache
def _countries() -> dict[str, str]:
    return {fold(name): code.upper() for lang in language.LANGUAGES for code, name in language.table(lang, "orders.country").items()}


def _choice(asked: Input, typed: Typed) -> Read:
    value = typed.get(asked.name, "")
    if not value:
        return Read()
    return Read(value) if value in asked.choices else Read(error="orders.error.choose")


def _yes(asked: Input, typed: Typed) -> Read:
    return Read(True) if typed.get(asked.name) == "1" else Read()


def _date(asked: Input, typed: Typed) -> Read:
    day, month, year = (typed.get(f"{asked.name}.{part}", "").strip() for part in PARTS["date"])
    if not (day or month or year):
        return Read()
    if not (year and (month or not day)):
        return Read(error="orders.error.date_incomplete")
    if not all(part.isascii() and part.isdecimal() for part in (day, month, year) if part) or len(year) != 4:
        return Read(error="orders.error.date_digits")
    if not (day and month) and not asked.partial:
        return Read(error="orders.error.date_incomplete")
    try:
        date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return Read(error="orders.error.date_unreal")
    return Read("-".join(part.rjust(2, "0") for part in (year, month, day) if part))


def _person(asked: Input, typed: Typed) -> Read:
    chosen = typed.get(f"{asked.name}.ref", "")
    if _ID.fullmatch(chosen):
        return Read(chosen)
    text = typed.get(asked.name, "").strip()
    if not text:
        return Read()
    if number := number_in(text):
        return Read(number)
    if isinstance(card.read(text), card.Mangled):
        return Read(error="search.error.mangled")
    return Read(error="orders.error.number" if _digits(text).isdecimal() else "orders.error.person_search")


def number_in(text: str) -> str:
    """The number of whom a text means: twelve digits as they are typed, or a card as a desk scanner types it; '' for anything else."""
    scanned = card.read(text)
    said = scanned.pin if isinstance(scanned, card.Card) else _digits(text)
    return said if _PIN.fullmatch(said) else ""


def _digits(text: str) -> str:
    return re.sub(r"[\s.\-]", "", text)


def _place(asked: Input, typed: Typed) -> Read:
    said, chosen, detail, country = (typed.get(f"{asked.name}.{part}", "").strip() for part in PARTS["place"])
    country = (country or "VN").upper()
    if not (said or chosen or detail or country != "VN"):
        return Read()
    if not re.fullmatch(r"[A-Z]{2}", country):
        return Read(error="orders.error.country")
    if country != "VN":
        return Read(Place(code="", detail=", ".join(part for part in (detail, said) if part), country=country))
    if not said:
        return Read(error="orders.error.unit_missing") if asked.today else Read(Place(detail=detail))
    return _resolved(said, chosen, detail, asked.today)


def _resolved(said: str, chosen: str, detail: str, today: bool) -> Read:
    """The one unit that a text names; of several, the one chosen; else they are offered, and none is an error.

    What was chosen counts only as long as it is what the text says: a text that was typed anew is read anew.
    """
    picked = _unit(*chosen.split(":", 1)) if ":" in chosen else None
    guessed = () if picked and said == titled(picked) else _begun(said, today)
    found = (picked,) if picked and said == titled(picked) else _units(said, today) or guessed
    if picked in found and (not today or picked.scheme == TODAY):
        found = (picked,)
    sure = len(found) == 1 and (not today or found[0].level == "commune") and found[0] not in guessed
    if sure or (len(found) == 1 and picked in found):
        return Read(Place(code=found[0].code, scheme=found[0].scheme, detail=detail))
    if today and found and all(one.level != "commune" for one in found):
        return Read(error="orders.error.unit_commune")
    offered = tuple((f"{one.scheme}:{one.code}", titled(one)) for one in found[:_CANDIDATES_MAX])
    return Read(error="orders.error.unit_several", candidates=offered) if offered else Read(error="orders.error.unit_unknown")


def communes_called(text: str) -> tuple[Unit, ...]:
    """Communes of today that a text means: its code, its whole name, or the words it begins with."""
    said = " ".join(text.split())
    communes = tuple(one for one in _units(said, today=True) if one.level == "commune")
    # A province of the same name stands in front of its namesake.
    return communes or _called(said, today=True) or _begun(said, today=True)


def _units(said: str, today: bool) -> tuple[Unit, ...]:
    if re.fullmatch(r"[0-9]{2}|[0-9]{5}", said):
        one = _unit(TODAY, said)
        return (one,) if one else ()
    found = resolve(said, scheme=TODAY) if today else resolve(said, at=_NOW)
    # A text that names a unit of today as well as one of before means today's, unless it was ambiguous by itself.
    return found.units or _called(said, today)


def _called(said: str, today: bool) -> tuple[Unit, ...]:
    """Communes of today that are called by the words typed; where any scheme counts, only if those words name nothing in another."""
    words = fold(said)
    if not words or (not today and resolve(said).units):
        return ()
    exact = tuple(one for called, one in _names() if called == words)
    # Who typed the accents means them.
    spelt = tuple(one for one in exact if said.lower() in (one.name.lower(), one.title.lower()))
    return (spelt or exact)[:_CANDIDATES_MAX]


def _begun(said: str, today: bool) -> tuple[Unit, ...]:
    """Communes of today whose name begins with the words typed, where those alone do not name one: a guess, to be confirmed."""
    words = fold(said)
    if not words or _units(said, today) or (not today and resolve(said).units):
        return ()
    return tuple(one for called, one in _names() if called.startswith(f"{words} "))[:_CANDIDATES_MAX]


@cache
def _names() -> tuple[tuple[str, Unit], ...]:
    return tuple((fold(part), one) for one in units(TODAY, "commune") for part in (one.name, one.title))


def _named(asked: Input, typed: Typed) -> Read:
    name, pin, old, nationality = (" ".join(typed.get(f"{asked.name}.{part}", "").split()) for part in PARTS["named"])
    pin, old = pin.replace(" ", ""), old.replace(" ", "")
    if not (name or pin or old):
        return Read()
    if not name:
        return Read(error="orders.error.named_without_name")
    if pin and not _PIN.fullmatch(pin):
        return Read(error="orders.error.number")
    if old and not _OLD.fullmatch(old):
        return Read(error="orders.error.old_number")
    return Read(Named(name=name, pin=pin, old_id=old, nationality=nationality))


def _event(asked: Input, typed: Typed) -> Read:
    said = typed.get(asked.name, "")
    if not said:
        return Read()
    return Read(int(said)) if said.isascii() and said.isdecimal() and len(said) < 19 else Read(error="orders.error.choose")


def _events(asked: Input, typed: Typed) -> Read:
    said = [part for part in typed.get(asked.name, "").split(",") if part]
    if not all(part.isascii() and part.isdecimal() and len(part) < 19 for part in said):
        return Read(error="orders.error.choose")
    return Read(tuple(int(part) for part in said)) if said else Read()


def _fields(asked: Input, typed: Typed) -> Read:
    said = tuple(part for part in typed.get(asked.name, "").split(",") if part)
    return Read(said) if said else Read()


_READERS = {
    "text": _text, "long": _text, "country": _country, "choice": _choice, "yes": _yes, "date": _date, "person": _person, "place": _place,
    "named": _named, "event": _event, "events": _events, "fields": _fields,
}  # fmt: skip


def typed_of(asked: Input, value: Any) -> dict[str, str]:
    """A value as it would have been typed, so that a form may begin with it."""
    if asked.kind == "date":
        year, month, day = (*str(value).split("-"), "", "")[:3]
        return {f"{asked.name}.d": day, f"{asked.name}.m": month, f"{asked.name}.y": year}
    if asked.kind == "place":
        named = _unit(value.scheme, value.code)
        parts = (titled(named) if named else "", f"{value.scheme}:{value.code}" if named else "", value.detail, value.country)
        return dict(zip(asked.keys, parts, strict=True))
    if asked.kind == "person":
        return {asked.name: "", f"{asked.name}.ref": value} if value.startswith("#") else {asked.name: value}
    if asked.kind == "yes":
        return {asked.name: "1" if value else ""}
    return {asked.name: str(value)}


def titled(one: Unit) -> str:
    """A unit as people write it, with the time of one that stands no more."""
    whole = full_name(one)
    return whole if one.scheme == TODAY else f"{whole} (trước 01/7/2025)"


def _unit(scheme: str, code: str) -> Unit | None:
    level = _LEVEL.get(len(code))
    return unit(scheme, level, code) if level and scheme in SCHEMES and code.isdecimal() else None
