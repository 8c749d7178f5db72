"""Differences of an agency's checked file become cases: one a person and field, evidence from a second file, doubt by a second agency."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from dancu.core.refusal import Refusal
from dancu.quality import actions, queries
from dancu.quality.differences import Taken, take
from dancu.register.command import Actor
from dancu.register.event import Changes
from dancu.register.person import Place, Residence
from dancu.register.witness import Reader
from tests.quality.conftest import AT
from tests.quality.made import POLICE, SYSTEM, new, opened
from tests.register.tiny import Change, Open, do

HEAD = ("SO", "HO_TEN", "NGAY_SINH", "_pin", "_verdict", "_reasons", "_confidence")
DIFFERS = "matched_with_differences"


@pytest.fixture
def pins(book) -> list[str]:
    """Numbers of three people of one commune."""
    found = []
    for word in ("An", "Ba", "Chi"):
        done = do(book, Open(f"Nguyễn Văn {word}"))
        person = done.actions[0].person
        do(book, Change(f"#{person}", Changes(permanent=Residence(place=Place("00004")))))
        found.append(book.execute("SELECT pin FROM register_person WHERE id = %s", [person]).fetchone()[0])
    return found


@pytest.fixture
def taken(book, log, tmp_path: Path):
    """A call that takes a checked file of given rows."""

    def call(*rows: tuple[object, ...], name: str = "so", agency: str = "BHXH") -> Taken:
        file = tmp_path / f"{name}.checked.csv"
        with file.open("w", encoding="utf-8", newline="") as opened:
            csv.writer(opened).writerows([HEAD, *rows])
        mapping = {"pin": ["SO"], "name": ["HO_TEN"], "birth_date": ["NGAY_SINH"]}
        compared = {"number": {"match": 1}, "name": {"match": 1}, "birth_date": {"match": 1}}
        (tmp_path / f"{name}.summary.json").write_text(json.dumps({"mapping": mapping, "fields": compared}), encoding="utf-8")
        return take(book, file, agency=agency, actor=SYSTEM, at=AT, witness=log, reader=Reader.of(SYSTEM, "doi-chieu"))

    return call


def row(pin: str, reasons: str, *, verdict: str = DIFFERS, sure: float = 0.999, name: str = "Tên Trong Tệp", born: str = "01/02/1990"):
    return (pin, name, born, pin, verdict, reasons, sure)


def test_one_case_a_person_and_field_against_the_side_of_the_reason(book, taken, pins) -> None:
    done = taken(
        row(pins[0], "case;typo_1;parent_differs"), row(pins[0], "different_name"), row(pins[1], "default_birthday"),
        row(pins[2], "person_deceased", verdict="matched"), row(pins[2], "different_date", sure=0.9), row(pins[2], "old_unit;case"),
        row("099999999999", "typo_1"), row(pins[1], "several_candidates", verdict="ambiguous"),
    )  # fmt: skip
    assert (done.rows, done.opened) == (8, 4)
    cases = {(case.person, case.field): case for case in queries.worklist(book, kind="difference").cases}
    assert {(field, case.side, case.owner, case.agency, case.commune) for (_, field), case in cases.items()} == {
        ("name", "agency", "agency", "BHXH", "00004"), ("parent", "civil_book", "civil_status", "BHXH", "00004"),
        ("birth_date", "agency", "agency", "BHXH", "00004"), ("status", "agency", "agency", "BHXH", "00004"),
    }  # fmt: skip
    name = next(case for (_, field), case in cases.items() if field == "name")
    told = [evidence.data for evidence in queries.evidence(book, name.id)]
    assert [(data["row"], data["reason"], data["in_file"]) for data in told] == [
        (1, "typo_1", "Tên Trong Tệp"), (2, "different_name", "Tên Trong Tệp"),
    ]  # fmt: skip
    columns = book.execute("SELECT * FROM quality_case").fetchall()
    assert "Tên Trong Tệp" not in str(columns)


def test_a_second_file_adds_evidence_and_a_second_agency_doubts_the_register(book, taken, pins) -> None:
    assert taken(row(pins[0], "different_date")).opened == 1
    assert taken(row(pins[0], "different_date")) == Taken(1, 1, 0, 0)
    assert taken(row(pins[0], "different_date"), name="quy-2") == Taken(1, 1, 0, 1)
    (case,) = queries.worklist(book, kind="difference").cases
    assert case.side == "agency" and len(queries.evidence(book, case.id)) == 2
    taken(row(pins[0], "different_date", born="09/09/1999"), agency="Y tế")
    assert queries.case(book, case.id).side == "agency"
    taken(row(pins[0], "different_date"), agency="Ngân hàng")
    moved = queries.case(book, case.id)
    assert (moved.side, moved.owner, moved.side_said) == ("population", "residence", False)
    assert [step.what for step in queries.steps(book, case.id)] == ["found"]


def test_a_later_file_that_agrees_closes_the_case(book, taken, pins) -> None:
    assert taken(row(pins[0], "different_date")).opened == 1
    # The same person twice in one file: one row differs, the other agrees. Whichever comes first, the case stays.
    for rows in ((row(pins[0], "different_date"), row(pins[0], "")), (row(pins[0], ""), row(pins[0], "different_date"))):
        assert taken(*rows, name="hai-dong").closed == 0
    # A row that does not say the date cannot agree in it.
    assert taken(row(pins[0], "", born=""), name="khong-ngay").closed == 0
    assert taken(row(pins[0], ""), name="da-sua") == Taken(1, 0, 0, 0, 1)
    assert queries.worklist(book, kind="difference").cases == ()


def test_what_a_file_opens_it_does_not_close(book, taken, pins) -> None:
    done = taken(row(pins[0], "different_date"), row(pins[0], ""))
    assert (done.opened, done.closed) == (1, 0)


def test_a_case_that_somebody_took_further_is_not_closed_by_a_file(book, taken, pins) -> None:
    taken(row(pins[0], "different_date"), row(pins[1], "different_date"))
    said, asked = queries.worklist(book, kind="difference").cases
    # The register is wrong: an agency that copies it does not make it right.
    actions.say_side(book, case=said.id, side="civil_book", actor=POLICE, at=AT)
    actions.ask(book, case=asked.id, office="residence", note="Giấy khai sinh ghi khác", actor=Actor("bhxh", "agency"), at=AT)
    assert taken(row(pins[0], ""), row(pins[1], ""), name="chep").closed == 0


def test_an_agency_does_not_end_what_others_say_or_decide(book, taken, pins) -> None:
    agency = Actor("bhxh", "agency")
    taken(row(pins[0], "different_date"))
    (case,) = queries.worklist(book, kind="difference").cases
    with pytest.raises(Refusal) as refused:
        actions.say_side(book, case=case.id, side="population", actor=agency, at=AT)
    assert refused.value.code == "case_of_another_office"
    taken(row(pins[0], "different_date", born="09/09/1999"), agency="Y tế")
    with pytest.raises(Refusal) as refused:
        actions.mend(book, case=case.id, actor=agency, at=AT)
    assert refused.value.code == "case_of_several_agencies"
    actions.propose(book, case=case.id, decision="reject", note="Hai cách ghi đều đúng", actor=POLICE, at=AT)
    with pytest.raises(Refusal) as refused:
        actions.mend(book, case=case.id, actor=agency, at=AT)
    assert refused.value.code in ("case_of_several_agencies", "case_of_another_office")


def test_no_agency_is_wrong_where_none_is_part_of_the_case(book) -> None:
    (case,) = opened(book, new("default_birthday"))
    with pytest.raises(Refusal) as refused:
        actions.say_side(book, case=case.id, side="agency", actor=POLICE, at=AT)
    assert refused.value.code == "case_without_agency"


def test_a_side_that_somebody_said_stays(book, taken, pins) -> None:
    taken(row(pins[0], "sex_differs"))
    (case,) = queries.worklist(book, kind="difference").cases
    actions.say_side(book, case=case.id, side="agency", actor=POLICE, at=AT)
    taken(row(pins[0], "sex_differs"), agency="Y tế")
    assert queries.case(book, case.id).side == "agency"


def test_sealed_and_merged_people_get_no_case(book, taken, pins) -> None:
    people = [book.execute("SELECT person FROM register_number WHERE pin = %s", [pin]).fetchone()[0] for pin in pins]
    do(book, Change(f"#{people[0]}", Changes(sealed={"court": True})))
    do(book, Change(f"#{people[1]}", Changes(status="merged", merged_into=people[2])))
    assert taken(*(row(pin, "typo_1") for pin in pins)).opened == 1


def test_what_is_no_checked_file_is_refused(book, log, tmp_path: Path) -> None:
    reader = Reader.of(Actor("x", "system"), "doi-chieu")
    for name, text in (("a.csv", "x,y\n1,2\n"), ("b.parquet", "no parquet")):
        (tmp_path / name).write_text(text, encoding="utf-8")
        with pytest.raises(Refusal) as refused:
            take(book, tmp_path / name, agency="BHXH", actor=SYSTEM, at=AT, witness=log, reader=reader)
        assert refused.value.code == "checked_unreadable"
