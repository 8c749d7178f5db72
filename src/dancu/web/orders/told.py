"""Values of a person's fields as people read them: places by name, dates as written here, closed values by their captions. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from dancu.core.name import fold
from dancu.places import SCHEMES, Unit, full_name, unit
from dancu.places.units import by_code
from dancu.register import captions
from dancu.register.event import MAPS
from dancu.web import language

_LEVEL = {2: "province", 3: "district", 5: "commune"}
_TODAY = tuple(SCHEMES)[-1]
_ACTIVE = "active"
# What a unit is, before its name in a folded address.
_KIND = re.compile(r"^(tinh|thanh pho|tp|quan|huyen|thi xa|thi tran|phuong|xa|dac khu|q|h|tx|tt|p|x)(?:\. ?| )", re.IGNORECASE)
_CLOSED = {"status": "status", "sex": "sex", "marital": "marital", "blood": "blood", "relation_to_head": "relation"}
_DATES = frozenset({"birth_date", "died", "missing_since"})
_PLACES = frozenset({"birth_place", "birth_registered_at", "hometown", "death_registered_at"})
_KIN = frozenset({"father", "mother", "adoptive_father", "adoptive_mother", "spouse"})
_LIVES = frozenset({"permanent", "current"})
# Small words between values, [Vietnamese, English].
_WORDS = {
    "yes": ("Có", "Yes"), "no": ("Không", "No"), "since": ("từ {}", "since {}"), "until": ("đến {}", "until {}"),
    "before": (" (trước 01/7/2025)", " (before 1 July 2025)"), "number": ("số {}", "number {}"), "household": ("hộ số {}", "household {}"),
    "record": ("hồ sơ được giữ lại", "the record that stays"),
    "later": ("hệ thống cấp khi ghi", "given on entry"), "expires": ("giá trị đến {}", "valid until {}"),
}  # fmt: skip


class Row(Struct, frozen=True):
    """One difference as it is shown: what it is called, before and after ('' for nothing on record). `hidden`: what stood before, and
    where nothing is given also what stands after, is not for the reader."""

    field: str
    caption: str
    before: str
    after: str
    hidden: bool = False


class Change(Struct, frozen=True):
    """What a command would change of somebody: rows, the captions of what changes and is not for the reader, where the number will not
    fit, whether it does now, and whether a spouse is left whose own record still names them."""

    who: str
    rows: list[Row]
    unseen: str = ""
    unfit: bool | None = None
    left: bool = False


def differences(changes: Mapping[str, tuple[Any, Any]], lang: str, hidden: Mapping[str, Any] = {}) -> list[Row]:
    """What differs of a person, field by field; of maps, entry by entry. `changes`: field → plain value before and after; `hidden`: what
    is not open to the reader → what they typed for it, or None."""
    if "status" in changes:
        # Plain values leave out what is so by default: an active record. Who is new had no status before.
        before, after = changes["status"]
        new = changes.get("name", ("", ""))[0] is None
        changes = {**changes, "status": (before or ("" if new else _ACTIVE), after or _ACTIVE)}
    closed = ((field, captions.caption("field", field, lang), told(field, value, lang)) for field, value in hidden.items())
    return [*_rows(changes, lang), *(Row(field, name, "", after, hidden=True) for field, name, after in closed)]


def would_be(who: str, id: int, rehearsed: Mapping[str, Any], lang: str, names: Mapping[int, str] = {}) -> Change:
    """What would differ of somebody in a rehearsed command (`Desk.rehearse`); `names`: of those whom the page names, by id. The number
    that is free now may be another's by then, so it is not told before it is given."""
    change = {field: tuple(_named(value, names) for value in both) for field, both in rehearsed["changes"][id].items()}
    rows = differences(change, lang, rehearsed["hidden"][id])  # type: ignore[arg-type]
    given = rehearsed["number"] and change.get("pin", ("", ""))[1] == rehearsed["number"]
    rows = [msgspec.structs.replace(row, after=_word("later", lang)) if given and row.field == "pin" else row for row in rows]
    unseen = ", ".join(row.caption for row in rows if row.hidden and not row.after)
    spouse = (change.get("spouse") or (None, None))[0] or {}
    left = bool(spouse.get("person")) and spouse["person"] not in rehearsed["changes"]
    # What differs only in how emptiness is kept is no change to a reader.
    return Change(who, [row for row in rows if row.before != row.after], unseen, rehearsed["unfit"].get(id), left)


def _named(value: Any, names: Mapping[int, str]) -> Any:
    """A relative of whom the book keeps the record alone, with the name."""
    known = names.get(value.get("person", 0)) if isinstance(value, Mapping) and not value.get("name") else None
    return {**value, "name": known} if known else value


def _rows(changes: Mapping[str, tuple[Any, Any]], lang: str) -> Iterator[Row]:
    for field, (before, after) in changes.items():
        name = captions.caption("field", field, lang)
        if field not in MAPS:
            yield Row(field, name, told(field, before, lang), told(field, after, lang))
            continue
        before, after = before or {}, after or {}
        for key in {**before, **after}:
            if before.get(key) != after.get(key):
                yield Row(field, name, _entry(field, key, before.get(key), lang), _entry(field, key, after.get(key), lang))


def said(changes: Struct | None, lang: str, names: Mapping[int, str] = {}) -> list[Row]:
    """What an event set, as rows without a before."""
    if changes is None:
        return []
    return list(_rows({field: (None, _named(value, names)) for field, value in msgspec.to_builtins(changes).items()}, lang))


def told(field: str, value: Any, lang: str) -> str:
    """A plain value of a field (as `msgspec.to_builtins` gives it) in words; '' where there is none."""
    if value in (None, "", 0, {}, False):
        return ""
    if field in MAPS:
        return "; ".join(_entry(field, key, one, lang) for key, one in value.items())
    if field in _CLOSED:
        return captions.caption(f"value.{_CLOSED[field]}", str(value), lang)
    for known, say in _SAYINGS:
        if field in known:
            return say(value, lang)
    return _word("yes", lang) if value is True else str(value)


def place(value: Any, lang: str = "vi") -> str:
    """A place as an address: what stands before the unit, the unit with all above it, the country where it is another."""
    if not isinstance(value, Mapping):
        value = msgspec.to_builtins(value)
    code, scheme = value.get("code", ""), value.get("scheme", _TODAY)
    found = unit_at(code, scheme)
    named = full_name(found) + ("" if scheme == _TODAY else _word("before", lang)) if found else ""
    abroad = country(value.get("country", "VN"), lang) if value.get("country", "VN") != "VN" else ""
    return ", ".join(part for part in (street(value.get("detail", ""), found), named, abroad) if part)


def unit_at(code: str, scheme: str) -> Unit | None:
    """The unit of a code, which says its level by its length; None where the scheme has none such."""
    return unit(scheme, _LEVEL[len(code)], code) if len(code) in _LEVEL and scheme in SCHEMES else None


def street(detail: str, *named: Unit | None) -> str:
    """What of an address stands before its units: those that are named beside it, and theirs, are left out at its end."""
    called = {fold(one.name) for lowest in named if lowest for one in _chain(lowest)}
    lowest_names = {fold(one.name) for one in named if one}
    parts = [part.strip() for part in detail.split(",")]
    whole = len(parts)
    while parts and called and (bare := _KIND.sub("", said := fold(parts[-1]))) in called:
        if bare == said and bare in lowest_names and len(parts) == whole:
            # A hamlet or quarter may be called as its commune is: with nothing behind it, the name stands.
            break
        parts.pop()
    return ", ".join(parts)


def _chain(lowest: Unit) -> Iterator[Unit]:
    """A unit and those above it."""
    yield lowest
    while lowest.parent:
        lowest = by_code(lowest.scheme, lowest.parent)
        yield lowest


def day(iso: Any, lang: str = "vi") -> str:
    """An ISO date, which may be partial, as dd/mm/yyyy."""
    return "/".join(reversed(str(iso).split("-"))) if iso else ""


def country(code: str, lang: str) -> str:
    """The name of a country where it is among those offered in forms, else its code."""
    key = f"orders.country.{code.lower()}"
    return language.say(lang, key) if language.has(key) else code


def kin(value: Mapping[str, Any], lang: str) -> str:
    """A relative: name and number as far as they are on record."""
    number = value.get("pin") or value.get("old_id") or ""
    return ", ".join(part for part in (value.get("name", ""), _word("number", lang).format(number) if number else "") if part)


def _residence(value: Mapping[str, Any], lang: str) -> str:
    since, until = value.get("since", ""), value.get("until", "")
    parts = (
        place(value.get("place", {}), lang),
        _word("since", lang).format(day(since)) if since else "",
        _word("until", lang).format(day(until)) if until else "",
    )
    return ", ".join(part for part in parts if part)


def _card(serial: str, value: Mapping[str, Any], lang: str) -> str:
    state = captions.caption("value.card_state", value["state"], lang)
    expires = value.get("expires", "")
    parts = (serial, state.lower(), _word("expires", lang).format(day(expires)) if expires else "")
    return ", ".join(part for part in parts if part)


def _entry(field: str, key: str, value: Any, lang: str) -> str:
    """One entry of a map: cards by serial, residences by file, relatives and former values by what they are."""
    if value in (None, False):
        return ""
    if field == "cards":
        return _card(key, value, lang)
    if field in ("temporary", "absences", "stays"):
        return f"{_residence(value, lang)} ({key})"
    if field in ("guardians", "wards"):
        return kin(value, lang)
    if field in ("former_pins", "former_names"):
        until = value.get("until", "")
        return value["value"] + (f", {_word('until', lang).format(day(until))}" if until else "")
    if field == "sealed":
        return captions.caption("value.seal", key, lang)
    if field == "nationalities":
        return country(key, lang)
    return key if value is True else f"{key}: {value}"


def _word(code: str, lang: str) -> str:
    return _WORDS[code][lang == "en"]


_SAYINGS: tuple[tuple[frozenset[str], Callable[[Any, str], str]], ...] = (
    (_DATES, day),
    (_PLACES, place),
    (_KIN, kin),
    (_LIVES, _residence),
    (frozenset({"household"}), lambda value, lang: _word("household", lang).format(value)),
    (frozenset({"merged_into"}), lambda value, lang: _word("record", lang)),
)
