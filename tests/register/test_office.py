"""What an office sees of its own work: its orders, who waits for a number, cards on their way, households; nobody else's, and logged."""

from __future__ import annotations

import pytest

from dancu.core.refusal import Refusal
from dancu.register import office
from dancu.register.command import Actor, BookEntry, Order, Source
from dancu.register.desk import Desk
from dancu.register.person import Place
from dancu.register.rights import Staff
from dancu.register.rules.birth import RegisterBirth
from dancu.register.rules.card import IssueCard, RequestCard
from dancu.register.rules.household import JoinHousehold, NewHousehold
from dancu.register.rules.residence import DeclareAbsence
from tests.register.test_desk import HERE, MARKED, OFFICER, OTHER, PIN, desk, outcomes

__all__ = ["desk", "outcomes"]
CHIEF, CIVIL = Staff("chi-huy", "police_chief", HERE), Staff("ho-tich", "civil_status_officer", HERE)
ELSEWHERE = Staff("khac", "residence_officer", "26710")
PROVINCE = Staff("tinh", "police_supervisor", "01")


def done(desk: Desk, staff: Staff, id: str, body, source: str = "residence_file", entry: BookEntry | None = None) -> dict:
    order = Order(id=id, actor=Actor("", "system"), source=Source(source, "HS-1"), legal_basis="Luật", body=body, entry=entry)
    return desk.do(staff.actor(), order)


def test_recent_orders_are_the_units_own_newest_first_and_paged(desk: Desk) -> None:
    for n in range(3):
        done(desk, OFFICER, f"vang-{n}", DeclareAbsence(person=PIN, file=f"TV-{n}"))
    done(desk, ELSEWHERE, "noi-khac", DeclareAbsence(person=PIN, file="TV-9"))
    found = office.recent(desk, OFFICER, limit=2)
    assert [deed.order for deed in found] == ["vang-2", "vang-1"] and found[0].people[0].fields["name"] == MARKED
    rest = office.recent(desk, OFFICER, before=found[-1].at, behind=found[-1].order, limit=2)
    assert [deed.order for deed in rest] == ["vang-0"]
    assert office.recent(desk, CHIEF, mine=True) == () and office.recent(desk, OFFICER, kinds=("request_card",)) == ()


def test_an_outcome_is_for_the_unit_alone(desk: Desk) -> None:
    done(desk, OFFICER, "vang", DeclareAbsence(person=PIN, file="TV-1"))
    found = office.outcome(desk, CHIEF, "vang")
    assert found.deed.command == "declare_absence" and found.events[0].kind == "absence" and office.done_already(desk, "vang")
    assert not office.done_already(desk, "khong-co")
    for staff, order in ((ELSEWHERE, "vang"), (OFFICER, "khong-co")):
        with pytest.raises(Refusal) as refused:
            office.outcome(desk, staff, order)
        assert refused.value.code == "not_on_record"


def test_who_waits_for_a_number_is_on_the_list_of_the_commune_of_registration(desk: Desk, monkeypatch) -> None:
    from dancu.register.store import view

    monkeypatch.setattr(view, "_number", lambda *_: None)
    here = Place(code=HERE)
    child = RegisterBirth(name="Bé Mới", birth_date="2026-11-01", sex="male", birth_place=here, registered_at=here, mother=PIN)
    done(desk, CIVIL, "sinh", child, "civil_book", BookEntry("1", "01/2026", "1", "2026-11-20", HERE))
    (waits,) = office.waiting(desk, OFFICER)
    assert waits.fields["name"] == "Bé Mới" and office.counts(desk, OFFICER)["awaiting_number"] == 1
    assert office.waiting(desk, OFFICER, after=waits.id) == () and office.waiting(desk, ELSEWHERE) == ()
    assert len(office.waiting(desk, PROVINCE)) == 1


def test_cards_go_through_the_queues_of_the_holders_commune(desk: Desk) -> None:
    done(desk, OFFICER, "de-nghi", RequestCard(person=PIN, file="CC-1"), "card_file")
    done(desk, OFFICER, "de-nghi-2", RequestCard(person=OTHER, file="CC-2"), "card_file")
    first = office.cards(desk, OFFICER, "requested", limit=1)
    second = office.cards(desk, OFFICER, "requested", commune=HERE, after=first[0].id, limit=1)
    assert {one.fields["pin"] for one in (*first, *second)} == {PIN, OTHER} and office.cards(desk, ELSEWHERE, "requested") == ()
    done(desk, CHIEF, "cap", IssueCard(person=PIN, file="CC-1", serial="VN1"), "card_file")
    assert office.counts(desk, OFFICER) == {"awaiting_number": 0, "requested": 1, "issued": 1}
    assert "VN1" in office.cards(desk, OFFICER, "issued")[0].fields["cards"]


def test_a_household_has_its_head_first_and_is_closed_to_who_may_not_see_where_people_live(desk: Desk) -> None:
    done(desk, OFFICER, "lap", NewHousehold(head=OTHER))
    done(desk, OFFICER, "nhap", JoinHousehold(person=PIN, head=OTHER, relation="sibling"))
    found = office.household(desk, OFFICER, "CU-TRU", PIN)
    assert [one.fields["pin"] for one in found.members] == [OTHER, PIN] and not found.more
    for staff in (CIVIL, ELSEWHERE):
        with pytest.raises(Refusal):
            office.household(desk, staff, "CU-TRU", PIN)


def test_a_print_leaves_a_leaf_of_its_own(desk: Desk) -> None:
    from dancu.ledger.leaf import decode
    from dancu.register.witness import Reader

    assert office.printed(desk, OFFICER, "CU-TRU", PIN).fields["name"] == MARKED
    with pytest.raises(Refusal):
        office.printed(desk, OFFICER, "CU-TRU", "001190009999")
    last = desk.witness.missed(Reader.of(OFFICER.actor(), "test"), "x", service="test")
    entries = desk.witness.wait(last).entries(last.month, 0, last.index + 1)
    services = [leaf.service for _, entry in entries if hasattr(leaf := decode(entry), "service")]
    assert services.count("staff.print") == 2
