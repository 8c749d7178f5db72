"""A whole run on a world with planted faults: nearly all found, few false, each case at its owner; and what later runs make of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from dancu.core.refusal import Refusal
from dancu.kit import roles
from dancu.kit.clock import SteppedClock
from dancu.quality import actions, figures, queries
from dancu.quality.found import found, open_on_demand
from dancu.quality.rules.rule import by_id
from dancu.quality.runs import run as runs
from dancu.quality.runs.score import Score, score
from dancu.register.command import Actor
from dancu.register.event import Changes
from dancu.register.load import Loading, load
from dancu.register.person import Kin
from dancu.register.witness import witness
from dancu.world import build
from dancu.world.plant.planting import plant
from tests.kit.fixture import copied, dropped
from tests.quality.conftest import AT, numbered
from tests.quality.made import CHIEF, SYSTEM
from tests.register.tiny import Change, Open, do

PEOPLE, EACH = 12_000, 5


class World:
    """A loaded register with planted faults and what a run needs."""

    def __init__(self, database, home: Path, planted: Path):
        self.database, self.home, self.planted = database, home, planted
        self.clock = SteppedClock(AT, timedelta(seconds=1))

    def run(self, **more) -> runs.Ran:
        with witness(self.home) as log:
            return runs.run(self.database, self.home, witness=log, actor=SYSTEM, clock=self.clock, **more)

    def score(self) -> Score:
        with self.database.connect(roles.READER, autocommit=True) as connection:
            return score(connection, self.home / "quality", self.planted / "truth" / "faults.parquet")


@pytest.fixture(scope="module")
def world(template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    root = tmp_path_factory.mktemp("planted")
    build(people=PEOPLE, seed=23, out=root / "world", files=())
    plant(root / "world" / "register.parquet", root / "planted", each=EACH, seed=4)
    database = copied(template)
    try:
        made = World(database, root / "home", root / "planted")
        loading = Loading(root / "planted" / "register.parquet", "nap", "Luật", root, root / "refused.csv")
        assert not load(database, loading, made.clock).refused
        numbered(database)
        yield made
    finally:
        dropped(database)


@pytest.fixture(scope="module")
def ran(world: World) -> runs.Ran:
    return world.run()


def test_planted_faults_are_found_and_reach_their_owners(world: World, ran: runs.Ran) -> None:
    held = world.score()
    missed = {rule.rule: (rule.found, rule.planted) for rule in held.rules if rule.found < rule.planted}
    assert held.planted >= 150 and len(held.rules) >= 30
    assert held.share >= 0.99, missed
    assert held.right_owner == held.cases > 100
    assert {rule.rule for rule in held.rules if rule.cases} == {r.rule for r in held.rules if by_id()[r.rule].opens_cases}
    assert sum(held.false_alarms.values()) <= held.planted * 0.02, held.false_alarms
    assert (held.decoys, held.decoys_taken) == (2 * EACH, 0)


def test_measures_sum_from_communes_to_the_country(world: World, ran: runs.Ran) -> None:
    with world.database.connect(roles.READER, autocommit=True) as connection:
        country = {figure.measure: figure for figure in figures.latest(connection)}
        for measure in ("correct", "complete", "clean", "live"):
            provinces = figures.below(connection, measure=measure)
            homeless = country[measure].denominator - sum(p.denominator or 0 for p in provinces)
            assert 0 < homeless < 4 * EACH
            one = max(provinces, key=lambda figure: figure.denominator or 0)
            communes = figures.below(connection, measure=measure, unit=one.unit)
            assert sum(c.numerator for c in communes) == one.numerator and one.share
            assert figures.trend(connection, measure=measure)[-1] == country[measure]
        assert country["coverage"].share is None and figures.last_run(connection).people == ran.people
        said = {finding.rule: finding.people for finding in figures.findings(connection, limit=500)}
        assert said["number_does_not_fit"] >= 3 * EACH
        below = figures.findings_below(connection, rule="number_does_not_fit")
        assert sum(people for _, people in below) <= said["number_does_not_fit"]


def test_a_second_run_opens_nothing_and_closes_nothing(world: World, ran: runs.Ran) -> None:
    again = world.run()
    assert (again.settled.opened, again.settled.mended, again.arrived) == (0, 0, 0) and again.found == ran.found


def test_what_is_found_can_be_listed_and_opened_on_demand(world: World, ran: runs.Ran) -> None:
    first = found(world.home, rule="default_birthday", limit=3)
    rest = found(world.home, rule="default_birthday", after=first[-1].person, limit=500)
    assert len(first) == 3 and rest and first[-1].person < rest[0].person
    assert all("default_birthday" in one.rules for one in (*first, *rest))
    commune = next(one.commune for one in first if one.commune)
    with world.database.connect(roles.REGISTER, autocommit=True) as connection:
        more = {"rule": "default_birthday", "unit": commune, "at": AT}
        assert open_on_demand(connection, world.home, actor=Actor("ca", "residence", commune), **more) >= 1
        assert open_on_demand(connection, world.home, actor=Actor("ca", "residence", commune), **more) == 0
        with pytest.raises(Refusal):
            open_on_demand(connection, world.home, actor=Actor("ca", "residence", "00008" if commune != "00008" else "00004"), **more)
    for wrong in ({"rule": "none"}, {"rule": "year_only", "limit": 0}, {"rule": "year_only", "unit": "xx"}):
        with pytest.raises(Refusal):
            found(world.home, **wrong)
    with pytest.raises(Refusal):
        found(world.home / "nowhere", rule="year_only")


@pytest.fixture
def small(database, book, tmp_path: Path) -> World:
    """A register of a few people, one of whom married somebody who has another spouse."""
    return World(database, tmp_path / "home", tmp_path)


def people(book) -> list[int]:
    return [do(book, Open(name, birth_date=day)).actions[0].person for name, day in
            (("Lê Văn Một", "1980-02-03"), ("Trần Thị Hai", "1981-05-06"), ("Ngô Văn Ba", "1979-07-08"))]  # fmt: skip


def wed(book, one: int, other: int) -> None:
    do(book, Change(f"#{one}", Changes(marital="married", spouse=Kin(other))))


def test_a_case_closes_when_its_fault_is_gone_and_comes_back_with_it(small: World, book) -> None:
    one, two, three = people(book)
    wed(book, two, three), wed(book, three, two), wed(book, one, two)
    numbered(small.database)
    small.run()
    (case,) = [c for c in queries.cases_of(book, one) if c.code == "not_married_to_each_other"]
    wed(book, one, 0)
    numbered(small.database)
    assert small.run().settled.mended >= 1
    mended = queries.case(book, case.id)
    assert mended.state == "mended" and queries.steps(book, case.id)[-1].what == "mend"
    wed(book, one, two)
    numbered(small.database)
    small.run()
    (again,) = [c for c in queries.cases_of(book, one) if c.code == "not_married_to_each_other"]
    assert again.id != case.id
    with pytest.raises(Refusal) as refused:
        actions.undo(book, case=case.id, note="x", actor=Actor("sở", "province"), at=AT)
    assert refused.value.code in ("case_stands_again", "case_nothing_to_undo", "case_of_another_office")


def test_a_rejected_fault_is_not_asked_again(small: World, book) -> None:
    one, two, three = people(book)
    wed(book, two, three), wed(book, three, two), wed(book, one, two)
    numbered(small.database)
    small.run()
    (case,) = [c for c in queries.cases_of(book, one) if c.code == "not_married_to_each_other"]
    actions.propose(book, case=case.id, decision="reject", note="đã xem sổ", actor=Actor("ht", "civil_status"), at=AT)
    actions.accept(book, case=case.id, actor=Actor("ht2", "civil_status"), at=AT)
    assert small.run().settled.opened == 0 and queries.case(book, case.id).state == "rejected"


def test_a_worklist_is_bounded_and_fills_up_again(small: World, book) -> None:
    ids = [do(book, Open("Trần Văn " + word)).actions[0].person for word in ("Ba", "Bốn", "Năm", "Sáu")]
    for person in ids:
        do(book, Change(f"#{person}", Changes(phone="123")))
    numbered(small.database)
    assert small.run(most=2).settled.waiting >= 2
    mine = queries.worklist(book, code="phone_malformed", limit=500).cases
    assert [case.person for case in mine] == ids[:2]
    do(book, Change(f"#{mine[0].person}", Changes(phone="0912345678")))
    numbered(small.database)
    assert small.run(most=2).settled.mended == 1
    assert [case.person for case in queries.worklist(book, code="phone_malformed").cases] == ids[1:3]


def test_two_runs_at_once_and_none_at_all(small: World, book) -> None:
    people(book)
    numbered(small.database)
    with pytest.raises(Refusal) as refused:
        figures.last_run(book)
    assert refused.value.code == "no_run_yet" and figures.latest(book) == ()
    with small.database.connect(roles.REGISTER, autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [runs._LOCK])
        with pytest.raises(Refusal) as refused:
            small.run()
        assert refused.value.code == "quality_busy"
    assert small.run().people == 3


def test_expected_people_make_coverage_known(small: World, book, tmp_path: Path) -> None:
    people(book)
    numbered(small.database)
    small.run()
    file = tmp_path / "dan-so.csv"
    file.write_text("commune,people\n00004,10\n", encoding="utf-8")
    assert runs.expect(book, runs.read_expected(file), source="TK", actor=CHIEF, at=AT) == 1
    for wrong in ("", "commune,people\n99999,1\n", "commune,people\n00004,-1\n", "commune,people\n00004,1\n00004,2\n", "x\n1\n"):
        file.write_text(wrong, encoding="utf-8")
        with pytest.raises(Refusal):
            runs.read_expected(file)


def test_evidence_about_redacted_people_is_emptied(small: World, book) -> None:
    from dancu.quality.runs.opening import add_evidence
    from tests.quality.made import new, opened

    (case,) = opened(book, new(kind="difference", key="difference:name", field="name"))
    assert add_evidence(book, case.id, "BHXH", {"in_file": "Tên Phải Mất"}, at=AT)
    assert not add_evidence(book, case.id, "BHXH", {"in_file": "Tên Phải Mất"}, at=AT)
    assert runs.forget(book, (case.person,)) == 1
    assert [told.data for told in queries.evidence(book, case.id)] == [{}]


def test_a_case_goes_where_its_person_lives_now(small: World, book) -> None:
    from dancu.register.person import Place, Residence

    person = do(book, Open("Trần Văn Ba")).actions[0].person
    do(book, Change(f"#{person}", Changes(phone="123", permanent=Residence(place=Place("00004")))))
    numbered(small.database)
    small.run()
    assert [case.person for case in queries.worklist(book, unit="00004", code="phone_malformed").cases] == [person]
    do(book, Change(f"#{person}", Changes(permanent=Residence(place=Place("00008")))))
    numbered(small.database)
    small.run()
    assert [case.commune for case in queries.cases_of(book, person) if case.code == "phone_malformed"] == ["00008"]


def test_a_double_that_came_since_is_found_without_weighing_all_again(small: World, book) -> None:
    known = {"mother": Kin(name="Lê Thị Mười"), "father": Kin(name="Trần Văn Chín"), "phone": "0912345678"}
    rare = "Trần Khánh Đoan Thục"
    one, other = (do(book, Open(name, birth_date="1985-04-12")).actions[0].person for name in (rare, "Hồ Thị Tên Khác"))
    for word in ("Ất", "Bính", "Đinh", "Mậu", "Kỷ", "Canh"):
        do(book, Open(f"Lý Văn {word}", birth_date="1970-09-09"))
    do(book, Change(f"#{one}", Changes(**known)))
    numbered(small.database)
    assert small.run().pairs == 0
    do(book, Change(f"#{other}", Changes(name=rare, **known)))
    numbered(small.database)
    found = small.run()
    assert (found.arrived, found.pairs) == (1, 1)
    (case,) = queries.worklist(book, kind="duplicate").cases
    assert (case.person, case.other) == (one, other)
    do(book, Change(f"#{other}", Changes(status="merged", merged_into=one)))
    numbered(small.database)
    assert small.run().settled.merged == 1 and queries.case(book, case.id).state == "merged"
    assert len(list((small.home / "quality").glob("pairs-*.parquet"))) == 1


def test_whoever_lives_nowhere_is_the_provinces_to_place(small: World, book) -> None:
    from dancu.register.person import Place

    person = do(book, Open("Trần Văn Ba", registered_at=Place("00070"))).actions[0].person
    numbered(small.database)
    small.run()
    (case,) = [case for case in queries.cases_of(book, person) if case.code == "permanent_missing"]
    assert case.commune == "" and case.id in {each.id for each in queries.worklist(book, unit="01").cases}
    with pytest.raises(Refusal):
        actions.place(book, case=case.id, commune="99999", actor=CHIEF, at=AT)
    placed = actions.place(book, case=case.id, commune="00008", actor=Actor("sở", "province", "01"), at=AT)
    assert (placed.commune, placed.state) == ("00008", "open")
    assert small.run().settled.opened == 0 and queries.case(book, case.id).commune == "00008"


def test_a_fault_that_a_load_named_is_closed_with_its_case(small: World, book) -> None:
    person = do(book, Open("Trần Văn Ba")).actions[0].person
    order = book.execute("SELECT id FROM register_order LIMIT 1").fetchone()[0]
    do(book, Change(f"#{person}", Changes(phone="123")))
    fault = "INSERT INTO register_fault (person, code, order_id, opened_at) VALUES (%s, %s, %s, now())"
    for code in ("phone_malformed", "guardian_dead"):
        book.execute(fault, [person, code, order])
    numbered(small.database)
    small.run()
    cases = {case.code: case for case in queries.cases_of(book, person)}
    assert cases["phone_malformed"].kind == cases["guardian_dead"].kind == "load"
    assert (cases["guardian_dead"].side, cases["guardian_dead"].severity) == ("civil_book", "confirm")
    do(book, Change(f"#{person}", Changes(phone="0912345678")))
    numbered(small.database)
    small.run()
    closed = dict(book.execute("SELECT code, closed_at IS NOT NULL FROM register_fault").fetchall())
    assert closed == {"phone_malformed": True, "guardian_dead": False}
    assert queries.case(book, cases["guardian_dead"].id).state == "open"
