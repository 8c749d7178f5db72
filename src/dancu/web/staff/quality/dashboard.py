"""Chất lượng dữ liệu: đúng, đủ, sạch, sống of a unit and of those below it, how they went over time, and what blocks.

A table with small bars instead of a map: it can be read aloud, sorted and printed, and needs no border of anybody's.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse

from dancu.core import words
from dancu.core.refusal import Refusal
from dancu.places import unit as known
from dancu.quality import course, figures, queries, term
from dancu.quality.figures import Figure
from dancu.quality.measures import Definition
from dancu.quality.measures import definitions as _all
from dancu.quality.rules.rule import MEASURES, by_id
from dancu.register.rights import may
from dancu.web import desk, frame, language
from dancu.web.routes import route
from dancu.web.staff.cases import standing
from dancu.web.staff.cases.export import file_of, handed, written
from dancu.web.staff.quality import trend
from dancu.web.staff.quality.running import RUNNERS, state_of

_DEFINED: dict[str, Definition] = {each.id: each for each in _all()}
_SHOWN = (*MEASURES, "coverage")
_MORE = ("births_in_time", "deaths_in_time", "birth_days", "death_days")
_DAYS = (30, 90, 365)
_BLOCKING = 10
# A share below this is a fault to be looked at, below that one to be watched.
_BAD, _WARN = 0.9, 0.97
# Above so much of what is expected, too many are on record.
_OVER = 1.03
_Z = 1.96


@dataclass(frozen=True)
class Bar:
    """A measure as the template shows it: `text` in words ('' caption unknown), `width` of a hundred, how it stands, its parts."""

    code: str
    caption: str
    text: str
    width: float
    kind: str
    parts: str = ""
    change: str = ""
    change_kind: str = ""
    value: float = -1.0
    over: bool = False


def quality(request: Any, code: str = "") -> HttpResponse:
    """The page of a unit; without one, of the reader's own."""
    unit = _unit(request, code)
    lang = request.lang
    with standing.reading() as connection:
        try:
            run = figures.last_run(connection)
        except Refusal:
            run = None
        latest = {figure.measure: figure for figure in figures.latest(connection, unit=unit)} if run else {}
        rows = _below(connection, unit, lang) if run else []
        found = figures.findings(connection, unit=unit, limit=_BLOCKING * 3) if run else ()
        measure, days = _asked(request)
        line = figures.trend(connection, measure=measure, unit=unit, days=days) if run else ()
        before = {each: _earlier(connection, each, unit) for each in _SHOWN} if run else {}
        counts = _loads(connection, unit) if run else {}
    share = _DEFINED[measure].kind == "share"
    points = [(each.day, each.share) for each in line if each.share is not None]
    return frame.show(
        request, "quality/dashboard.html", section="quality", unit=unit, name=frame.unit_name(unit, lang), above=_above(request, unit),
        bars=[_bar(each, latest.get(each), lang, before.get(each)) for each in _SHOWN], rows=rows, counts=counts, run=run,
        more=[_bar(each, latest.get(each), lang) for each in _MORE if each in latest],
        blocking=[_blocking(each, lang) for each in found if by_id().get(each.rule) and by_id()[each.rule].counts][:_BLOCKING],
        measure=measure, days=days, spans=_DAYS, measures=[(each, _DEFINED[each].caption(lang)) for each in (*_SHOWN, *_MORE)],
        trend=trend.drawn(points, share=share), points=[(day, _said(value, share, lang)) for day, value in reversed(points)],
        ticks=_ticks(trend.drawn(points, share=share), share, lang), define=[_DEFINED[each] for each in (*_SHOWN, *_MORE)],
        position=desk.desk().position() if run else 0, may_run=request.staff.role in RUNNERS, running=state_of(),
        may_export=may(request.staff, "export"), may_cases=may(request.staff, "case"), level=_level(unit), took=_took(run, lang),
        people=(latest["correct"].denominator or 0) if "correct" in latest else 0,
    )  # fmt: skip


def export(request: Any, form: str, code: str = "") -> HttpResponse:
    """The table of the units below one, or of a commune itself, as a file; numbers of people and nobody's data."""
    unit = _unit(request, code)
    if form not in ("xlsx", "csv"):
        raise Http404
    lang, lines = request.lang, []
    with standing.reading() as connection:
        codes = figures.units_below(unit) or [unit]
        for each in (*_SHOWN, *_MORE):
            told = figures.below(connection, measure=each, unit=unit) if len(unit) < 5 else figures.latest(connection, unit=unit)
            lines += [_exported(figure, lang) for figure in told if figure.measure == each and figure.unit in codes]
    columns = ("code", "unit", "measure", "day", "numerator", "denominator", "share")
    head = [frame.say(request, f"quality.column.{each}") for each in columns]
    whole = written(form, head, lines, frame.say(request, "quality.title"))
    handed(request, "quality-measures", len(lines), whole, ())
    return file_of(form, "chat-luong-du-lieu", whole)


def bars_of(unit: str, lang: str) -> list[Bar]:
    """The four measures and the coverage of a unit in the last run; none before the first run."""
    with standing.reading() as connection:
        latest = {figure.measure: figure for figure in figures.latest(connection, unit=unit)}
    return [_bar(each, latest[each], lang) for each in _SHOWN if each in latest]


def _unit(request: Any, code: str) -> str:
    """The unit asked for, inside the reader's own. 404 where it is none, or not theirs."""
    unit = code or request.staff.unit
    try:
        queries.checked_unit(unit)
    except Refusal:
        raise Http404 from None
    own = request.staff.unit
    if not (not own or unit == own or (len(own) == 2 and course.province_of(unit) == own)):
        raise Http404
    return unit


def _above(request: Any, unit: str) -> list[tuple[str, str]]:
    """(name, address) of the units above, as far as the reader may open them."""
    own, found = request.staff.unit, []
    if unit and not own:
        found.append((frame.unit_name("", request.lang), reverse("quality")))
    if len(unit) == 5 and len(own) < 5:
        province = course.province_of(unit)
        found.append((frame.unit_name(province, request.lang), reverse("quality_unit", args=[province])))
    return found


def _below(connection: Any, unit: str, lang: str) -> list[dict[str, Any]]:
    """The units below one with a bar of each measure, the worst first."""
    told: dict[str, dict[str, Figure]] = {}
    for measure in _SHOWN:
        for figure in figures.below(connection, measure=measure, unit=unit) if len(unit) < 5 else ():
            told.setdefault(figure.unit, {})[measure] = figure
    rows = []
    for code, each in told.items():
        found = known("2025-07", "commune" if unit else "province", code)
        bars = [_bar(measure, each.get(measure), lang) for measure in _SHOWN]
        worst = min((_at_best(each[measure]) for measure in MEASURES if measure in each and each[measure].denominator), default=2.0)
        people = each["correct"].denominator or 0 if "correct" in each else 0
        rows.append({"code": code, "name": found.title if found else code, "bars": bars, "worst": worst, "people": people})
    return sorted(rows, key=lambda row: (row["worst"], -row["people"], row["code"]))


def _at_best(figure: Figure) -> float:
    """The upper end of a share's interval (Wilson, 95 %): a commune of three people is not the worst for one of them."""
    n, share = figure.denominator or 1, figure.share or 0.0
    middle, spread = share + _Z * _Z / (2 * n), _Z * math.sqrt((share * (1 - share) + _Z * _Z / (4 * n)) / n)
    return (middle + spread) / (1 + _Z * _Z / n)


def _loads(connection: Any, unit: str) -> dict[str, Any]:
    """Open and overdue cases of a unit, counted no further than a thousand; the whole country's are not counted for a page."""
    if not unit:
        return {}
    from datetime import timedelta

    yesterday = term.today(standing.now()) - timedelta(days=1)
    return {"open": queries.some(connection, unit=unit), "overdue": queries.some(connection, unit=unit, due_by=yesterday), "most": 1000}


def _bar(code: str, figure: Figure | None, lang: str, before: float | None = None) -> Bar:
    definition = _DEFINED[code]
    share = figure.share if figure else None
    if share is None:
        return Bar(code, definition.caption(lang), language.say(lang, "quality.unknown"), 0, "unknown")
    whole = definition.kind == "share"
    assert figure is not None
    parts = f"{language.number(lang, figure.numerator)} / {language.number(lang, figure.denominator or 0)}"
    if not whole:
        parts = language.say(lang, "quality.events", n=language.number(lang, figure.denominator or 0))
    kind = "good" if not whole or share >= _WARN else "warn" if share >= _BAD else "bad"
    if whole and share > 1:
        # More people on record than the source outside expects: moved away and not struck off, or an old source.
        parts, kind = f"{parts}; {language.say(lang, 'quality.over')}", "warn" if share > _OVER else "good"
    change = _change(share, before, lang) if whole and before is not None else ("", "")
    width = round(min(share, 1.0) * 100, 1) if whole else 0
    text = _said(share, whole, lang)
    return Bar(code, definition.caption(lang), text, width, kind, parts, *change, value=share, over=whole and share > 1)


def _change(share: float, before: float, lang: str) -> tuple[str, str]:
    """(the change in percentage points, signed; how it stands)."""
    points = round((share - before) * 100, 1)
    if not points:
        return language.say(lang, "quality.same"), "plain"
    told = f"{abs(points):.1f}" if lang == "en" else f"{abs(points):.1f}".replace(".", ",")
    return language.say(lang, "quality.more" if points > 0 else "quality.less", n=told), "good" if points > 0 else "bad"


def _earlier(connection: Any, measure: str, unit: str) -> float | None:
    """The share of a measure on the day before the last on which it was measured."""
    line = figures.trend(connection, measure=measure, unit=unit, days=2)
    return line[0].share if len(line) == 2 else None


def _said(value: float | None, share: bool, lang: str) -> str:
    if value is None:
        return language.say(lang, "quality.unknown")
    if share:
        # What is not wholly right is not told as a hundred per cent.
        return words.percent(lang, min(value, 0.999) if value < 1 else value, 1)
    told = f"{value:.1f}" if lang == "en" else f"{value:.1f}".replace(".", ",")
    return language.say(lang, "quality.days", n=told)


def _ticks(drawn: trend.Trend | None, share: bool, lang: str) -> list[tuple[float, str]]:
    return [(y, _said(value, share, lang)) for y, value in drawn.ticks] if drawn else []


def _blocking(found: figures.Finding, lang: str) -> dict[str, Any]:
    rule = by_id()[found.rule]
    return {
        "rule": rule.id, "text": rule.text(lang), "people": found.people, "measure": _DEFINED[rule.measure].caption(lang),
        "opens": rule.opens_cases, "severity": rule.severity, "severity_kind": standing.SEVERITY_TAGS[rule.severity],
    }  # fmt: skip


def _asked(request: Any) -> tuple[str, int]:
    measure, days = request.GET.get("do", ""), request.GET.get("ngay", "")
    return measure if measure in (*_SHOWN, *_MORE) else "correct", int(days) if days in map(str, _DAYS) else _DAYS[1]


def _exported(figure: Figure, lang: str) -> Sequence[str]:
    definition = _DEFINED[figure.measure]
    share = "" if figure.share is None else f"{figure.share:.6f}"
    denominator = language.say(lang, "quality.unknown") if figure.denominator is None else str(figure.denominator)
    name = frame.unit_name(figure.unit, lang)
    return figure.unit, name, definition.caption(lang), figure.day.isoformat(), str(figure.numerator), denominator, share


def _level(unit: str) -> str:
    return {0: "country", 2: "province", 5: "commune"}[len(unit)]


def _took(run: figures.Run | None, lang: str) -> str:
    """How long a run took, in words."""
    seconds = round((run.ended_at - run.started_at).total_seconds()) if run else 0
    return language.say(lang, "quality.seconds", n=seconds) if seconds < 120 else language.say(lang, "quality.minutes", n=seconds // 60)


ROUTES = (
    route("chat-luong/", quality, "quality", needs="measure"),
    route("chat-luong/xuat/<slug:form>/", export, "quality_export", needs="export"),
    route("chat-luong/xuat/<slug:form>/<slug:code>/", export, "quality_export_unit", needs="export"),
    route("chat-luong/<slug:code>/", quality, "quality_unit", needs="measure"),
)
