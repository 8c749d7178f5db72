"""Who sees what: the table of rights covers every field and role, and what is closed or masked is never among what is shown."""

from __future__ import annotations

import pytest

from dancu.register import captions, rights
from dancu.register.event import FIELDS, Changes
from dancu.register.person import SENSITIVE, Kin, Person, Place, Residence
from dancu.register.rights import GROUPS, Staff
from dancu.register.rules import COMMANDS

HERE, AWAY = "00004", "00256"  # two communes of Hà Nội
SOMEBODY = Person(
    7, 3, name="Lê Thị Mẫu", pin="001190000001", birth_date="1990-01-02", sex="female", ethnicity="Kinh", religion="Không",
    phone="0900000001", mother=Kin(name="Trần Thị Mẹ"), permanent=Residence(Place(HERE)),
)  # fmt: skip


def staff(role: str, unit: str = HERE) -> Staff:
    return Staff("ai-do", role, unit)


def states(role: str, unit: str = HERE, revealed: tuple[str, ...] = ()) -> dict[str, str]:
    return dict(rights.sight(staff(role, unit), SOMEBODY, revealed))


def test_every_field_is_in_one_group() -> None:
    listed = [field for fields in GROUPS.values() for field in fields]
    assert sorted(listed) == sorted(FIELDS) and len(set(listed)) == len(listed)
    assert set(GROUPS["sensitive"]) == SENSITIVE


def test_every_role_has_its_rights() -> None:
    assert set(rights.rights()) == set(rights.Role.__args__) == set(captions.codes("role"))


@pytest.mark.parametrize(
    ("role", "unit", "group", "wanted"),
    [
        ("civil_status_officer", HERE, "identity", "open"),
        ("civil_status_officer", HERE, "kin", "open"),
        ("civil_status_officer", HERE, "sensitive", "masked"),
        ("civil_status_officer", HERE, "contact", "closed"),
        ("civil_status_officer", AWAY, "identity", "open"),
        ("civil_status_officer", AWAY, "kin", "masked"),
        ("civil_status_officer", AWAY, "sensitive", "closed"),
        ("residence_officer", HERE, "residence", "open"),
        ("residence_officer", HERE, "contact", "masked"),
        ("residence_officer", AWAY, "residence", "masked"),
        ("residence_officer", "79", "residence", "masked"),
        ("police_chief", "01", "cards", "open"),
        ("justice_supervisor", "01", "identity", "open"),
        ("justice_supervisor", "79", "identity", "masked"),
        ("police_supervisor", "01", "contact", "masked"),
        ("data_officer", "", "identity", "closed"),
        ("operator", "", "identity", "closed"),
    ],
)
def test_what_a_role_sees(role: str, unit: str, group: str, wanted: str) -> None:
    assert states(role, unit)[group] == wanted


def test_a_purpose_opens_what_asks_for_one_and_nothing_else() -> None:
    seen = states("civil_status_officer", HERE, ("sensitive", "contact"))
    assert seen["sensitive"] == "open" and seen["contact"] == "closed"
    assert states("operator", "", tuple(GROUPS))["identity"] == "closed"


def test_only_open_fields_are_shown() -> None:
    told = rights.shown(SOMEBODY, rights.sight(staff("civil_status_officer"), SOMEBODY))
    assert told["name"] == SOMEBODY.name and told["mother"] == {"name": "Trần Thị Mẹ"}
    assert not {"ethnicity", "religion", "phone", "permanent", "id", "version"} & set(told)


def test_a_sealed_record_is_closed_to_those_whom_the_seal_keeps_out() -> None:
    sealed = Person(7, 3, name="Kín", permanent=Residence(Place(HERE)), sealed={"court": True})
    assert set(rights.sight(staff("police_chief"), sealed).values()) == {"closed"}
    assert rights.sight(staff("justice_supervisor", "01"), sealed)["identity"] == "open"


def test_somebody_of_an_old_unit_belongs_where_it_went() -> None:
    # Phường Phúc Xá (2022) became part of Phường Hồng Hà and Phường Ba Đình.
    assert rights.holds("01", Place("00001", "2022")) and not rights.holds("79", Place("00001", "2022"))
    assert not rights.holds("01", Place(country="LA")) and not rights.holds("01", Place())


def test_everything_people_read_of_the_book_has_a_caption() -> None:
    lists = captions.lists()
    assert set(FIELDS) == set(lists["field"]) and set(GROUPS) == set(lists["group"])
    assert set(COMMANDS) == set(lists["command"])
    assert {kind for rule in COMMANDS.values() for kind in rule.kinds} <= set(lists["kind"])
    arguments = {field for rule in COMMANDS.values() for field in rule.body.__struct_fields__}
    assert arguments <= set(lists["field"]) | set(lists["argument"])
    assert all(len(both) == 2 and all(both) for listed in lists.values() for both in listed.values())


def test_history_loses_closed_values() -> None:
    said = Changes(name="Lê Thị Mẫu", phone="0900000001")
    cut = rights.cut(said, rights.sight(staff("civil_status_officer"), SOMEBODY))
    assert cut == Changes(name="Lê Thị Mẫu") and rights.cut(None, {}) is None
