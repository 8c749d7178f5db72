"""A new workbook for who sent one: the rows with captions and colours, and the sheets that explain them.

Every cell of the file and of the register is written as a text cell, whatever it begins with (= + - @ tab CR):
Excel shows it as typed, runs nothing, and a second check reads back the same characters.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dancu.core import words
from dancu.linkage.intake.source import GROUP_SIGN
from dancu.linkage.report.facts import RunFacts
from dancu.linkage.report.rows import headed, select
from dancu.linkage.report.summary import told_of

if TYPE_CHECKING:
    import duckdb

    from dancu.linkage.intake.source import Source

BATCH_ROWS = 8192
FILLS = {
    "matched": "#D5EDDB", "matched_with_differences": "#FFF2C4", "ambiguous": "#FBDDBF",
    "not_found": "#F6CFCF", "invalid": "#E1E4E8",
}  # fmt: skip
# Dots between thousands whatever language Excel itself speaks.
_THOUSANDS = {"vi": r"[<1000]0;[<1000000]0\.000;0\.000\.000", "en": "#,##0"}
DIFFERS = {"fix": "#FFF2C4", "confirm": "#FBDDBF"}
# The parts a reason is about, as fields whose cells are tinted.
CELLS = {
    "number": ("pin", "old_id"), "name": ("name",), "date": ("birth_date",), "sex": ("sex",),
    "parent": ("mother_name", "father_name"), "place": ("address", "commune", "district", "province"),
}  # fmt: skip
ORDER = ("_verdict", "_explain", "_action", "_who", "_suggest_", "_pin", "_state", "_state_date", "_duplicate_of",
         "_confidence", "_reasons")  # fmt: skip
WIDTHS = {"_verdict": 33, "_explain": 60, "_action": 42, "_who": 26, "_pin": 16, "_state": 14, "_state_date": 13,
          "_duplicate_of": 12, "_confidence": 11, "_reasons": 24, "_sheet": 16, "_source_row": 12}  # fmt: skip


@dataclass(frozen=True)
class Book:
    """What the sheets need to know: one workbook being written. `say` captions a code of a kind."""

    book: Any
    formats: dict[str, Any]
    lang: str

    def say(self, kind: str, code: str) -> str:
        return words.caption(kind, code, self.lang)

    def sheet(self, code: str) -> Any:
        return self.book.add_worksheet(self.say("sheet", code))


def write_workbook(
    con: duckdb.DuckDBPyConnection, source: Source, results: list[str], *, checked: str, path: Path, facts: RunFacts,
    summary: dict[str, Any], lang: str,
) -> int:  # fmt: skip
    """Write the whole workbook to `path`; returns the rows of the data sheet. At most
    EXCEL_ROWS - 1 rows.

    Memory is bounded: rows stream from DuckDB in batches into xlsxwriter's constant-memory mode, whose passing
    files stay beside `path` and go with it.
    """
    import xlsxwriter

    from dancu.linkage.report import sheets

    passing = tempfile.TemporaryDirectory(prefix=".dancu-", dir=path.parent, ignore_cleanup_errors=True)
    with passing as folder, _Target(path) as target:
        options = {
            "constant_memory": True, "tmpdir": folder, "strings_to_formulas": False, "strings_to_urls": False,
            "strings_to_numbers": False, "default_date_format": "dd/mm/yyyy",
        }  # fmt: skip
        made = xlsxwriter.Workbook(target, options)
        made.use_zip64()
        book = Book(made, _formats(made, lang), lang)
        try:
            n = _data(book, con, source, results, checked=checked, facts=facts, summary=summary)
            sheets.summary_sheet(book, summary)
            sheets.todo_sheet(book, con, source, checked=checked)
            sheets.duplicates_sheet(book, con, source, checked=checked)
            sheets.communes_sheet(book, summary)
            sheets.legend_sheet(book)
            sheets.log_sheet(book, summary, source)
            made.close()
        except BaseException:
            _let_go(made)
            raise
    return n


class _Target(io.FileIO):
    """The file a workbook is zipped into; after a failed write it swallows the rest.

    A zip file that could not be finished tries again when it is collected, and would print a traceback of its own.
    """

    failed = False

    def __init__(self, path: Path):
        super().__init__(path, "w")

    def write(self, data: Any) -> int:
        view = memoryview(data).cast("B")
        rest = view
        while rest and not self.failed:
            try:
                rest = rest[super().write(rest) :]
            except OSError:
                self.failed = True
                raise
        return len(view)


def _let_go(made: Any) -> None:
    """Close the passing files of an unfinished workbook, so that their folder can be removed on any system."""
    for sheet in made.worksheets():
        handle = getattr(sheet, "row_data_fh", None)
        with suppress(OSError, ValueError):
            if handle:
                handle.close()


def _formats(made: Any, lang: str) -> dict[str, Any]:
    plain = {"font_name": "Arial", "font_size": 10, "valign": "top"}
    text = {**plain, "num_format": "@"}
    head = {**plain, "bold": True, "bg_color": "#E8EDF3", "bottom": 1}
    formats = {
        "text": made.add_format(text),
        "wrap": made.add_format({**text, "text_wrap": True}),
        "number": made.add_format({**plain, "num_format": "0"}),
        "count": made.add_format({**plain, "num_format": _THOUSANDS[lang], "indent": 1}),
        "head": made.add_format({**head, "text_wrap": True}),
        "ours": made.add_format({**head, "text_wrap": True, "bg_color": "#CFE0F0"}),
        "open": made.add_format({**text, "bg_color": "#F7F9FB", "border": 4, "border_color": "#B8C4D0"}),
        "link": made.add_format({**plain, "font_color": "#0B4F8A", "underline": 1}),
        "title": made.add_format({**plain, "font_size": 16, "bold": True, "font_color": "#0B3D6B"}),
        "strong": made.add_format({**plain, "bold": True}),
        "paragraph": made.add_format({**plain, "font_size": 11, "text_wrap": True}),
        "right": made.add_format({**text, "align": "right", "indent": 1}),
        "righthead": made.add_format({**head, "align": "right", "indent": 1}),
        "warn": made.add_format({**plain, "bold": True, "text_wrap": True, "bg_color": "#FFF5DC"}),
        "quiet": made.add_format({**plain, "text_wrap": True, "italic": True, "font_color": "#536173"}),
    }
    for code, colour in FILLS.items():
        formats[code] = made.add_format({**text, "bg_color": colour})
    for code, colour in DIFFERS.items():
        formats["differs_" + code] = made.add_format({**text, "bg_color": colour})
    return formats


def shown_results(results: list[str], summary: dict[str, Any], source: Source) -> list[str]:
    """The result columns a person sees, in their order; suggestions and dates that no row has are left out."""
    filled = summary["filled"]
    empty = {c for c, n in filled.items() if not n}
    plain = {c: told_of(c) for c in results}
    listed = [
        c for who in ("", *source.people) for key in ORDER for c in results
        if plain[c][0] == who and (plain[c][1].startswith(key) if key[-1] == "_" else plain[c][1] == key)
    ]  # fmt: skip
    return [c for c in listed if c not in empty] + (["_sheet", "_source_row"] if source.extra else [])


def caption_of(column: str, source: Source, lang: str) -> str:
    """The caption of a result column; a suggestion names the original column it is for, a further person stands in front."""
    who, plain = told_of(column)
    front = words.caption("subject", who, lang) + GROUP_SIGN if who else ""
    if not plain.startswith("_suggest_"):
        return front + words.caption("column", plain, lang)
    field = plain.removeprefix("_suggest_")
    named = {c.name: c.caption for c in source.columns}
    mapping = source.people[who] if who else source.mapping
    original = " ".join(named[c] for c in mapping.get(field, ()) if c in named)
    # Under a header of several rows the group has said whose it is.
    original = original.removeprefix(front)
    return f"{front}{words.caption('column', '_suggest', lang)}: {original or words.caption('field', field, lang)}"


def _data(
    book: Book, con: Any, source: Source, results: list[str], *, checked: str, facts: RunFacts, summary: dict[str, Any]
) -> int:
    """The data sheet: originals, results, and two columns for the officer. Row n of the file is row n + 1 here."""
    sheet = book.sheet("data")
    heads = headed(source, results)
    shown = shown_results(results, summary, source)
    _data_heads(book, sheet, heads, shown, source)
    painted = {name: i for i, (name, _) in enumerate(heads)}
    paints = {"": _Paint(book, source.mapping, painted)}
    paints |= {who: _Paint(book, found, painted) for who, found in source.people.items()}
    sql = select(source, results, checked=checked, facts=facts, guard=False)
    wanted = [*(shown_as for _, shown_as in heads), *shown]
    listed = ", ".join('"' + name.replace('"', '""') + '"' for name in wanted)
    n = 0
    for cells in stream(con, f"SELECT {listed} FROM ({sql})"):
        n += 1
        _data_row(sheet, n, cells, len(heads), shown, paints)
    last = len(wanted) + 1
    sheet.autofilter(0, 0, n, last)
    choices = list(words.book(book.lang)["outcome"].values())
    sheet.data_validation(1, last - 1, max(n, 1), last - 1, {"validate": "list", "source": choices})
    return n


def _data_heads(book: Book, sheet: Any, heads: list[tuple[str, str]], shown: list[str], source: Source) -> None:
    """Widths first (constant memory writes rows once), then the header row, frozen."""
    wide = {"address": 36, "name": 26, "pin": 16, "birth_date": 13}
    fields = {c.name: c.field or "" for c in source.columns}
    for i, (name, caption) in enumerate(heads):
        sheet.set_column(i, i, max(wide.get(fields[name], 10), min(len(caption) + 2, 30)), book.formats["text"])
    for i, column in enumerate(shown, len(heads)):
        plain = told_of(column)[1]
        hidden = {"hidden": True} if plain == "_reasons" else {}
        sheet.set_column(i, i, WIDTHS.get(plain, 24), book.formats["text"], hidden)
    last = len(heads) + len(shown)
    sheet.set_column(last, last, 20, book.formats["open"])
    sheet.set_column(last + 1, last + 1, 30, book.formats["open"])
    sheet.set_row(0, 32)
    for i, (_, caption) in enumerate(heads):
        sheet.write_string(0, i, caption, book.formats["head"])
    captions = [caption_of(column, source, book.lang) for column in shown]
    captions += [book.say("column", "outcome"), book.say("column", "remark")]
    for i, caption in enumerate(captions, len(heads)):
        sheet.write_string(0, i, caption, book.formats["ours"])
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.repeat_rows(0)
    sheet.fit_to_pages(1, 0)


def _data_row(sheet: Any, n: int, cells: tuple, originals: int, shown: list[str], paints: dict[str, _Paint]) -> None:
    values = dict(zip(shown, cells[originals:], strict=True))
    paint = paints[""]
    tinted = paint.tints(values.get("_reasons"), values["_verdict"])
    for who, theirs in paints.items():
        if who:
            tinted = theirs.tints(values.get(f"_{who}_reasons"), values[f"_{who}_verdict"]) | tinted
    for i, value in enumerate(cells[:originals]):
        if value is not None:
            sheet.write_string(n, i, str(value)[:32767], tinted.get(i, paint.text))
        elif i in tinted:
            sheet.write_blank(n, i, None, tinted[i])
    for i, column in enumerate(shown, originals):
        value, (_, column) = values[column], told_of(column)
        if value is None or value == "":
            continue
        if column == "_verdict":
            sheet.write_string(n, i, paint.captions[value], paint.formats[value])
        elif column == "_state":
            sheet.write_string(n, i, paint.states.get(value, value), paint.text)
        elif column == "_confidence":
            sheet.write_number(n, i, round(100 * value), paint.formats["number"])
        elif column == "_duplicate_of":
            sheet.write_number(n, i, value + 1, paint.formats["number"])
        else:
            sheet.write_string(n, i, str(value), paint.text)


class _Paint:
    """Which cells of a row are tinted, remembered per set of reasons (there are few)."""

    def __init__(self, book: Book, mapping: dict[str, tuple[str, ...]], places: dict[str, int]):
        self.formats, self.text = book.formats, book.formats["text"]
        self.captions = words.book(book.lang)["verdict"]
        self.states = words.book(book.lang)["state"]
        self._mapping, self._places = mapping, places
        self._known: dict[str | None, dict[int, Any]] = {None: {}}

    def tints(self, reasons: str | None, verdict: str | None) -> dict[int, Any]:
        """Column index -> format of the cells that differ; worst severity wins."""
        if verdict is None or reasons in self._known:
            return self._known.get(reasons, {}) if verdict else {}
        found: dict[int, Any] = {}
        for entry in reversed(words.by_severity(tuple(reasons.split(";")))):
            colour = self.formats.get("differs_" + entry.severity)
            for field in CELLS.get(entry.about, ()) if colour else ():
                for column in self._mapping.get(field, ()):
                    if column in self._places:
                        found[self._places[column]] = colour
        return self._known.setdefault(reasons, found)


def stream(con: Any, sql: str) -> Iterator[tuple]:
    """Rows of a query in batches through Arrow: no table in memory, no value rounded."""
    for batch in con.sql(sql).to_arrow_reader(BATCH_ROWS):
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)
