"""Recognises what a column is from its header, in Vietnamese or English, with or without accents."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path

from dancu.linkage.intake.columns import caption_words as words
from dancu.linkage.intake.source import ALSO, GROUP_SIGN, SUBJECTS

_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]|（[^）]*）")
_LEAD = re.compile(r"^\s*(?:\(?\d{1,2}\)|\d{1,2}[.)]|[IVX]{1,4}[.)]|[a-zđ][.)])\s+", re.IGNORECASE)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_MARKS = re.compile("[\u0300-\u036f]")
_LOOKALIKES = str.maketrans("đðɖ", "ddd")
_OTHER_SIGNS = re.compile(r"[^a-z0-9#]+")
_NEVER_DATE = [re.compile(pattern) for pattern in words.NEVER_DATE]
_NOT_BIRTH = re.compile(r"\b(khai sinh|chung sinh|hoc sinh|sinh vien|ve sinh|noi sinh)\b")
_NEVER = [re.compile(pattern) for pattern in words.NEVER]
_ROLES = [(role, re.compile(pattern)) for role, pattern in words.ROLES]
_FILLER = re.compile(words.FILLER)
_PARENTS = re.compile(r"\b(cha|bo|me|va|hoac|hay)\b")
_MALE, _FEMALE = re.compile(words.MALE_ONLY), re.compile(words.FEMALE_ONLY)

_OWN_NAME = re.compile(
    rf"_(?:(?:{'|'.join(SUBJECTS)})_)?"
    r"(?:verdict|pin|confidence|reasons|explain|action|who|state|state_date|suggest_\w+|duplicate_of|severity|exact_equal|"
    r"province|row)$"
)
_OWN_PERSON = re.compile(words.OWN_PERSON)

PARTS = frozenset({"surname", "middle", "surname_middle", "given", "day", "month", "year"})
_OF_ROLE = {**ALSO, ("spouse", "name"): "spouse_name"}
# Whose columns are understood even where no field follows from them.
_NEVER_OURS = frozenset({"other", "parents", "guardian", "ward", "declarant"})


@dataclass(frozen=True)
class Meaning:
    """What a header says: a field (or a part of one), whose it is, and whether it is known to be none of ours."""

    field: str | None = None
    role: str = "self"
    """self | one of `source.SUBJECTS` | parents (both at once) | spouse | head | other"""
    known: bool = False
    """True for a header that is understood, even when no canonical field follows from it."""
    half: str | None = None
    """male | female for the halves of a birth date or sex column split in Nam | Nữ."""


def fold(text: str) -> str:
    """Small letters, no accents, đ as d, every other sign a single space."""
    lowered = _CAMEL.sub(" ", text).lower()
    if not lowered.isascii():
        lowered = _MARKS.sub("", unicodedata.normalize("NFD", lowered)).translate(_LOOKALIKES)
    return _OTHER_SIGNS.sub(" ", lowered).strip()


@cache
def _phrases() -> dict[str, str]:
    """Whole folded captions, once roles and filler are gone, to their field or part of one."""
    rows = Path(__file__).with_name("captions.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return {phrase: name for name, phrase in (row.split("\t") for row in rows)}


@lru_cache(maxsize=4096)
def meaning(caption: str) -> Meaning:
    """The meaning of one header; `Meaning()` when nothing in it is understood."""
    folded = fold(_LEAD.sub("", _BRACKETS.sub(" ", caption))) or fold(caption)
    if not folded or len(folded) > 120:
        return Meaning()
    half = _half(folded, caption)
    if half:
        return half
    whole = _phrases().get(folded)
    if whole:
        return Meaning(whole, known=True)
    role, rest = _role(folded)
    bare = _bare(rest)
    field = _phrases().get(bare) or _phrases().get(_repeated(bare)) or _phrases().get(bare.removesuffix(" so"))
    if _never(folded, field):
        return Meaning(role=role, known=True)
    if role != "self" and not bare:
        field = "name"
    if field is None and GROUP_SIGN in caption:
        last = meaning(caption.rpartition(GROUP_SIGN)[2])
        return replace(last, role=role) if last.role == "self" else last
    return Meaning(field, role, known=field is not None or role in _NEVER_OURS)


def _never(folded: str, field: str | None) -> bool:
    birth = re.search(r"\b(sinh|birth|dob|born|ns)\b", _NOT_BIRTH.sub(" ", folded))
    if not birth and any(pattern.search(folded) for pattern in _NEVER_DATE):
        return True
    return any(pattern.search(folded) for pattern in (_NEVER if field is None else _NEVER[:1]))


def field_of(found: Meaning) -> str | None:
    """Canonical field of a meaning whose person is settled; None for parts and for people we keep no field of."""
    if found.field is None:
        return None
    if found.role == "self":
        return None if found.field in PARTS else found.field
    return _OF_ROLE.get((found.role, found.field))


def couple(captions: Sequence[str]) -> dict[int, Meaning]:
    """Meanings in a marriage book whose groups are headed Nam and Nữ alone, which elsewhere are halves of a column."""
    groups: dict[str, dict[int, Meaning]] = {"nam": {}, "nu": {}}
    for i, caption in enumerate(captions):
        group, sign, rest = caption.partition(GROUP_SIGN)
        if sign and fold(group) in groups:
            role = "husband" if fold(group) == "nam" else "wife"
            groups[fold(group)][i] = replace(meaning(rest), role=role, half=None)
    if all(any(m.field == "name" for m in group.values()) for group in groups.values()):
        return groups["nam"] | groups["nu"]
    return {}


def _role(folded: str) -> tuple[str, str]:
    if re.search(r"\b(cha|bo)\b.*\bme\b|\bme\b.*\b(cha|bo)\b", folded):
        return "parents", " ".join(_PARENTS.sub(" ", folded).split())
    for role, pattern in _ROLES:
        if pattern.search(folded):
            return role, " ".join(pattern.sub(" ", folded).split())
    return "self", folded


def _bare(folded: str) -> str:
    return " ".join(_FILLER.sub(" ", folded).split())


def _repeated(folded: str) -> str:
    """A joined two-row header says the same twice ("Họ tên / Họ và tên") or narrows it ("Nơi ở / Xã"): one of both."""
    tokens = folded.split()
    for cut in range(1, len(tokens)):
        head, tail = " ".join(tokens[:cut]), " ".join(tokens[cut:])
        first, second = _phrases().get(head), _phrases().get(tail)
        if not first or not second:
            continue
        if first == second or first == "address" and second in {"province", "district", "commune"}:
            return tail
        if first in PARTS or second in PARTS:
            return tail if second not in PARTS or first in {"name", "birth_date"} else head
    return folded


def _half(folded: str, caption: str) -> Meaning | None:
    """The halves of "Ngày/Năm sinh" or "Giới tính" split in Nam | Nữ; "Năm" (year) is told from "Nam" by its accent."""
    last = unicodedata.normalize("NFC", caption).lower().replace(")", " ").split()
    if folded.endswith("nam") and last and last[-1].startswith("nă"):
        return None
    if _MALE.match(folded) or _FEMALE.match(folded):
        return Meaning("sex_half", known=True, half="male" if _MALE.match(folded) else "female")
    for ending, sex in ((" nam", "male"), (" nu", "female")):
        head = folded.removesuffix(ending)
        group = _phrases().get(head) if head != folded else None
        if group in {"birth_date", "sex"}:
            return Meaning("birth_half" if group == "birth_date" else "sex_half", known=True, half=sex)
    return None


def own_result(captions: list[str]) -> set[int]:
    """Positions of Dancu's own result columns in a workbook that was checked before.

    Machine names start with an underscore; captions count only when the verdict column stands among them, so
    that an agency's own "Tình trạng" or "Giải thích" is never dropped.
    """
    folded = [fold(_BRACKETS.sub(" ", caption)) for caption in captions]
    own = {i for i, caption in enumerate(captions) if _OWN_NAME.match(caption.strip())}
    if words.OWN_RESULT[0] in folded:
        start = folded.index(words.OWN_RESULT[0])
        own |= {
            i for i, name in enumerate(folded)
            if i >= start and ((bare := _OWN_PERSON.sub("", name)) in words.OWN_RESULT or bare.startswith("de xuat"))
        }  # fmt: skip
    return own
