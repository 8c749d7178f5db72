"""Personal numbers as spreadsheets and clerks leave them, with twenty and more rows a hazard."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dancu.core import number as numbers
from dancu.core.reason import BIT, DIGITS_LOST, codes, severity
from tests.core import hazards
from tests.core.texts import cells, digits

TABLE = hazards.rows("number")
pins = st.builds(
    lambda prefix, century, rest: int(f"{prefix}{century}{rest:08}"),
    st.sampled_from(sorted(numbers.prefixes())),
    st.integers(0, 3),
    st.integers(1, 10**8 - 1),
)
LOST = {1: "leading_zero", 2: "leading_zeros_2"}


def known(text: str) -> dict:
    """Keyword arguments of `compare` from `own`, `old=…`, `replaced=…,…`."""
    told: dict = {}
    for part in text.split():
        field, _, values = part.partition("=")
        told[{"old": "old_id"}.get(field, field)] = (
            True if field == "own" else int(values) if field == "old" else tuple(map(int, values.split(",")))
        )
    return told


@pytest.mark.parametrize(("hazard", "claim", "pin", "others", "relation", "reasons"), TABLE)
def test_hazard(hazard: str, claim: str, pin: str, others: str, relation: str, reasons: str) -> None:
    found, bits = numbers.compare(numbers.parse(claim), int(pin), **known(others))
    assert (numbers.RELATIONS[found], " ".join(codes(bits))) == (relation, reasons)


def test_every_hazard_has_twenty_rows() -> None:
    wanted = (
        "written spaces leading_zero leading_zeros_2 scientific old_id digit_typo digits_transposed digit_missing "
        "number_missing number_replaced subject_swapped number_of_another_person unreadable"
    )
    assert hazards.fewest(TABLE, wanted) == {}


@given(cells)
def test_any_cell_is_read_or_not(text: str) -> None:
    written = numbers.parse(text)
    assert written.kind in range(len(numbers.KINDS)) and 0 <= written.value < 10**15
    if written.kind not in (numbers.NONE, numbers.UNREADABLE, numbers.SCIENTIFIC):
        again = numbers.parse(str(written.value).zfill(written.length))
        assert (again.kind, again.value, again.length) == (written.kind, written.value, written.length)


@given(st.lists(st.one_of(st.none(), cells, digits), max_size=12))
def test_a_column_is_read_as_its_cells(texts: list[str | None]) -> None:
    written = [numbers.parse(text) for text in texts]
    fields = ("kind", "value", "length", "bits")
    assert numbers.parse_columns(texts) == tuple([getattr(w, field) for w in written] for field in fields)


@given(st.text("0123456789 .-\u00a0", max_size=24))
def test_the_usual_separators_are_separators_like_any(text: str) -> None:
    other = "".join(c if c.isdigit() else "_" for c in text)
    # ".0" behind a number is more than a separator, and spaces around it are less.
    if text == text.strip() and not text.rstrip("0").endswith("."):
        assert numbers.parse(text) == numbers.parse(other)


@given(cells, st.integers(), st.lists(st.integers(), max_size=3), st.booleans())
def test_any_cell_compares_with_any_number(text: str, pin: int, others: list[int], own: bool) -> None:
    written, few = numbers.parse(text), tuple(others)
    relation, bits = numbers.compare(written, pin, old_id=pin, replaced=few, relatives=few, siblings=few, own=own)
    assert relation in range(len(numbers.RELATIONS)) and 0 <= bits < 2 * DIGITS_LOST
    assert numbers.padded(written, "male", 1960) >= 0 and len(numbers.parts(pin).sex) in (4, 6)
    assert isinstance(numbers.place_known(pin), bool)


@given(pins)
def test_a_number_matches_itself(pin: int) -> None:
    assert numbers.compare(numbers.parse(numbers.text(pin)), pin) == (numbers.SAME, 0)


@given(pins)
def test_eaten_zeros_are_put_back(pin: int) -> None:
    short = numbers.parse(str(pin))
    said = numbers.parts(pin)
    lost = 12 - len(str(pin))
    assert numbers.compare(short, pin) == (numbers.PADDED, BIT[LOST[lost]])
    assert numbers.padded(short, said.sex, said.birth_year) == pin
    other = "male" if said.sex == "female" else "female"
    assert numbers.padded(short, other, said.birth_year) == 0 == numbers.padded(short, said.sex, said.birth_year + 1)
    assert numbers.padded(short, None, said.birth_year) == 0 == numbers.padded(short, said.sex, 0)


@given(pins, st.integers(1, 9))
def test_excel_rounds_and_the_person_is_still_found(pin: int, places: int) -> None:
    relation, bits = numbers.compare(numbers.parse(f"{pin:.{places}E}"), pin)
    assert bits & BIT["scientific"]
    whole = int(float(f"{pin:.{places}E}")) == pin and len(str(pin)) <= places + 1
    assert relation == (numbers.PADDED if whole else numbers.PREFIX)
    assert severity(bits) == ("fix" if whole else "confirm")


@given(pins, pins)
def test_slips_of_the_hand_go_both_ways(a: int, b: int) -> None:
    there, _ = numbers.compare(numbers.parse(numbers.text(a)), b)
    back, _ = numbers.compare(numbers.parse(numbers.text(b)), a)
    # What a spreadsheet rounded is no slip of the hand, and cannot be undone.
    assert there == back or numbers.PREFIX in (there, back)


@given(pins, st.integers(0, 11), st.integers(1, 9))
def test_one_wrong_digit(pin: int, place: int, more: int) -> None:
    digits = list(numbers.text(pin))
    digits[place] = str((int(digits[place]) + more) % 10)
    assert numbers.compare(numbers.parse("".join(digits)), pin) == (numbers.TYPO, BIT["digit_typo"])


@given(pins, st.integers(0, 10))
def test_two_digits_exchanged(pin: int, place: int) -> None:
    text = numbers.text(pin)
    crossed = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    expected = (numbers.SAME, 0) if crossed == text else (numbers.TRANSPOSED, BIT["digits_transposed"])
    assert numbers.compare(numbers.parse(crossed), pin) == expected


@given(pins)
def test_the_parts_are_the_digits(pin: int) -> None:
    said = numbers.parts(pin)
    century = (said.birth_year - 1900) // 100 * 2 + (said.sex == "female")
    assert f"{said.place}{century}{said.birth_year % 100:02}{said.serial:06}" == numbers.text(pin)
    assert numbers.agrees(pin, said.sex, said.birth_year) and numbers.agrees(pin, None, 0) and numbers.place_known(pin)


def test_there_are_63_provinces_and_others_are_countries() -> None:
    assert len(numbers.prefixes()) == 63 and numbers.prefixes()["079"] == "Thành phố Hồ Chí Minh"
    assert not numbers.place_known(132_090_000_001)


@pytest.mark.parametrize("text", ["1" * 5000, " " * 100_000 + "1", "số " * 20_000, "1." * 50_000, "không" + "x" * 99_999])
def test_a_very_long_cell_is_no_number(text: str) -> None:
    assert numbers.parse(text).kind in (numbers.NONE, numbers.OTHER, numbers.UNREADABLE)
