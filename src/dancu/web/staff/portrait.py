"""How a person is told on a page: the law's groups of fields with their captions, values as people write them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dancu.core.name import fold
from dancu.places import Unit, current_codes, full_name, province_of
from dancu.register import captions
from dancu.register.desk import Seen
from dancu.register.rights import GROUPS
from dancu.web import language
from dancu.web.orders import told as values

_TODAY = "2025-07"
_TAGS = {"active": "good", "awaiting_number": "warn", "deceased": "bad", "missing": "warn", "merged": "plain", "cancelled": "plain"}
_DAYS = frozenset(("birth_date", "died", "missing_since"))
_PLACES = frozenset(("birth_place", "birth_registered_at", "death_registered_at", "hometown"))
_LIVES = frozenset(("permanent", "current"))
_KIN = frozenset(("father", "mother", "adoptive_father", "adoptive_mother", "spouse"))
# Shown in the head of the page, or of no use to a reader.
_LEFT_OUT = frozenset(("merged_into", "household", "status", "eid_locked"))


@dataclass(frozen=True)
class Value:
    """A line of a group: its caption, what it says, and the record of whoever it names (0: none)."""

    caption: str
    text: str
    person: int = 0


@dataclass(frozen=True)
class Shown:
    """A group of fields: open with its values, masked, or closed to the reader."""

    code: str
    caption: str
    sight: str
    values: tuple[Value, ...] = ()


def groups(seen: Seen, lang: str) -> list[Shown]:
    """All groups in the order of the law."""
    return [
        Shown(
            code, captions.caption("group", code, lang), seen.sight[code],
            tuple(value for field in fields for value in told(field, seen.fields.get(field), lang)) if seen.sight[code] == "open" else (),
        )
        for code, fields in GROUPS.items()
    ]  # fmt: skip


def tag_of(status: str) -> str:
    """The colour of a status."""
    return _TAGS.get(status, "plain")


def place(told: Mapping[str, Any] | None, lang: str) -> str:
    """A place: detail, unit of its scheme with what is above it, country where it is abroad."""
    if not told:
        return ""
    code, scheme = told.get("code", ""), told.get("scheme", _TODAY)
    found, now = values.unit_at(code, scheme), None
    named = full_name(found) if found else code
    if found and scheme != _TODAY:
        heirs = current_codes(scheme, code)
        now = values.unit_at(heirs[0], _TODAY) if len(heirs) == 1 else None
        named = language.say(lang, "person.old_unit", unit=named) if now is None else _renamed(found, now, lang)
    detail, abroad = told.get("detail", ""), told.get("country", "VN")
    return ", ".join(part for part in (values.street(detail, found, now), named, country(abroad, lang) if abroad != "VN" else "") if part)


def _renamed(then: Unit, now: Unit, lang: str) -> str:
    """A unit of today, and what it was called when the place was written, without the province where that has stayed."""
    was, named = full_name(then), full_name(now)
    if fold(was) == fold(named):
        return named
    province = full_name(province_of(now))
    return language.say(lang, "person.formerly", unit=named, was=was.removesuffix(f", {province}"))


def country(code: str, lang: str) -> str:
    """A country by its code (ISO 3166, two letters); the code where it is not Vietnam."""
    return language.say(lang, "person.vietnam") if code == "VN" else code


def residence(told: Mapping[str, Any] | None, lang: str) -> str:
    """A residence with the days it holds."""
    where = place((told or {}).get("place"), lang)
    since, until = ((told or {}).get(name, "") for name in ("since", "until"))
    days = [language.say(lang, f"person.{key}", day=language.day(day)) for key, day in (("since", since), ("until", until)) if day]
    return "; ".join([where, *days]) if where else ""


def kin(told: Mapping[str, Any] | None, lang: str) -> str:
    """A relative, as their papers say."""
    told = told or {}
    number = told.get("pin", "") or told.get("old_id", "")
    said = ", ".join(part for part in (told.get("name", ""), number) if part)
    return said or (language.say(lang, "person.on_record") if told.get("person") else "")


def told(field: str, value: Any, lang: str) -> list[Value]:
    """What a field of a person says, a line for each of its entries; none where it is empty or stands elsewhere on the page."""
    if field in _LEFT_OUT or not value:
        return []
    caption = captions.caption("field", field, lang)
    if field in _KIN:
        said = kin(value, lang)
        return [Value(caption, said, value.get("person", 0))] if said else []
    if isinstance(value, dict) and field in _MAPS:
        return [Value(caption, said, who) for said, who in _MAPS[field](value, lang) if said]
    said = _text(field, value, lang)
    return [Value(caption, said)] if said else []


def _text(field: str, value: Any, lang: str) -> str:
    if field in _DAYS:
        return language.day(value)
    if field in _PLACES:
        return place(value, lang)
    if field in _LIVES:
        return residence(value, lang)
    if field in ("sex", "marital", "blood"):
        return captions.caption(f"value.{field}", value, lang)
    if field == "relation_to_head":
        return captions.caption("value.relation", value, lang)
    return str(value)


def _former(value: Any, lang: str) -> list[tuple[str, int]]:
    until = language.say(lang, "person.until_day", day="{}")
    return [(f"{each['value']} ({until.format(language.day(each['until']))})" if each.get("until") else each["value"], 0)
            for each in value.values()]  # fmt: skip


def _cards(value: Any, lang: str) -> list[tuple[str, int]]:
    told = []
    for serial, card in value.items():
        state = captions.caption("value.card_state", card["state"], lang)
        ends = language.say(lang, "person.expires", day=language.day(card["expires"])) if card.get("expires") else ""
        given = language.say(lang, "person.issued", day=language.day(card["issued"])) if card.get("issued") else ""
        told.append((" · ".join(part for part in (serial, state, given, ends) if part), 0))
    return told


_MAPS: dict[str, Callable[[Any, str], list[tuple[str, int]]]] = {
    "former_pins": _former,
    "former_names": _former,
    "cards": _cards,
    "guardians": lambda value, lang: [(kin(each, lang), each.get("person", 0)) for each in value.values()],
    "wards": lambda value, lang: [(kin(each, lang), each.get("person", 0)) for each in value.values()],
    "temporary": lambda value, lang: [(residence(each, lang), 0) for each in value.values()],
    "absences": lambda value, lang: [(residence(each, lang), 0) for each in value.values()],
    "stays": lambda value, lang: [(residence(each, lang), 0) for each in value.values()],
    "nationalities": lambda value, lang: [(", ".join(country(code, lang) for code, held in value.items() if held), 0)],
    "others": lambda value, lang: [(f"{name}: {said}", 0) for name, said in value.items()],
    "sealed": lambda value, lang: [(captions.caption("value.seal", code, lang), 0) for code, on in value.items() if on],
}
