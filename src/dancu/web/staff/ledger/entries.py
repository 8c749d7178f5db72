"""Entries of the ledger as people read them: what was done, what for, in which case, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from dancu.ledger.subjects import Entry
from dancu.register import captions
from dancu.register.witness import coded
from dancu.web import language
from dancu.web.orders.layout import layouts

# The reference of a look at the list of an office's cases, which is for no single one.
LISTED = "DANH-SACH"


@dataclass(frozen=True)
class Told:
    """One entry: when, what was done, for which purpose and reference, how many people and fields, and its outcome. Nobody's name."""

    at: datetime
    what: str
    purpose: str
    reference: str
    outcome: str
    people: int
    fields: int
    key: str
    month: str
    index: int


def told(entry: Entry, lang: str) -> Told:
    """An entry in the reader's language."""
    leaf: Any = entry.leaf
    code = getattr(leaf, "service", "") or getattr(leaf, "command", "") or getattr(leaf, "dataset", "")
    said, reference = purpose(str(getattr(leaf, "purpose", "") or getattr(leaf, "basis", "")), lang)
    people = leaf.rows if hasattr(leaf, "rows") else len(leaf.subjects) if hasattr(leaf, "subjects") else int(bool(leaf.subject))
    return Told(
        at=datetime.fromtimestamp(leaf.time_ms / 1000, UTC), what=service(code, lang), purpose=said, reference=reference,
        outcome=outcome(entry.outcome, lang), people=people, fields=len(getattr(leaf, "fields", ())),
        key=f"{leaf.time_ms}.{entry.index}", month=entry.month, index=entry.index,
    )  # fmt: skip


def service(code: str, lang: str) -> str:
    """What was done, by the code of a service or a command."""
    key = f"log.service.{code.replace('.', '_')}"
    return language.say(lang, key) if language.has(key) else captions.caption("command", code, lang)


def purpose(code: str, lang: str) -> tuple[str, str]:
    """(purpose, reference) of what a leaf holds: a code of the catalogue in capitals, and behind a colon the case or file; of a command the
    legal basis, as the forms have it."""
    name, _, reference = code.partition(":")
    if reference == LISTED:
        reference = language.say(lang, "log.listed")
    if code in _bases():
        return _bases()[code], ""
    plain = name.lower().replace("-", "_")
    for group in ("purposes.purpose", "checks.purpose", "log.purpose"):
        if language.has(f"{group}.{plain}"):
            return language.say(lang, f"{group}.{plain}"), reference
    return captions.caption("source", plain, lang) if plain in captions.codes("source") else name, reference


@cache
def _bases() -> dict[str, str]:
    """Legal bases that the forms offer, by what a leaf makes of them."""
    return {coded(basis): basis for layout in layouts().values() for basis in layout.basis}


def outcome(code: str, lang: str) -> str:
    """What came of it; '' where it went as asked."""
    key = f"log.outcome.{code.partition(':')[0]}"
    return language.say(lang, key) if language.has(key) else ""
