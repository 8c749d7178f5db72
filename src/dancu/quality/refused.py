"""Turns the code of an expected "no" into the sentence that people read, from refusals.toml."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from dancu.core.refusal import Refusal


@cache
def book() -> dict[str, dict[str, str]]:
    """Code → vi, en. No sentence has a place for a value."""
    return tomllib.loads((files("dancu.quality") / "refusals.toml").read_text(encoding="utf-8"))


def refusal(code: str) -> Refusal:
    """The refusal of a code of the book; KeyError for any other."""
    return Refusal(code, **book()[code])
