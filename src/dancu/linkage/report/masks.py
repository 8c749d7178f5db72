"""Examples that show what was wrong and name nobody: a few rows, masked, as they were and as suggested."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dancu.linkage.intake.source import quoted
from dancu.linkage.report.facts import RunFacts
from dancu.places import province_code

if TYPE_CHECKING:
    import duckdb

    from dancu.linkage.intake.source import Source

HIDE = "•"
LOOK_AT_ROWS = 20_000
# What is shown: reason, the fields it may stand in, in the order of the page. The second of a pair of lost zeros
# is left out where the first is there.
SHOWN = (
    ("leading_zeros_2", ("pin",)), ("leading_zero", ("pin",)), ("diacritics", ("name",)),
    ("old_unit", ("commune", "address")), ("year_only", ("birth_date",)), ("number_of_another_person", ("pin",)),
    ("word_order", ("name",)), ("number_missing", ("pin",)), ("old_id", ("pin", "old_id")),
    ("day_month_swapped", ("birth_date",)), ("digit_typo", ("pin",)), ("scientific", ("pin",)),
)  # fmt: skip
AT_MOST = 6
SAMPLE_LETTERS = 40
_NUMBERS = ("pin", "old_id", "mother_pin", "father_pin", "phone")
_PLACES = ("address", "commune", "district", "province")
_UNIT = re.compile(r"(xã|phường|thị trấn|đặc khu|quận|huyện|thị xã|thành phố|tỉnh|tp\.?)\s", re.IGNORECASE)
# Words too common to tell anybody apart; kept, so that a lost accent can still be seen.
_COMMON = {"nguyễn", "nguyen", "văn", "van", "thị", "thi"}
# The same words as an old 8-bit font stored them.
_OLD_FONT = {"TCVN3": ("NguyÔn", "V¨n", "ThÞ"), "VNI": ("Nguyeãn", "Vaên", "Thò")}


@dataclass(frozen=True)
class Example:
    """One masked row. `reason` is a code, or `old_font` with `charset`; `after` may be ''."""

    reason: str
    row: int
    before: str
    after: str
    charset: str = ""


def mask_number(text: str) -> str:
    """Digits hidden but for zeros in front and the last three; what stands between them stays visible."""
    digits = sum(c.isdigit() for c in text)
    zeros = len(text) - len(text.lstrip("0"))
    keep, seen, out = min(3, digits // 3), 0, []
    for place, char in enumerate(text):
        seen += char.isdigit()
        shown = not char.isdigit() or place < min(zeros, 2) or seen > digits - keep
        out.append(char if shown else HIDE)
    return "".join(c if c.isdigit() or c in f"{HIDE} .,-E+" else HIDE for c in out)


def mask_name(text: str) -> str:
    """First letters only; Nguyễn, Văn, Thị stay unless they are the last word."""
    parts = text.split()
    return " ".join(_word(word, last=i == len(parts) - 1) for i, word in enumerate(parts))


def _word(word: str, *, last: bool) -> str:
    if not last and word.lower() in _COMMON:
        return word
    return HIDE if len(word) < 2 else word[0] + HIDE * (len(word) - 1)


def mask_date(text: str) -> str:
    """Day and month hidden, and the last two digits of the year."""
    year = re.search(r"(?<!\d)(1[89]|20)\d\d(?!\d)", text)
    hidden = re.sub(r"\d", HIDE, text)
    if year:
        hidden = hidden[: year.start()] + year.group(1) + HIDE * 2 + hidden[year.end() :]
    return re.sub(rf"[^{HIDE}\d/\-. ]", "", hidden)


def mask_place(text: str) -> str:
    """The commune and what is above it; house, street and hamlet are left out, digits hidden."""
    parts = [p.strip() for p in text.split(",")]
    kept = parts[-3:] if len(parts) > 3 else parts
    return re.sub(r"\d", HIDE, ", ".join(kept))


def mask_anything(text: str) -> str:
    """For a cell nobody knows the meaning of: numbers as numbers, of every word no more than its first letter."""
    if re.fullmatch(r"[\d .,/+-]+", text):
        return mask_number(text)
    return re.sub(r"\w+", lambda word: HIDE * len(word[0]) if word[0][0].isdigit() else _word(word[0], last=True), text)


def mask_sample(field: str | None, text: str, plain: Collection[str] = ()) -> str:
    """A cell shown while an officer still judges what its column means, so that no mask may trust `field` alone.

    `plain` are values that may be read by anybody (codes of the sexes), lower case. At most SAMPLE_LETTERS long.
    """
    text = " ".join(text.split())
    if field == "sex" and text.lower() in plain:
        return text
    if field in _NUMBERS:
        hidden = mask_number(text)
    elif field == "birth_date":
        hidden = mask_date(text)
    elif field in _PLACES:
        hidden = ", ".join(part if _is_unit(part) else mask_anything(part) for part in mask_place(text).split(", "))
    elif field and field.endswith("name"):
        hidden = mask_name(text)
    else:
        hidden = mask_anything(text)
    hidden = hidden.strip() or mask_anything(text)
    return hidden if len(hidden) <= SAMPLE_LETTERS else hidden[: SAMPLE_LETTERS - 1] + "…"


def _is_unit(part: str) -> bool:
    """A part of an address that names an administrative unit: with its kind in front, or a province alone."""
    return bool(_UNIT.match(part)) or province_code(part) is not None


MASKS = {
    "pin": mask_number, "old_id": mask_number, "name": mask_name, "birth_date": mask_date,
    "address": mask_place, "commune": mask_place,
}  # fmt: skip


def examples(
    con: duckdb.DuckDBPyConnection, source: Source, results: list[str], *, checked: str, facts: RunFacts
) -> list[Example]:
    """At most six examples from the first rows of the file; none where values may not be shown."""
    if not facts.shows_register:
        return []
    found = []
    for reason, fields in SHOWN:
        for name in fields:
            if name in source.mapping and (f"_suggest_{name}" in results or name == "pin"):
                found.append((reason, name))
                break
    charset = _charset(source)
    if not found and not charset:
        return []
    picked = con.execute(_query(source, results, checked, found)).fetchall()[0]
    fonts = [_old_font(picked[-1], charset)] if charset and picked[-1] else []
    listed = [_masked(*asked, *row) for asked, row in zip(found, map(_cells, picked), strict=False) if row]
    listed = [e for e in listed if e.before != e.after and (e.after or e.reason == "number_of_another_person")]
    if listed and listed[0].reason == "leading_zeros_2":
        listed = [e for e in listed if e.reason != "leading_zero"]
    return [*listed[: AT_MOST - len(fonts)], *fonts]


def _cells(picked: dict[str, Any] | None) -> tuple[int, str, str] | None:
    return (picked["row"], picked["before"], picked["after"]) if picked else None


def _query(source: Source, results: list[str], checked: str, found: list[tuple[str, str]]) -> str:
    """One pass over the first rows: for each reason the clearest row (no other reason, a name everybody has, early
    in the file), and last a row whose name can show what an old font did."""
    name = _joined(source, "name") if "name" in source.mapping else "''"
    picks = []
    for reason, field in found:
        after = f"coalesce(_suggest_{field}, '')" if f"_suggest_{field}" in results else "''"
        before = _joined(source, field)
        # An empty cell shows nothing, unless that it is empty is the point; so does a row without a suggestion.
        shown = "" if reason == "number_missing" else f" AND trim({before}) <> ''"
        shown += "" if reason == "number_of_another_person" else f" AND {after} <> ''"
        picks.append(
            f"arg_min({{'row': _row, 'before': {before}, 'after': {after}}},"
            f" known + CASE WHEN _reasons = '{reason}' THEN 0 ELSE 2000000 END)"
            f" FILTER (WHERE contains(';' || _reasons || ';', ';{reason};'){shown})"
        )
    picks.append(
        "arg_min({'row': _row, 'before': the_name, 'after': ''}, _row)"
        " FILTER (WHERE regexp_matches(the_name, '^Nguyễn (Văn|Thị) \\S+'))"
    )
    columns = sorted({c for _, field in found for c in source.mapping[field]} | set(source.mapping.get("name", ())))
    kept = ", ".join(quoted(c) for c in columns)
    suggestions = "".join(f", {c}" for c in results if c.startswith("_suggest_"))
    common = "CASE WHEN starts_with(lower(the_name), 'nguy') THEN 0 ELSE 1000000 END"
    return (
        f"SELECT {', '.join(picks)} FROM (SELECT *, _row + {common} AS known FROM (SELECT *, {name} AS the_name"
        f" FROM (SELECT {kept} FROM {source.relation} LIMIT {LOOK_AT_ROWS}) AS s"
        f" POSITIONAL JOIN (SELECT _row, _reasons{suggestions} FROM {checked} LIMIT {LOOK_AT_ROWS}) AS c))"
    )


def _masked(reason: str, field: str, row: int, before: str | None, after: str) -> Example:
    hide = MASKS[field]
    return Example(reason, row, hide(before or "").strip() or "–", hide(after))


def _charset(source: Source) -> str | None:
    """The old 8-bit encoding that the name column was read from, if we can show it."""
    told = " ".join(note for c in source.columns if c.field == "name" for note in c.notes)
    return next((c for c in _OLD_FONT if c in told), None)


def _old_font(picked: dict[str, Any], charset: str) -> Example:
    """How an old font stored a name of this file; only words that millions share are spelt out."""
    after = before = mask_name(picked["before"])
    for now, then in zip(("Nguyễn", "Văn", "Thị"), _OLD_FONT[charset], strict=True):
        before = before.replace(now, then)
    return Example("old_font", picked["row"], before, after, charset)


def _joined(source: Source, field: str) -> str:
    glue = "/" if field == "birth_date" else ", " if field == "address" else " "
    columns = ", ".join(f"CAST({quoted(c)} AS VARCHAR)" for c in source.mapping[field])
    return f"concat_ws('{glue}', {columns})"
