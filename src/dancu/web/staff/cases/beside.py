"""What a case is about, side by side: the file and the register, the two records of a duplicate, or a person and their relatives.

Values of the register come through the desk, cut by the reader's rights and with the case as the purpose of the look; what an
agency's file says is evidence, and showing it leaves a leaf of its own.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from dancu.core import words
from dancu.core.refusal import Refusal
from dancu.quality import queries
from dancu.quality.queries import Case, Evidence
from dancu.quality.rules.rule import by_id
from dancu.register import captions
from dancu.register.desk import Seen
from dancu.register.person import Person
from dancu.register.rights import GROUPS, Group, group_of, may
from dancu.register.witness import Reader
from dancu.web import desk, language
from dancu.web.staff import portrait
from dancu.web.staff.cases import standing

# A group stays open in a case for its reader so long.
OPEN_S = 900
_OPENED = "case_groups"
_BASIC = ("name", "birth_date", "sex", "pin", "status", "died")
_OF_PAIR = (
    "name", "other_name", "birth_date", "sex", "pin", "old_id", "status", "birth_registered_at", "birth_place", "hometown", "father",
    "mother", "spouse", "permanent", "cards", "former_pins", "former_names", "died",
)  # fmt: skip
_RELATIVES = ("mother", "father", "spouse")
# Field of a difference → fields of a person that say it.
_OF_DIFFERENCE = {"parent": ("father", "mother"), "permanent": ("permanent",), "pin": ("pin", "old_id")}
# Reasons about a date: what the file says is one, and is shown as dates are.
_DATED = frozenset(reason.code for reason in words.REASONS if reason.about == "date")
_UNTOLD = frozenset({"phones", "household"})


@dataclass(frozen=True)
class Cell:
    """What one side says of a field: lines, or the group that hides it (`masked`), or that the reader may not see it (`closed`)."""

    lines: tuple[portrait.Value, ...] = ()
    masked: str = ""
    closed: bool = False


@dataclass(frozen=True)
class Row:
    """One field on all sides; `differs`: two sides say something else."""

    caption: str
    cells: tuple[Cell, ...]
    differs: bool = False


@dataclass(frozen=True)
class Side:
    """A column: its title, and the record it leads to (0: none)."""

    title: str
    person: int = 0


@dataclass
class Beside:
    """A table of sides. `masked`: (code, caption) of groups that could be opened for this case."""

    sides: list[Side] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    masked: list[tuple[str, str]] = field(default_factory=list)
    closed: str = ""
    seen: dict[int, Seen] = field(default_factory=dict)


def open_group(request: Any, case: Case, group: str) -> None:
    """Let the reader see a masked group of the people of a case for a while; each look at it is a leaf."""
    if group in GROUPS:
        kept = {key: until for key, until in request.session.get(_OPENED, {}).items() if until > time.time()}
        request.session[_OPENED] = {**kept, f"{case.id}:{group}": time.time() + OPEN_S}


def told(request: Any, case: Case, evidence: Sequence[Evidence]) -> Beside:
    """The table of a case; `evidence` has been told to the ledger (`evidence_of`)."""
    if not may(request.staff, "show"):
        return _file_alone(request, case, evidence)
    try:
        people = _people(request, case)
    except Refusal as refusal:
        # A record may have been merged away or sealed since: the case can still be read.
        return Beside(closed=refusal.text(request.lang))
    table = Beside(seen={seen.id: seen for _, seen in people})
    if case.kind == "difference":
        _file_first(table, request, case, evidence, people[0][1])
    else:
        fields = _OF_PAIR if case.other else _of_rule(case)
        table.sides = [Side(title, seen.id) for title, seen in people]
        table.rows = [_row(request.lang, name, [seen for _, seen in people], compare=bool(case.other)) for name in fields]
    table.rows = [row for row in table.rows if any(cell.lines or cell.masked for cell in row.cells)]
    hidden = {cell.masked for row in table.rows for cell in row.cells if cell.masked}
    table.masked = [(group, captions.caption("group", group, request.lang)) for group in GROUPS if group in hidden]
    return table


def evidence_of(request: Any, case: Case) -> tuple[Evidence, ...]:
    """What speaks for a case, told to the ledger first; somebody of an agency sees what their own agency brought."""
    with standing.reading() as connection:
        found = queries.evidence(connection, case.id)
    if not standing.office_of(request):
        found = tuple(each for each in found if each.source == request.account.agency)
    if found:
        who = standing.actor(request) or _nobody(request)
        fields = sorted({case.field} | {key for each in found for key in each.data} & {"in_file"})
        witness = desk.desk().witness
        witness.looked(Reader.of(who, standing.purpose(case)), case.person, service="staff.evidence", fields=tuple(filter(None, fields)))
    return found


def _nobody(request: Any) -> Any:
    from dancu.register.command import Actor

    return Actor(request.staff.account, "system", request.staff.unit)


def _people(request: Any, case: Case) -> list[tuple[str, Seen]]:
    """(title, as the reader may see them) of all whom a case is about; relatives where a rule looks at them."""
    lang, first = request.lang, _seen(request, case, case.person)
    if case.other:
        titles = [language.say(lang, "cases.record", n=n) for n in (1, 2)]
        return [(titles[0], first), (titles[1], _seen(request, case, case.other))]
    people = [(words.caption("menu", "in_register", lang), first)]
    rule = by_id().get(case.code)
    for relative in _RELATIVES if rule and case.kind != "difference" else ():
        kin = first.fields.get(relative) or {}
        if relative in rule.fields and kin.get("person"):  # type: ignore[union-attr]
            people.append((captions.caption("field", relative, lang), _seen(request, case, kin["person"])))
    return people


def _seen(request: Any, case: Case, person: int) -> Seen:
    """A person through the desk, for this case."""
    kept, now = request.session.get(_OPENED, {}), time.time()
    reveal: tuple[Group, ...] = tuple(group for group in GROUPS if kept.get(f"{case.id}:{group}", 0) > now)
    purpose = standing.purpose(case)
    return desk.kin_named(request, purpose, "", desk.desk().open(request.staff, purpose, f"#{person}", reveal=reveal))


def _of_rule(case: Case) -> tuple[str, ...]:
    rule = by_id().get(case.code)
    wanted = [name for name in rule.fields if name not in _UNTOLD] if rule else list(_OF_PAIR)
    return tuple(dict.fromkeys([*_BASIC, *wanted]))


def _row(lang: str, name: str, seen: Sequence[Seen], *, compare: bool) -> Row:
    cells = tuple(_cell(each, name, lang) for each in seen)
    said = [tuple(line.text for line in cell.lines) for cell in cells if cell.lines]
    return Row(captions.caption("field", name, lang), cells, compare and len(set(said)) > 1)


def _cell(seen: Seen, name: str, lang: str) -> Cell:
    group = _group(name)
    sight = seen.sight.get(group, "closed") if group else "closed"  # type: ignore[call-overload]
    if sight != "open":
        return Cell(masked=group if sight == "masked" else "", closed=sight == "closed")
    value = seen.fields.get(name)
    if name == "status":
        return Cell((portrait.Value("", captions.caption("value.status", value or Person(0).status, lang)),))
    return Cell(tuple(portrait.told(name, value, lang)))


def _group(name: str) -> str:
    try:
        return group_of(name)
    except KeyError:
        return ""


def _file_first(table: Beside, request: Any, case: Case, evidence: Sequence[Evidence], seen: Seen) -> None:
    """An agency's file against the register: the field in dispute first, then who it is about."""
    lang = request.lang
    table.sides = [Side(words.caption("menu", "in_file", lang)), Side(words.caption("menu", "in_register", lang), seen.id)]
    disputed = _OF_DIFFERENCE.get(case.field, (case.field,))
    said = Cell(tuple(_in_file(evidence, lang)))
    for place, name in enumerate(disputed):
        table.rows.append(Row(captions.caption("field", name, lang), (said if not place else Cell(), _cell(seen, name, lang)), not place))
    for name in _BASIC:
        if name not in disputed:
            table.rows.append(Row(captions.caption("field", name, lang), (Cell(), _cell(seen, name, lang))))


def _file_alone(request: Any, case: Case, evidence: Sequence[Evidence]) -> Beside:
    """For an agency: what its own file said, and no value of the register."""
    lang = request.lang
    told = captions.caption("field", _OF_DIFFERENCE.get(case.field, (case.field,))[0], lang)
    sides = [Side(words.caption("menu", "in_file", lang)), Side(words.caption("menu", "in_register", lang))]
    return Beside(sides, [Row(told, (Cell(tuple(_in_file(evidence, lang))), Cell(closed=True)))])


def _in_file(evidence: Sequence[Evidence], lang: str) -> Iterator[portrait.Value]:
    for each in evidence:
        if each.data.get("in_file"):
            said = str(each.data["in_file"])
            dated = each.data.get("reason") in _DATED and language.iso_of(said) == said
            yield portrait.Value(f"{each.source}, {place(each, lang)}", language.day(said) if dated else said)


def place(each: Evidence, lang: str) -> str:
    """Where in an agency's file a piece of evidence stands: sheet and row."""
    row = language.say(lang, "cases.evidence.line", row=language.number(lang, int(each.data.get("row", 0))))
    sheet = each.data.get("sheet")
    return f"{language.say(lang, 'cases.evidence.sheet', sheet=sheet)}, {row}" if sheet else row


def linked(evidence: Sequence[Evidence], lang: str) -> list[tuple[str, str, str]]:
    """(field, how the two records of a duplicate stand to each other in it, its colour), as linkage weighed it; no value of anybody."""
    data = next((each.data for each in evidence if each.source == "linkage"), {})
    found = []
    for name, relation in data.get("fields", {}).items():
        # The number of a double is its own: what agrees is the old one.
        equal = relation == "same" or (name == "number" and relation == "old")
        alike = "same" if equal else "different" if relation == "different" else "near"
        if relation != "absent" and language.has(f"cases.linked.field.{name}"):
            kind = {"same": "good", "near": "note", "different": "warn"}[alike]
            found.append((language.say(lang, f"cases.linked.field.{name}"), language.say(lang, f"cases.linked.{alike}"), kind))
    return found


def sureness(evidence: Sequence[Evidence], lang: str) -> str:
    """How sure linkage is that the two records are one person's, as per cent; '' where it was not asked."""
    sure = next((each.data.get("probability") for each in evidence if each.source == "linkage"), None)
    return words.percent(lang, min(float(sure), 0.9999), 2) if sure is not None else ""
