"""Faults between people: parents who cannot be, deaths that come too early, couples that are none."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from dancu.world.plant.faults import CIVIL_BOOK, POPULATION, UNKNOWN, Plant
from dancu.world.plant.sheet import Sheet

_ADULT = 2003


def _linked_child(sheet: Sheet, row: int) -> bool:
    return (
        sheet.living(row)
        and sheet.whole(row)
        and 1985 < sheet.year(row) < 2024
        and sheet.cells["mother_pin"][row] in sheet.row_of
    )


def _instead(sheet: Sheet, many: int, fit: Callable[[int, int], bool]) -> Iterator[tuple[int, int]]:
    """(child, somebody untouched who fits to be wrongly taken for the mother)."""
    for child in sheet.pick(many, lambda row: _linked_child(sheet, row)):
        for other in sheet.pick(1, lambda row, child=child: sheet.living(row) and sheet.whole(row) and fit(child, row)):
            sheet.change(child, mother_pin=sheet.cells["pin"][other], mother_name=sheet.cells["name"][other])
            yield child, other


def younger_mother(sheet: Sheet, many: int) -> None:
    """The mother's number is that of somebody younger than the child."""
    fit = lambda child, row: sheet.cells["sex"][row] == "female" and sheet.year(row) > sheet.year(child) + 1  # noqa: E731
    for child, _ in _instead(sheet, many, fit):
        sheet.note(child, "born_before_parent", CIVIL_BOOK, also=("parent_age_unlikely",))


def unlikely_mother(sheet: Sheet, many: int) -> None:
    """The mother's number is that of a woman a few years older than the child."""
    fit = lambda child, row: sheet.cells["sex"][row] == "female" and 3 <= sheet.year(child) - sheet.year(row) <= 9  # noqa: E731
    for child, _ in _instead(sheet, many, fit):
        sheet.note(child, "parent_age_unlikely", CIVIL_BOOK)


def male_mother(sheet: Sheet, many: int) -> None:
    """The mother's number is a man's."""
    fit = lambda child, row: sheet.cells["sex"][row] == "male" and 22 <= sheet.year(child) - sheet.year(row) <= 38  # noqa: E731
    for child, _ in _instead(sheet, many, fit):
        sheet.note(child, "parent_of_wrong_sex", CIVIL_BOOK)


def other_mother(sheet: Sheet, many: int) -> None:
    """The mother's name is another woman's, her number the mother's."""
    for row in sheet.pick(many, lambda row: _linked_child(sheet, row)):
        sheet.change(row, mother_name="Phùng Thị Khác Hẳn")
        sheet.note(row, "parent_differs", CIVIL_BOOK)


def own_mother(sheet: Sheet, many: int) -> None:
    """A person is their own mother."""
    for row in sheet.pick(many, lambda row: _linked_child(sheet, row)):
        sheet.change(row, mother_pin=sheet.cells["pin"][row])
        sheet.note(row, "own_relative", CIVIL_BOOK)


def one_parent(sheet: Sheet, many: int) -> None:
    """Father and mother are one."""
    for row in sheet.pick(many, lambda row: _linked_child(sheet, row)):
        sheet.change(row, father_pin=sheet.cells["mother_pin"][row], father_name=sheet.cells["mother_name"][row])
        sheet.note(row, "parents_are_one", CIVIL_BOOK, also=("parent_of_wrong_sex", "close_kin"))


def dead_mother(sheet: Sheet, many: int) -> None:
    """The mother died two years before the birth."""
    for child, mother in _only_children(sheet, many, "mother_pin"):
        sheet.change(mother, status="deceased", status_date=f"{sheet.year(child) - 2}-05-05")
        sheet.note(child, "born_after_mother_died", CIVIL_BOOK)


def dead_father(sheet: Sheet, many: int) -> None:
    """The father died two years before the birth."""
    for child, father in _only_children(sheet, many, "father_pin"):
        sheet.change(father, status="deceased", status_date=f"{sheet.year(child) - 2}-05-05")
        sheet.note(child, "father_dead_before_conception", CIVIL_BOOK)


def _only_children(sheet: Sheet, many: int, column: str) -> Iterator[tuple[int, int]]:
    """(child, parent) where the parent is linked to this child alone and to no spouse."""

    def fit(row: int) -> bool:
        parent = sheet.row_of.get(sheet.cells[column][row])
        return (
            parent is not None and _linked_child(sheet, row) and sheet.living(parent) and sheet.children[parent] == [row]
            and not sheet.cells["spouse_pin"][parent] and parent not in sheet.named_by
        )  # fmt: skip

    for row in sheet.pick(many, fit):
        yield row, sheet.row_of[sheet.cells[column][row]]


def early_death(sheet: Sheet, many: int) -> None:
    """Dead before birth."""
    for row in sheet.pick(many, lambda row: _single(sheet, row)):
        sheet.change(row, status="deceased", status_date=f"{sheet.year(row) - 3}-09-09")
        sheet.note(row, "death_before_birth", CIVIL_BOOK)


def late_death(sheet: Sheet, many: int) -> None:
    """Dead on a day to come."""
    for row in sheet.pick(many, lambda row: _single(sheet, row)):
        sheet.change(row, status="deceased", status_date="2051-09-09")
        sheet.note(row, "death_in_future", CIVIL_BOOK)


def undated_death(sheet: Sheet, many: int) -> None:
    """Dead without a day."""
    for row in sheet.pick(many, lambda row: _single(sheet, row)):
        sheet.change(row, status="deceased", status_date=None)
        sheet.note(row, "death_date_missing", CIVIL_BOOK)


def widow(sheet: Sheet, many: int) -> None:
    """The spouse is dead, and the marriage goes on."""

    def fit(row: int) -> bool:
        spouse = sheet.wed[row]
        return spouse is not None and sheet.wed[spouse] == row and sheet.living(row) and sheet.living(spouse)

    for row in sheet.pick(many, fit):
        sheet.change(sheet.wed[row], status="deceased", status_date="2025-06-20")
        sheet.note(row, "spouse_dead", POPULATION)


def _single(sheet: Sheet, row: int) -> bool:
    return sheet.living(row) and sheet.alone(row) and sheet.whole(row) and sheet.year(row) < _ADULT


def other_spouse(sheet: Sheet, many: int) -> None:
    """The spouse on record is somebody else's."""

    def taken(row: int) -> bool:
        spouse = sheet.wed[row]
        return spouse is not None and sheet.wed[spouse] == row and sheet.living(row) and sheet.living(spouse)

    for row in sheet.pick(many, lambda row: _single(sheet, row)):
        other_sex = "male" if sheet.cells["sex"][row] == "female" else "female"
        for other in sheet.pick(1, lambda who, sex=other_sex: taken(who) and sheet.cells["sex"][who] == sex):
            sheet.change(row, spouse_pin=sheet.cells["pin"][other])
            sheet.note(row, "not_married_to_each_other", CIVIL_BOOK)


def _join(sheet: Sheet, one: int, other: int) -> int:
    """Two people name each other as spouse; the row that is found for both: the first loaded."""
    sheet.change(one, spouse_pin=sheet.cells["pin"][other])
    sheet.change(other, spouse_pin=sheet.cells["pin"][one])
    return min(one, other)


def same_sex(sheet: Sheet, many: int) -> None:
    """A couple of one sex."""
    for row in sheet.pick(many, lambda row: _single(sheet, row)):
        for other in sheet.pick(
            1, lambda who, row=row: _single(sheet, who) and sheet.cells["sex"][who] == sheet.cells["sex"][row]
        ):
            sheet.note(_join(sheet, row, other), "same_sex_marriage", UNKNOWN)


def siblings(sheet: Sheet, many: int) -> None:
    """Brother and sister are a couple."""
    for row in sheet.pick(many, lambda row: _single(sheet, row) and _sibling(sheet, row) is not None):
        other = _sibling(sheet, row)
        if other is not None:
            sheet.touch(other)
            sheet.note(_join(sheet, row, other), "close_kin", CIVIL_BOOK)


def _sibling(sheet: Sheet, row: int) -> int | None:
    mother = sheet.row_of.get(sheet.cells["mother_pin"][row])
    beside = sheet.children.get(mother, ()) if mother is not None else ()
    fit = (
        other
        for other in beside
        if other != row and _single(sheet, other) and sheet.cells["sex"][other] != sheet.cells["sex"][row]
    )
    return next((other for other in fit if other not in sheet.touched or other in sheet.kin(row)), None)


def young_wife(sheet: Sheet, many: int) -> None:
    """Married at fourteen."""
    for row in sheet.pick(
        many,
        lambda row: sheet.living(row) and sheet.alone(row) and sheet.whole(row) and 2011 <= sheet.year(row) <= 2014,
    ):
        for other in sheet.pick(
            1, lambda who, row=row: _single(sheet, who) and sheet.cells["sex"][who] != sheet.cells["sex"][row]
        ):
            _join(sheet, row, other)
            sheet.note(row, "under_marriage_age", UNKNOWN)


FAMILY: tuple[Plant, ...] = (
    younger_mother, unlikely_mother, male_mother, other_mother, own_mother, one_parent, dead_mother, dead_father, early_death, late_death,
    undated_death, widow, other_spouse, same_sex, siblings, young_wife,
)  # fmt: skip
