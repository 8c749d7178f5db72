"""What a legal name may look like: words of letters, as long as the national services can carry."""

from __future__ import annotations

import unicodedata
from typing import Annotated

from msgspec import Meta, Struct

from dancu.register.command import No
from dancu.register.person import Kin

# HoVaTen of the national population service has 100 characters.
LONGEST = 100
# Particles of Ê Đê, Gia Rai and Mông names are joined by these: "H'Bia", "Y-Bhiôt".
_JOINTS = frozenset("'’ʼ-")


class Named(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A relative who has no record here, as their papers say; one who has is referred to by number instead."""

    name: str
    pin: Annotated[str, Meta(pattern=r"^([0-9]{12})?\Z")] = ""
    old_id: Annotated[str, Meta(pattern=r"^([0-9]{9})?\Z")] = ""
    nationality: str = ""

    def kin(self) -> Kin:
        """The same as somebody's record keeps it."""
        return Kin(name=tidy(self.name), pin=self.pin, old_id=self.old_id, nationality=self.nationality)


def tidy(name: str) -> str:
    """A name as it is kept: composed, with single spaces."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def _letter(sign: str) -> bool:
    return sign == " " or sign in _JOINTS or unicodedata.category(sign)[0] in "LM"


def named_fault(named: Named | None, field: str) -> No | None:
    """A relative named on paper needs a name that can be one; nobody named is no fault."""
    return name_fault(named.name, field) if named else None


def name_fault(name: str, field: str = "name") -> No | None:
    """Empty, too long, with digits or with signs that no name has (BLDS 2015, điều 26; TT 04/2020/TT-BTP, điều 6)."""
    kept = tidy(name)
    if not kept:
        return No("name_empty", field)
    if len(kept) > LONGEST:
        return No("name_too_long", field)
    if any(unicodedata.category(sign)[0] == "N" for sign in kept):
        return No("name_with_digits", field)
    if not all(map(_letter, kept)) or not any(sign.isalpha() for sign in kept):
        return No("name_with_signs", field)
    return None
