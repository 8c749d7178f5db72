"""What a rule is, and the rules there are: small declared things in TOML, each with an id, a severity, its words and a condition.

A rule: `severity` (note | fix | confirm), `side` presumed wrong (agency | population | civil_book | unknown), `fields` it looks at,
`when`: a condition over the columns of the copy, where p is the person, m, f, s the records of mother, father and spouse, h the
household (first, told, heads), x the telephone number (households), o the old number (holders), d what linkage found (pairs), $day
and $today (yyyymmdd) the day of the run. A condition that is NULL, as where there is no such relative, finds nothing. `opens = false`:
it is counted, and its cases are opened on demand only, because whole campaigns and not single officers deal with it. `linked`: its
cases are pairs, opened with the evidence of linkage. `cure`: by side, the register command that would mend it; `also`: other commands;
`asks`: what the officer has to fill in, `begins`: what it begins with where the rule itself tells. A rule whose id is a code of the
register's refusals or of the reasons of a check is that fault, and takes its words from there, unless they speak of a form.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Literal

from msgspec import Struct, convert

from dancu.core import words
from dancu.register import refusals

# Đúng, đủ, sạch, sống.
MEASURES: tuple[str, ...] = ("correct", "complete", "clean", "live")
# A mask is one unsigned 64-bit integer.
MOST_RULES = 64


class Rule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One rule as declared; `bit` is its place in the masks of this version."""

    id: str
    measure: str
    bit: int
    severity: Literal["note", "fix", "confirm"]
    side: Literal["agency", "population", "civil_book", "unknown"]
    fields: tuple[str, ...]
    when: str = ""
    linked: bool = False
    opens: bool = True
    vi: str = ""
    en: str = ""
    todo_vi: str = ""
    todo_en: str = ""
    cure: dict[str, str] = {}
    also: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    begins: dict[str, str] = {}

    @property
    def counts(self) -> bool:
        """Whether it takes a record out of its measure: a note never does (another way of writing is no fault)."""
        return self.severity != "note"

    @property
    def opens_cases(self) -> bool:
        """Whether a run opens a case for each that it finds."""
        return self.counts and self.opens

    def text(self, lang: str) -> str:
        """What is wrong, in `vi` or `en`."""
        own = {"vi": self.vi, "en": self.en}[lang]
        return own or _borrowed(self.id)[lang]

    def todo(self, lang: str) -> str:
        """What to do about it."""
        own = {"vi": self.todo_vi, "en": self.todo_en}[lang]
        return own or _borrowed(self.id)[f"todo_{lang}"]


def _borrowed(code: str) -> dict[str, str]:
    """The words of a code that the register's refusals or the reasons of a check have."""
    if code in refusals.book():
        entry = refusals.book()[code]
        return {"vi": entry["vi"], "en": entry["en"], "todo_vi": entry["cure_vi"], "todo_en": entry["cure_en"]}
    said = {lang: words.caption("reason", code, lang) for lang in ("vi", "en")}
    return {**said, **{f"todo_{lang}": words.action(lang, (code,)) for lang in ("vi", "en")}}


@cache
def rules() -> tuple[Rule, ...]:
    """All rules in the order of their files; a rule's place is its bit."""
    found: list[Rule] = []
    for measure in MEASURES:
        text = (files("dancu.quality") / "rules" / f"{measure}.toml").read_text(encoding="utf-8")
        for id, entry in tomllib.loads(text).items():
            found.append(convert({**entry, "id": id, "measure": measure, "bit": len(found)}, Rule))
    if len(found) > MOST_RULES or len({rule.id for rule in found}) < len(found):
        raise ValueError("too many rules for a mask, or one id twice")
    return tuple(found)


@cache
def by_id() -> dict[str, Rule]:
    """Rules by id."""
    return {rule.id: rule for rule in rules()}


def mask(ids: tuple[str, ...] | set[str] | frozenset[str]) -> int:
    """One integer for a set of rules."""
    return sum(1 << by_id()[id].bit for id in ids)


def ids(bits: int) -> tuple[str, ...]:
    """The rules of a mask, in order."""
    return tuple(rule.id for rule in rules() if bits >> rule.bit & 1)


def said(code: str, lang: str, kind: str = "") -> tuple[str, str]:
    """(what is wrong, what to do) of any code a case may have: a rule's, a refusal's, or, first where its kind is a difference with a
    file, a reason's of a check."""
    if kind == "difference":
        return words.caption("reason", code, lang), words.action(lang, (code,))
    rule = by_id().get(code)
    if rule:
        return rule.text(lang), rule.todo(lang)
    borrowed = _borrowed(code)
    return borrowed[lang], borrowed[f"todo_{lang}"]
