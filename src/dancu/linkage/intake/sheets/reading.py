"""Reads a workbook of any dialect into one Source: which sheets, which rows, streamed into the work folder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from dancu.core.refusal import Refusal
from dancu.linkage.intake.columns.assign import unique_names
from dancu.linkage.intake.columns.caption import fold
from dancu.linkage.intake.columns.caption_words import OWN_SHEETS
from dancu.linkage.intake.columns.content import discreet
from dancu.linkage.intake.columns.overrides import position
from dancu.linkage.intake.layout.rows import RowReader
from dancu.linkage.intake.plan import Plan, make_plan
from dancu.linkage.intake.refusals import listed, refuse
from dancu.linkage.intake.sheets.book import Book
from dancu.linkage.intake.sheets.together import Table, fits_under, lay_under, start
from dancu.linkage.intake.sheets.top import Top, read_top
from dancu.linkage.intake.sheets.walk import sheet_rows
from dancu.linkage.intake.source import Source
from dancu.linkage.intake.spool import spool

Progress = Callable[[str, int, int], None]
REPORT_EVERY_ROWS = 20_000
TYPED = (("_sheet", "VARCHAR"), ("_source_row", "INTEGER"), ("_row", "INTEGER"), ("_skip", "BOOLEAN"))


def read_book(
    book: Book,
    path: Path,
    *,
    work: Path,
    sheets: Sequence[str],
    overrides: Mapping[str, str],
    progress: Progress | None,
) -> Source:
    """One Source from all sheets about people, in order; raises Refusal for a workbook without a usable one."""
    wanted, notes = _chosen(book, path, sheets)
    tops = [top for tab in wanted if (top := read_top(book, tab, path, overrides)).rows]
    if not tops:
        raise refuse("file_empty", file=path)
    planned = _planned(tops, path, overrides, named=bool(sheets))
    table, together = _together(planned, tops, path, named=bool(sheets), notes=notes)
    base = together[0][1]
    for top, plan in together:
        _check_formulas(top, plan, path, notes)
        if plan.order != base.order and "birth_date" in plan.mapping:
            notes.append(f"date order of sheet {listed([top.tab])}: {plan.order}")
    counts: Counter[str] = Counter()
    rows = _all_rows(book, together, table, counts, progress)
    relation = spool(rows, texts=table.names, typed=TYPED, target=work / f"{path.stem[:60]}.sheets")
    if counts["rows"] == 0:
        raise refuse("no_rows", file=path)
    notes += [f"{what}: {n}" for what, n in sorted(counts.items()) if what not in {"rows", "skipped"} and n]
    return Source(
        path=path, stem=path.stem, format=book.format, relation=relation, row="_row", columns=tuple(table.columns),
        mapping=table.mapping, date_order=base.order, date_epoch=book.epoch, sex_codes=table.codes,
        has_skip=True, extra=True, skipped_rows=counts["skipped"], notes=(*base.notes, *notes),
        derived=tuple(table.made), people=table.people, complete=tuple(table.complete),
    )  # fmt: skip


def _chosen(book: Book, path: Path, sheets: Sequence[str]) -> tuple[list[str], list[str]]:
    """(tabs to look at, notes on those left out)."""
    names = {tab.name.strip().casefold(): tab.name for tab in book.tabs}
    if sheets:
        unknown = next((name for name in sheets if name.strip().casefold() not in names), None)
        if unknown is not None:
            raise refuse("sheet_unknown", file=path, wanted=unknown[:40], detail=listed(names.values()))
        return [names[name.strip().casefold()] for name in sheets], []
    hidden = [tab.name for tab in book.tabs if tab.hidden]
    visible = [tab.name for tab in book.tabs if not tab.hidden]
    if not visible:
        raise refuse("file_empty", file=path)
    return visible, [f"hidden sheets not read: {listed(hidden)}"] if hidden else []


def _planned(
    tops: Sequence[Top], path: Path, overrides: Mapping[str, str], *, named: bool
) -> list[tuple[Top, Plan]]:
    """The sheets whose columns are understood; the first refusal when there is none."""
    found, refusals, used = [], [], set()
    for top in tops:
        captions = top.header.captions if top.header else ()
        names = unique_names(captions if top.headed else [""] * len(captions))
        mine = {c: f for c, f in overrides.items() if position(c, names, captions) is not None}
        used |= set(mine)
        try:
            found.append((top, _plan(top, path, mine)))
        except Refusal as refusal:
            if refusal.code == "ids_lost":
                raise
            refusals.append(refusal)
    unknown = next((column for column in overrides if column not in used), None)
    if unknown is not None:
        captions = tops[0].header.captions if tops[0].header else ()
        raise refuse("map_unknown_column", file=path, wanted=unknown[:40], detail=listed(discreet(captions)))
    headed = [pair for pair in found if pair[0].headed] or found[:1]
    if not headed or named and refusals:
        raise refusals[0] if refusals else refuse("no_header", file=path)
    return headed


def _plan(top: Top, path: Path, overrides: Mapping[str, str]) -> Plan:
    captions = top.header.captions if top.header else ()
    told = {"path": path, "overrides": overrides, "headed": top.headed}
    if not top.data() and top.headed:
        make_plan(captions, [], **told)
        raise refuse("no_rows", file=path)
    first = make_plan(captions, top.data(), charsets=top.charsets, **told)
    reader = RowReader(first.places())
    people = [row for row in top.data() if reader.skip_reason(row) is None]
    if len(people) == len(top.data()):
        return first
    return make_plan(captions, people, charsets=top.charsets, **told)


def _together(
    planned: Sequence[tuple[Top, Plan]], tops: Sequence[Top], path: Path, *, named: bool, notes: list[str]
) -> tuple[Table, list[tuple[Top, Plan]]]:
    """The table and the sheets that go into it, in the order of the workbook."""
    checked_before = any(plan.own for _, plan in planned) and not named
    usable = [pair for pair in planned if not (checked_before and fold(pair[0].tab) in OWN_SHEETS)] or planned[:1]
    table = start(usable[0][1])
    together = [usable[0]]
    for top, plan in usable[1:]:
        if fits_under(table, plan):
            lay_under(table, plan)
            together.append((top, plan))
    left = [top.tab for top in tops if all(top is not used for used, _ in together)]
    if left and named:
        raise refuse("sheets_differ", file=path, detail=listed(left))
    if left:
        notes.append(f"sheets without people not read: {listed(left)}")
    if len(together) > 1:
        notes.append(f"sheets read one after another: {listed(top.tab for top, _ in together)}")
    return table, together


def _check_formulas(top: Top, plan: Plan, path: Path, notes: list[str]) -> None:
    data_rows = len(top.data())
    for name in ("pin", "old_id", "name", "birth_date"):
        for i in plan.assignment.mapping.get(name, ()):
            if top.unsaved[i] and top.unsaved[i] >= 0.9 * data_rows:
                raise refuse("formula_without_values", file=path, detail=plan.names[i][:40])
    if top.unsaved:
        notes.append(f"formulas without stored results: {top.unsaved.total()}")


def _all_rows(
    book: Book,
    together: Sequence[tuple[Top, Plan]],
    table: Table,
    counts: Counter[str],
    progress: Progress | None,
) -> Iterator[list[object]]:
    number = 0
    for at, (top, plan) in enumerate(together):
        picks = table.picks[at] + [None] * (len(table.names) - len(table.picks[at]))
        straight = at == 0 and len(table.names) == len(plan.names)
        for source_row, cells, skip in sheet_rows(book, top, plan, counts):
            number += 1
            counts["rows"] += not skip
            counts["skipped"] += skip
            if not straight:
                cells = [pick.value(cells) if pick and not (skip and pick.made) else None for pick in picks]
            yield [*cells, top.tab, source_row, number, skip]
            if progress and number % REPORT_EVERY_ROWS == 0:
                progress("read", number, 0)
