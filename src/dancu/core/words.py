"""What the house says to people: verdicts, reasons, actions and captions in Vietnamese and English, as data.

The words live in words_vi.toml and words_en.toml and are read on first use. Bits and their order are
`dancu.core.reason`'s; a test holds the two lists equal. Sentences are put together here from the reasons
of a row and a few facts that name nobody, once per distinct combination.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from dancu.core.reason import DIGITS_LOST, codes, mask
from dancu.core.reason import severity as severity_of

__all__ = [
    "DIGITS_LOST", "LANGUAGES", "Facts", "Reason", "about", "action", "book", "by_severity", "caption", "codes",
    "date_vi", "explain", "mask", "number", "number_vi", "percent", "percent_vi", "reason", "severity_of", "who",
]  # fmt: skip

LANGUAGES = ("vi", "en")

_RANK = {"confirm": 0, "fix": 1, "note": 2, "none": 3}
_SUBJECTS = ("number", "name", "date", "place", "parent", "sex", "row")
_AGREED = ("number", "name", "date", "year", "sex", "parent", "place", "phone")
# What can be seen in the row itself. A row that may not be answered says nothing else (check of disclosure).
_FROM_FILE = frozenset((
    "d_lookalike", "initial", "note_in_name", "year_only", "default_birthday", "words_differ_from_digits",
    "scientific", "digit_missing", "number_missing", "duplicate_in_file",
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reason:
    """One entry of the closed list. `owners` are CQ, CA, HT in order; `result` is the per-field result."""

    code: str
    bit: int
    severity: str
    owners: tuple[str, ...]
    about: str
    result: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What a sentence may say beyond the codes; nothing here names a person.

    digits: how many digits the number in the file has (0: not told).
    candidates: how many people fit (ambiguous rows; 0: not told).
    agreed: of number, name, date, year, sex, parent, place, phone; what a reason contradicts is left out.
    by_old_number: the number that agreed is the 9-digit one.
    duplicate_of: row number as the reader sees it. state: of `STATES`, '' where it may not be told.
    digits_lost: Excel cut the last digits of the number.
    """

    digits: int = 0
    candidates: int = 0
    agreed: tuple[str, ...] = ()
    by_old_number: bool = False
    duplicate_of: int | None = None
    state: str = ""
    digits_lost: bool = False


@lru_cache(maxsize=2)
def book(lang: str) -> dict[str, Any]:
    """All words of one language as read from its file; an unknown language raises KeyError."""
    if lang not in LANGUAGES:
        raise KeyError(lang)
    with (Path(__file__).parent / f"words_{lang}.toml").open("rb") as file:
        return tomllib.load(file)


@lru_cache(maxsize=1)
def _reasons() -> dict[str, Reason]:
    table = book("vi")["reasons"]
    return {c: Reason(c, bit, sev, tuple(own), part, res) for c, (bit, sev, own, part, res) in table.items()}


def __getattr__(name: str) -> tuple[Any, ...]:
    """REASONS, VERDICTS and STATES: closed lists, read on first use so that importing this costs nothing."""
    if name == "REASONS":
        return tuple(_reasons().values())
    if name in ("VERDICTS", "STATES"):
        return tuple(book("vi")[name[:-1].lower()])
    raise AttributeError(name)


def reason(code: str) -> Reason:
    """The entry of a reason code; unknown codes raise KeyError."""
    return _reasons()[code]


def caption(kind: str, code: str, lang: str = "vi") -> str:
    """The words for a code. Kinds: verdict, reason, result, state, severity, owner, field, subject, column,
    sheet, outcome, menu."""
    word = book(lang)[kind][code]
    return word["caption"] if kind == "reason" else word


def about(code: str, lang: str = "vi") -> str:
    """One sentence for the legend: what the reason means, to someone who has never met it."""
    return book(lang)["reason"][code]["explain"]


def by_severity(found: tuple[str, ...]) -> list[Reason]:
    """The reasons of `found`, worst first, else in the order of the list."""
    return sorted((_reasons()[c] for c in found), key=lambda r: (_RANK[r.severity], r.bit))


def action(lang: str, found: tuple[str, ...]) -> str:
    """What to do about a row: short sentences, worst first, each said once; '' where there is no reason."""
    listed = by_severity(found)
    if any(r.severity != "note" for r in listed):
        listed = [r for r in listed if r.severity != "note"]
    steps = list(dict.fromkeys(book(lang)["reason"][entry.code]["action"] for entry in listed))
    longer = [s for s in steps if not any(o != s and o.startswith(s) for o in steps)]
    return ". ".join(longer)


def who(lang: str, found: tuple[str, ...]) -> str:
    """Where a row is handled, worst reason first, each office once; '' where nothing is to be done."""
    owners = dict.fromkeys(owner for entry in by_severity(found) for owner in entry.owners)
    return "; ".join(caption("owner", owner, lang) for owner in owners)


def explain(lang: str, verdict: str, found: tuple[str, ...], facts: Facts | None = None) -> str:
    """One to four short sentences for a row: what agreed, what differs, what follows.

    `found` in any order; every combination gives text that ends with a full stop.
    """
    facts = facts or Facts()
    ordered = tuple(entry.code for entry in sorted((_reasons()[c] for c in found), key=lambda r: r.bit))
    tell = {"ambiguous": _ambiguous, "not_found": _not_found, "invalid": _invalid}.get(verdict, _right_person)
    sentences = [s for s in tell(book(lang), ordered, facts) if s]
    return " ".join(_capital(s) + "." for s in dict.fromkeys(sentences))


def _right_person(words: dict[str, Any], found: tuple[str, ...], facts: Facts) -> list[str]:
    say = words["sentence"]
    weighty = _weighty(found)
    told = _told_apart(weighty)
    agreed = _agreed(words, weighty, facts)
    numbers = [c for c in told if _reasons()[c].about == "number"]
    lead = words["reason"][numbers[0]].get("lead") if len(numbers) == 1 else None
    if lead and agreed:
        first = _lead(words, lead, numbers[0], agreed, facts)
        rest = _clauses(words, tuple(c for c in told if c != numbers[0]))
        second = say["besides"].format(clauses="; ".join(rest)) if rest else ""
        return [first, second, *_followed(words, weighty, facts)]
    first = say["agree"].format(agreed=agreed) if agreed else say["right"]
    rest = _clauses(words, told)
    if not weighty and found:
        rest = _clauses(words, found)
        rest[-1] += ", " + say["harmless"]
    joint = "; " if agreed else ": "
    return [first + (joint + "; ".join(rest) if rest else ""), *_followed(words, weighty, facts)]


def _ambiguous(words: dict[str, Any], found: tuple[str, ...], facts: Facts) -> list[str]:
    say = words["sentence"]
    shared = _agreed(words, found, facts, joint=say["same"], last=say["same_last"])
    key = "ambiguous" + ("" if shared else "_plain") + ("_n" if facts.candidates > 1 else "")
    first = say[key].format(n=number(words["code"], facts.candidates), agreed=shared)
    told = tuple(c for c in _told_apart(_weighty(found)) if c != "several_candidates")
    rest = _clauses(words, told)
    numbers = [c for c in told if _reasons()[c].about == "number" and c != "number_missing"]
    ask = say["ask_more" if numbers or "number" in facts.agreed else "ask_number"]
    besides = say["besides"].format(clauses="; ".join(rest)) if rest else ""
    return [first, besides, *_followed(words, found, facts), ask]


def _not_found(words: dict[str, Any], found: tuple[str, ...], facts: Facts) -> list[str]:
    say = words["sentence"]
    other = "number_of_another_person" in found
    known = {"not_in_register", "number_of_another_person"}
    told = tuple(c for c in _told_apart(_weighty(found)) if c not in known)
    rest = _clauses(words, told)
    besides = say["besides"].format(clauses="; ".join(rest)) if rest else ""
    end = _followed(words, found, facts)
    if other:
        return [say["not_found_number"], besides, *end]
    return [say["not_found"], besides, *end, "" if rest else say["not_found_then"]]


def _invalid(words: dict[str, Any], found: tuple[str, ...], facts: Facts) -> list[str]:
    say = words["sentence"]
    key = next((k for k, code in _WHY_INVALID if code in found), "invalid")
    rest = _clauses(words, _told_apart(tuple(c for c in found if c in _FROM_FILE)))
    besides = say["besides"].format(clauses="; ".join(rest)) if rest else ""
    alone = tuple(c for c in found if c == "duplicate_in_file")
    duplicate = _followed(words, alone, Facts(duplicate_of=facts.duplicate_of))
    return [say[key], besides, *duplicate]


_WHY_INVALID = (("too_little", "too_little_to_check"), ("unreadable", "unreadable"))


def _weighty(found: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(c for c in found if _reasons()[c].severity != "note")


def _told_apart(found: tuple[str, ...]) -> tuple[str, ...]:
    """The codes that go into clauses: those with a closing sentence of their own are left to it."""
    return tuple(c for c in found if c not in ("person_deceased", "duplicate_in_file"))


def _agreed(
    words: dict[str, Any], found: tuple[str, ...], facts: Facts, *, joint: str = ", ", last: str = ""
) -> str:
    """The parts that agree and that no reason of weight contradicts, as one phrase."""
    against = {_reasons()[c].about for c in _weighty(found)}
    if "date" in against and not {"year_only", "default_birthday"} & set(found):
        against.add("year")
    parts = [p for p in _AGREED if p in facts.agreed and p not in against]
    names = [words["agreed"]["old_number" if p == "number" and facts.by_old_number else p] for p in parts]
    return _list(names, last or words["sentence"]["and"], joint)


def _lead(words: dict[str, Any], lead: str, code: str, agreed: str, facts: Facts) -> str:
    """The opening sentence for a number that had to be repaired, replaced or found."""
    say, n = words["sentence"], facts.digits
    has = say["has_digits"].format(n=n) if n else say["has_fewer"]
    only = say["only_digits"].format(n=n) if n else ""
    if facts.digits_lost:
        lead = words["reason"][code].get("lead_lost", lead)
    return lead.format(agreed=agreed, has=has, only=only)


def _clauses(words: dict[str, Any], found: tuple[str, ...]) -> list[str]:
    """One clause a subject: 'the name in the file lacks accents and is abbreviated'."""
    clauses = []
    for subject in _SUBJECTS:
        mine = [c for c in found if _reasons()[c].about == subject]
        says = list(dict.fromkeys(s for c in mine if (s := words["reason"][c].get("says"))))
        if says:
            clauses.append(f"{words['about'][subject]} {_list(says, words['sentence']['and'])}")
        clauses += [clause for c in mine if (clause := words["reason"][c].get("clause"))]
    return clauses


def _followed(words: dict[str, Any], found: tuple[str, ...], facts: Facts) -> list[str]:
    """The closing sentences: what follows from a stranger's number, a duplicate, the person's state."""
    say, end = words["sentence"], []
    for code in found:
        if then := words["reason"][code].get("then"):
            end.append(then)
    if "person_deceased" in found:
        end.append(say["deceased"])
    elif facts.state in say and not (facts.state == "number_replaced" and "number_replaced" in found):
        end.append(say[facts.state])
    if "duplicate_in_file" in found or facts.duplicate_of is not None:
        row = facts.duplicate_of
        end.append(say["duplicate"] if row is None else say["duplicate_n"].format(row=row))
    return end


def _list(parts: list[str], last: str, joint: str = ", ") -> str:
    return joint.join(parts) if len(parts) < 2 else joint.join(parts[:-1]) + last + parts[-1]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def number(lang: str, n: int) -> str:
    """A whole number with its thousands grouped: 12.345 in Vietnamese, 12,345 in English."""
    grouped = f"{n:,}"
    return grouped if lang == "en" else grouped.replace(",", ".")


def percent(lang: str, share: float, digits: int = 1) -> str:
    """A share (0..1) as per cent: '81,8 %' in Vietnamese, '81.8%' in English."""
    text = f"{100 * share:.{digits}f}"
    return f"{text}%" if lang == "en" else text.replace(".", ",") + " %"


def number_vi(n: int) -> str:
    """12345 -> '12.345'."""
    return number("vi", n)


def percent_vi(share: float, digits: int = 1) -> str:
    """0.818 -> '81,8 %'."""
    return percent("vi", share, digits)


def date_vi(ymd: int) -> str:
    """yyyymmdd with 00 for what is not known, as papers write it: dd/mm/yyyy, mm/yyyy, yyyy; 0 -> ''."""
    year, month, day = ymd // 10000, ymd // 100 % 100, ymd % 100
    parts = ([f"{day:02d}"] if day and month else []) + ([f"{month:02d}"] if month else []) + [f"{year:04d}"]
    return "/".join(parts) if ymd else ""
