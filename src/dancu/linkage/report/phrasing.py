"""The sentences about a whole file: the paragraph to paste into a report, and the two lines of the demo."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib import resources
from typing import Any

from dancu.core import words
from dancu.linkage.report.facts import moment


@lru_cache(maxsize=2)
def prose(lang: str) -> dict[str, dict[str, str]]:
    """The report's own texts of one language, by section."""
    return tomllib.loads(resources.files(__package__).joinpath(f"text_{lang}.toml").read_text(encoding="utf-8"))


def shares(parts: list[int]) -> list[float]:
    """Shares (0..1) rounded to a tenth of a per cent so that they add up to exactly 1 (largest remainder)."""
    total = sum(parts)
    if not total:
        return [0.0] * len(parts)
    floors = [part * 1000 // total for part in parts]
    remainders = sorted(range(len(parts)), key=lambda i: -(parts[i] * 1000 % total))
    for i in remainders[: 1000 - sum(floors)]:
        floors[i] += 1
    return [f / 1000 for f in floors]


def paragraph(summary: dict[str, Any], lang: str) -> str:
    """One paragraph ready to paste; the five parts add up to the total and their shares to 100 %."""
    say = prose(lang)["paragraph"]
    rows = summary["rows"]
    if not rows:
        return say["none"].format(file=summary["file"])
    counts = [summary[code] for code in words.VERDICTS]
    keys = ("matched", "with_differences", "ambiguous", "not_found", "invalid")
    clauses = [
        say[key].format(n=words.number(lang, n), p=words.percent(lang, share))
        for key, n, share in zip(keys, counts, shares(counts), strict=True)
    ]
    if summary["fixable_now"]:
        clauses[1] += say["fixable"].format(n=words.number(lang, summary["fixable_now"]))
    sentences = [
        say["opening"].format(rows=words.number(lang, rows), file=summary["file"], as_of=as_of(summary, lang)),
        "; ".join(clauses) + ".",
        say["plain"].format(
            n=words.number(lang, summary["exact_equal"]),
            p=words.percent(lang, summary["exact_equal"] / rows),
        ),
    ]
    if summary["skipped_rows"]:
        sentences.append(say["skipped"].format(n=words.number(lang, summary["skipped_rows"])))
    return " ".join(sentences)


def as_of(summary: dict[str, Any], lang: str) -> str:
    """' tính đến 08 giờ 00 ngày 03/02/2026', or '' where the register's time is not known."""
    then = moment(summary["register_time"])
    if not then:
        return ""
    clock = {"hour": f"{then:%H}", "minute": f"{then:%M}", "day": f"{then:%d/%m/%Y}"}
    return prose(lang)["paragraph"]["as_of"].format(**clock)


def headlines(summary: dict[str, Any], lang: str) -> tuple[str, str]:
    """What plain comparison would have found, and what the check found."""
    say, rows = prose(lang)["headline"], max(summary["rows"], 1)
    right = summary["matched"] + summary["matched_with_differences"]
    return (
        say["plain"].format(plain=words.percent(lang, summary["exact_equal"] / rows)),
        say["dancu"].format(
            right=words.percent(lang, right / rows),
            fixable=words.percent(lang, summary["fixable_now"] / rows),
        ),
    )


def purpose(summary: dict[str, Any], lang: str) -> str:
    """The line that every result carries: personal data, and what for."""
    say = prose(lang)["page"]
    return say["personal"].format(purpose=summary["purpose"] or say["purpose"])


def field_caption(field: str, lang: str) -> str:
    """The words for a field, also of further people: "Số định danh cá nhân (Người mẹ)"."""
    subjects, sign, name = field.partition(".")
    if not sign:
        return words.caption("field", field, lang)
    whose = ", ".join(words.caption("subject", subject, lang) for subject in subjects.split("+"))
    return f"{words.caption('field', name, lang)} ({whose})"


def clock(text: str | None) -> str:
    """'09:30 05/02/2026' for an ISO time; '' for none."""
    then = moment(text)
    return f"{then:%H:%M %d/%m/%Y}" if then else ""


def stale(summary: dict[str, Any], lang: str) -> str:
    """The warning about old population data, '' while it is fresh."""
    from dancu.linkage.report.facts import STALE_DAYS

    days, then = summary["register_age_days"], moment(summary["register_time"])
    if days is None or then is None or days <= STALE_DAYS:
        return ""
    return prose(lang)["page"]["stale"].format(days=words.number(lang, days), day=f"{then:%d/%m/%Y}")


def troubles(summary: dict[str, Any]) -> list[tuple[str, int]]:
    """Reasons that ask for work, commonest first."""
    return [(c, n) for c, n in summary["reasons"].items() if words.reason(c).severity != "note"]


def attention(summary: dict[str, Any], lang: str) -> list[str]:
    """What must not be overlooked: the deceased, strangers' numbers, duplicates, other states."""
    say = prose(lang)["page"]
    found = {
        "deceased": max(summary["states"].get("deceased", 0), summary["reasons"].get("person_deceased", 0)),
        "stranger": summary["reasons"].get("number_of_another_person", 0),
        # Where the policy holds repeats for lawful (doses, SIM cards) nobody is asked to remove them.
        "duplicates" if "duplicate_in_file" in summary["reasons"] else "repeats": summary["duplicates_in_file"],
        **{state: summary["states"].get(state, 0) for state in ("cancelled", "locked", "number_replaced")},
    }
    lines = [say[key].format(n=words.number(lang, n)) for key, n in found.items() if n]
    return lines or [say["nothing"]]


_DECISIONS = (
    (re.compile(r"charset (\S+)"), "charset"), (re.compile(r"encoding (\S+)"), "encoding"),
    (re.compile(r"date order (dmy|mdy|ymd|mixed)"), ""), (re.compile(r"serial ?(19\d\d)"), "serial"),
    (re.compile(r"sex (.+)=(male|female)(?: \(by the numbers\))?"), "sex"),
    (re.compile(r"date order of sheet (.+): (dmy|mdy|ymd|mixed)"), "sheet_order"),
    (re.compile(r"day and month may be swapped in date cells"), "maybe_swapped"),
    (re.compile(r"sheets read one after another: (.+)"), "together"),
    (re.compile(r"sheets without people not read: (.+)"), "no_people"),
    (re.compile(r"members left out: (.+)"), "members"),
    (re.compile(r"formulas without stored results: (.+)"), "formulas"),
    (re.compile(r"header contradicts contents: (.+)"), "contradicts"),
    (re.compile(r"subject of each row: (husband|wife|head|ward|guardian)"), "subject"),
    (re.compile(r"no header: columns recognised by their contents"), "no_header"),
    (re.compile(r"result columns of an earlier check left out: (\d+)"), "earlier"),
    (re.compile(r"cells filled from above: (\d+)"), "filled"),
    (re.compile(r"(blank|group|header|numbers|total|sign|hidden) rows: (\d+)"), "rows"),
)  # fmt: skip


def decision(note: str, lang: str) -> str:
    """A note of the intake in the reader's language; one that is not known stays as it is."""
    say = prose(lang)["decision"]
    for pattern, key in _DECISIONS:
        if found := pattern.fullmatch(note):
            parts = [say.get(part, part) for part in found.groups()]
            return say[key].format(*parts) if key else parts[0]
    return note
