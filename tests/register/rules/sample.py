"""Some people of one commune, orders about them, and the view a register would give: what the tables of commands are made of."""

from __future__ import annotations

from typing import Any

from msgspec import Struct, structs

from dancu.register.command import Actor, BookEntry, Order, Source, View
from dancu.register.person import Card, Former, Kin, Person, Place, Residence
from dancu.register.rules import COMMANDS, decide, ref_fields, rule_of
from dancu.register.rules.rule import Rule

TODAY = "2026-06-01"
BA_DINH = Place("00004")
NGOC_HA = Place("00008")
TAN_SON = Place("27007")
GONE = Place("00001", "2022")
ENTRY = BookEntry("12", "01/2026", "12", "2026-06-01", "UBND phường Ba Đình")


def pin(sex: str, born: str, serial: int, place: str = "001") -> str:
    """A number that fits sex, birth year and Hà Nội."""
    if not born:
        return ""
    century = (int(born[:2]) - 19) * 2 + (sex == "female")
    return f"{place}{century}{born[2:4]}{serial:06}"


def person(number: int, name: str, sex: str, born: str, **more: Any) -> Person:
    """Somebody born and registered in Ba Đình."""
    fields: dict[str, Any] = {"pin": pin(sex, born, number), "marital": "single", "birth_registered_at": BA_DINH, "version": 1}
    return Person(number, name=name, sex=sex, birth_date=born, **{**fields, **more})


def kin(who: Person) -> Kin:
    """Somebody as a relative's record names them."""
    return Kin(who.id, who.name, who.pin)


def married(one: Person, other: Person) -> tuple[Person, Person]:
    """The same two as each other's spouse."""
    return tuple(structs.replace(a, marital="married", spouse=kin(b)) for a, b in ((one, other), (other, one)))  # type: ignore[return-value]


HOME = {"permanent": Residence(BA_DINH, "2000-01-01"), "current": Residence(BA_DINH, "2000-01-01")}
AN = person(1, "Nguyễn Văn An", "male", "1990-05-05", **HOME)
BINH = person(2, "Trần Thị Bình", "female", "1992-03-03")
CUONG, DUNG = married(
    person(3, "Lê Văn Cường", "male", "1960-01-01", household=900, relation_to_head="head"),
    person(4, "Phạm Thị Dung", "female", "1963-02-02", household=900, relation_to_head="spouse"),
)
OF_BOTH = {"father": kin(CUONG), "mother": kin(DUNG)}
EM = person(5, "Lê Thị Em", "female", "2015-07-07", household=900, relation_to_head="child", **OF_BOTH)
GIANG = person(6, "Hoàng Văn Giang", "male", "1950-08-08", status="deceased", died="2020-01-01")
HOA = person(7, "Vũ Thị Hoa", "female", "2026-05-01", pin="", status="awaiting_number", mother=kin(BINH))
KHANH = person(8, "Lê Văn Khánh", "male", "1985-09-09", **OF_BOTH)
LAN = person(9, "Lê Thị Lan", "female", "1988-10-10", **OF_BOTH)
# A niece of Lan's: her father is Lan's brother.
MAI = person(10, "Lê Thị Mai", "female", "2005-11-11", father=kin(KHANH))
CARDS = {
    "C1": Card("delivered", "2021-01-01", "2021-01-10", "2021-01-15", expires="2030-05-05"),
    "C2": Card("lost", "2016-01-01", "2016-01-10", "2016-01-15", ended="2020-12-01"),
    "C3": Card("replaced", "2014-01-01", "2014-01-10", "2014-01-15", ended="2016-01-01"),
}
NAM = person(11, "Đỗ Văn Nam", "male", "1990-05-05", cards=CARDS)
OANH = person(12, "Đỗ Thị Oanh", "female", "1995-05-05", cards={"F1": Card("requested", "2026-05-01")})
PHUC = person(13, "Đỗ Văn Phúc", "male", "1993-05-05", cards={"C5": Card("issued", "2026-05-01", "2026-05-20")})
QUY = person(14, "Bùi Văn Quý", "male", "1970-01-01", status="missing", missing_since="2024-01-01")
ROI = person(15, "Nguyễn Văn An", "male", "1990-05-05", status="merged", merged_into=1)
SAI = person(16, "Ghi Nhầm", "male", "1990-05-05", status="cancelled")
TAM = person(17, "Ngô Thị Tâm", "female", "1980-01-01", sealed={"court": True})
UYEN = person(18, "Ngô Thị Uyên", "female", "2010-01-01", sealed={"adoption": True}, adoptive_mother=kin(TAM))
VY = person(19, "Ngô Thị Vy", "female", "1991-01-01", temporary={"TT1": Residence(NGOC_HA, "2026-01-01", "2026-12-31")}, **HOME)
XUAN = person(20, "", "", "", pin="", status="awaiting_number")
YEN = person(21, "Lý Thị Yến", "female", "1985-01-01", former_pins={"2": Former(pin("female", "1985", 77), "2020-01-01")})
# Corrected from male, and so not what the number says.
ANH = person(22, "Lý Anh", "female", "1999-01-01", pin=pin("male", "1999", 22), eid_locked=True)
BAO = person(23, "Trần Văn Bảo", "male", "2012-01-01", guardians={"1": kin(AN)})
AN_GUARDING = structs.replace(AN, wards={"23": kin(BAO)})
CHI, DAT = married(
    person(25, "Đào Thị Chi", "female", "1975-01-01"),
    person(24, "Đào Văn Đạt", "male", "1974-01-01", household=24, relation_to_head="head"),
)
PEOPLE = {
    one.id: one
    for one in (
        AN_GUARDING, BINH, CUONG, DUNG, EM, GIANG, HOA, KHANH, LAN, MAI, NAM, OANH, PHUC, QUY, ROI, SAI, TAM, UYEN, VY, XUAN, YEN,
        ANH, BAO, CHI, DAT,
    )
}  # fmt: skip


def order(body: Struct, **more: Any) -> Order:
    """An order that satisfies the gate unless told otherwise: the rule's own office, source and book entry."""
    rule = rule_of(body)
    office = more.pop("office", rule.offices[0])
    actor = Actor("H26-001", office, more.pop("unit", ""))
    source = Source(more.pop("source", rule.sources[0]), more.pop("reference", "15/2026"))
    given = {"legal_basis": "Luật Hộ tịch 2014", "reason": "theo hồ sơ", "entry": ENTRY if rule.needs_entry else None, **more}
    return Order(id="o1", actor=actor, source=source, body=body, **given)


def found(ref: str, people: dict[int, Person]) -> Person | None:
    """Whom a reference means: by `#id`, by number, by a number they had."""
    if ref.startswith("#"):
        return people.get(int(ref[1:]))
    holders = (one for one in people.values() if ref and (one.pin == ref or ref in {f.value for f in one.former_pins.values()}))
    return next(holders, None)


def relatives(rule: Rule, asked: dict[str, Person], people: dict[int, Person]) -> dict[str, Person]:
    """Those whom the rule's paths lead to."""
    told = {}
    for path in rule.kin:
        field, role = path.split(".")
        if field in asked and (who := people.get(getattr(asked[field], role).person)):
            told[path] = who
    return told


def view(asked: Order, people: dict[int, Person] = PEOPLE, **more: Any) -> View:
    """What a register of these people would show for an order."""
    rule, body = rule_of(asked.body), asked.body
    shown = {field: who for field in ref_fields(type(body)) if (who := found(getattr(body, field), people))}
    own = shown.get(rule.household)
    parent = shown.get(rule.children)
    alive = [one for one in people.values() if one.status in ("active", "awaiting_number", "missing")]
    serial = getattr(body, rule.serial) if rule.serial else ""
    given = {
        "today": TODAY,
        "people": {**shown, **relatives(rule, shown, people)},
        "household": tuple(one for one in alive if own and own.household and one.household == own.household),
        "children": tuple(
            one for one in people.values() if parent and parent.id in (one.father.person, one.mother.person)
        ),
        "new_id": max(people, default=0) + 1 if rule.makes else 0,
        "used_serials": frozenset({serial} if any(serial in one.cards for one in people.values()) else ()),
        **more,
    }
    return View(**given)


def ask(body: Struct, people: dict[int, Person] = PEOPLE, shown: dict[str, Any] | None = None, **more: Any) -> Any:
    """The answer to a command about the sample people."""
    asked = order(body, **more)
    return decide(asked, view(asked, people, **(shown or {})))


def body(name: str, /, **fields: Any) -> Struct:
    """A command's body by its name."""
    return COMMANDS[name].body(**fields)
