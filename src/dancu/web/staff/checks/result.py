"""What came of a check: the paragraph to paste, verdicts, the commonest reasons, files to take home, and its differences as cases."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.db import transaction
from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect

from dancu.core import words
from dancu.linkage.report import phrasing
from dancu.web import frame, language
from dancu.web.checks import queries, tasks
from dancu.web.models import Check
from dancu.web.routes import route
from dancu.web.staff.checks.upload import address, found

_REASONS = 5
_KINDS = {"tep": "checked", "tom-tat": "summary", "bao-cao": "report"}
# The report brings its own style and pictures; nothing else may run in it, and it is nobody's origin.
_REPORT_POLICY = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_TINT = {"matched": "good", "matched_with_differences": "warn", "ambiguous": "warn", "not_found": "bad", "invalid": "plain"}


@dataclass(frozen=True)
class Table:
    """One table of the file as the page shows it."""

    name: str
    paragraph: str
    stale: str
    personal: str
    verdicts: list[tuple[str, str, int, str]]
    reasons: list[tuple[str, int, str, str]]
    attention: list[str]
    links: list[tuple[str, str]]
    report: str


def shown(request: Any, check: Check) -> HttpResponse:
    """The page of a check that is done."""
    results = queries.results(check)
    tables = [_table(request, check, result) for result in results]
    can_open = any(result.parquet and check.disclose in ("suggest", "full") for result in results)
    return frame.show(
        request, "staff/checks/result.html", section="check", check=check, tables=tables, taken=check.taken, may_open=can_open,
        gone=not tables, remove=address("check_delete", request, check), opening=address("check_cases", request, check),
        opening_refused=check.taken.get(request.lang, "") if check.opening == "failed" else "",
        differences=check.figures.get("matched_with_differences", 0), seconds=_seconds(check), expires=language.moment(check.expires_at),
    )  # fmt: skip


def take_home(request: Any, reference: str, token: str) -> HttpResponse:
    """The checked file or the summary of a table (`tep-0`), called after the file that was sent."""
    check = found(request, reference, "done")
    path = _path(check, token)
    stem = check.called.rpartition(".")[0] or check.called
    # Tables of an archive have names of their own behind it.
    inside = path.name.partition(".checked.")[0].partition(".summary.")[0]
    named = f"{stem}-{inside}" if inside != check.code else stem
    ending = path.name[len(inside) :]
    answer = FileResponse(path.open("rb"), content_type="application/octet-stream")
    answer["Content-Disposition"] = f"attachment; filename=\"{check.code}{ending}\"; filename*=UTF-8''{quote(named + ending)}"
    answer["Content-Length"] = str(path.stat().st_size)
    return answer


def report(request: Any, reference: str, token: str) -> HttpResponse:
    """The report of a table that stands alone, in a sandbox of its own."""
    check = found(request, reference, "done")
    answer = HttpResponse(_path(check, f"bao-cao-{token}").read_text(encoding="utf-8"))
    answer["Content-Security-Policy"] = _REPORT_POLICY
    return answer


def open_cases(request: Any, reference: str) -> HttpResponse:
    """Have the differences opened as cases, once; the work is a job."""
    check = found(request, reference, "done")
    with transaction.atomic():
        free = Check.objects.filter(pk=check.pk, opening__in=("", "failed")).update(opening="waiting", taken={})
        if free:
            Check.objects.filter(pk=check.pk).update(job=tasks.opening_deferred(check.pk))
    # Without a fragment: a page that asks for itself again by a meta element would only jump to it.
    return HttpResponseRedirect(address("check", request, check))


def _path(check: Check, token: str) -> Path:
    """The file of a table that a token such as `tom-tat-0` means. Raises Http404 for anything else."""
    kind, _, place = token.rpartition("-")
    results = queries.results(check)
    if not (place.isascii() and place.isdecimal()) or int(place) >= len(results):
        raise Http404
    path = results[int(place)].files.get(_KINDS.get(kind, ""))
    if path is None:
        raise Http404
    return path


def _table(request: Any, check: Check, result: queries.Result) -> Table:
    lang = request.lang
    # The file tells its purpose in its own language, the page in the reader's.
    summary = {**result.summary, "purpose": purpose_of(check, lang)}
    rows = max(summary["rows"], 1)
    shares = phrasing.shares([summary[code] for code in words.VERDICTS])
    links = [
        (frame.say(request, f"checks.take.{kind}"), address("check_file", request, check, f"{kind}-{result.place}"))
        for kind, of in _KINDS.items() if of in result.files and of != "report"
    ]  # fmt: skip
    return Table(
        name=summary["file"], paragraph=phrasing.paragraph(summary, lang), stale=phrasing.stale(summary, lang),
        personal=phrasing.purpose(summary, lang),
        verdicts=[
            (words.caption("verdict", code, lang), _TINT[code], summary[code], words.percent(lang, share))
            for code, share in zip(words.VERDICTS, shares, strict=True)
        ],
        reasons=[
            (words.caption("reason", code, lang), n, words.action(lang, (code,)), words.who(lang, (code,)))
            for code, n in phrasing.troubles(summary)[:_REASONS]
        ],
        attention=phrasing.attention(summary, lang) if rows else [], links=links,
        report=address("check_report", request, check, result.place) if "report" in result.files else "",
    )  # fmt: skip


def purpose_of(check: Check, lang: str) -> str:
    """What a check was asked for, and its reference, in words."""
    return f"{language.say(lang, f'checks.purpose.{check.purpose}')} ({check.reference})"


def _seconds(check: Check) -> int:
    return round((check.ended_at - check.begun_at).total_seconds()) if check.ended_at and check.begun_at else 0


ROUTES = (
    route("doi-chieu-tep/<str:reference>/tai/<str:token>/", take_home, "check_file", needs="check"),
    route("doi-chieu-tep/<str:reference>/bao-cao/<str:token>/", report, "check_report", needs="check"),
    route("doi-chieu-tep/<str:reference>/mo-viec/", open_cases, "check_cases", needs="case", methods=("POST",)),
)
