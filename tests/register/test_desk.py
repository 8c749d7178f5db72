"""The desk: no answer and no change without its leaf, nobody sees more than their role, and no value of anybody in the log."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from dancu.core.refusal import Refusal
from dancu.kit import roles
from dancu.kit.clock import SystemClock
from dancu.ledger.leaf import Command, decode
from dancu.ledger.reader import LogReader
from dancu.ledger.sequencer import Place
from dancu.register.command import Actor, Order, Source
from dancu.register.desk import Desk
from dancu.register.load import Loading
from dancu.register.rights import Staff
from dancu.register.rules.correction import CorrectData
from dancu.register.rules.protection import Redact, Seal
from dancu.register.rules.residence import DeclareAbsence
from dancu.register.witness import witness

MARKED = "Kín Đáo Tuyệt Mật"
HERE = "00004"
PIN, OTHER = "001190000001", "001190000002"
OFFICER = Staff("can-bo", "residence_officer", HERE)


@pytest.fixture
def desk(database, tmp_path: Path) -> Iterator[Desk]:
    """A desk over two people, one of them with the marked name."""
    file = tmp_path / "register.csv"
    with file.open("w", encoding="utf-8", newline="") as opened:
        rows = [("pin", "name", "birth_date", "sex", "commune", "unit_scheme", "phone", "ethnicity")]
        for pin, name in ((PIN, MARKED), (OTHER, "Lê Thị Hai")):
            rows.append((pin, name, "1990-01-02", "female", HERE, "2025-07", "0900000001", "Kinh"))
        csv.writer(opened).writerows(rows)
    with witness(tmp_path / "home") as log:
        made = Desk(database, log, SystemClock())
        made.load(Loading(file, "nap", "Luật Căn cước 2023, điều 9", tmp_path, tmp_path / "refused.csv"), Actor("nap", "loader"))
        yield made


def order(id: str, body, **more) -> Order:
    return Order(id=id, actor=Actor("", "system"), source=Source("decision", "QĐ-1"), legal_basis="Luật Cư trú 2020", body=body, **more)


def outcomes(desk: Desk, last: Place) -> list[str]:
    """What came of the commands in the month of a leaf, up to it."""
    desk.witness.wait(last)
    entries = LogReader(desk.witness.home / "ledger").entries(last.month, 0, last.index + 1)
    return [leaf.outcome for _, entry in entries if isinstance(leaf := decode(entry), Command)]


def test_a_command_whose_leaf_cannot_be_written_is_not_carried_out(desk: Desk, monkeypatch) -> None:
    monkeypatch.setattr(desk.witness, "commanded", _broken)
    with pytest.raises(OSError):
        desk.do(OFFICER.actor(), order("a", DeclareAbsence(person=PIN, file="TV-1")))
    with desk.database.connect(roles.READER) as connection:
        assert connection.execute("SELECT count(*) FROM register_order WHERE id = 'a'").fetchone() == (0,)


def test_a_commit_that_fails_after_its_leaf_is_told_too(desk: Desk, monkeypatch) -> None:
    whole = desk.witness.commanded

    def cut_off(*args, **more):
        place = whole(*args, **more)
        with desk.database.superuser() as connection:
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'dancu register'")
        return place

    monkeypatch.setattr(desk.witness, "commanded", cut_off)
    with pytest.raises(Refusal):
        desk.do(OFFICER.actor(), order("a", DeclareAbsence(person=PIN, file="TV-1")))
    monkeypatch.setattr(desk.witness, "commanded", whole)
    done = desk.do(OFFICER.actor(), order("a", DeclareAbsence(person=PIN, file="TV-1")))
    assert not done["again"]
    assert outcomes(desk, Place(**done["ledger"], size=0))[-3:] == ["done", "undone", "done"]


def _broken(*_: object, **__: object) -> None:
    raise OSError("no space left")


def test_staff_see_what_their_role_and_unit_allow(desk: Desk) -> None:
    here = desk.open(OFFICER, "GIAI-QUYET-HO-SO", PIN)
    assert here.inside and here.fields["name"] == MARKED and here.sight["contact"] == "masked" and "phone" not in here.fields
    asked = desk.open(OFFICER, "GIAI-QUYET-HO-SO", PIN, reveal=("contact",))
    assert asked.fields["phone"] == "0900000001"
    away = desk.open(Staff("khac", "residence_officer", "79"), "GIAI-QUYET-HO-SO", PIN)
    assert not away.inside and "permanent" not in away.fields
    with pytest.raises(Refusal) as refused:
        desk.open(Staff("van-hanh", "operator"), "XEM", PIN)
    assert refused.value.code == "not_allowed"


def test_a_rehearsal_tells_what_would_change_and_does_nothing(desk: Desk) -> None:
    wished = order("a", CorrectData(person=PIN, other_name="Bé Út", phone="0900000002"))
    told = desk.rehearse(OFFICER, wished)
    (changes,) = told["changes"].values()
    assert changes == {"other_name": (None, "Bé Út")} and [event["kind"] for event in told["events"]] == ["data_corrected"]
    assert "other_name" not in desk.open(OFFICER, "GIAI-QUYET-HO-SO", PIN).fields
    done = desk.do(OFFICER.actor(), wished)
    assert not done["again"] and desk.open(OFFICER, "GIAI-QUYET-HO-SO", PIN).fields["other_name"] == "Bé Út"
    with pytest.raises(Refusal) as refused:
        desk.rehearse(OFFICER, order("b", CorrectData(person="001190009999", other_name="Ai")))
    assert refused.value.code == "not_on_record"


def test_a_sealed_record_is_not_among_those_found(desk: Desk) -> None:
    assert len(desk.search(OFFICER, "GIAI-QUYET-HO-SO", MARKED).hits) == 1
    desk.do(Actor("so-tu-phap", "province", "01"), order("s", Seal(person=PIN, seal="court")))
    assert desk.search(OFFICER, "GIAI-QUYET-HO-SO", MARKED).hits == ()
    assert len(desk.search(Staff("so", "justice_supervisor", "01"), "GIAM-SAT", MARKED).hits) == 1
    assert set(desk.open(OFFICER, "GIAI-QUYET-HO-SO", PIN).sight.values()) == {"closed"}


def test_history_shows_what_is_open(desk: Desk) -> None:
    (line,) = desk.timeline(OFFICER, "GIAI-QUYET-HO-SO", PIN)
    assert line.kind == "loaded" and "phone" in line.fields
    assert line.changes.name == MARKED and line.changes.phone != "0900000001"


def test_no_value_of_anybody_is_in_the_log_or_beside_it(desk: Desk) -> None:
    desk.search(OFFICER, "GIAI-QUYET-HO-SO", MARKED)
    desk.search(OFFICER, "GIAI-QUYET-HO-SO", "Không Ai Cả")
    desk.open(OFFICER, "GIAI-QUYET-HO-SO", PIN)
    with pytest.raises(Refusal):
        desk.show(OFFICER.actor(), "GIAI-QUYET-HO-SO", "001190009999")
    event = desk.timeline(OFFICER, "GIAI-QUYET-HO-SO", PIN)[0].id
    province = Actor("cong-an-tinh", "province", "01")
    desk.do(province, order("r", Redact(person=PIN, events=(event,), fields=("name", "phone")), reason=f"xóa {MARKED}"))
    assert {entry["service"] for entry in desk.looked(province, "GIAM-SAT", PIN)["entries"] if "service" in entry} >= {"staff.open"}
    kept = [path for path in desk.witness.home.rglob("*") if path.is_file()]
    assert any("tile" in path.parts for path in kept)
    for secret in (MARKED, "KIN DAO", "kín đáo", PIN, "001190009999", "Không Ai Cả", "KHONG AI CA", "0900000001", "can-bo"):
        found = [path.name for path in kept if secret.encode() in path.read_bytes()]
        assert found == [], f"{secret!r} is in {found}"
