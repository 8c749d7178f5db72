"""The counts of a check, from one pass over its results: what summary.json holds and every page shows."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from hashlib import md5
from importlib import resources
from typing import TYPE_CHECKING, Any

from dancu.core import words
from dancu.linkage.intake.source import SUBJECTS, further, quoted
from dancu.linkage.report.communes import communes
from dancu.linkage.report.facts import RunFacts, moment

if TYPE_CHECKING:
    import duckdb

    from dancu.linkage.intake.source import Source

RESULTS = (
    "_verdict", "_pin", "_confidence", "_reasons", "_explain", "_action", "_who", "_state", "_state_date",
)  # fmt: skip
FROM_REGISTER = ("_pin", "_state", "_state_date")
_OF_PERSON = re.compile(rf"_({'|'.join(SUBJECTS)})(_.+)")
# Fields whose per-field result follows from what a reason is about.
_ABOUT = {
    "number": ("pin", "old_id"), "name": ("name",), "date": ("birth_date",), "sex": ("sex",),
    "parent": ("mother_name", "father_name"), "place": ("province", "district", "commune", "address"),
}  # fmt: skip
# Parts of a result that say again what the others say.
_FOLLOWS = ("_confidence", "_explain", "_action", "_who")
_WORST = ("mismatch", "partial", "previous", "variant")


def result_columns(con: duckdb.DuckDBPyConnection, checked: str) -> list[str]:
    """The result columns of `checked` in the order they are written: the contract's, suggestions, the duplicate."""
    have = [row[0] for row in con.execute(f"DESCRIBE SELECT * FROM {checked}").fetchall()]
    suggestions = [c for c in have if c.startswith("_suggest_")]
    further = [c for c in have if told_of(c)[0] and not c.endswith("_severity")]
    return [c for c in RESULTS if c in have] + suggestions + [c for c in ("_duplicate_of",) if c in have] + further


@lru_cache(maxsize=512)
def told_of(column: str) -> tuple[str, str]:
    """Whom a result column is about and what it would be called for the main person: `_mother_pin` is ("mother", "_pin"),
    `_pin` is ("", "_pin")."""
    found = _OF_PERSON.fullmatch(column)
    return (found[1], found[2]) if found else ("", column)


def summarise(
    con: duckdb.DuckDBPyConnection, source: Source, *, checked: str, facts: RunFacts, lang: str
) -> dict[str, Any]:
    """Every number of the report as one dict of plain values, ready for JSON.

    `rows` are the rows judged: the five verdicts add up to it. Rows left unjudged (titles, totals, signatures)
    are `skipped_rows` on top; `output_rows` are the rows written back. `fixable_now` are right people whose
    differences all have a suggestion.
    """
    columns = result_columns(con, checked)
    _count_cells(con, checked)
    digest, filled = _values(con, checked, columns, facts)
    by_verdict = dict(_sums(con, "verdict"))
    skipped = by_verdict.pop(None, 0)
    verdicts = {code: by_verdict.get(code, 0) for code in words.VERDICTS}
    reasons, by_reason_set = _reasons(con)
    head = {"file": facts.called or source.path.name, "format": source.format, "lang": lang}
    return {
        **head,
        "rows": sum(verdicts.values()),
        "skipped_rows": max(skipped, source.skipped_rows),
        "output_rows": sum(verdicts.values()) + skipped,
        **verdicts,
        "duplicates_in_file": _one(con, "duplicate AND verdict IS NOT NULL"),
        "exact_equal": _one(con, "exact_equal AND verdict IS NOT NULL"),
        "fixable_now": _one(con, "verdict = 'matched_with_differences' AND severity = 'fix'"),
        "severity": _closed(_sums(con, "severity"), ("none", "note", "fix", "confirm")),
        "states": {k: n for k, n in _closed(_sums(con, "state"), words.STATES).items() if n},
        "reasons": reasons,
        **({"subjects": _people(con, source, checked)} if source.people else {}),
        "fields": facts.fields or _fields(by_reason_set, source),
        "provinces": _provinces(con),
        "communes": communes(con, checked, facts),
        **_told(source, facts),
        "check_code": _check_code(con, digest, facts.shows_register),
        "filled": filled,
    }


def _count_cells(con: Any, checked: str) -> None:
    statement = resources.files(__package__).joinpath("sql", "cells.sql").read_text(encoding="utf-8")
    con.execute(statement.format(checked=checked)).fetchall()


def _values(con: Any, checked: str, columns: list[str], facts: RunFacts) -> tuple[int, dict[str, int]]:
    """The numbers' and suggestions' part of the check code; how many rows have a value, per suggestion column."""
    shown = [c for c in columns if facts.shows_register or not register_value(c)]
    counted = [c for c in columns if told_of(c)[1].startswith("_suggest_") or c == "_state_date"]
    asked = [f"coalesce(sum((2 * _row + 1)::HUGEINT * ({_digested(shown)})), 0)::VARCHAR"]
    asked += [f"count({quoted(c)})" for c in counted]
    digest, *counts = con.execute(f"SELECT {', '.join(asked)} FROM {checked}").fetchall()[0]
    return int(digest), {c: n if c in shown else 0 for c, n in zip(counted, counts, strict=True)}


def _digested(columns: list[str]) -> str:
    """SQL for one row's part of the check code: numbers as they are, suggestions by their MD5 (few rows have one)."""
    parts = ["0"]
    if "_pin" in columns:
        parts.append("coalesce(TRY_CAST(_pin AS BIGINT), 0)")
    if "_duplicate_of" in columns:
        parts.append("1000003 * coalesce(_duplicate_of, 0)::BIGINT")
    texts = [quoted(c) for c in sorted(c for c in columns if c.startswith("_suggest_"))]
    # All that is told of further people, but for what follows from it.
    texts += [f"CAST({quoted(c)} AS VARCHAR)" for c in columns if told_of(c)[0] and not c.endswith(_FOLLOWS)]
    if texts:
        joined = ", ".join(f"'{i}' || {text}" for i, text in enumerate(texts))
        parts.append(f"CASE WHEN coalesce({', '.join(texts)}) IS NULL THEN 0"
                     f" ELSE md5_number_lower(concat_ws(chr(31), {joined}))::HUGEINT END")  # fmt: skip
    return " + ".join(parts)


def register_value(column: str) -> bool:
    """Whether a result column holds a value of the register."""
    plain = told_of(column)[1]
    return plain in FROM_REGISTER or plain.startswith("_suggest_")


def _people(con: Any, source: Source, checked: str) -> dict[str, dict[str, Any]]:
    """The counts of every further person: `rows` in which they are named, `absent` the other judged ones."""
    told: dict[str, dict[str, Any]] = {}
    for who in source.people:
        asked = ", ".join(f"CAST(_{who}{c} AS VARCHAR)" for c in ("_verdict", "_reasons", "_severity", "_state"))
        found = con.execute(
            f"SELECT {asked}, count(*) FROM {checked} WHERE coalesce(_verdict, _{who}_verdict) IS NOT NULL GROUP BY ALL"
        ).fetchall()
        sums = [Counter[Any](), Counter[Any](), Counter[Any](), Counter[Any]()]
        for verdict, reasons, severity, state, n in found:
            parts = ((verdict,), filter(None, (reasons or "").split(";")), (severity,) if verdict else (), (state,))
            for counts, codes in zip(sums, parts, strict=True):
                counts.update(dict.fromkeys(codes, n))
        verdicts, reasons, severities, states = sums
        told[who] = {
            "rows": verdicts.total() - verdicts[None],
            "absent": verdicts[None],
            **{code: verdicts[code] for code in words.VERDICTS},
            "severity": {code: severities[code] for code in ("none", "note", "fix", "confirm")},
            "states": {code: states[code] for code in words.STATES if states[code]},
            "reasons": dict(sorted(reasons.items(), key=lambda item: (-item[1], words.reason(item[0]).bit))),
        }
    return told


def _sums(con: Any, key: str) -> list[tuple[Any, int]]:
    judged = "" if key == "verdict" else "WHERE verdict IS NOT NULL"
    return con.execute(f"SELECT {key}, sum(n)::BIGINT FROM report_cells {judged} GROUP BY 1").fetchall()


def _one(con: Any, condition: str) -> int:
    return con.execute(f"SELECT coalesce(sum(n), 0)::BIGINT FROM report_cells WHERE {condition}").fetchall()[0][0]


def _closed(sums: list[tuple[str, int]], codes: tuple[str, ...]) -> dict[str, int]:
    found = dict(sums)
    return {code: found.get(code, 0) for code in codes}


def _reasons(con: Any) -> tuple[dict[str, int], list[tuple[str, str, int]]]:
    """Rows per reason, commonest first; and (verdict, reason set, rows) for what else is derived."""
    sets = con.execute(
        "SELECT verdict, reasons, sum(n)::BIGINT FROM report_cells WHERE verdict IS NOT NULL GROUP BY ALL"
    ).fetchall()
    counts: Counter[str] = Counter()
    for _, joined, n in sets:
        for code in filter(None, joined.split(";")):
            counts[code] += n
    order = {r.code: r.bit for r in words.REASONS}
    listed = sorted(counts.items(), key=lambda item: (-item[1], order.get(item[0], 99)))
    return dict(listed), sets


def _fields(sets: list[tuple[str, str, int]], source: Source) -> dict[str, dict[str, int]]:
    """Per-field results of the rows where the person is known, from what the reasons are about."""
    mapped = {about: [f for f in fields if f in source.mapping] for about, fields in _ABOUT.items()}
    told: dict[str, Counter[str]] = {f: Counter() for fields in mapped.values() for f in fields}
    for verdict, joined, n in sets:
        if verdict not in ("matched", "matched_with_differences"):
            continue
        entries = [words.reason(code) for code in filter(None, joined.split(";"))]
        for about, fields in mapped.items():
            results = {entry.result for entry in entries if entry.about == about}
            worst = next((r for r in _WORST if r in results), "match")
            for name in fields:
                told[name][worst] += n
    return {name: dict(counts.most_common()) for name, counts in told.items()}


def _provinces(con: Any) -> dict[str, dict[str, int]]:
    """Rows per verdict of each of today's provinces (2-digit code), '' where no province is known."""
    from dancu.places.provinces import province_now

    rows = con.execute(
        "SELECT province, verdict, sum(n)::BIGINT FROM report_cells WHERE verdict IS NOT NULL GROUP BY ALL"
    ).fetchall()
    found: dict[str, dict[str, int]] = {}
    for code3, verdict, n in sorted(rows):
        try:
            now = province_now(code3) if code3 else ""
        except KeyError:
            now = ""
        here = found.setdefault(now, dict.fromkeys(words.VERDICTS, 0))
        here[verdict] += n
    return dict(sorted(found.items()))


def _check_code(con: Any, digest: int, shows_register: bool) -> str:
    """A digest of the results as delivered: 16 hex digits, the same for the same rows whatever the threads.

    Sum over the rows of (2 row + 1) x (number + duplicate + MD5 of suggestions + MD5 of verdict, reasons, state),
    modulo 2**64. It tells whether results were edited since; it is not a signature.
    """
    state = "state" if shows_register else "''"
    cells = con.execute(
        f"SELECT coalesce(verdict, '') || '|' || reasons || '|' || {state}, sum(weight)::VARCHAR"
        " FROM report_cells GROUP BY 1"
    ).fetchall()
    total = digest
    for text, weight in cells:
        total += int(weight) * int.from_bytes(md5(text.encode(), usedforsecurity=False).digest()[8:])
    text = f"{total % 2**64:016X}"
    return "-".join(text[i : i + 4] for i in range(0, 16, 4))


def _told(source: Source, facts: RunFacts) -> dict[str, Any]:
    """What the run says about itself, as plain values."""
    theirs = further(source.people)
    columns = [
        {
            "name": c.name, "caption": c.caption, "field": c.field or theirs.get(c.name),
            "why": c.why or ("header" if c.name in theirs else ""), "notes": list(c.notes),
        }  # fmt: skip
        for c in source.columns
    ]
    return {
        "seconds": {stage: round(s, 3) for stage, s in facts.seconds.items()},
        "register_rows": facts.register_rows,
        "register_version": facts.register_version,
        "register_time": _iso(facts.register_time),
        "register_age_days": facts.register_age_days,
        "checked_at": _iso(facts.checked_at),
        "policy": facts.policy,
        "disclose": facts.disclose,
        "purpose": facts.purpose,
        "mapping": {name: list(cols) for name, cols in (facts.mapping or source.mapping).items()},
        "columns": columns,
        "notes": list(dict.fromkeys((*source.notes, *facts.notes))),
    }


def _iso(value: Any) -> str | None:
    then = moment(value)
    return then.isoformat(timespec="seconds") if then else None
