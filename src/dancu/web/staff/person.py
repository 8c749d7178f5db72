"""A person's page: what is on record by the law's groups, masked until a purpose is given; what was done; who looked."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from dancu.register import captions
from dancu.register.rights import GROUPS, may
from dancu.web import desk, frame, language
from dancu.web.accounts import session
from dancu.web.forms import Form, with_options
from dancu.web.orders import told
from dancu.web.routes import route
from dancu.web.staff import portrait, purposes
from dancu.web.staff.ledger import entries
from dancu.web.staff.ledger.officers import watched_by

# A group stays open for its reader so long after a purpose was given.
OPEN_S = 900
_REVEALED = "revealed"
_LINES = 50


@dataclass(frozen=True)
class Line:
    """One entry of a timeline as the component shows it."""

    at: datetime | None
    title: str
    text: str
    facts: tuple[tuple[str, str], ...] = ()


def person(request: Any, reference: str) -> HttpResponse:
    """The page. Each time it is shown is a look, and a look at what was revealed is one more."""
    number = _record(request, reference)
    purpose, reason = purposes.kept(request, number)
    seen = desk.opened(request, purpose, reason, number, reveal=_revealed(request, number))
    seen = desk.kin_named(request, purpose, reason, seen)
    groups = portrait.groups(seen, request.lang)
    # What is as it is by default is not among the plain values of a person.
    state = seen.fields.get("status", "active") if seen.sight["identity"] == "open" else ""
    return frame.show(
        request, "staff/person.html", section="lookup", reference=reference, seen=seen, groups=groups, name=seen.fields.get("name", ""),
        pin=seen.fields.get("pin", ""), state=state, state_kind=portrait.tag_of(state), may_history=may(request.staff, "history"),
        may_looked=may(request.staff, "looked"), any_masked=any(group.sight == "masked" for group in groups),
    )  # fmt: skip


def reveal(request: Any, reference: str) -> HttpResponse:
    """What for: the page that opens a masked group of fields for a purpose and a reference."""
    number = _record(request, reference)
    group = request.POST.get("nhom") or request.GET.get("nhom", "")
    if group not in GROUPS:
        raise Http404
    purpose, reason = purposes.kept(request, number)
    fields = with_options(purposes.NEEDED, purpose=purposes.of(request.staff.role, request.lang))
    form = Form(fields, request.lang, request.POST if request.method == "POST" else None, {"purpose": purpose, "reference": reason})
    if "reference" in form.errors and not form.typed("reference").strip():
        form.wrong("reference", "purposes.error.reference")
    purposes.check(request, form)
    if form.ok():
        purposes.keep(request, form, number)
        kept = {key: until for key, until in request.session.get(_REVEALED, {}).items() if until > time.time()}
        request.session[_REVEALED] = {**kept, f"{number}:{group}": time.time() + OPEN_S}
        return HttpResponseRedirect(reverse("person", args=[reference]) + f"#g-{group}")
    caption = captions.caption("group", group, request.lang)
    status = 400 if form.errors else 200
    return frame.show(
        request, "staff/reveal.html", section="lookup", form=form, reference=reference, group=group, caption=caption, status=status,
        minutes=OPEN_S // 60,
    )  # fmt: skip


def history(request: Any, reference: str) -> HttpResponse:
    """What was done to the person, newest first."""
    number = _record(request, reference)
    purpose, reason = purposes.kept(request, number)
    before = request.GET.get("sau", "")
    last = int(before) if before.isascii() and before.isdecimal() else 1 << 30
    events = desk.desk().timeline(request.staff, desk.spoken(purpose, reason), f"#{number}", before=last, limit=_LINES + 1, differs=True)
    lines = [_line(event, request.lang) for event in events[:_LINES]]
    more = str(events[_LINES - 1].version) if len(events) > _LINES else ""
    return frame.show(
        request, "staff/history.html", section="lookup", reference=reference, lines=lines, page={"next": more, "first": not before}
    )


def looked(request: Any, reference: str) -> HttpResponse:
    """Who looked at the person: from the ledger, pseudonyms for officers."""
    number = _record(request, reference)
    purpose, reason = purposes.kept(request, number)
    found = desk.desk().looked(request.staff.actor(), desk.spoken(purpose, reason), f"#{number}")
    names = watched_by(request.account)
    lines = [_look(entry, names, request.lang) for entry in reversed(found["entries"])]
    return frame.show(
        request, "staff/looked.html", section="lookup", reference=reference, lines=lines[:_LINES], deferred=found["deferred"],
        hidden=found["hidden"],
    )  # fmt: skip


def _record(request: Any, reference: str) -> int:
    number = session.record(request, "person", reference)
    if number is None:
        raise Http404
    return number


def _revealed(request: Any, number: int) -> tuple[str, ...]:
    """Groups of a person that were opened for a purpose and are not closed again."""
    kept, now = request.session.get(_REVEALED, {}), time.time()
    return tuple(group for group in GROUPS if kept.get(f"{number}:{group}", 0) > now)


def _line(event: Any, lang: str) -> Line:
    office = captions.caption("office", event.office, lang)
    where = frame.unit_name(event.unit, lang) if event.unit else ""
    rows = told.differences(event.differs, lang)
    # What the record began with stands on the person's page: here only which fields it was.
    named = event.hidden if rows or event.hidden else event.fields
    fields = ", ".join(captions.caption("field", field, lang) for field in named)
    facts = (
        (language.say(lang, "person.line.effective"), language.day(event.effective)),
        (language.say(lang, "person.line.by"), " – ".join(part for part in (office, where) if part)),
        (language.say(lang, "person.line.source"), " ".join((captions.caption("source", event.source_kind, lang), event.source)).strip()),
        (language.say(lang, "person.line.basis"), event.legal_basis),
        *((row.caption, f"{row.before or '–'} → {row.after or '–'}") for row in rows),
        (language.say(lang, "person.line.others" if rows or event.hidden else "person.line.fields"), fields),
        (language.say(lang, "person.line.reason"), event.reason),
    )
    return Line(event.recorded_at, captions.caption("kind", event.kind, lang), "", tuple(fact for fact in facts if fact[1]))


def _look(entry: dict[str, Any], names: dict[str, str], lang: str) -> Line:
    at = datetime.fromtimestamp(entry["time_ms"] / 1000, UTC) if "time_ms" in entry else None
    purpose, reference = entries.purpose(str(entry.get("purpose", entry.get("basis", ""))), lang)
    officer = str(entry.get("officer", ""))
    facts = (
        (language.say(lang, "person.line.purpose"), purpose),
        (language.say(lang, "purposes.reference"), reference),
        (language.say(lang, "person.line.officer"), names.get(officer) or language.say(lang, "log.other_officer", code=officer[:8])),
        (language.say(lang, "person.line.fields"), ", ".join(captions.caption("field", field, lang) for field in entry.get("fields", ()))),
    )
    title = entries.service(str(entry.get("service", entry.get("command", ""))), lang)
    return Line(at, title, "", tuple(fact for fact in facts if fact[1]))


ROUTES = (
    route("cong-dan/<str:reference>/", person, "person", needs="show"),
    route("cong-dan/<str:reference>/mo/", reveal, "reveal", needs="reveal", methods=("GET", "POST")),
    route("cong-dan/<str:reference>/lich-su/", history, "person_history", needs="history"),
    route("cong-dan/<str:reference>/ai-da-xem/", looked, "person_looked", needs="looked"),
)
