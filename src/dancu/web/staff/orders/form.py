"""The form of a command: filled in, checked against the book before anything is written, and written once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from dancu.core.refusal import Refusal
from dancu.register import captions, office, rights
from dancu.register.command import Order
from dancu.web import desk, frame, language
from dancu.web.accounts import session
from dancu.web.orders import told
from dancu.web.orders.layout import Layout, layout_of
from dancu.web.orders.shown import Chip
from dancu.web.orders.written import fault_at
from dancu.web.prints.layout import papers
from dancu.web.routes import route
from dancu.web.staff.orders import conflict, menus, people, sheet
from dancu.web.staff.orders.sheet import Sheet

# Book of a form → route of its menu, and the entry of the menu it is; whoever keeps the civil book has one menu.
_MENUS = {"civil": "civil_status", "residence": "residence", "cards": "cards", "data": "residence"}
_SECTIONS = {"civil_status": "civil_status", "residence": "residence", "cards": "id_card"}
_CHECK, _FIND, _EDIT, _FIELD = "kiem-tra", "tim", "sua", "o"


def form(request: Any, command: str) -> HttpResponse:
    """A form. What is sent is kept as a draft first, then the page of the next step is asked for: every page shown is one that may
    be left, come back to and loaded again."""
    layout = _layout(request, command)
    if request.method == "POST":
        sent = sheet.sent(request, layout)
        do, _, what = request.POST.get("do", _CHECK).partition(":")
        return _DEEDS.get(do, _checked)(sent, what)
    if request.GET.get("phieu") and office.done_already(desk.desk(), request.GET["phieu"]):
        return HttpResponseRedirect(reverse("order_done", args=[request.GET["phieu"]]))
    shown = sheet.opened(request, layout, sheet.person_of(request), request.GET.get("vai", ""))
    if shown.restored and office.done_already(desk.desk(), shown.order):
        shown.drop()
        return HttpResponseRedirect(request.get_full_path())
    step, name = request.GET.get("buoc", ""), request.GET.get(_FIELD, "")
    if step == _CHECK and shown.restored:
        return _check(shown)
    if step == _FIND and name in layout.people:
        shown.find(name)
    return _shown(shown, at=name)


def _check(shown: Sheet) -> HttpResponse:
    """Everything that is wrong at once; where nothing is, what would change, and the button that writes it."""
    shown.look()
    filled = shown.filled()
    shown.errors |= filled.errors
    shown.candidates = filled.candidates
    if filled.order is None or shown.errors:
        return _shown(shown)
    shown.keep()
    try:
        rehearsed = desk.desk().rehearse(shown.request.staff, filled.order)
    except Refusal as refusal:
        if refusal.code == "changed_meanwhile":
            return conflict.told_of(shown, refusal)
        shown.errors[fault_at(shown.layout, refusal.field)] = refusal.text(shown.request.lang)
        return _shown(shown)
    return _to_be_written(shown, filled.order, rehearsed)


def _write(sent: Sheet, _: str) -> HttpResponse:
    """Write the order, once: sent again it leads to what came of it the first time."""
    if not office.done_already(desk.desk(), sent.order):
        sent.keep()
        filled = sent.filled()
        try:
            if filled.order is None:
                return _to(sent, _CHECK)
            desk.desk().do(sent.request.staff.actor(), filled.order)
        except Refusal as refusal:
            if refusal.code != "order_id_used":
                # The page of the check asks the book again, and tells the same or what has come of it meanwhile.
                return _to(sent, _CHECK)
    sent.drop()
    return HttpResponseRedirect(reverse("order_done", args=[sent.order]))


def _checked(sent: Sheet, _: str) -> HttpResponse:
    sent.keep()
    return _to(sent, _CHECK)


def _again(sent: Sheet, _: str) -> HttpResponse:
    """What was typed, onto the state as it is now."""
    sent.anew()
    return _checked(sent, "")


def _find(sent: Sheet, name: str) -> HttpResponse:
    sent.keep()
    return _to(sent, _FIND, name)


def _clear(sent: Sheet, name: str) -> HttpResponse:
    """Somebody else is meant."""
    if name in sent.layout.people:
        sent.typed |= {name: "", f"{name}.ref": "", sheet.ABOUT: ""}
    sent.keep()
    return _to(sent, "", name)


def _edit(sent: Sheet, _: str) -> HttpResponse:
    sent.keep()
    return _to(sent, _EDIT)


def _later(sent: Sheet, _: str) -> HttpResponse:
    sent.keep()
    frame.notice(sent.request, "orders.kept")
    return HttpResponseRedirect(reverse(menu_of(sent.request, sent.layout)))


def _discard(sent: Sheet, _: str) -> HttpResponse:
    sent.drop()
    frame.notice(sent.request, "orders.discarded", kind="note")
    return HttpResponseRedirect(reverse(menu_of(sent.request, sent.layout)))


_DEEDS: dict[str, Callable[[Sheet, str], HttpResponse]] = {
    "check": _checked, "write": _write, "again": _again, "find": _find, "clear": _clear, "later": _later, "discard": _discard,
    "edit": _edit,
}  # fmt: skip


def _to(sent: Sheet, step: str, name: str = "") -> HttpResponse:
    """To the page of the next step: its address names the form, the step and a field, never a value."""
    asked = {"nguoi": session.reference(sent.request, "person", int(sent.subject)) if sent.subject else "", "buoc": step, _FIELD: name}
    asked["phieu"] = sent.order if step == _CHECK or not sent.subject else ""
    query = urlencode({key: value for key, value in asked.items() if value})
    return HttpResponseRedirect(reverse("order", args=[sent.layout.command]) + (f"?{query}" if query else ""))


def done(request: Any, order: str) -> HttpResponse:
    """What came of an order: each person's events, the number given, the papers that can be printed, what comes next."""
    found = office.outcome(desk.desk(), request.staff, order)
    layout = layout_of(found.deed.command, _office(request))
    lang = request.lang
    names = {seen.id: seen.fields.get("name", "") for seen in found.deed.people}
    events = [
        {
            "who": names.get(event.person, ""), "kind": captions.caption("kind", event.kind, lang), "day": event.effective, "rows": rows,
            "hidden": ", ".join(captions.caption("field", field, lang) for field in event.hidden),
        }
        for event, rows in _each_once(found.events, names, lang)
    ]  # fmt: skip
    subjects = [people.chip(request, seen) for seen in found.deed.people]
    waits = [one for one in found.deed.people if one.fields.get("status") == "awaiting_number"]
    stale = [one.name or one.number for one in subjects if one.unfit]
    return frame.show(
        request, "orders/done.html", found=found, events=events, subjects=subjects, waits=bool(waits), stale=stale, layout=layout,
        title=captions.caption("command", found.deed.command, lang), papers=_printable(request, found, subjects),
        **around(request, layout),
    )  # fmt: skip


def _each_once(events: Sequence[office.Event], names: Mapping[int, str], lang: str) -> Iterator[tuple[office.Event, list[told.Row]]]:
    """Events with what they set; what an earlier event of the order has said of a person already is not said again."""
    said: set[tuple[int, str, str]] = set()
    for event in events:
        rows = [row for row in told.said(event.changes, lang, names) if (event.person, row.field, row.after) not in said]
        said |= {(event.person, row.field, row.after) for row in rows}
        yield event, rows


def _shown(sent: Sheet, at: str = "") -> HttpResponse:
    page = sent.page()
    return frame.show(
        sent.request, "orders/form.html", page=page, hidden=sent.hidden(), at=at,
        # Who goes on from one step to the next has nothing to be told.
        restored=None if sent.request.GET.get("buoc") else sent.restored, restored_about=sent.about,
        another="" if sent.subject else f"{reverse('order', args=[sent.layout.command])}?moi=1",
        communes=_communes(sent.request.staff.unit), countries=_countries(sent.request.lang), **around(sent.request, sent.layout),
    )  # fmt: skip


def _to_be_written(sent: Sheet, order: Order, rehearsed: dict[str, Any]) -> HttpResponse:
    request = sent.request
    names = {chip.person: chip.name for chip in sent.chips.values()}
    changes = [
        told.would_be(_called(sent, id, change), id, rehearsed, request.lang, names) for id, change in rehearsed["changes"].items()
    ]
    page = sent.page()
    return frame.show(
        request, "orders/check.html", page=page, carried=sent.carried(), changes=changes, order=order,
        waits=sent.layout.rule.number == "if_possible" and not rehearsed["number"], **around(request, sent.layout),
    )  # fmt: skip


def _called(sent: Sheet, id: int, change: dict[str, Any]) -> str:
    """The name of somebody who changes: of the new state for who is new, else as on record."""
    for chip in sent.chips.values():
        if chip.person == id:
            return chip.name
    if change.get("name", (None, None))[1]:
        return change["name"][1]
    return people.look(sent.request, sent.layout.book, f"#{id}", sent.order).fields.get("name", "")


def _communes(unit: str) -> list[str]:
    """What is offered while a place is typed, without any script: communes of the officer's own province."""
    from dancu.places import children, full_name, province_of
    from dancu.places import unit as unit_of

    found = unit_of("2025-07", "province" if len(unit) == 2 else "commune", unit) if unit else None
    return [full_name(one) for one in children(province_of(found))] if found else []


def _countries(lang: str) -> list[tuple[str, str]]:
    """(code, name) of countries that are offered while a code is typed; any other code is taken as well."""
    return [(code.upper(), name) for code, name in language.table(lang, "orders.country").items()]


def _printable(request: Any, found: office.Outcome, subjects: list[Chip]) -> list[tuple[str, str, str]]:
    """(paper, name, address) of what may be printed after a command, of each person whom the command did what the paper tells."""
    own = [paper for paper in papers().values() if found.deed.command in paper.after and _office(request) in paper.offices]
    kinds = {one.person: {event.kind for event in found.events if event.person == one.person} for one in subjects}
    return [
        (paper.name, one.name, reverse("print_person", args=[paper.name, session.reference(request, "person", one.person)]))
        for paper in own
        for one in subjects
        if not paper.event or kinds[one.person] & paper.kinds
    ]


def menu_of(request: Any, layout: Layout | None) -> str:
    """The route of the menu under which a form stands for the reader."""
    if request.staff.role in menus.CIVIL:
        return "civil_status"
    return _MENUS[layout.book] if layout else "residence"


def around(request: Any, layout: Layout | None) -> dict[str, Any]:
    """What a page of a form needs to say where it stands."""
    from dancu.core import words

    route = menu_of(request, layout)
    section = _SECTIONS[route]
    return {"section": section, "menu_at": reverse(route), "menu_caption": words.caption("menu", section, request.lang)}


def _layout(request: Any, command: str) -> Layout:
    layout = layout_of(command, _office(request))
    if layout is None:
        raise Http404
    return layout


def _office(request: Any) -> str:
    return rights.rights()[request.staff.role].office or ""


def address(request: Any, command: str, person: int, role: str = "") -> str:
    """The address of a form that begins with a person."""
    at = f"{reverse('order', args=[command])}?nguoi={session.reference(request, 'person', person)}"
    return f"{at}&vai={role}" if role else at


ROUTES = (
    route("ghi/<slug:command>/", form, "order", needs="command", methods=("GET", "POST")),
    route("da-ghi/<path:order>/", done, "order_done", needs="command"),
)
