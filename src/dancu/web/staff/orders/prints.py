"""Papers printed for people: receipts, extracts, notices; who printed, when, and a check code stand on each, a leaf behind each."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse

from dancu.register import captions, office, rights
from dancu.register.desk import Seen
from dancu.web import desk, frame, language
from dancu.web.accounts import session
from dancu.web.keys import Keys
from dancu.web.prints.layout import Facts, Line, Paper, cells, heads, lines, paper_of
from dancu.web.routes import route
from dancu.web.staff.orders import people, sheet

_PURPOSES = {
    "civil_status": "civil_status_file", "residence": "residence_file", "residence_chief": "residence_file", "province": "supervision",
}  # fmt: skip
_CODE_LETTERS = 12
_LINES_MAX = 200


def of_person(request: Any, name: str, reference: str) -> HttpResponse:
    """A paper about one person."""
    paper, person = _paper(request, name, "person"), session.record(request, "person", reference)
    if person is None:
        raise Http404
    purpose = _purpose(request)
    # What a paper says of ethnicity is asked of the person who gets it.
    reveal = ("sensitive",) if any(row.endswith(".ethnicity") for row in paper.rows) else ()
    seen = office.printed(desk.desk(), request.staff, purpose, f"#{person}", reveal)  # type: ignore[arg-type]
    if any(seen.fields.get(field) != value for field, value in paper.holds.items()):
        raise Http404
    entry, event = _entry_of(request, seen, paper)
    facts = Facts(field=seen.fields, spouse=_spouse(request, seen, paper, purpose), entry=entry, event=event)
    return _shown(request, paper, lines(paper, facts, "vi"), about=[seen.id], version=seen.version)


def of_order(request: Any, name: str, order: str) -> HttpResponse:
    """A paper about one order of the unit: the receipt. It tells whom it was about, so it is a print of each of them."""
    paper = _paper(request, name, "order")
    found = office.outcome(desk.desk(), request.staff, order)
    deed = found.deed
    for one in deed.people:
        office.printed(desk.desk(), request.staff, _purpose(request), f"#{one.id}")
    names = [person.name for person in (people.chip(request, one) for one in deed.people) if person.name]
    entry = deed.entry or {}
    booked = {"number": entry.get("number", ""), "book": entry.get("book", ""), "page": entry.get("page", "")}
    facts = Facts(
        order={
            "command": captions.caption("command", deed.command, "vi"), "id": deed.order, "people": ", ".join(names),
            "at": language.moment(deed.at), "number": found.number, "basis": found.basis,
            "entry": language.say("vi", "orders.entry", **booked, day=language.day(entry.get("registered", ""))) if entry else "",
        },
    )  # fmt: skip
    return _shown(request, paper, lines(paper, facts, "vi"), about=[one.id for one in deed.people])


def of_list(request: Any, reference: str) -> HttpResponse:
    """The joint list of a commune as both officers sign it on paper; what each book says and the conclusion are filled in by hand."""
    from dancu.quality import course, queries
    from dancu.web.staff.cases import standing, worklist

    number = session.record(request, "list", reference)
    if number is None or not standing.office_of(request):
        raise Http404
    with standing.reading() as connection:
        found, cases = queries.joint_list(connection, number)
    if not course.within(request.staff.unit, found.commune):
        raise Http404
    names = worklist.named(request, cases, ("name", "birth_date", "pin", "sex"))
    rows = [_listed(worklist.row(request, case, names), names.get(case.person, {})) for case in cases]
    return list_of(request, "joint_list", rows, about=[case.person for case in cases if case.person in names])


def list_of(request: Any, name: str, rows: Sequence[Mapping[str, Any]], *, about: Sequence[int] = ()) -> HttpResponse:
    """A list that is printed and signed. `rows` come from whoever keeps them; `about`: the people in it."""
    paper = _paper(request, name, "rows")
    if about:
        office.printed_list(desk.desk(), request.staff, _purpose(request), about, ("name", "pin", "birth_date", "sex"))
    return _shown(request, paper, [], about=about, heads=heads(paper, "vi"), cells=cells(paper, rows, "vi"))


def _listed(row: Mapping[str, Any], person: Mapping[str, Any]) -> dict[str, Any]:
    return {**{name: person.get(name, "") for name in ("pin", "name", "birth_date", "sex")}, "what": row["text"]}


def _shown(
    request: Any, paper: Paper, said: list[Line], *, about: Sequence[int], version: int = 0, **more: Any
) -> HttpResponse:
    told = [line.value for line in said] + [cell for row in more.get("cells", ()) for cell in row]
    code = _code(request, paper, about, version, told)
    # Who is on a list was told when it was made; the paper itself is one leaf more.
    for person in (None,) if "cells" in more else about:
        desk.paper(request, person, _purpose(request), code)
    unit = frame.unit_name(request.staff.unit, "vi")
    # Papers are in Vietnamese, whatever language the officer reads pages in.
    values = {"at": language.moment(sheet.now()), "by": request.account.full_name, "unit": unit}
    texts = language.sentences("vi")
    words = {key: texts[f"prints.said.{key}"] for key in ("trial", "country", "motto", "sign_here", "code")}
    return frame.show(
        request, "prints/paper.html", paper=paper, lines=said, code=code, unit=unit, authority=_authority(),
        issuer=language.say("vi", f"prints.issuer.{_office(request)}"),
        said={**words, "printed": language.say("vi", "prints.said.printed", **values)},
        signs=[language.say("vi", f"prints.sign.{sign}") if sign else "" for sign in paper.signs],
        **{"title": language.say("vi", f"prints.title.{paper.name}"), "heads": [], "cells": [], **{k: v for k, v in more.items() if v}},
    )  # fmt: skip


def _entry_of(request: Any, seen: Seen, paper: Paper) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """The entry of the civil book and the day of the event a paper quotes: the latest of its kind."""
    if not paper.event:
        return {}, {}
    history = desk.desk().timeline(request.staff, _purpose(request), f"#{seen.id}", limit=_LINES_MAX)
    line = next((line for line in history if line.kind in paper.kinds), None)
    return (line.entry or {}, {"effective": line.effective}) if line else ({}, {})


def _spouse(request: Any, seen: Seen, paper: Paper, purpose: str) -> Mapping[str, Any]:
    kin = seen.fields.get("spouse") or {}
    if not any(row.startswith("spouse.") for row in paper.rows) or not kin:
        return {}
    if not kin.get("person"):
        return kin
    return office.printed(desk.desk(), request.staff, purpose, f"#{kin['person']}").fields


def _code(request: Any, paper: Paper, about: Sequence[int], version: int, values: Sequence[str] = ()) -> str:
    """What tells a paper that came from here from one that did not, and whether what it says was changed: a keyed digest."""
    text = "\x1f".join([paper.name, request.staff.account, ",".join(map(str, about)), str(version), *values])
    digest = Keys.of(settings.DANCU.home).digest("print", text)
    letters = base64.b32encode(digest).decode()[:_CODE_LETTERS]
    return "-".join(letters[at : at + 4] for at in range(0, _CODE_LETTERS, 4))


def _authority() -> str:
    """The authority that has configured this installation; '' on all others, whose papers are trial prints."""
    return settings.DANCU.authority if settings.DANCU.production else ""


def _purpose(request: Any) -> str:
    return _PURPOSES[_office(request)]


def _office(request: Any) -> str:
    return rights.rights()[request.staff.role].office or ""


def _paper(request: Any, name: str, of: str) -> Paper:
    paper = paper_of(name, _office(request))
    if paper is None or paper.of != of:
        raise Http404
    return paper


ROUTES = (
    route("in/<slug:name>/nguoi/<str:reference>/", of_person, "print_person", needs="command"),
    route("in/danh-sach-ky/<str:reference>/", of_list, "print_list", needs="case"),
    route("in/<slug:name>/viec/<path:order>/", of_order, "print_order", needs="command"),
)
