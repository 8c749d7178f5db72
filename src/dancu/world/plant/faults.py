"""The faults that are planted: each makes rows wrong in one known way, on one known side."""

from __future__ import annotations

from collections.abc import Callable

from dancu.core import name as names
from dancu.world.plant.sheet import Sheet

Plant = Callable[[Sheet, int], None]
# Whose data are made wrong.
POPULATION, CIVIL_BOOK, UNKNOWN = "population", "civil_book", "unknown"
_ADULT, _THIS_YEAR = 2005, 2025
_PLAIN_FAMILIES = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Vũ", "Võ", "Đặng", "Bùi", "Đỗ", "Ngô", "Dương")
_KINH = "Kinh"


def _kinh(sheet: Sheet, row: int) -> bool:
    return sheet.cells["ethnicity"][row] == _KINH and sheet.living(row)


def _adult_alone(sheet: Sheet, row: int) -> bool:
    return sheet.living(row) and sheet.alone(row) and sheet.whole(row) and sheet.year(row) < _ADULT


def _plain_old(sheet: Sheet, row: int) -> bool:
    """Somebody on whom a changed birth year makes nobody else wrong."""
    return _adult_alone(sheet, row) and not sheet.parents(row)


def other_sex(sheet: Sheet, many: int) -> None:
    """The sex is the other one; the number still tells the right one."""
    for row in sheet.pick(many, lambda row: _adult_alone(sheet, row)):
        sheet.change(row, sex="male" if sheet.cells["sex"][row] == "female" else "female")
        sheet.note(row, "number_does_not_fit", POPULATION)


def other_year(sheet: Sheet, many: int) -> None:
    """The birth year is typed one off."""
    for row in sheet.pick(
        many, lambda row: _adult_alone(sheet, row) and not sheet.cells["birth_date"][row].endswith("-02-29")
    ):
        sheet.change(row, birth_date=f"{sheet.year(row) + 1}{sheet.cells['birth_date'][row][4:]}")
        sheet.note(row, "number_does_not_fit", POPULATION)


def other_century(sheet: Sheet, many: int) -> None:
    """The number tells another century."""
    for row in sheet.pick(many, lambda row: _adult_alone(sheet, row) and sheet.cells["pin"][row][3] in "01"):
        pin = sheet.cells["pin"][row]
        sheet.change(row, pin=sheet.free_pin(f"{pin[:3]}{int(pin[3]) + 2}{pin[4:]}"))
        sheet.note(row, "number_does_not_fit", POPULATION)


def abroad(sheet: Sheet, many: int) -> None:
    """The number begins with no province's code."""
    for row in sheet.pick(many, lambda row: _adult_alone(sheet, row) and sheet.cells["pin"][row][:3] < "100"):
        sheet.change(row, pin=sheet.free_pin("290" + sheet.cells["pin"][row][3:]))
        sheet.note(row, "number_prefix_unknown", POPULATION)


def no_sex(sheet: Sheet, many: int) -> None:
    """The sex is missing."""
    for row in sheet.pick(many, lambda row: _adult_alone(sheet, row)):
        sheet.change(row, sex=None)
        sheet.note(row, "sex_unknown", POPULATION)


def ancient(sheet: Sheet, many: int) -> None:
    """Somebody old is said to be over 110, by number and date."""
    for row in sheet.pick(
        many, lambda row: _plain_old(sheet, row) and sheet.year(row) < 1960 and sheet.cells["pin"][row][3] in "01"
    ):
        pin = sheet.cells["pin"][row]
        sheet.change(row, birth_date="1911-07-15", pin=sheet.free_pin(f"{pin[:4]}11{pin[6:]}"), old_id=None)
        sheet.note(row, "silent_over_110", POPULATION)


def unborn(sheet: Sheet, many: int) -> None:
    """Born in years to come."""
    for row in sheet.pick(many, lambda row: _plain_old(sheet, row)):
        sheet.change(row, birth_date="2049-03-08")
        sheet.note(row, "birth_in_future", POPULATION, also=("number_does_not_fit", "mother_not_named"))


def year_alone(sheet: Sheet, many: int) -> None:
    """Day and month are missing."""
    for row in sheet.pick(many, lambda row: _adult_alone(sheet, row)):
        sheet.change(row, birth_date=str(sheet.year(row)))
        sheet.note(row, "year_only", POPULATION)


def new_year(sheet: Sheet, many: int) -> None:
    """Day and month are what a program fills in."""
    for row in sheet.pick(many, lambda row: _adult_alone(sheet, row) and sheet.year(row) < 1990):
        sheet.change(row, birth_date=f"{sheet.year(row)}-01-01")
        sheet.note(row, "default_birthday", POPULATION)


def noted_name(sheet: Sheet, many: int) -> None:
    """A note stands in the name."""
    for row in sheet.pick(many, lambda row: sheet.living(row) and sheet.alone(row)):
        sheet.change(row, name=f"{sheet.cells['name'][row]} (đã chết)")
        sheet.note(row, "name_with_signs", POPULATION, also=("name_lower",))


def short_name(sheet: Sheet, many: int) -> None:
    """Only the given name is left."""
    for row in sheet.pick(many, lambda row: _kinh(sheet, row) and sheet.alone(row)):
        sheet.change(row, name=sheet.cells["name"][row].split()[-1])
        sheet.note(row, "name_one_word", POPULATION)


def bare_name(sheet: Sheet, many: int) -> None:
    """The marks are lost."""
    for row in sheet.pick(
        many,
        lambda row: _kinh(sheet, row) and sheet.alone(row) and sheet.cells["name"][row].startswith(_PLAIN_FAMILIES),
    ):
        sheet.change(row, name=names.fold(sheet.cells["name"][row]).title())
        sheet.note(row, "diacritics", POPULATION)


def loud_name(sheet: Sheet, many: int) -> None:
    """All in capitals."""
    for row in sheet.pick(
        many, lambda row: _kinh(sheet, row) and sheet.alone(row) and len(sheet.cells["name"][row]) > 5
    ):
        sheet.change(row, name=sheet.cells["name"][row].upper())
        sheet.note(row, "name_capitals", POPULATION)


def quiet_name(sheet: Sheet, many: int) -> None:
    """All in small letters."""
    for row in sheet.pick(many, lambda row: _kinh(sheet, row) and sheet.alone(row)):
        sheet.change(row, name=sheet.cells["name"][row].lower())
        sheet.note(row, "name_lower", POPULATION)


def no_home(sheet: Sheet, many: int) -> None:
    """Nobody knows where they live."""
    for row in sheet.pick(many, lambda row: sheet.living(row)):
        sheet.change(row, commune=None, unit_scheme=None, address=None, province=None)
        sheet.note(row, "permanent_missing", POPULATION)


def nowhere(sheet: Sheet, many: int) -> None:
    """The commune's code is none."""
    for row in sheet.pick(many, lambda row: sheet.living(row)):
        sheet.change(row, commune="99999", unit_scheme="2025-07")
        sheet.note(row, "unit_unknown", POPULATION)


def no_people(sheet: Sheet, many: int) -> None:
    """The ethnicity is missing."""
    for row in sheet.pick(many, lambda row: sheet.living(row)):
        sheet.change(row, ethnicity=None)
        sheet.note(row, "ethnicity_missing", POPULATION)


def eight_digits(sheet: Sheet, many: int) -> None:
    """The old number lost its first digit."""
    for row in sheet.pick(many, lambda row: sheet.living(row) and bool(sheet.cells["old_id"][row])):
        sheet.change(row, old_id=sheet.cells["old_id"][row][1:])
        sheet.note(row, "old_number_not_nine_digits", POPULATION)


def one_old_number(sheet: Sheet, many: int) -> None:
    """Three people have one old number."""
    rows = list(sheet.pick(3 * max(many // 3, 1), lambda row: sheet.living(row) and bool(sheet.cells["old_id"][row])))
    for first, *others in zip(rows[::3], rows[1::3], rows[2::3], strict=False):
        for row in (first, *others):
            sheet.change(row, old_id=sheet.cells["old_id"][first])
            sheet.note(row, "old_number_shared", POPULATION)


def bad_phone(sheet: Sheet, many: int) -> None:
    """The telephone number lost its end."""
    for row in sheet.pick(many, lambda row: sheet.living(row) and bool(sheet.cells["phone"][row])):
        sheet.change(row, phone=sheet.cells["phone"][row][:6])
        sheet.note(row, "phone_malformed", POPULATION)


def one_phone(sheet: Sheet, many: int) -> None:
    """One telephone number stands for six households."""
    rows = list(sheet.pick(6 * max(many // 6, 1), lambda row: sheet.living(row) and sheet.alone(row)))
    for start in range(0, len(rows) - 5, 6):
        phone = f"09{sheet.rng.randrange(10_000_000, 100_000_000)}"
        for row in rows[start : start + 6]:
            sheet.change(row, phone=phone)
            sheet.note(row, "phone_shared", POPULATION)


def no_mother(sheet: Sheet, many: int) -> None:
    """A child without a mother."""
    for row in sheet.pick(
        many,
        lambda row: sheet.living(row) and 2012 < sheet.year(row) < _THIS_YEAR and bool(sheet.cells["mother_name"][row]),
    ):
        sheet.change(row, mother_name=None, mother_pin=None)
        sheet.note(row, "mother_not_named", CIVIL_BOOK)


ALONE: tuple[Plant, ...] = (
    other_sex, other_year, other_century, abroad, no_sex, ancient, unborn, year_alone, new_year, noted_name, short_name, bare_name,
    loud_name, quiet_name, no_home, nowhere, no_people, eight_digits, one_old_number, bad_phone, one_phone, no_mother,
)  # fmt: skip
