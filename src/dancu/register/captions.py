"""What people read of the book: captions of fields, groups, events, commands and closed values, in both languages."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def _all() -> dict[str, Any]:
    return tomllib.loads((files("dancu.register") / "captions.toml").read_text(encoding="utf-8"))


def lists() -> dict[str, dict[str, list[str]]]:
    """Every list of captions by name (`field`, `kind`, `value.sex` …): {code: [Vietnamese, English]}."""
    plain = {name: listed for name, listed in _all().items() if name != "value"}
    return plain | {f"value.{name}": listed for name, listed in _all()["value"].items()}


def caption(listed: str, code: str, lang: str = "vi") -> str:
    """The caption of a code in a list, as `caption("kind", "birth")`; the code itself where the list lacks it."""
    both = lists().get(listed, {}).get(code)
    return both[lang == "en"] if both else code


def codes(listed: str) -> tuple[str, ...]:
    """The codes of a list in the order in which they are shown. Raises KeyError for a list there is not."""
    return tuple(lists()[listed])
