"""Says the codes of cases in words, from captions.toml."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

LANGUAGES = ("vi", "en")


@cache
def book() -> dict[str, dict[str, list[str]]]:
    """Kind (side, owner, state, severity, kind, step, decision) → code → [vi, en]."""
    return tomllib.loads((files("dancu.quality") / "captions.toml").read_text(encoding="utf-8"))


def caption(kind: str, code: str, lang: str = "vi") -> str:
    """The words of a code; KeyError or ValueError for one that is not in the book."""
    return book()[kind][code][LANGUAGES.index(lang)]
