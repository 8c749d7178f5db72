"""What happened to a person, as it is kept for good: when it took effect, when it was written, and which fields it changed."""

from __future__ import annotations

from collections.abc import Callable
from types import GenericAlias
from typing import Any, get_args, get_origin, get_type_hints

import msgspec
from msgspec import UNSET, Struct, UnsetType

from dancu.register.person import Person

# The form in which events are written today; older ones are brought up to it by `UPCASTERS` when read.
SCHEMA = 1
# Fields that no event may set: the fold does.
_OWN = ("id", "version")


def _changed(kind: Any) -> Any:
    """A field as an event sets it: of a map, some keys, where None takes the key away."""
    if get_origin(kind) is dict:
        key, value = get_args(kind)
        return GenericAlias(dict, (key, value | None)) | UnsetType
    return kind | UnsetType


_FIELDS = {name: kind for name, kind in get_type_hints(Person).items() if name not in _OWN}
MAPS: frozenset[str] = frozenset(name for name, kind in _FIELDS.items() if get_origin(kind) is dict)
FIELDS: tuple[str, ...] = tuple(_FIELDS)

Changes = msgspec.defstruct(
    "Changes", [(name, _changed(kind), UNSET) for name, kind in _FIELDS.items()], frozen=True, omit_defaults=True
)
Changes.__doc__ = "The fields an event sets; those it leaves alone are UNSET. Made from `Person`, field by field."


class Event(Struct, frozen=True, kw_only=True):
    """One change of one person, in the order of `position` in which it was written.

    `effective`: the day from which it is true (ISO, whole). `recorded_at`: when it was written (ISO, UTC). `reverses`: ids of
    events that are as if they had never been. `changes` is None where the payload was redacted. `snapshot`: what was left of
    the history of a person when it was redacted, as (effective, position, changes).
    """

    id: int
    position: int
    person: int
    version: int
    kind: str
    effective: str
    recorded_at: str
    changes: Changes | None = None  # type: ignore[valid-type]
    reverses: tuple[int, ...] = ()
    snapshot: tuple[tuple[str, int, Changes], ...] = ()  # type: ignore[valid-type]
    schema: int = SCHEMA


def written(changes: Changes) -> bytes:  # type: ignore[valid-type]
    """Changes as canonical JSON: equal changes give equal bytes (keys of maps sorted), so that their hash can be kept."""
    return msgspec.json.encode(changes, order="deterministic")


def read(payload: bytes, schema: int = SCHEMA) -> Changes:  # type: ignore[valid-type]
    """Changes from their JSON, written in the form of any schema so far. Raises msgspec.ValidationError for anything else."""
    if schema == SCHEMA:
        return _decoder.decode(payload)
    raw = msgspec.json.decode(payload)
    for step in range(schema, SCHEMA):
        raw = UPCASTERS[step](raw)
    return msgspec.convert(raw, Changes)


_decoder = msgspec.json.Decoder(Changes)
# Schema → what turns its payload into that of the next.
UPCASTERS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}
