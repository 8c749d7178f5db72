"""What a refusal says to people: the sentence, what cures it and who can, in Vietnamese and English, from refusals.toml."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

from msgspec import Struct

from dancu.core.words import LANGUAGES
from dancu.register.command import No

# Whose move it is after a refusal.
WHO = ("citizen", "civil_status", "residence", "province", "operator")
# In the book besides: the office that sent the command, which is told by what it is.
ASKER = "asker"
_OFFICES = {"residence_chief": "residence", "loader": "operator", "system": "operator"}


class Told(Struct, frozen=True):
    """A refusal as it is shown: a stable code, what is wrong, what to do about it, and who does it (one of `WHO`)."""

    code: str
    sentence: str
    cure: str
    who: str


@cache
def book() -> dict[str, dict[str, str]]:
    """Code → vi, en, cure_vi, cure_en, who. No sentence holds a person's value, so none has a place for one."""
    text = resources.files("dancu.register").joinpath("refusals.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def told(no: No, lang: str = "vi", office: str = "civil_status") -> Told:
    """The words of a refusal in `vi` or `en` to the office that asked; KeyError for a code or language not in the book."""
    if lang not in LANGUAGES:
        raise KeyError(lang)
    words = book()[no.code]
    who = _OFFICES.get(office, office) if words["who"] == ASKER else words["who"]
    return Told(no.code, words[lang], words[f"cure_{lang}"], who)
