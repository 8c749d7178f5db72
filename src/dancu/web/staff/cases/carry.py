"""A command of the register that is carried out from a case: filled in, rehearsed so that its writer sees what changes, then written once.

What is typed stands in the form alone until it is written: neither the case nor an address holds it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args, get_origin, get_type_hints

import msgspec
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from msgspec import Struct

from dancu.core.refusal import Refusal
from dancu.quality.queries import Case
from dancu.register import captions
from dancu.register.command import Actor, BookEntry, Order, Source
from dancu.register.rules import COMMANDS, Body, ref_fields
from dancu.register.rules.rule import day_fields
from dancu.web import desk, frame, language
from dancu.web.forms import Field, Form
from dancu.web.orders import drafts
from dancu.web.orders import told as orders
from dancu.web.routes import route
from dancu.web.staff.cases import standing

# Article that a command usually rests on; whoever writes may say another.
_BASIS = {
    "correct_data": "Nghị định 70/2024/NĐ-CP, điều 6", "merge": "Nghị định 70/2024/NĐ-CP, điều 6",
    "split": "Nghị định 70/2024/NĐ-CP, điều 6", "reverse": "Nghị định 70/2024/NĐ-CP, điều 6",
    "correct_civil": "Luật Hộ tịch 2014, điều 26–28", "reissue_number": "Thông tư 59/2021/TT-BCA, điều 6",
    "allocate_number": "Luật Căn cước 2023, điều 12",
}  # fmt: skip
_ENTRY = ("number", "book", "page", "registered", "place")
_LONGEST = 500
# What is typed is kept under this, a draft a case and command.
_FORM = "case-deed"
# In the address of the rehearsal.
_STEP, _LOOK = "buoc", "xem"
_NOT_KEPT = frozenset(("csrfmiddlewaretoken", "case_version", "command", "do"))


class Deed(Struct, frozen=True, kw_only=True):
    """What is to be carried out: a command, its fields that are known (people as `#id`), and those to be typed."""

    command: str
    fields: dict[str, Any]
    asks: tuple[str, ...] = ()

    @property
    def people(self) -> dict[str, int]:
        """Those whom the command refers to, by its field."""
        return {name: int(self.fields[name][1:]) for name in ref_fields(self.body) if str(self.fields.get(name, "")).startswith("#")}

    @property
    def body(self) -> type[Struct]:
        """The command's form in the register."""
        return COMMANDS[self.command].body


@dataclass
class Sheet:
    """A deed in one request: its form, and the versions of people that were on the page. `finish` is told the order's id once it
    is written, and says where to go."""

    request: Any
    case: Case
    reference: str
    deed: Deed
    form: Form
    finish: Callable[[str], HttpResponse]
    seen: dict[str, int] = field(default_factory=dict)

    @property
    def order(self) -> str:
        """The order's own id: the same step of the same state of a case is written once."""
        return f"case-{self.case.id}-{self.case.version}-{self.deed.command}"


def simple(command: str, name: str) -> bool:
    """Whether a field of a command can be asked for here: text, day, choice or yes; places and people need the form of the book."""
    return _kind(command, name) != ""


def shown(
    request: Any, case: Case, reference: str, deed: Deed, finish: Callable[[str], HttpResponse], initial: Mapping[str, str] | None = None
) -> HttpResponse:
    """The page of a deed: its form, then its rehearsal, then, when that was seen, the writing.

    The rehearsal is a page of its own, shown from what is kept of the form, so that the back button has something to go back to.
    """
    sent = request.POST if request.method == "POST" else None
    begun = {"legal_basis": _BASIS.get(deed.command, ""), "source": COMMANDS[deed.command].sources[0], **(initial or {})}
    kept = drafts.kept(request.account, _FORM, _subject(case, deed.command), standing.now())
    begun |= kept.values if kept else {}
    if case.commune:
        begun.setdefault("entry_place", frame.unit_name(case.commune, "vi"))
    looked = request.GET.get(_STEP) == _LOOK and sent is None and kept is not None
    form = Form(fields_of(deed, request.lang), request.lang, kept.values if looked else sent, begun)
    sheet = Sheet(request, case, reference, deed, form, finish)
    sheet.seen = _versions(request, case, deed)
    if (sent is None and not looked) or (sent or {}).get("do") == "edit" or not form.ok():
        return _page(sheet, "cases/deed.html", status=400 if form.errors else 200)
    if looked:
        return _rehearse(sheet)
    if request.POST.get("do") == "write":
        return _write(sheet)
    _keep_typed(request, case, deed.command)
    return HttpResponseRedirect(f"{request.path}?{_STEP}={_LOOK}")


def _rehearse(sheet: Sheet) -> HttpResponse:
    try:
        told = desk.desk().rehearse(sheet.request.staff, _ordered(sheet))
    except Refusal as refusal:
        sheet.form.errors[""] = refusal.text(sheet.request.lang)
        return _page(sheet, "cases/deed.html", status=409)
    known = _known(sheet, told["changes"])
    names = {person: each.get("name", "") for person, each in known.items()}
    changes = [orders.would_be(_called(sheet, known.get(id, {})), id, told, sheet.request.lang, names) for id in told["changes"]]
    return _page(sheet, "cases/deed_check.html", changes=changes)


def _write(sheet: Sheet) -> HttpResponse:
    """Write the order; sent again it is the same order, and what follows is done once."""
    request = sheet.request
    try:
        desk.desk().do(request.staff.actor(), _ordered(sheet))
    except Refusal as refusal:
        sheet.form.errors[""] = refusal.text(request.lang)
        return _page(sheet, "cases/deed.html", status=409)
    drafts.drop(account=request.account, form=_FORM, subject=_subject(sheet.case, sheet.deed.command))
    try:
        return sheet.finish(sheet.order)
    except Refusal:
        # Somebody took a step in the case between the two: the book has it, and the case is for whoever looks at it next.
        frame.notice(request, "cases.written_not_closed", kind="note")
        return HttpResponseRedirect(reverse("case", args=[sheet.reference]))


def keep(request: Any, reference: str) -> HttpResponse:
    """Keep what is typed so far; 204 when it is on the disk."""
    case, command = standing.reached(request, reference), request.POST.get("command", "")
    if command not in COMMANDS:
        raise Http404
    _keep_typed(request, case, command)
    return HttpResponse(status=204)


def _keep_typed(request: Any, case: Case, command: str) -> None:
    values = {name: text for name, text in request.POST.items() if name not in _NOT_KEPT and not name.startswith("v.")}
    drafts.keep(account=request.account, form=_FORM, subject=_subject(case, command), values=values, at=standing.now())


def _subject(case: Case, command: str) -> str:
    return f"{case.id}:{command}"[:40]


def _page(sheet: Sheet, template: str, *, status: int = 200, **more: Any) -> HttpResponse:
    lang = sheet.request.lang
    deed, known = sheet.deed, _known(sheet, sheet.deed.people.values())
    seen = [("case_version", sheet.case.version), *((f"v.{role}", version) for role, version in sheet.seen.items())]
    return frame.show(
        sheet.request, template, section="cases", status=status, case=sheet.case, reference=sheet.reference, form=sheet.form, hidden=seen,
        title=captions.caption("command", sheet.deed.command, lang), what=standing.caption(sheet.case, lang),
        back=reverse("case", args=[sheet.reference]), command=sheet.deed.command,
        people=[(captions.caption("argument", role, lang), _called(sheet, known.get(id, {}))) for role, id in deed.people.items()],
        kept=[(each.field.name, each.value) for each in sheet.form if each.value], **more,
    )  # fmt: skip


def fields_of(deed: Deed, lang: str) -> tuple[Field, ...]:
    """The form of a deed: what is asked, the entry of the civil book where it needs one, and its grounds."""
    rule, say = COMMANDS[deed.command], language.say
    asked = [_asked(deed.command, name, lang) for name in deed.asks if simple(deed.command, name)]
    entry = [
        Field(f"entry_{part}", captions.caption("entry", part, lang), "date" if part == "registered" else "text", required=True, told=True)
        for part in _ENTRY if rule.needs_entry
    ]  # fmt: skip
    sources = [(kind, captions.caption("source", kind, lang)) for kind in rule.sources]
    return (
        *asked, *entry,
        Field("source", say(lang, "cases.deed.source"), "choice", required=True, options=sources, told=True),
        Field("source_reference", "cases.deed.reference", required=rule.needs_reference, most=80),
        Field("legal_basis", "cases.deed.basis", required=True),
        Field("reason", "cases.deed.reason", "textarea", required=rule.needs_reason, most=_LONGEST),
    )  # fmt: skip


def _asked(command: str, name: str, lang: str) -> Field:
    listed = "argument" if name in captions.codes("argument") else "field"
    options = [(code, captions.caption(f"value.{name}", code, lang)) for code in _choices(command, name)]
    kind: Any = _kind(command, name)
    must = COMMANDS[command].body.__struct_defaults__
    place = COMMANDS[command].body.__struct_fields__.index(name) - (len(COMMANDS[command].body.__struct_fields__) - len(must))
    required = place < 0 or must[place] is msgspec.NODEFAULT
    return Field(name, captions.caption(listed, name, lang), kind, required=required, options=options, told=True, most=_LONGEST)


def _kind(command: str, name: str) -> str:
    body = COMMANDS[command].body
    hint = get_type_hints(body, include_extras=True).get(name)
    if name in day_fields(body):
        return "date"
    if get_origin(hint) is Literal:
        return "choice"
    if hint is bool:
        return "checkbox"
    return "text" if hint is str else ""


def _choices(command: str, name: str) -> tuple[str, ...]:
    hint = get_type_hints(COMMANDS[command].body).get(name)
    return tuple(code for code in get_args(hint) if code) if get_origin(hint) is Literal else ()


def _ordered(sheet: Sheet) -> Order:
    """The order; its body has only what was typed."""
    values, deed = sheet.form.values, sheet.deed
    typed: dict[str, Any] = {name: values[name] for name in deed.asks if values.get(name)}
    typed |= {name: True for name in deed.asks if values.get(name) and _kind(deed.command, name) == "checkbox"}
    body = msgspec.convert({**deed.fields, **typed, "command": deed.command}, Body)
    entry = BookEntry(**{part: values[f"entry_{part}"] for part in _ENTRY}) if COMMANDS[deed.command].needs_entry else None
    return Order(
        id=sheet.order, actor=Actor("", "system"), source=Source(values["source"], values["source_reference"]),  # type: ignore[arg-type]
        legal_basis=values["legal_basis"], body=body, entry=entry, reason=values["reason"],
        seen={role: version for role, version in sheet.seen.items() if version},
    )  # fmt: skip


def _versions(request: Any, case: Case, deed: Deed) -> dict[str, int]:
    """Versions of those whom the deed is about: as they were on the page that was sent, else as they are now."""
    sent = {role: request.POST.get(f"v.{role}", "") for role in deed.people}
    if request.method == "POST" and all(text.isascii() and text.isdecimal() and len(text) < 10 for text in sent.values()):
        return {role: int(text) for role, text in sent.items()}
    found = {}
    for role, person in deed.people.items():
        found[role] = desk.desk().open(request.staff, standing.purpose(case), f"#{person}").version
    return found


def _known(sheet: Sheet, people: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Names and numbers of people, as far as they are open to the reader: one look at all of them."""
    return desk.desk().named(sheet.request.staff, standing.purpose(sheet.case), [*people], fields=("name", "pin"))


def _called(sheet: Sheet, known: Mapping[str, Any]) -> str:
    said = " · ".join(part for part in (known.get("name", ""), known.get("pin", "")) if part)
    return said or frame.say(sheet.request, "cases.somebody")


ROUTES = (route("viec/<str:reference>/nhap/", keep, "case_draft", needs="command", methods=("POST",)),)
