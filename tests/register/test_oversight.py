"""The supervisor's week: looks without a case, of colleagues and their households, from elsewhere, at night and again and again."""

from __future__ import annotations

import csv
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from msgspec import structs

from dancu.core.refusal import Refusal
from dancu.kit import roles
from dancu.kit.clock import SystemClock
from dancu.register.command import Actor
from dancu.register.desk import Desk
from dancu.register.load import Loading
from dancu.register.read import oversight
from dancu.register.read.oversight import VIETNAM, Watched
from dancu.register.rights import Staff
from dancu.register.rules.correction import CorrectData
from dancu.register.witness import witness
from tests.register.rules.sample import order

OWN, MATE, COLLEAGUE, STRANGER = (f"00119000000{n}" for n in range(1, 5))
OFFICER = Staff("can-bo-a", "residence_officer", "00004")
CASE = "GIAI-QUYET-HO-SO:HS-7"


@pytest.fixture
def desk(database, tmp_path: Path):
    file = tmp_path / "register.csv"
    with file.open("w", encoding="utf-8", newline="") as opened:
        rows = [("pin", "name", "birth_date", "sex", "commune", "unit_scheme", "household_id")]
        homes = {OWN: "h1", MATE: "h1", COLLEAGUE: "h2", STRANGER: "h3"}
        rows += [(pin, "Lê Thị Mẫu", "1990-01-02", "female", "00004", "2025-07", home) for pin, home in homes.items()]
        csv.writer(opened).writerows(rows)
    with witness(tmp_path / "home") as log:
        made = Desk(database, log, SystemClock())
        made.load(Loading(file, "nap", "Luật Căn cước 2023", tmp_path, tmp_path / "refused.csv"), Actor("nap", "loader"))
        yield made


def seen(desk: Desk, officers: list[Watched], **more) -> list[tuple[str, ...]]:
    """What the week holds that wants an answer, hours of work put aside unless asked for."""
    desk.witness.wait(desk.witness.missed(_reader(), "x", service="end"))
    now = datetime.now(VIETNAM)
    span = {"since": now - timedelta(days=7), "until": now + timedelta(minutes=1), "holiday": lambda at: False, **more}
    with desk.database.connect(roles.READER) as connection:
        found = oversight.week(desk.witness, connection, officers, **span)
    return [tuple(sorted(set(look.why) - {"out_of_hours"})) for look in found if set(look.why) - {"out_of_hours"}]


def _reader():
    from dancu.register.witness import Reader

    return Reader.of(Actor("ai-do", "system"), "KIEM-TRA")


def watched(desk: Desk) -> list[Watched]:
    with desk.database.connect(roles.READER) as connection:
        ids = dict(connection.execute("SELECT pin, id FROM register_person").fetchall())
    return [Watched("can-bo-a", ids[OWN]), Watched("can-bo-b", ids[COLLEAGUE])]


def entered(desk: Desk, id: str, pin: str) -> None:
    """An order of the officer's that was carried out."""
    body = CorrectData(person=pin, ethnicity="Tày")
    desk.do(OFFICER.actor(), structs.replace(order(body, unit="00004", office="residence"), id=id, actor=OFFICER.actor()))


def test_work_for_a_case_is_no_matter(desk: Desk) -> None:
    desk.open(OFFICER, CASE, STRANGER)
    assert seen(desk, watched(desk)) == []


@pytest.mark.parametrize(
    ("who", "purpose", "why"),
    [(STRANGER, "XEM", "no_reference"), (COLLEAGUE, CASE, "colleague"), (MATE, CASE, "household"), (OWN, CASE, "self")],
)
def test_what_wants_an_answer_says_why(desk: Desk, who: str, purpose: str, why: str) -> None:
    desk.open(OFFICER, purpose, who)
    assert seen(desk, watched(desk)) == [(why,)]


def test_a_look_from_another_unit_is_told(desk: Desk) -> None:
    desk.open(Staff("can-bo-a", "residence_officer", "79"), CASE, STRANGER)
    assert seen(desk, watched(desk)) == [("away",)]


def test_the_same_record_again_and_again(desk: Desk, monkeypatch) -> None:
    for _ in range(oversight.OFTEN_A_WEEK + 1):
        desk.open(OFFICER, CASE, STRANGER)
    # A page loaded again is one visit.
    assert seen(desk, watched(desk)) == []
    monkeypatch.setattr(oversight, "VISIT", timedelta(seconds=-1))
    found = seen(desk, watched(desk))
    assert set(found) == {("often",)} and len(found) == oversight.OFTEN_A_WEEK + 1


def test_a_page_without_a_reference_is_told_once_a_visit(desk: Desk) -> None:
    for _ in range(3):
        desk.open(OFFICER, "XEM", STRANGER)
    assert seen(desk, watched(desk)) == [("no_reference",)]


def test_what_was_entered_explains_the_looks_that_led_to_it(desk: Desk, monkeypatch) -> None:
    monkeypatch.setattr(oversight, "PATIENCE", timedelta(0))
    # A page looked at, and the form of an order in which somebody was looked at more than once.
    desk.open(OFFICER, "XEM", STRANGER)
    for _ in range(oversight.OFTEN_A_WEEK + 2):
        desk.open(OFFICER, "HO-SO", STRANGER, order="web-1")
    assert set(seen(desk, watched(desk))) == {("no_reference",), ("unfinished",)}
    entered(desk, "web-1", STRANGER)
    assert seen(desk, watched(desk)) == []


def test_a_form_may_wait_a_day_for_its_papers(desk: Desk) -> None:
    desk.open(OFFICER, "HO-SO", STRANGER, order="web-2")
    assert seen(desk, watched(desk)) == []
    later = datetime.now(VIETNAM) + oversight.PATIENCE * 2
    assert seen(desk, watched(desk), until=later, now=later) == [("unfinished",)]


def test_a_form_that_was_sent_explains_those_it_names_and_nobody_else(desk: Desk) -> None:
    for pin in (STRANGER, MATE):
        desk.open(OFFICER, "HO-SO", pin, order="web-5")
    entered(desk, "web-5", STRANGER)
    # Somebody was looked at in the form who has no part in what was sent.
    assert sorted(seen(desk, [Watched("can-bo-a")])) == [("no_reference",)]


def test_a_repeated_look_is_told_where_it_opens_more(desk: Desk) -> None:
    desk.open(OFFICER, "XEM", STRANGER)
    desk.open(OFFICER, "XEM", STRANGER, reveal=("contact",))
    desk.open(OFFICER, "XEM", STRANGER, reveal=("contact",))
    desk.open(OFFICER, "XEM", STRANGER, reveal=("contact", "sensitive"))
    found = seen(desk, watched(desk))
    assert found == [("no_reference",)] * len(found) and len(found) in (2, 3)


def test_a_form_begun_in_a_week_may_be_sent_after_it(desk: Desk) -> None:
    desk.open(OFFICER, "HO-SO", STRANGER, order="web-6")
    time.sleep(0.01)
    end = datetime.now(VIETNAM)
    entered(desk, "web-6", STRANGER)
    assert seen(desk, watched(desk), until=end, now=end + timedelta(days=3)) == []


def test_an_order_for_somebody_else_explains_nothing(desk: Desk, monkeypatch) -> None:
    monkeypatch.setattr(oversight, "PATIENCE", timedelta(0))
    desk.open(OFFICER, "HO-SO", STRANGER, order="web-3")
    entered(desk, "web-4", MATE)
    assert seen(desk, watched(desk)) == [("unfinished",)]


def test_a_day_without_work_and_another_week(desk: Desk) -> None:
    desk.open(OFFICER, CASE, STRANGER)
    desk.witness.wait(desk.witness.missed(_reader(), "x", service="end"))
    now, week = datetime.now(VIETNAM), timedelta(days=7)

    def at(since: datetime, until: datetime) -> list[oversight.Look]:
        with desk.database.connect(roles.READER) as connection:
            return oversight.week(desk.witness, connection, watched(desk), since=since, until=until, holiday=lambda at: True)

    (look,) = at(now - week, now + timedelta(minutes=1))
    assert look.why == ("out_of_hours",) and look.person == 0 and at(now - 2 * week, now - week) == []


def test_a_reference_holds_nobody_s_number(desk: Desk) -> None:
    with pytest.raises(Refusal) as refused:
        desk.open(OFFICER, f"GIAI-QUYET-HO-SO:{STRANGER}", STRANGER)
    assert refused.value.code == "reference_personal"
