"""One claim against one record: never raises, knows its own, weighs what agrees, and says how serious a difference is."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dancu.core import date as dates
from dancu.core import match as matching
from dancu.core import number as numbers
from dancu.core import policy as policies
from dancu.core import reason, variant
from dancu.core.match import Claim, Record, match
from dancu.core.reason import BIT
from tests.core.texts import cells, names, texts

WEIGHTS = policies.weights()
STANDARD = policies.policies()["standard"]
PEOPLE = 100_000_000
sexes = st.sampled_from(["male", "female", ""])

claims = st.builds(
    Claim,
    number=cells.map(numbers.parse),
    name=texts,
    birth_date=cells.map(dates.parse),
    sex=st.one_of(sexes, texts),
    mother_name=texts,
    father_name=texts,
    place=st.sampled_from(range(7)),
    phone=st.integers(),
)
records = st.builds(
    Record,
    pin=st.integers(),
    name=texts,
    birth_date=st.integers(),
    sex=sexes,
    old_id=st.integers(),
    replaced=st.lists(st.integers(), max_size=2).map(tuple),
    mother_name=texts,
    other_name=texts,
    previous_name=texts,
    status=st.sampled_from(["active", "deceased", "cancelled", "locked", ""]),
    name_frequency=st.floats(0, 1),
    date_frequency=st.floats(0, 1),
)
people = st.builds(
    Record,
    pin=st.integers(1_000_000_001, 96_399_999_999),
    name=names,
    birth_date=st.dates().map(lambda day: int(f"{max(day.year, 1900) % 200 + 1900}{day:%m%d}")),
    sex=st.sampled_from(["male", "female"]),
    mother_name=names,
    father_name=names,
    name_frequency=st.floats(1e-8, 1e-3),
    date_frequency=st.floats(1e-6, 1e-4),
)


def own_claim(record: Record) -> Claim:
    """What the record says, claimed."""
    return Claim(
        number=numbers.parse(numbers.text(record.pin)),
        name=record.name,
        birth_date=record.birth_date,
        sex=record.sex,
        mother_name=record.mother_name,
        father_name=record.father_name,
        phone=record.phone,
    )


@given(claims, records, st.integers(0, 10**9))
def test_match_never_raises(claim: Claim, record: Record, size: int) -> None:
    outcome = match(claim, record, STANDARD, WEIGHTS, size)
    assert outcome.decision in ("match", "inconclusive", "no_match")
    assert outcome.severity in ("none", "note", "fix", "confirm")
    assert 0.0 <= outcome.probability <= 1.0 and outcome.score == outcome.score
    assert set(outcome.reasons) <= set(reason.CODES)
    assert {field.result for field in outcome.fields.values()} <= set(matching.RESULTS)


@given(people, st.sampled_from(sorted(policies.policies())))
def test_a_record_matches_itself(record: Record, policy: str) -> None:
    outcome = match(own_claim(record), record, policies.policies()[policy], WEIGHTS, PEOPLE)
    assert (outcome.decision, outcome.severity, outcome.reasons) == ("match", "none", ())
    assert {field.result for field in outcome.fields.values()} <= {"match", "not_claimed"}


@given(people)
def test_capitals_cost_nothing(record: Record) -> None:
    claim = replace(own_claim(record), name=record.name.upper(), mother_name=record.mother_name.upper())
    outcome = match(claim, record, STANDARD, WEIGHTS, PEOPLE)
    own = match(own_claim(record), record, STANDARD, WEIGHTS, PEOPLE)
    assert outcome.score == own.score and outcome.decision == "match" and outcome.severity in ("note", "none")


@given(people)
def test_a_number_alone_is_not_enough(record: Record) -> None:
    stranger = Claim(number=numbers.parse(numbers.text(record.pin)), name="Trịnh Thị Xoan", birth_date=18_990_909)
    assert match(stranger, record, STANDARD, WEIGHTS, PEOPLE).decision != "match"


@given(people)
def test_nothing_said_proves_nothing(record: Record) -> None:
    outcome = match(Claim(), record, STANDARD, WEIGHTS, PEOPLE)
    assert outcome.score == 0.0 and outcome.decision == "no_match" and outcome.reasons == ("number_missing",)


@pytest.mark.parametrize(
    ("claimed", "relation", "reasons"),
    [
        ("Bé Ba", "same", ("other_name_used",)), ("BÉ BA", "same", ("case", "other_name_used")),
        ("Lê Thị Tèo", "same", ("previous_value",)), ("Le Thi Teo", "same", ("diacritics", "previous_value")),
        ("Lê Thị Hoa", "same", ()), ("Lê Thị Hoá", "marks", ("diacritics",)), ("Lê Hoa", "middle", ("middle_name_missing",)),
    ],
)  # fmt: skip
def test_names_a_person_also_has_or_had(claimed: str, relation: str, reasons: tuple[str, ...]) -> None:
    record = Record(1, "Lê Thị Hoa", 19600115, other_name="Bé Ba", previous_name="Lê Thị Tèo")
    found, bits = matching.relations(Claim(name=claimed), record)["name"]
    assert (variant.RELATIONS[found], reason.codes(bits)) == (relation, reasons)


@pytest.mark.parametrize(
    ("claimed", "differs"),
    [
        ("Trần Thị Na", False), ("TRAN THI NA", False), ("Trần Thị Nã", False), ("Trần Na", False), ("Na Trần Thị", False),
        ("Trần Thị Nan", False), ("Trần Văn Na", True), ("Phạm Thị Mơ", True), ("", False), ("...", False),
    ],
)  # fmt: skip
def test_another_parent_is_told_another_spelling_is_not(claimed: str, differs: bool) -> None:
    record = Record(1, "Lê Thị Hoa", 19600115, mother_name="Trần Thị Na")
    _, bits = matching.relations(Claim(mother_name=claimed), record)["mother"]
    assert bits == (BIT["parent_differs"] if differs else 0)


def test_the_dead_are_still_found_and_told_where_allowed() -> None:
    record = Record(79_060_000_001, "Lê Thị Hoa", 19600115, "male", status="deceased")
    outcome = match(own_claim(record), record, STANDARD, WEIGHTS, PEOPLE)
    assert (outcome.decision, outcome.reasons, outcome.severity) == ("match", ("person_deceased",), "confirm")
    silent = replace(STANDARD, show_state=False)
    assert match(own_claim(record), record, silent, WEIGHTS, PEOPLE).reasons == ()


def test_every_relation_has_a_weight_and_an_answer() -> None:
    lists = {"number": numbers, "name": variant, "date": dates, "mother": variant, "father": variant}
    for field in policies.FIELDS:
        size = len(WEIGHTS.m[field])
        assert size == len(WEIGHTS.u[field])
        expected = lists[field].RELATIONS if field in lists else matching.PLACES if field == "place" else (0, 1, 2)
        assert size == len(expected), field
        for relation in range(size):
            assert matching.field_result(field, relation, 0) in matching.RESULTS
            assert abs(WEIGHTS.bits(field, relation, 1e-6, PEOPLE)) < 60


def test_severity_is_that_of_the_gravest_reason() -> None:
    order = ("none", "note", "fix", "confirm")
    single = {code: reason.severity(bit) for code, bit in BIT.items()}
    assert {code for code, grade in single.items() if grade == "note"} == set(reason.NOTES)
    assert {code for code, grade in single.items() if grade == "fix"} == set(reason.FIXES)
    assert reason.severity(0) == "none"
    assert reason.severity(BIT["scientific"] | reason.DIGITS_LOST) == "confirm"
    for a, b in itertools.combinations(reason.CODES, 2):
        assert reason.severity(BIT[a] | BIT[b]) == max(single[a], single[b], key=order.index)


@given(st.lists(st.sampled_from(reason.CODES), unique=True))
def test_reasons_go_into_bits_and_come_out_in_order(codes: list[str]) -> None:
    assert reason.codes(reason.mask(codes)) == tuple(sorted(codes, key=reason.CODES.index))


@given(st.floats(0, 1), st.floats(0, 1))
def test_calibration_keeps_the_order(a: float, b: float) -> None:
    steps = WEIGHTS.calibration
    # Below the first step what is stated is kept: far below any threshold, and not joined to the curve.
    low, high = sorted(max(p, steps[0][0] + 1e-9) if steps else p for p in (a, b))
    assert 0.0 <= policies.calibrated(low, steps) <= policies.calibrated(high, steps) + 1e-12 <= 1.0 + 1e-12
    assert policies.calibrated(a, ()) == a


@given(st.lists(st.floats(-300, 300), min_size=1, max_size=5), st.integers(1, 10**9))
def test_probabilities_leave_room_for_nobody(scores: list[float], size: int) -> None:
    shares = matching.probability(scores, WEIGHTS, size)
    assert all(0.0 <= share <= 1.0 for share in shares) and sum(shares) <= 1.0 + 1e-9
    assert [shares[i] for i in sorted(range(len(scores)), key=scores.__getitem__)] == sorted(shares)
