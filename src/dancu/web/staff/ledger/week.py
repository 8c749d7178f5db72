"""A supervisor's week: looks of the officers they watch that want an answer, from the ledger and nowhere else."""

from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, get_args

from django.http import HttpResponse

from dancu.register.read.oversight import Look, Why
from dancu.register.witness import Reader
from dancu.web import desk, frame, language
from dancu.web.accounts import session
from dancu.web.models import Account
from dancu.web.paging import ROWS, cut
from dancu.web.routes import route
from dancu.web.staff.ledger import entries, talk
from dancu.web.staff.ledger import officers as watching
from dancu.web.staff.ledger.officers import OFFICERS_MAX, watched

WHYS: tuple[Why, ...] = get_args(Why)
_FIELDS = ("officer", "at", "service", "purpose", "fields", "why")
_HEADS = (
    "log.officer", "log.account", "log.unit", "log.at", "log.what", "log.purpose_head", "log.reference", "log.fields", "log.near",
    "log.why_head", "log.state_head",
)  # fmt: skip
_GRAVE = ("self", "colleague", "household")
_EXPORT_ROWS_MAX = 100_000


@dataclass(frozen=True)
class Row:
    """One look as the page shows it."""

    look: Look
    officer: Account
    what: str
    purpose: str
    reference: str
    why: list[tuple[str, str]]
    near: str
    state: str
    link: str
    key: str


def supervision(request: Any) -> HttpResponse:
    """The week's list, with filters and figures by officer."""
    monday = _monday(request.GET.get("tuan", ""))
    officers = watched(request.account)
    looks = _looks(request, officers[:OFFICERS_MAX], monday)
    shown = _filtered(request, looks, officers)
    after = request.GET.get("sau", "")
    behind = next((place for place, look in enumerate(shown, 1) if _key(look) == after), 0) if after else 0
    page = cut(shown[behind : behind + ROWS + 1], _key, after if behind else "", rows=ROWS)
    rows = _rows(request, page.rows, officers)
    counts = Counter(look.account for look in looks)
    return frame.show(
        request, "staff/ledger/week.html", section="ledger", page=page, rows=rows, total=len(shown), week=_name(monday),
        monday=language.day(monday.isoformat()), sunday=language.day((monday + timedelta(days=6)).isoformat()),
        before=_name(monday - timedelta(days=7)), behind="" if monday >= _monday("") else _name(monday + timedelta(days=7)),
        whys=[(code, language.say(request.lang, f"log.why.{code}"), sum(code in look.why for look in looks)) for code in WHYS],
        officers=[(session.reference(request, "officer", each.pk), each, counts[each.login]) for each in officers if counts[each.login]],
        why=request.GET.get("ly-do", ""), officer=request.GET.get("can-bo", ""), many=len(officers) > OFFICERS_MAX,
        watches=len(officers), most=OFFICERS_MAX,
    )  # fmt: skip


def export(request: Any) -> HttpResponse:
    """The week's list as a file, as filtered on the page; that it left is an entry of the ledger."""
    monday = _monday(request.GET.get("tuan", ""))
    officers = watched(request.account)[:OFFICERS_MAX]
    looks = _filtered(request, _looks(request, officers, monday), officers)[:_EXPORT_ROWS_MAX]
    heads = [language.say(request.lang, key) for key in _HEADS]
    lines = [
        [row.officer.full_name, row.officer.login, frame.unit_name(row.officer.unit, request.lang), language.moment(row.look.at), row.what,
         row.purpose, row.reference, row.look.fields, row.near, "; ".join(text for _, text in row.why),
         language.say(request.lang, f"log.state.{row.state}")]
        for row in _rows(request, looks, officers)
    ]  # fmt: skip
    kind = "csv" if request.GET.get("kieu") == "csv" else "xlsx"
    content = _csv(heads, lines) if kind == "csv" else _xlsx(heads, lines, _name(monday))
    desk.desk().witness.exported(_reader(request), "oversight.week", len(lines), hashlib.sha256(content).digest(), _FIELDS)
    answer = HttpResponse(content, content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="giam-sat-{_name(monday)}.{kind}"'
    return answer


def _looks(request: Any, officers: Sequence[Account], monday: date) -> list[Look]:
    """The week of some officers, and the leaf of having looked."""
    desk.supervised(request.staff, "supervision.week", len(officers))
    return watching.looks(officers, monday)


def _filtered(request: Any, looks: list[Look], officers: Sequence[Account]) -> list[Look]:
    why, reference = request.GET.get("ly-do", ""), request.GET.get("can-bo", "")
    chosen = session.record(request, "officer", reference) if reference else None
    login = next((each.login for each in officers if each.pk == chosen), "")
    return [look for look in looks if (why not in WHYS or why in look.why) and (not login or look.account == login)]


def _rows(request: Any, looks: Sequence[Look], officers: Sequence[Account]) -> list[Row]:
    by_login = {each.login: each for each in officers}
    by_person = {each.person: each for each in officers if each.person}
    states, lang = talk.states([(look.month, look.index) for look in looks]), request.lang
    rows = []
    for look in looks:
        purpose, reference = entries.purpose(look.purpose, lang)
        holder = by_person.get(look.person)
        near = holder.full_name if holder else language.say(lang, "log.household") if look.person else ""
        why = [("bad" if code in _GRAVE else "warn", language.say(lang, f"log.why.{code}")) for code in look.why]
        rows.append(
            Row(look, by_login[look.account], entries.service(look.service, lang), purpose, reference, why, near,
                states.get((look.month, look.index), "new"), talk.address(request, "look", look.month, look.index), _key(look))
        )  # fmt: skip
    return rows


def _reader(request: Any) -> Reader:
    return Reader.of(request.staff.actor(), "supervision")


def _key(look: Look) -> str:
    return f"{look.month}.{look.index}"


def _name(monday: date) -> str:
    year, week, _ = monday.isocalendar()
    return f"{year}-W{week:02d}"


def _monday(text: str) -> date:
    """The Monday of a week as "2026-W48"; of this week for anything else, and for weeks to come."""
    this = watching.monday_of(datetime.now(UTC))
    try:
        return min(date.fromisoformat(f"{text}-1"), this) if text else this
    except ValueError:
        return this


def _csv(heads: list[str], lines: list[list[Any]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([heads, *([_plain(cell) for cell in line] for line in lines)])
    return out.getvalue().encode("utf-8-sig")


def _plain(cell: Any) -> Any:
    """A cell that a spreadsheet will not take for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def _xlsx(heads: list[str], lines: list[list[Any]], name: str) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, heads, book.add_format({"bold": True}))
        for place, line in enumerate(lines, 1):
            sheet.write_row(place, 0, line)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(heads) - 1, 22)
    return out.getvalue()


ROUTES = (
    route("nhat-ky/giam-sat/", supervision, "supervision", needs="supervise"),
    route("nhat-ky/giam-sat/xuat/", export, "supervision_export", needs="supervise"),
)
