"""Corrections: of the civil book (cải chính, bổ sung, thay đổi), and of the population data where the book is right."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from msgspec import structs

from dancu.register.command import Answer, No, Office, Order, Ref, View
from dancu.register.person import Former, Kin, Marital, Person, Place, Sex
from dancu.register.rules.facts.day import Partial, under
from dancu.register.rules.facts.life import alive, kin_of, marriage_faults, own_faults, parent_faults
from dancu.register.rules.facts.naming import Named, name_fault, named_fault, tidy
from dancu.register.rules.facts.territory import place_fault
from dancu.register.rules.gate import sealed_for
from dancu.register.rules.rule import (
    BOOK_OR_COURT,
    CIVIL,
    RESIDENCE,
    Command,
    Decide,
    Rule,
    day_of,
    draft,
    first,
    refuse,
)

# BLDS 2015, điều 27.2: from nine on, a child's name is changed only if the child agrees.
AGREES_FROM = 9
# Of the population data, what tells who somebody is: a chief approves it.
_IDENTITY = ("name", "birth_date", "sex")
_PARENTS = ("father", "mother")
# Of a correction, what is no fact of the person.
_NO_FACTS = ("person", "confirmed")
_KIN = ("person.father", "person.mother", "person.spouse")


class ChangeName(Command):
    """Thay đổi họ, chữ đệm, tên (BLDS 2015, điều 27–28). `agreed`: a child from nine on agreed."""

    person: Ref
    name: str
    why: str
    agreed: bool = False


class CorrectCivil(Command):
    """Cải chính hộ tịch: the civil book was wrong. A field left empty stays as it is.

    `confirmed`: papers were seen for a marriage that both records name and that never was; whoever is left is without a named spouse.
    """

    person: Ref
    name: str = ""
    birth_date: Partial = ""
    sex: Sex = ""
    ethnicity: str = ""
    birth_place: Place | None = None
    birth_registered_at: Place | None = None
    hometown: Place | None = None
    father: Ref = ""
    mother: Ref = ""
    father_named: Named | None = None
    mother_named: Named | None = None
    spouse: Ref = ""
    died: Partial = ""
    confirmed: bool = False


class SupplementCivil(Command):
    """Bổ sung hộ tịch: the civil book said nothing. A field left empty stays as it is."""

    person: Ref
    birth_date: Partial = ""
    sex: Sex = ""
    ethnicity: str = ""
    nationality: str = ""
    birth_place: Place | None = None
    birth_registered_at: Place | None = None
    hometown: Place | None = None
    father: Ref = ""
    mother: Ref = ""
    father_named: Named | None = None
    mother_named: Named | None = None


class CorrectData(Command):
    """Điều chỉnh thông tin trong CSDLQG về dân cư (NĐ 70/2024, điều 6): the population data were wrong or say nothing."""

    person: Ref
    name: str = ""
    birth_date: Partial = ""
    sex: Sex = ""
    other_name: str = ""
    ethnicity: str = ""
    religion: str = ""
    blood: Literal["", "A", "B", "AB", "O"] = ""
    old_id: str = ""
    birth_place: Place | None = None
    hometown: Place | None = None
    marital: Marital = ""
    residence_file: str = ""
    phone: str = ""
    email: str = ""


def change_name(order: Order, view: View) -> Answer:
    """Another name from a day on; the former one stays findable."""
    person = view.people["person"]
    body: ChangeName = order.body
    day = day_of(order, _NAME, view.today)
    minor = bool(person.birth_date) and not under(person.birth_date, AGREES_FROM, day) and under(person.birth_date, 18, day)
    return first(
        name_fault(body.name),
        refuse(tidy(body.name) == person.name, "nothing_changes", "name"),
        refuse(not body.why.strip(), "reason_missing", "why"),
        refuse(minor and not body.agreed, "child_has_not_agreed", "agreed"),
    ) or (draft(person, "name_changed", name=tidy(body.name), former_names=_former_name(person, day, body.why)),)


def _former_name(person: Person, until: str, why: str) -> dict[str, Former]:
    """The entry that keeps a name, under the number of the event that ends it."""
    return {str(person.version + 1): Former(person.name, until, why)}


def correct_civil(order: Order, view: View) -> Answer:
    """The facts as they should have been; a number that no longer fits is left to the population side (`reissue_number`). Another
    spouse than the one on record names the person too from then on."""
    person, said = view.people["person"], _said(order, view)
    answer = first(
        *(refuse(not getattr(person, field), "nothing_to_correct", field) for field in said),
        _spouse_fault(person, view, order.actor.office, confirmed=order.body.confirmed) if "spouse" in said else None,
    ) or _changed(order, view, said, "civil_corrected")
    if isinstance(answer, No) or "spouse" not in said:
        return answer
    spouse = view.people["spouse"]
    # Still married by the book, to nobody who is named: a case for whoever keeps it (`spouse_not_named`).
    left = [draft(other, "civil_corrected", spouse=Kin()) for _, other in _elsewhere(person, view)]
    return *answer, draft(spouse, "civil_corrected", marital="married", spouse=kin_of(person)), *left


def _elsewhere(person: Person, view: View) -> list[tuple[str, Person]]:
    """(whose, the other) of marriages with somebody living that one of the two named has by both records, each naming the other's."""
    spouse = view.people["spouse"]
    known = [(field, one, view.people.get(f"{field}.spouse")) for field, one in (("person", person), ("spouse", spouse))]
    others = [(field, one, other) for field, one, other in known if other is not None and other.id not in (person.id, spouse.id)]
    return [(field, other) for field, one, other in others if alive(other) and other.marital == "married" and other.spouse.person == one.id]


def _spouse_fault(person: Person, view: View, office: Office, *, confirmed: bool) -> No | None:
    """Why the two cannot be the couple that the marriage book names: one of them is not married, or both sides name somebody else."""
    spouse = view.people["spouse"]
    others = _elsewhere(person, view)
    elsewhere = {field for field, _ in others}
    alike = person.spouse.person == spouse.id and spouse.spouse.person == person.id
    return first(
        refuse(person.id == spouse.id, "marriage_with_self", "spouse"),
        refuse(person.marital != "married", "not_married", "person"),
        refuse(alike, "nothing_changes", "spouse"),
        refuse(any(sealed_for(other, office) for _, other in others), "record_sealed", "spouse"),
        refuse(len(elsewhere) == 2 and not confirmed, "both_wed_elsewhere", "spouse"),
        refuse("person" in elsewhere and not confirmed, "person_wed_elsewhere", "person"),
        refuse("spouse" in elsewhere and not confirmed, "spouse_wed_elsewhere", "spouse"),
        *(refuse(True, fault.code, "spouse") for fault in marriage_faults(person, spouse, "")),
    )


def supplement_civil(order: Order, view: View) -> Answer:
    """Facts where the book said nothing."""
    person = view.people["person"]
    said = _said(order, view)
    nationality = said.pop("nationality", "")
    if nationality:
        said["nationalities"] = {nationality: True}
    filled = [field for field in said if getattr(person, field)]
    # A place is empty where it names neither unit nor address, relatives where they name nobody.
    filled = [field for field in filled if getattr(person, field) not in (Place(), Kin())]
    return refuse(filled, "on_record_already", filled[0] if filled else "") or _changed(
        order, view, said, "civil_supplemented"
    )


def correct_data(order: Order, view: View) -> Answer:
    """The population data say what the papers say."""
    person = view.people["person"]
    said = _said(order, view)
    spouse = view.people.get("person.spouse")
    if said.get("marital") == "widowed" and spouse is not None and spouse.status == "deceased":
        # The death was on record before the marriage was, so that no registration of it has said so.
        said["spouse"] = Kin()
    identity = [field for field in _IDENTITY if field in said]
    return first(
        refuse(identity and order.actor.office == "residence", "chief_must_approve", "actor.office"),
        refuse(said.get("old_id") and not _nine_digits(said["old_id"]), "old_number_not_nine_digits", "old_id"),
        refuse(
            "marital" in said and "spouse" not in said and (person.spouse.person or said["marital"] == "married"),
            "marriage_by_its_own_command",
            "marital",
        ),
    ) or _changed(order, view, said, "data_corrected")


def _nine_digits(text: str) -> bool:
    return len(text) == 9 and text.isascii() and text.isdigit()


def _said(order: Order, view: View) -> dict[str, Any]:
    """What a correction sets: field of the person → value, without what was left empty."""
    said = {field: value for field, value in structs.asdict(order.body).items() if field not in _NO_FACTS and value not in ("", None)}
    for role in (*_PARENTS, "spouse"):
        named = said.pop(f"{role}_named", None)
        if role in said:
            said[role] = kin_of(view.people[role])
        elif named:
            said[role] = named.kin()
    return {field: tidy(value) if field in ("name", "other_name") else value for field, value in said.items()}


def _changed(order: Order, view: View, said: dict[str, Any], kind: str) -> Answer:
    person = view.people["person"]
    places = [field for field, value in said.items() if isinstance(value, Place)]
    return first(
        refuse(not said, "nothing_to_change", "person"),
        name_fault(said["name"]) if "name" in said else None,
        name_fault(said["other_name"], "other_name") if "other_name" in said else None,
        *(place_fault(said[field], field) for field in places),
        *(refuse(getattr(person, field) == value, "nothing_changes", field) for field, value in said.items() if field != "spouse"),
        refuse("died" in said and person.status != "deceased", "not_dead", "died"),
        *(named_fault(getattr(order.body, f"{role}_named", None), f"{role}_named") for role in _PARENTS),
        _new_fault(person, structs.replace(person, **said), view),
    ) or (draft(person, kind, **said, **_kept(person, said, order, view)),)


def _kept(person: Person, said: dict[str, Any], order: Order, view: View) -> dict[str, Any]:
    """A corrected name stays findable: other agencies hold it."""
    if "name" not in said or not person.name:
        return {}
    return {"former_names": _former_name(person, order.effective or view.today, "corrected")}


def _new_fault(before: Person, after: Person, view: View) -> No | None:
    """An impossible combination that the correction would make; one that was there before is not its doing."""
    known = set(_faults(before, view))
    return next((fault for fault in _faults(after, view) if fault not in known), None)


def _faults(person: Person, view: View) -> Iterator[No]:
    yield from own_faults(person)
    known = {one.id: one for one in view.people.values()}
    for role in _PARENTS:
        parent = known.get(getattr(person, role).person)
        if parent is not None and parent.id != person.id:
            yield from parent_faults(person, parent, role)
    for child in view.children:
        for role in _PARENTS:
            if getattr(child, role).person == person.id:
                yield from parent_faults(child, person, role)
    spouse = known.get(person.spouse.person)
    if spouse is not None and person.marital == "married":
        yield from marriage_faults(person, spouse, "")


def _rule(body: type, kind: str, decide: Decide, **more: Any) -> Rule:
    """A correction of the civil book; dead people's entries are corrected too."""
    given = {"offices": CIVIL, "sources": BOOK_OR_COURT, "needs_entry": True, "dead": ("person", *_PARENTS), "inserts": True}
    return Rule(body=body, kinds=(kind,), decide=decide, **{**given, **more})


_SHOWN: dict[str, Any] = {"kin": _KIN, "children": "person", "missing": ("person", *_PARENTS)}
_NAME = _rule(ChangeName, "name_changed", change_name, dead=())
RULES = (
    _NAME,
    _rule(CorrectCivil, "civil_corrected", correct_civil, **{**_SHOWN, "kin": (*_KIN, "spouse.spouse")}),
    _rule(SupplementCivil, "civil_supplemented", supplement_civil, **_SHOWN),
    _rule(
        CorrectData,
        "data_corrected",
        correct_data,
        offices=RESIDENCE,
        sources=("civil_book", "residence_file", "card_file", "decision", "judgment", "agency_file"),
        needs_entry=False,
        needs_reference=True,
        **_SHOWN,
    ),
)
