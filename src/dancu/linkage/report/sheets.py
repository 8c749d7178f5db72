"""The sheets around the data: one page for the boss, the work list, duplicates, the legend and the log."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import resources
from typing import TYPE_CHECKING, Any

from dancu.core import words
from dancu.linkage.intake.source import GROUP_SIGN
from dancu.linkage.report.communes import UNKNOWN, shown, work
from dancu.linkage.report.facts import moment
from dancu.linkage.report.phrasing import (
    attention,
    clock,
    decision,
    field_caption,
    paragraph,
    prose,
    purpose,
    shares,
    stale,
    troubles,
)
from dancu.linkage.report.pictures import tiles

if TYPE_CHECKING:
    from dancu.linkage.intake.source import Source
    from dancu.linkage.report.workbook import Book

# Excel holds 65,530 links a sheet; past this many the row number stands alone.
LINKS = 20_000
ROWS = 1_048_575
# The page for the boss stays one page.
COMMUNES = 10
_LINE = 15


def _page(sheet: Any, *, landscape: bool = False, one_page: bool = False) -> None:
    sheet.set_paper(9)
    sheet.set_margins(0.5, 0.5, 0.6, 0.6)
    sheet.fit_to_pages(1, 1 if one_page else 0)
    if landscape:
        sheet.set_landscape()


def _lines(text: str, width: int) -> int:
    """How many lines of `width` characters a text needs; Excel does not grow merged rows by itself."""
    return max(1, -(-len(text) // width))


class _Writer:
    """Writes a sheet from top to bottom: `at` is the next row."""

    def __init__(self, book: Book, sheet: Any, columns: int):
        self.book, self.sheet, self.columns, self.at = book, sheet, columns, 0

    def across(self, text: str, kind: str, width: int) -> None:
        form = self.book.formats[kind]
        self.sheet.set_row(self.at, _LINE * _lines(text, width) + 4)
        self.sheet.merge_range(self.at, 0, self.at, self.columns - 1, "", form)
        self.sheet.write_string(self.at, 0, text, form)
        self.at += 1

    def heads(self, *captions: str) -> None:
        for i, caption in enumerate(captions):
            right = caption.startswith("#")
            form = self.book.formats["righthead" if right else "head"]
            self.sheet.write_string(self.at, i, caption.lstrip("#"), form)
        self.at += 1

    def row(self, *cells: tuple[str, str], lines: int = 1) -> None:
        if lines > 1:
            self.sheet.set_row(self.at, _LINE * lines)
        for i, (text, kind) in enumerate(cells):
            self.sheet.write_string(self.at, i, text, self.book.formats[kind])
        self.at += 1


def summary_sheet(book: Book, summary: dict[str, Any]) -> None:
    """One A4 page: the paragraph, verdicts, the five commonest reasons, what needs attention, provinces."""
    lang, say = book.lang, prose(book.lang)
    page, sheet = say["page"], book.sheet("summary")
    for i, width in enumerate((38, 11, 10, 46, 30)):
        sheet.set_column(i, i, width)
    _page(sheet, one_page=True)
    out = _Writer(book, sheet, 5)
    sheet.set_row(0, 26)
    out.row((say["book"]["title"], "title"))
    for text, kind in ((stale(summary, lang), "warn"), (paragraph(summary, lang), "paragraph"),
                       (purpose(summary, lang), "quiet")):  # fmt: skip
        if text:
            out.across(text, kind, 115)
    out.at += 1
    out.heads(page["verdicts"], "#" + page["n"], "#" + page["share"])
    counts = [summary[code] for code in words.VERDICTS]
    for code, n, share in zip(words.VERDICTS, counts, shares(counts), strict=True):
        shown = (words.number(lang, n), "right"), (words.percent(lang, share), "right")
        out.row((book.say("verdict", code), code), *shown)
    out.at += 1
    _people_rows(out, summary)
    out.heads(page["top"], "#" + page["n"], "#" + page["share"], page["todo"], page["who"])
    for code, n in troubles(summary)[:5]:
        do, who = words.action(lang, (code,)), words.who(lang, (code,))
        share = words.percent(lang, n / max(summary["rows"], 1))
        out.row((book.say("reason", code), "wrap"), (words.number(lang, n), "right"), (share, "right"),
                (do, "wrap"), (who, "wrap"), lines=max(_lines(do, 42), _lines(who, 28)))  # fmt: skip
    out.at += 1
    out.heads(page["attention"], "", "", "", "")
    for line in attention(summary, lang):
        out.across(line, "paragraph", 115)
    out.at += 1
    _province_rows(out, summary)
    out.at += 1
    _commune_rows(out, summary)
    out.at += 1
    told = f"{page['code']}: {summary['check_code']} · {page['checked_at']} {clock(summary['checked_at'])}"
    out.across(told, "quiet", 120)


def _people_rows(out: _Writer, summary: dict[str, Any]) -> None:
    """Of every further person of a row: how many rows name them, and the verdicts."""
    lang, page = out.book.lang, prose(out.book.lang)["page"]
    for who, here in summary.get("subjects", {}).items():
        out.heads(out.book.say("subject", who), "#" + page["n"], "#" + page["share"], "  " + page["people_top"])
        top = [f"  {out.book.say('reason', code)} {words.number(lang, n)}" for code, n in troubles(here)[:5]]
        counts = [here[code] for code in words.VERDICTS]
        for i, (code, n, share) in enumerate(zip(words.VERDICTS, counts, shares(counts), strict=True)):
            shown = (words.number(lang, n), "right"), (words.percent(lang, share), "right")
            out.row((out.book.say("verdict", code), code), *shown, (top[i] if i < len(top) else "", "text"))
        absent = page["people_rows"].format(n=words.number(lang, here["rows"]), absent=words.number(lang, here["absent"]))
        out.across(absent, "quiet", 120)
        out.at += 1


def _province_rows(out: _Writer, summary: dict[str, Any]) -> None:
    lang, page = out.book.lang, prose(out.book.lang)["page"]
    out.heads(page["province"], "#" + page["n"], "#" + page["clean_share"], "  " + page["work"])
    listed = sorted(summary["provinces"].items(), key=lambda item: (item[0] == "", -sum(item[1].values())))
    for code, here in listed:
        total = sum(here.values())
        name = tiles()[code][0] if code in tiles() else page["province_unknown"]
        out.row((name, "text"), (words.number(lang, total), "right"),
                (words.percent(lang, here["matched"] / total), "right"),
                ("  " + words.number(lang, total - here["matched"]), "text"))  # fmt: skip


def _commune_rows(out: _Writer, summary: dict[str, Any]) -> None:
    """The few communes with most work; all of them are on a sheet of their own."""
    lang, page = out.book.lang, prose(out.book.lang)["page"]
    some = shown(summary, COMMUNES)
    if not some.listed:
        return
    lines = [(here["name"], here) for here in some.listed]
    lines += [(page["communes_rest"].format(n=words.number(lang, some.others)), some.rest)] if some.rest else []
    lines += [(page["commune_unknown"], some.unknown)] if some.unknown else []
    out.heads(page["commune"], "#" + page["n"], "#" + page["clean_share"], "  " + page["work"])
    for name, here in lines:
        parts = [(page["short_" + code].lower(), here[code]) for code in words.VERDICTS[1:]]
        told = "; ".join(f"{part} {words.number(lang, n)}" for part, n in parts if n)
        total = words.number(lang, work(here))
        out.row((name, "wrap"), (words.number(lang, here["rows"]), "right"),
                (words.percent(lang, here["matched"] / here["rows"]), "right"),
                (f"  {total} ({told})" if told else f"  {total}", "text"), lines=_lines(name, 42))  # fmt: skip
    if some.rest:
        out.across(page["communes_where_book"], "quiet", 120)


def communes_sheet(book: Book, summary: dict[str, Any]) -> None:
    """Every commune of today that occurs, most work first, and the total."""
    say, sheet = prose(book.lang), book.sheet("communes")
    page = say["page"]
    keys = ("rows", *words.VERDICTS)
    captions = [page["commune"], "#" + page["n"], *("#" + page["short_" + code] for code in words.VERDICTS)]
    for i in range(len(captions)):
        sheet.set_column(i, i, 14 if i else 52)
    _page(sheet, landscape=True)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    out = _Writer(book, sheet, len(captions))
    out.heads(*captions)
    listed = summary["communes"]
    if not set(listed) - {UNKNOWN}:
        out.row((page["communes_none" if listed or not summary["rows"] else "communes_withheld"], "text"))
        return
    for here in [*listed.values(), None]:
        name = (here["name"] or page["commune_unknown"]) if here else say["book"]["total"]
        sheet.write_string(out.at, 0, name, book.formats["text" if here else "strong"])
        for i, key in enumerate(keys, 1):
            n = here[key] if here else sum(line[key] for line in listed.values())
            sheet.write_number(out.at, i, n, book.formats["count"])
        out.at += 1
    # The total stays below whatever is sorted.
    sheet.autofilter(0, 0, len(listed), len(captions) - 1)


def _rank_reasons(con: Any, subjects: Iterable[str], checked: str) -> None:
    """`report_sets`: the weightiest reason of every set of reasons that occurs, and its place in the work list."""
    asked = ["SELECT reasons FROM report_cells WHERE reasons <> ''"]
    asked += [f"SELECT CAST(_{who}_reasons AS VARCHAR) FROM {checked} WHERE _{who}_reasons IS NOT NULL" for who in subjects]
    sets = con.execute(f"SELECT DISTINCT reasons FROM ({' UNION ALL '.join(asked)})").fetchall()
    ranked = []
    for (joined,) in sets:
        worst = words.by_severity(tuple(joined.split(";")))[0]
        ranked.append((joined, worst.code, worst.bit + (0 if worst.severity == "confirm" else 100)))
    con.execute("CREATE OR REPLACE TEMP TABLE report_sets (reasons VARCHAR, main VARCHAR, rank INTEGER)").fetchall()
    for start in range(0, len(ranked), 500):
        part = ranked[start : start + 500]
        marks = ", ".join(["(?, ?, ?)"] * len(part))
        con.execute(f"INSERT INTO report_sets VALUES {marks}", [v for row in part for v in row]).fetchall()


def _seen(source: Source, who: str = "") -> tuple[list[str], str]:
    """Number, name and birth date as in the file, so that an officer knows whom a row is about: captions and SQL. Of a further
    person what they are for the main one."""
    fields = [f for f in ("pin", "name", "birth_date") if f in source.mapping]
    glue, mapping = {"birth_date": "/"}, source.people[who] if who else source.mapping
    parts = []
    for field in fields:
        columns = ", ".join('CAST(s."' + c.replace('"', '""') + '" AS VARCHAR)' for c in mapping.get(field, ())) or "''"
        parts.append(f"concat_ws('{glue.get(field, ' ')}', {columns}) AS seen_{field}")
    return fields, ", ".join(parts) or "'' AS seen"


def _go(book: Book, sheet: Any, at: int, column: int, row: int, links: bool) -> None:
    """The row number Excel shows on the data sheet, as a link to it."""
    if links:
        name = book.say("sheet", "data")
        sheet.write_url(at, column, f"internal:'{name}'!A{row + 1}", book.formats["link"], str(row + 1))
    else:
        sheet.write_number(at, column, row + 1, book.formats["number"])


def todo_sheet(book: Book, con: Any, source: Source, *, checked: str) -> None:
    """Every row of fix and confirm, weightiest reason first, with a link to it; further people after the main ones."""
    from dancu.linkage.report.workbook import stream

    lang, say = book.lang, prose(book.lang)
    sheet = book.sheet("todo")
    fields, seen = _seen(source)
    captions = [say["book"]["excel_row"], say["page"]["reason"], say["page"]["severity"]]
    captions += [words.caption("field", f, lang) for f in fields] or [""]
    captions += [words.caption("column", c, lang) for c in ("_explain", "_action", "_who")]
    for i, width in enumerate([8, 30, 22, *([18] * max(len(fields), 1)), 60, 42, 26]):
        sheet.set_column(i, i, width, book.formats["text"])
    _page(sheet, landscape=True)
    sheet.freeze_panes(1, 0)
    for i, caption in enumerate(captions):
        sheet.write_string(0, i, caption, book.formats["head"])
    _rank_reasons(con, source.people, checked)
    sql = resources.files(__package__).joinpath("sql", "todo.sql").read_text(encoding="utf-8")
    at, wrapped = 0, len(captions) - 3
    seen_of = {"": seen, **{f"_{who}": _seen(source, who)[1] for who in source.people}}
    asked = ((who, sql.format(seen=seen, who=who, source=source.relation, checked=checked)) for who, seen in seen_of.items())
    for whose, (row, main, _, severity, *rest) in ((who, line) for who, query in asked for line in stream(con, query)):
        at += 1
        if at > ROWS:
            break
        explained, do, who = (value or "" for value in rest[-3:])
        sheet.set_row(at, _LINE * max(_lines(explained, 62), _lines(do, 42), _lines(who, 26)))
        _go(book, sheet, at, 0, row, at <= LINKS)
        front = book.say("subject", whose[1:]) + GROUP_SIGN if whose else ""
        sheet.write_string(at, 1, front + book.say("reason", main), book.formats["text"])
        sheet.write_string(at, 2, book.say("severity", severity), book.formats["differs_" + severity])
        for i, value in enumerate(rest, 3):
            sheet.write_string(at, i, value or "", book.formats["wrap" if i >= wrapped else "text"])
    if not at:
        sheet.write_string(1, 1, say["book"]["none_todo"], book.formats["text"])
    sheet.autofilter(0, 0, max(at, 1), len(captions) - 1)


def duplicates_sheet(book: Book, con: Any, source: Source, *, checked: str) -> None:
    """Rows that are a second time in the file, each beside the row it repeats."""
    from dancu.linkage.report.workbook import stream

    lang, say = book.lang, prose(book.lang)
    sheet = book.sheet("duplicates")
    fields, seen = _seen(source)
    captions = [say["book"]["excel_row"], say["book"]["first_row"], *(words.caption("field", f, lang) for f in fields)]
    for i, width in enumerate([8, 16, *([24] * len(fields))]):
        sheet.set_column(i, i, width, book.formats["text"])
    _page(sheet)
    sheet.freeze_panes(1, 0)
    for i, caption in enumerate(captions):
        sheet.write_string(0, i, caption, book.formats["head"])
    sql = (
        f"SELECT c._row, c._duplicate_of, {seen} FROM {source.relation} AS s POSITIONAL JOIN {checked} AS c"
        " WHERE c._duplicate_of IS NOT NULL ORDER BY c._duplicate_of, c._row"
    )
    at = 0
    for row, first, *rest in stream(con, sql):
        at += 1
        _go(book, sheet, at, 0, row, at <= LINKS)
        _go(book, sheet, at, 1, first, at <= LINKS)
        for i, value in enumerate(rest, 2):
            sheet.write_string(at, i, value or "", book.formats["text"])
    if not at:
        sheet.write_string(1, 0, say["book"]["none_twice"], book.formats["text"])


def legend_sheet(book: Book) -> None:
    """What every colour and every reason means, what to do about it and who does it."""
    lang, page = book.lang, prose(book.lang)["page"]
    sheet = book.sheet("legend")
    for i, width in enumerate((38, 26, 60, 44, 30)):
        sheet.set_column(i, i, width)
    _page(sheet, landscape=True)
    out = _Writer(book, sheet, 5)
    out.heads(prose(lang)["book"]["legend_verdict"])
    for code in words.VERDICTS:
        out.row((book.say("verdict", code), code))
    out.at += 1
    out.heads(page["reason"], page["severity"], page["meaning"], page["todo"], page["who"])
    for entry in words.REASONS:
        one = (entry.code,)
        about, do, who = words.about(entry.code, lang), words.action(lang, one), words.who(lang, one)
        colour = "differs_" + entry.severity if entry.severity != "note" else "wrap"
        out.row((book.say("reason", entry.code), "wrap"), (book.say("severity", entry.severity), colour),
                (about, "wrap"), (do, "wrap"), (who or "–", "wrap"),
                lines=max(_lines(about, 60), _lines(do, 44), _lines(who, 30), 1))  # fmt: skip


def log_sheet(book: Book, summary: dict[str, Any], source: Source) -> None:
    """How the result came about: the file, the register, the policy, the columns and what was decided for each."""
    lang, say = book.lang, prose(book.lang)
    page, sheet = say["page"], book.sheet("log")
    for i, width in enumerate((34, 44, 30, 60)):
        sheet.set_column(i, i, width)
    _page(sheet, landscape=True)
    out = _Writer(book, sheet, 4)
    out.heads(say["book"]["item"], say["book"]["value"])
    register = page["register_rows"].format(
        n=words.number(lang, summary["register_rows"]), version=summary["register_version"]
    )
    when = moment(summary["register_time"])
    pairs = [
        (page["title"], summary["file"]), (page["checked_at"], clock(summary["checked_at"])),
        (page["register"], register + (f", {when:%H:%M %d/%m/%Y}" if when else "")),
        (page["policy"], summary["policy"]), (page["disclose"], say["disclose"].get(summary["disclose"], "")),
        (page["code"], summary["check_code"]), (page["notes"], say["book"]["cells_as_text"]),
    ]  # fmt: skip
    if source.format in ("xls", "ods"):
        pairs.append((page["notes"], say["book"]["from_xls"].format(format=source.format)))
    pairs += [(page["notes"], decision(note, lang)) for note in summary["notes"]]
    for key, value in pairs:
        out.row((key, "strong"), (str(value), "wrap"), lines=_lines(str(value), 44))
    out.at += 1
    out.heads(page["column"], page["field"], "", page["decisions"])
    for column in summary["columns"]:
        told = field_caption(column["field"], lang) if column["field"] else page["ignored"]
        why = page.get("by_" + column["why"], "") if column["field"] else ""
        out.row((column["caption"] or column["name"], "wrap"), (told, "wrap"), (why, "wrap"),
                ("; ".join(decision(n, lang) for n in column["notes"]), "wrap"))  # fmt: skip
