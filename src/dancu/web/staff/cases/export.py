"""A worklist handed out as a file: xlsx or csv, what the reader may see of it and no more, with its leaf before it leaves."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.http import Http404, HttpResponse

from dancu.quality import queries
from dancu.quality.captions import caption as cased
from dancu.quality.queries import Case
from dancu.register import captions
from dancu.register.witness import Reader
from dancu.web import desk, frame, language
from dancu.web.routes import route
from dancu.web.staff.cases import standing, worklist

MOST = 10_000
_COLUMNS = ("number", "what", "todo", "kind", "severity", "commune", "owner", "state", "due_day", "due", "assigned", "opened")
# Instead of the people, whom an agency does not see.
_IN_FILE = ("file", "sheet", "row")
_PERSON = ("name", "birth_date", "pin")
_TYPES = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv; charset=utf-8"}
# What a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def export(request: Any, form: str) -> HttpResponse:
    """The list as it is narrowed on its page, whole up to ten thousand lines."""
    if form not in _TYPES:
        raise Http404
    view = request.GET.get("xem", "")
    view = view if view in worklist.views(request) else worklist.views(request)[0]
    cases = list(_all(worklist.narrowed(request, view, request.GET)))
    names = worklist.named(request, cases)
    head = [frame.say(request, f"cases.column.{code}") for code in _COLUMNS]
    if standing.office_of(request):
        head += [f"{captions.caption('field', field, request.lang)}{n}" for n in ("", " (2)") for field in _PERSON]
    else:
        head += [frame.say(request, f"cases.column.{code}") for code in _IN_FILE]
    with standing.reading() as connection:
        files = worklist.in_files(request, connection, cases)
    whole = written(form, head, (_line(request, case, names, files) for case in cases), frame.say(request, "cases.export.sheet"))
    handed(request, "quality-cases", len(cases), whole, (*_COLUMNS, *(_PERSON if standing.office_of(request) else _IN_FILE)))
    return file_of(form, "viec-can-xu-ly", whole)


def handed(request: Any, dataset: str, rows: int, whole: bytes, fields: Sequence[str]) -> None:
    """Tell the ledger that a file leaves, before it does."""
    reader = Reader.of(standing.actor(request) or request.staff.actor(), worklist.PURPOSE)
    desk.desk().witness.exported(reader, dataset, rows, hashlib.sha256(whole).digest(), fields)


def written(form: str, head: Sequence[str], lines: Iterable[Sequence[str]], title: str) -> bytes:
    """A table as a file; whatever looks like a formula stays text."""
    if form == "csv":
        text = io.StringIO(newline="")
        writer = csv.writer(text, quoting=csv.QUOTE_ALL)
        writer.writerow(head)
        writer.writerows([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in line] for line in lines)
        return text.getvalue().encode("utf-8-sig")
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet(title[:31])
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        for column, cell in enumerate(head):
            sheet.write_string(0, column, cell, bold)
        row = 0
        for row, line in enumerate(lines, 1):
            for column, cell in enumerate(line):
                sheet.write_string(row, column, cell)
        sheet.set_column(0, len(head) - 1, 18)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, row, len(head) - 1)
    return out.getvalue()


def file_of(form: str, name: str, whole: bytes) -> HttpResponse:
    """A file to be kept; its name says nothing of anybody."""
    day = language.moment(standing.now())[-10:].replace("/", "-")
    answer = HttpResponse(whole, content_type=_TYPES[form])
    answer["Content-Disposition"] = f'attachment; filename="{name}-{day}.{form}"'
    return answer


def _all(wished: dict[str, Any]) -> Iterator[Case]:
    after, left = None, MOST
    with standing.reading() as connection:
        while left > 0:
            page = queries.worklist(connection, **wished, after=after, limit=min(left, queries.MOST))
            yield from page.cases
            after, left = page.next, left - len(page.cases)
            if after is None:
                return


def _line(request: Any, case: Case, names: dict[int, dict[str, Any]], files: dict[int, tuple[str, str, int]]) -> list[str]:
    lang = request.lang
    told = {
        "number": str(case.id), "what": standing.caption(case, lang), "todo": standing.to_do(case, lang),
        "kind": cased("kind", case.kind, lang), "severity": cased("severity", case.severity, lang),
        "commune": frame.unit_name(case.commune, lang) if case.commune else "", "owner": cased("owner", case.owner, lang),
        "state": cased("state", case.state, lang), "due_day": language.day(case.due.isoformat()),
        "due": standing.due(case, lang)[0], "assigned": case.assigned, "opened": language.moment(case.opened_at),
    }  # fmt: skip
    if not standing.office_of(request):
        # Where somebody lives is the register's to know, and which officer works on it the office's.
        told |= {"commune": "", "assigned": case.assigned if case.assigned == request.staff.account else ""}
        return [*(told[code] for code in _COLUMNS), *map(str, files.get(case.id, ("", "", "")))]
    people = [names.get(person or 0, {}) for person in (case.person, case.other)]
    told_people = [language.day(each.get(f, "")) if f == "birth_date" else each.get(f, "") for each in people for f in _PERSON]
    return [*(told[code] for code in _COLUMNS), *told_people]


ROUTES = (route("viec/xuat/<slug:form>/", export, "cases_export", needs="export"),)
