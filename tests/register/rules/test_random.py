"""Random commands on a small register: none raises, all fold, what is stored is what replay gives, and merges come apart."""

from __future__ import annotations

from typing import Literal, get_args, get_origin, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import Struct, json, structs

from dancu.core import number as numbers
from dancu.register.command import No, Ref
from dancu.register.fold import fold
from dancu.register.person import Place
from dancu.register.refusals import book
from dancu.register.rules import COMMANDS, Body, decide, ref_fields
from dancu.register.rules.facts.day import Day, Partial
from tests.register.rules import sample
from tests.register.rules.memory import Memory

IDS = [*sample.PEOPLE, 1001, 1002, 1003]
REFS = st.one_of(
    st.sampled_from([f"#{number}" for number in IDS]), st.sampled_from(["", "#999", *(one.pin for one in sample.PEOPLE.values())])
)
DATES = st.sampled_from(
    ["", "2026-06-01", "2026-05-20", "2026-05", "1990-02-30", "2025", "1985-01-01", "2026-12-31", "2028-06-01", "2026-06-20"]
)
HERE = (sample.BA_DINH, sample.NGOC_HA, sample.TAN_SON, sample.GONE)
PLACES = st.sampled_from([*HERE, Place(), Place(country="LA"), Place("01"), Place("x")])
TEXTS = st.sampled_from(["", "Nguyễn Văn Mới", "Lê Thị Hai", "F1", "F2", "C1", "S1", "S2", "TT1", "A1", "x\0", "0" * 40, "012345678"])
EVENTS = st.integers(5001, 5080)


def values(hint):
    """What a field of a command may hold."""
    if hint == Ref:
        return REFS
    if hint in (Day, Partial):
        return DATES if hint == Partial else DATES.filter(lambda text: len(text) in (0, 10))
    if get_origin(hint) is Literal:
        return st.sampled_from(get_args(hint))
    if hint is Place:
        return PLACES
    plain = {str: TEXTS, bool: st.booleans(), int: EVENTS}
    if hint in plain:
        return plain[hint]
    if get_origin(hint) is tuple:
        inner = st.sampled_from(["name", "phone", "pin"]) if get_args(hint)[0] is str else EVENTS
        return st.lists(inner, max_size=2).map(tuple)
    if type(None) in get_args(hint):
        return st.one_of(st.none(), *(values(part) for part in get_args(hint) if part is not type(None)))
    return st.builds(hint, **{name: values(inner) for name, inner in get_type_hints(hint, include_extras=True).items() if inner is str})


def bodies(name):
    """Bodies of a command, likely or not."""
    body = COMMANDS[name].body
    return st.builds(body, **{field: values(hint) for field, hint in get_type_hints(body, include_extras=True).items()})


ANY = st.sampled_from(sorted(COMMANDS)).flatmap(bodies)
FAR = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@given(ANY)
def test_bodies_survive_json(body):
    assert json.decode(json.encode(body), type=Body) == body


@settings(max_examples=500)
@given(ANY, st.sampled_from(["", "2026-05-30", "2020-01-01", "soon"]), st.sampled_from(["", "00004", "79", "00001"]), st.data())
def test_decide_never_raises(body, effective, unit, data):
    rule = COMMANDS[body.__struct_config__.tag]
    office = data.draw(st.sampled_from([*rule.offices, "loader"]))
    entry = data.draw(st.sampled_from([None, sample.ENTRY, structs.replace(sample.ENTRY, registered="x")]))
    order = sample.order(body, effective=effective, office=office, unit=unit, entry=entry)
    number = data.draw(st.sampled_from([None, "001226000001", "1", "001190000009"]))
    answer = decide(order, sample.view(order, number=number))
    assert answer.code in book() if isinstance(answer, No) else answer
    if not isinstance(answer, No):
        assert {one.kind for one in answer} <= set(rule.kinds)


def agree(register: Memory) -> None:
    """Stored states are what replay gives, and no number is two people's."""
    for number, stored in register.stored.items():
        assert fold(number, register.of(number)) == stored
    pins = [one.pin for one in register.stored.values() if one.pin]
    assert len(pins) == len(set(pins))


def free_number(body: Struct, register: Memory, serial: int) -> str | None:
    """A number that fits the one who is to have it."""
    who = body if hasattr(body, "birth_date") else sample.found(getattr(body, ref_fields(type(body))[0], ""), register.stored)
    if who is None or not who.sex or not who.birth_date[:4].isdigit():
        return None
    number = sample.pin(who.sex, who.birth_date, 500_000 + serial)
    return number if numbers.agrees(int(number), who.sex, int(who.birth_date[:4])) else None


@FAR
@given(st.lists(st.tuples(ANY, st.sampled_from(["", "", "2026-05-30", "2020-01-01"])), min_size=5, max_size=40))
def test_random_commands_replay_to_what_is_stored(commands):
    register = Memory(sample.PEOPLE)
    for serial, (body, effective) in enumerate(commands):
        entry = structs.replace(sample.ENTRY, number=str(serial)) if COMMANDS[body.__struct_config__.tag].needs_entry else None
        register.do(body, number=free_number(body, register, serial), effective=effective, entry=entry)
    agree(register)


def likely(name, /, **fields):
    """A command that is taken now and then, which random fields hardly ever are."""
    return st.builds(COMMANDS[name].body, **fields)


WHO = st.sampled_from(["#1", "#2", "#3", "#5", "#11", "#19", "#24"])
LIKELY = st.one_of(
    likely("move_permanent", person=WHO, place=PLACES, file=st.just("F")),
    likely("change_name", person=WHO, name=st.sampled_from(["Lê Mới", "Trần Cũ"]), why=st.just("x"), agreed=st.just(True)),
    likely("correct_civil", person=WHO, birth_date=st.sampled_from(["1988-01-01", "2014-02-02"])),
    likely("correct_data", person=WHO, phone=st.sampled_from(["1", "2", "3"])),
    likely("register_marriage", husband=st.sampled_from(["#1", "#11"]), wife=st.sampled_from(["#2", "#19"])),
    likely("record_divorce", husband=st.sampled_from(["#1", "#11", "#3", "#24"]), wife=st.sampled_from(["#2", "#19", "#4", "#25"])),
    likely("register_death", person=WHO, died=st.sampled_from(["2026-05-30", "2025", "2020-03"]), registered_at=st.just(sample.BA_DINH)),
    likely("register_temporary", person=WHO, place=PLACES, file=st.sampled_from(["A", "B"]), until=st.just("2027-01-01")),
    likely("request_card", person=WHO, file=st.sampled_from(["A", "B"])),
    likely("issue_card", person=WHO, file=st.sampled_from(["A", "B"]), serial=st.sampled_from(["S1", "S2", "S3"])),
    likely("deliver_card", person=WHO, serial=st.sampled_from(["S1", "S2", "S3"])),
    likely("new_household", head=WHO),
    likely("join_household", person=WHO, head=WHO, relation=st.just("child")),
    likely("leave_household", person=WHO),
    likely("change_head", person=WHO, relation=st.just("child")),
    likely("merge", kept=WHO, other=WHO, confirmed=st.just(True)),
    likely("split", kept=WHO, other=WHO),
    likely("reverse", person=WHO, event=EVENTS),
)
DAYS = st.sampled_from(["", "", "2026-05-30", "2024-01-01", "2025-06-01"])


@FAR
@given(st.lists(st.tuples(LIKELY, DAYS), min_size=10, max_size=60))
def test_likely_commands_replay_and_leave_nobody_half_married_or_dead_with_a_card(commands):
    register = Memory(sample.PEOPLE)
    for serial, (body, effective) in enumerate(commands):
        rule = COMMANDS[body.__struct_config__.tag]
        entry = structs.replace(sample.ENTRY, number=str(serial)) if rule.needs_entry else None
        for office in rule.offices:
            if not isinstance(register.do(body, office=office, effective=effective, entry=entry), No):
                break
    agree(register)
    for one in register.stored.values():
        if one.status == "deceased":
            assert not [card for card in one.cards.values() if card.state in ("requested", "issued", "delivered")]
            assert not one.household and (one.eid_locked or one.id == 6)
        elif one.marital == "married" and one.status != "merged":
            spouse = register.stored[one.spouse.person]
            assert spouse.spouse.person == one.id and spouse.status != "deceased"


PAIRS = st.sampled_from([("#11", "#12"), ("#1", "#11"), ("#2", "#19"), ("#1", "#22"), ("#13", "#23"), ("#6", "#6"), ("#5", "#7")])


@FAR
@given(st.lists(st.tuples(LIKELY, DAYS), max_size=12), PAIRS)
def test_merge_then_split_restores_both(commands, pair):
    register = Memory(sample.PEOPLE)
    for serial, (body, effective) in enumerate(commands):
        entry = structs.replace(sample.ENTRY, number=str(serial)) if COMMANDS[body.__struct_config__.tag].needs_entry else None
        register.do(body, effective=effective, entry=entry)
    before = dict(register.stored)
    kept, other = pair
    if isinstance(register.do(sample.body("merge", kept=kept, other=other, confirmed=True)), No):
        assert register.stored == before
        return
    assert not isinstance(register.do(sample.body("split", kept=kept, other=other)), No)
    agree(register)
    for number, was in before.items():
        assert structs.replace(register.stored[number], version=was.version) == was


@pytest.mark.parametrize("day", ["2023-01-01", "2020-06-01", "1995-05-05"])
def test_back_dated_move_takes_its_place(day):
    register = Memory(sample.PEOPLE)
    register.do(sample.body("move_permanent", person="#1", place=sample.NGOC_HA, file="T1"))
    register.do(sample.body("move_permanent", person="#1", place=Place("00004", detail="Số 2"), file="T0"), effective=day)
    assert register.stored[1].permanent.place == sample.NGOC_HA
    assert fold(1, register.of(1), at=day).permanent.place.detail == "Số 2"
    agree(register)
