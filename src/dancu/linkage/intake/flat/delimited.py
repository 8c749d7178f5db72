"""Reads csv and tsv: UTF-8 is left where it is for DuckDB, anything else is streamed into the work folder."""

from __future__ import annotations

import codecs
import csv
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

from dancu.linkage.intake.columns.caption import fold
from dancu.linkage.intake.columns.parts import Derived, derived_value
from dancu.linkage.intake.encoding import charset
from dancu.linkage.intake.flat.sniff import HEAD_BYTES, Text, look
from dancu.linkage.intake.layout.header import Header, find_header, guess_header, no_header
from dancu.linkage.intake.layout.rows import RowReader, has_ditto
from dancu.linkage.intake.plan import Plan, make_plan
from dancu.linkage.intake.refusals import refuse
from dancu.linkage.intake.sheets.reading import REPORT_EVERY_ROWS
from dancu.linkage.intake.source import Source, literal, quoted
from dancu.linkage.intake.spool import select_without, spool

Progress = Callable[[str, int, int], None]
BLOCK_BYTES = 1 << 20
ROW_BY_ROW_UP_TO_BYTES = 256 << 20
"""Larger files are not rewritten only because a few rows around the table are not people."""


def read_delimited(
    path: Path, *, work: Path, overrides: Mapping[str, str], progress: Progress | None, careful: bool = False
) -> Source:
    """`careful` reads every row in Python: for files DuckDB stumbles over (stray quotes, broken bytes)."""
    text = look(path)
    if not text.rows:
        raise refuse("file_empty", file=path)
    charsets = _repair(text)
    header, headed = _header(text.rows, overrides)
    width = max([len(header.captions), *(len(row) for row in text.rows[header.first_data :] if any(row))])
    captions = [*header.captions, *[""] * (width - len(header.captions))]
    data = text.rows[header.first_data :] + text.spread
    if not any(any(row) for row in data):
        make_plan(captions, [], path=path, overrides=overrides, headed=headed)
        raise refuse("no_rows", file=path)
    plan = make_plan(captions, data, path=path, overrides=overrides, headed=headed, charsets=charsets)
    reader = RowReader(plan.places())
    odd = [row for row in data if any(row) and reader.skip_reason(row)]
    if odd:
        people = [row for row in data if any(row) and reader.skip_reason(row) is None]
        plan = make_plan(captions, people, path=path, overrides=overrides, headed=headed, charsets=charsets)
    by_row = careful or any(charsets) or text.old_line_ends or text.stray_returns or _formula_quotes(data)
    if not by_row and path.stat().st_size <= ROW_BY_ROW_UP_TO_BYTES:
        by_row = bool(odd) or has_ditto(data, plan.places().ditto)
    if by_row:
        return _spooled(text, plan, header, charsets, work, progress)
    where, notes = path, ()
    if not text.encoding.plain:
        where, notes = _transcoded(text, work), (f"encoding {text.encoding.name}",)
    skip = text.start + header.first_data
    return _source(text, plan, _direct(where, text, plan, skip), notes=notes)


def _repair(text: Text) -> list[str | None]:
    """Charset per column of text that is Unicode on the outside; repairs the sampled rows."""
    width = max((len(row) for row in text.rows), default=0)
    if text.encoding.repair() is not None:
        return []
    columns = [[row[i] for row in text.rows if i < len(row)] for i in range(width)]
    charsets = charset.decide_all(columns)
    for row in [*text.rows, *text.spread]:
        for i, value in enumerate(row):
            if value and i < width and charsets[i]:
                row[i] = charset.repaired(value, charsets[i])
    return charsets


def _header(rows: Sequence[Sequence[str | None]], overrides: Mapping[str, str]) -> tuple[Header, bool]:
    found = find_header(rows, wanted=frozenset(fold(column) for column in overrides)) or guess_header(rows)
    return (found, True) if found else (no_header(rows), False)


def _formula_quotes(rows: Sequence[Sequence[str | None]]) -> bool:
    """`="0123"`: how some exports keep Excel from eating zeros."""
    return any(value and value.startswith('="') for row in rows[:200] for value in row)


def _direct(where: Path, text: Text, plan: Plan, skip: int) -> str:
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in plan.names)
    single = text.multiline or text.ragged
    relation = (
        f"read_csv({literal(where)}, auto_detect=false, delim={literal(text.delimiter)}, quote={literal(text.quote)}, "
        f"escape={literal(text.quote)}, header=false, skip={skip}, nullstr='', null_padding=true, strict_mode=false, "
        f"parallel={'false' if single else 'true'}, columns={{{columns}}})"
    )
    if not plan.derived:
        return select_without(relation, [plan.names[i] for i in sorted(plan.own)])
    made = ", ".join(f"{_derived_sql(made, plan)} AS {quoted(made.name)}" for made in plan.derived)
    return f"(SELECT *, {made} FROM {relation})"


def _derived_sql(made: Derived, plan: Plan) -> str:
    cells = [f"nullif(trim({quoted(plan.names[i])}), '')" for i in made.columns]
    if not made.values:
        return f"coalesce({', '.join(cells)})"
    cases = " ".join(
        f"WHEN {c} IS NOT NULL THEN {literal(v)}" for c, v in zip(cells, made.values, strict=True)
    )
    return f"CASE {cases} ELSE {literal(made.otherwise) if made.otherwise else 'NULL'} END"


def _decoded(text: Text) -> Iterator[str]:
    """The file as repaired text in blocks that end at a line's end; memory stays a few megabytes."""
    decoder = codecs.getincrementaldecoder(text.encoding.codec)("replace")
    repair = text.encoding.repair() or (lambda block: block)
    rest = ""
    with text.path.open("rb") as file:
        file.seek(text.encoding.skip_bytes)
        while raw := file.read(BLOCK_BYTES):
            rest += decoder.decode(raw)
            cut = max(rest.rfind("\n"), rest.rfind("\r") if text.old_line_ends else -1)
            if cut < 0:
                if len(rest) > 2 * HEAD_BYTES:
                    raise refuse("line_too_long", file=text.path, detail=f"{HEAD_BYTES:,}")
                continue
            yield repair(rest[: cut + 1])
            rest = rest[cut + 1 :]
    rest += decoder.decode(b"", final=True)
    if rest:
        yield repair(rest)


def _transcoded(text: Text, work: Path) -> Path:
    target = work / f"{text.path.stem[:60]}.utf8.csv"
    with target.open("w", encoding="utf-8", errors="replace", newline="") as out:
        for block in _decoded(text):
            out.write(block)
    return target


def _lines(text: Text) -> Iterator[str]:
    for block in _decoded(text):
        for line in block.split("\r" if text.old_line_ends else "\n"):
            if line:
                yield line.removesuffix("\r").replace("\x00", "").replace("\r", " ") + "\n"
            else:
                yield "\n"


def _spooled(
    text: Text,
    plan: Plan,
    header: Header,
    charsets: Sequence[str | None],
    work: Path,
    progress: Progress | None,
) -> Source:
    counts: Counter[str] = Counter()
    made = [made.name for made in plan.derived]
    rows = _rows(text, plan, header, charsets, counts, progress)
    typed = (("_row", "INTEGER"), ("_skip", "BOOLEAN"))
    relation = spool(
        rows, texts=[*plan.names, *made], typed=typed, target=work / f"{text.path.stem[:60]}.rows"
    )
    notes = [f"{what}: {n}" for what, n in sorted(counts.items()) if what not in {"rows", "skipped"} and n]
    if not text.encoding.plain:
        notes.append(f"encoding {text.encoding.name}")
    return _source(
        text, plan, relation, notes=tuple(notes), row="_row", has_skip=True, skipped=counts["skipped"]
    )


def _rows(
    text: Text,
    plan: Plan,
    header: Header,
    charsets: Sequence[str | None],
    counts: Counter[str],
    progress: Progress | None,
) -> Iterator[list[object]]:
    """Blank lines are dropped, as DuckDB drops them, so that rows count the same on both ways."""
    width = len(plan.names)
    people = RowReader(plan.places())
    lines = _lines(text)
    for _ in range(text.start):
        next(lines, None)
    reader = csv.reader(
        lines, delimiter=text.delimiter, quotechar=text.quote or None,
        quoting=csv.QUOTE_MINIMAL if text.quote else csv.QUOTE_NONE,
    )  # fmt: skip
    number = 0
    for row in islice(_guarded(reader, text.path), header.first_data, None):
        cells = [_clean(value) for value in row[:width]] + [None] * (width - len(row))
        if not row and width > 1:
            continue
        for i, name in enumerate(charsets):
            if name and i < width and cells[i]:
                cells[i] = charset.repaired(cells[i], name)
        cells, skipped = people.read(cells)
        number += 1
        counts["skipped" if skipped else "rows"] += 1
        yield [
            *cells,
            *(None if skipped else derived_value(made, cells) for made in plan.derived),
            number,
            skipped,
        ]
        if progress and number % REPORT_EVERY_ROWS == 0:
            progress("read", number, 0)
    counts.update(
        {
            f"{what} rows" if what != "filled" else "cells filled from above": n
            for what, n in people.counts.items()
        }
    )


def _guarded(reader, path: Path) -> Iterator[list[str]]:
    try:
        yield from reader
    except csv.Error:
        raise refuse("line_too_long", file=path, detail=f"{HEAD_BYTES:,}") from None


def _clean(value: str) -> str | None:
    if value.startswith('="') and value.endswith('"'):
        value = value[2:-1]
    return value if value and not value.isspace() else None


def _source(
    text: Text, plan: Plan, relation: str, *, notes: tuple[str, ...] = (), row: str | None = None,
    has_skip: bool = False, skipped: int = 0,
) -> Source:  # fmt: skip
    return Source(
        path=text.path, stem=text.path.stem, format="tsv" if text.delimiter == "\t" else "csv", relation=relation,
        row=row, columns=plan.columns, mapping=plan.mapping, date_order=plan.order, sex_codes=plan.codes,
        has_skip=has_skip, skipped_rows=skipped, notes=(*plan.notes, *notes),
        derived=tuple(made.name for made in plan.derived), delimiter=text.delimiter, people=plan.people,
        complete=plan.complete,
    )  # fmt: skip
