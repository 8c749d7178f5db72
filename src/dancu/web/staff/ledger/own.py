"""What the reader has done with people's data, told from the ledger, and what a supervisor asks about it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.http import HttpResponse

from dancu.kit.clock import VIETNAM
from dancu.web import desk, frame, language
from dancu.web.paging import ROWS, cut
from dancu.web.routes import route
from dancu.web.staff.ledger import entries, talk

_DAYS = 30


def own_log(request: Any) -> HttpResponse:
    """One's own entries, newest first: of thirty days up to the one chosen."""
    until = _chosen(request.GET.get("den", ""))
    end = datetime.combine(until + timedelta(days=1), time(), VIETNAM)
    since = end - timedelta(days=_DAYS)
    found = desk.desk().witness.acts(request.staff.account, _ms(since), _ms(end))
    after = request.GET.get("sau", "")
    rows = [entries.told(entry, request.lang) for entry in found]
    behind = next((place for place, row in enumerate(rows, 1) if row.key == after), 0) if after else 0
    page = cut(rows[behind : behind + ROWS + 1], lambda row: row.key, after if behind else "")
    return frame.show(
        request, "staff/ledger/own.html", section="ledger", page=page, until=until.isoformat(),
        since=language.day(since.date().isoformat()),
        until_told=language.day(until.isoformat()), asked=talk.open_questions(request),
    )  # fmt: skip


def _chosen(text: str) -> date:
    today = datetime.now(UTC).astimezone(VIETNAM).date()
    iso = language.iso_of(text) or ""
    return min(date.fromisoformat(iso), today) if len(iso) == 10 else today


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


ROUTES = (route("nhat-ky/cua-toi/", own_log, "own_log", needs="own_log"),)
