"""Finds delimiter, quoting and the first rows of a csv or tsv, from a bounded look at the file."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dancu.linkage.intake.encoding.of_file import Encoding, find_encoding
from dancu.linkage.intake.refusals import refuse
from dancu.linkage.intake.sheets.book import MAX_COLUMNS

HEAD_BYTES = 1 << 20
"""Bytes looked at; a line longer than this is no row of a table."""
SAMPLE_ROWS = 2_000
SPREAD_FROM_BYTES = 4 << 20
_SPREAD_BYTES = 1 << 16
_DELIMITERS = (",", ";", "\t", "|")
_SEP_LINE = re.compile(r'^"?sep=([,;\t|:~^ ])"?\r?$', re.IGNORECASE)
csv.field_size_limit(HEAD_BYTES)


@dataclass
class Text:
    """What a bounded look at a delimited file showed."""

    path: Path
    encoding: Encoding
    delimiter: str
    quote: str
    """`"` or nothing, where quotes do not pair."""
    rows: list[list[str | None]] = field(default_factory=list)
    start: int = 0
    """Lines before the first row: 1 where a `sep=;` line says the delimiter."""
    spread: list[list[str | None]] = field(default_factory=list)
    """Rows from the middle and the end of a large file."""
    tail_whole: bool = True
    """True when `rows` is the whole file."""
    old_line_ends: bool = False
    """Lines end in a lone carriage return."""
    stray_returns: bool = False
    """A carriage return stands inside a line, where some readers would end it."""
    multiline: bool = False
    ragged: bool = False


def look(path: Path) -> Text:
    """Raises Refusal: line_too_long, too_many_columns, not_a_table."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    whole = len(head) == size
    encoding = find_encoding(head[: 1 << 18], whole=size <= 1 << 18)
    if encoding.name == "utf-8" and not whole and encoding.skip_bytes == 0:
        encoding = find_encoding(head, whole=False)
    text = head[encoding.skip_bytes :].decode(encoding.codec, "replace")
    repair = encoding.repair()
    text = repair(text) if repair else text
    if not whole:
        cut = max(text.rfind("\n"), text.rfind("\r"))
        if cut < 0:
            raise refuse("line_too_long", file=path, detail=f"{HEAD_BYTES:,}")
        text = text[: cut + 1]
    old = "\n" not in text and "\r" in text.strip("\r")
    found = Text(path, encoding, ",", '"', tail_whole=whole, old_line_ends=old)
    lines = text.split("\r" if old else "\n")
    lines = [line.removesuffix("\r").replace("\x00", "") for line in lines]
    found.stray_returns = any("\r" in line for line in lines)
    lines = [line.replace("\r", " ") for line in lines]
    told = _SEP_LINE.match(lines[0])
    if told:
        found.delimiter, found.start = told[1], 1
    else:
        found.delimiter = _delimiter(lines[:400])
    _parse(found, lines)
    if not whole:
        found.tail_whole = False
    if encoding.plain and size > SPREAD_FROM_BYTES:
        _spread(found, size)
    return found


def _delimiter(lines: Sequence[str]) -> str:
    """The sign that cuts most lines into the same number of fields, more than one."""
    best, best_score = ",", 0.0
    for sign in _DELIMITERS:
        if not any(sign in line for line in lines):
            continue
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=sign) if row)
        width, n = max(widths.items(), key=lambda item: (item[1] * (item[0] > 1), item[0]))
        if width > 1:
            score = n / widths.total() + 0.02 * min(width, 10)
            if score > best_score:
                best, best_score = sign, score
    return best


def _parse(found: Text, lines: Sequence[str]) -> None:
    for quote in ('"', ""):
        found.quote = quote
        found.rows, found.multiline = [], False
        reader = csv.reader(
            (line + "\n" for line in lines[found.start :]), delimiter=found.delimiter, quotechar=quote or None,
            quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
        )  # fmt: skip
        last, longest = 0, 0
        try:
            for row in reader:
                longest = max(longest, reader.line_num - last)
                last = reader.line_num
                found.rows.append([value or None for value in row])
                if len(found.rows) >= SAMPLE_ROWS:
                    found.tail_whole = False
                    break
        except csv.Error:
            continue
        found.multiline = longest > 1
        if longest <= 20:
            break
    while found.rows and not any(found.rows[-1]):
        found.rows.pop()
    widths = [len(row) for row in found.rows if any(row)]
    if widths and max(widths) > MAX_COLUMNS:
        raise refuse("too_many_columns", file=found.path, detail=max(widths), limit=MAX_COLUMNS)
    found.ragged = len(set(widths[-max(1, len(widths) // 2) :])) > 1


def _spread(found: Text, size: int) -> None:
    """Rows at three places in the middle and at the end; cut rows are told by their width and dropped."""
    width = max((len(row) for row in found.rows), default=0)
    with found.path.open("rb") as file:
        for at in (size // 4, size // 2, size * 3 // 4, size - _SPREAD_BYTES):
            file.seek(at)
            text = file.read(_SPREAD_BYTES).decode("utf-8", "replace")
            lines = text.split("\n")[1:]
            if at + _SPREAD_BYTES < size:
                lines = lines[:-1]
            try:
                rows = list(csv.reader((line + "\n" for line in lines), delimiter=found.delimiter))
            except csv.Error:
                continue
            found.spread += [
                [value.rstrip("\r") or None for value in row] for row in rows if len(row) == width
            ]
