"""Doubles: people who stand twice, each copy dirty in its own way; and decoys, twins and namesakes, who are two people."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from dancu.core import name as names
from dancu.world.plant.faults import POPULATION, Plant
from dancu.world.plant.sheet import Fault, Sheet

RULE = "duplicate_record"
_Row = dict[str, str | None]
_TELEX = {"ươ": "uơ", "ă": "a", "â": "a", "ê": "e", "ô": "o", "ơ": "o", "ư": "u"}


def _known(sheet: Sheet, row: int) -> bool:
    """Enough is on record that the person can be known again."""
    return (
        sheet.living(row)
        and sheet.whole(row)
        and bool(sheet.cells["mother_name"][row])
        and bool(sheet.cells["commune"][row])
    )


def _double(
    sheet: Sheet, many: int, fit: Callable[[int], bool], dirty: Callable[[_Row], _Row], also: tuple[str, ...] = ()
) -> None:
    for row in sheet.pick(many, lambda row: _known(sheet, row) and fit(row)):
        copy = sheet.copy_of(row)
        copy |= {
            "pin": sheet.free_pin(str(copy["pin"])),
            "number_history": None,
            "other_name": None,
            "previous_name": None,
            "spouse_pin": None,
        }
        at = sheet.add(copy | dirty(copy))
        sheet.note(at, RULE, POPULATION, also=also, other=str(sheet.cells["pin"][row]))


def plain(sheet: Sheet, many: int) -> None:
    """Entered again, without the old number and the telephone."""
    _double(sheet, many, lambda row: True, lambda copy: {"old_id": None, "phone": None})


def unmarked(sheet: Sheet, many: int) -> None:
    """Typed without marks."""
    _double(sheet, many, lambda row: not sheet.cells["name"][row].isascii(),
            lambda copy: {"name": names.fold(copy["name"]).title(), "old_id": None}, ("diacritics",))  # fmt: skip


def without_middle(sheet: Sheet, many: int) -> None:
    """The middle name is left out."""

    def cut(copy: _Row) -> _Row:
        words = str(copy["name"]).split()
        return {"name": f"{words[0]} {words[-1]}", "phone": None}

    _double(sheet, many, lambda row: len(sheet.cells["name"][row].split()) == 3, cut)


def swapped(sheet: Sheet, many: int) -> None:
    """Day and month change places."""

    def swap(copy: _Row) -> _Row:
        year, month, day = str(copy["birth_date"]).split("-")
        return {"birth_date": f"{year}-{day}-{month}", "old_id": None}

    def can(row: int) -> bool:
        _, month, day = sheet.cells["birth_date"][row].split("-")
        return int(day) <= 12 and day != month and (month, day) != ("01", "01")

    _double(sheet, many, can, swap)


def _on_new_year(copy: _Row) -> _Row:
    return {"birth_date": f"{str(copy['birth_date'])[:4]}-01-01"}


def default_day(sheet: Sheet, many: int) -> None:
    """Only the year was known."""
    _double(sheet, many, lambda row: sheet.year(row) < 1985, lambda copy: _on_new_year(copy) | {"old_id": None},
            ("default_birthday",))  # fmt: skip


def slipped(sheet: Sheet, many: int) -> None:
    """One mark of the given name slipped."""

    def slip(copy: _Row) -> _Row:
        *before, last = str(copy["name"]).split()
        for right, wrong in _TELEX.items():
            if right in last:
                return {"name": " ".join((*before, last.replace(right, wrong, 1))), "phone": None}
        return {}

    _double(sheet, many, lambda row: any(sign in sheet.cells["name"][row].split()[-1] for sign in _TELEX), slip)


def moved(sheet: Sheet, many: int) -> None:
    """Entered again where they moved to."""
    rows = iter(sheet.order * 2)

    def elsewhere(copy: _Row) -> _Row:
        other = next(row for row in rows if sheet.cells["commune"][row] not in (None, copy["commune"], "99999"))
        place = {column: sheet.cells[column][other] for column in ("commune", "unit_scheme", "address", "province")}
        return place | {"household_id": None, "phone": None}

    _double(sheet, many, lambda row: bool(sheet.cells["father_name"][row]), elsewhere)


def twins(sheet: Sheet, many: int) -> None:
    """Decoy: a twin, with all in common but the given name and the number."""
    for row in sheet.pick(many, lambda row: _known(sheet, row) and sheet.year(row) > 1990):
        *before, last = sheet.cells["name"][row].split()
        copy = sheet.copy_of(row)
        given = "Anh" if last != "Anh" else "Linh"
        copy |= {"pin": sheet.free_pin(str(copy["pin"])), "name": " ".join((*before, given)), "old_id": None, "number_history": None,
                 "other_name": None, "previous_name": None, "spouse_pin": None, "phone": None}  # fmt: skip
        sheet.faults.append(Fault(sheet.add(copy) + 1, str(copy["pin"]), "", "", other=str(sheet.cells["pin"][row])))


def namesakes(sheet: Sheet, many: int) -> None:
    """Decoy: somebody else of the same name and birth date, of other parents, elsewhere."""
    rows = iter(sheet.order * 2)
    for row in sheet.pick(many, lambda row: _known(sheet, row)):
        copy = sheet.copy_of(row)
        other = next(r for r in rows if sheet.cells["mother_name"][r] not in (None, copy["mother_name"]) and sheet.cells["commune"][r]
                     not in (None, copy["commune"], "99999"))  # fmt: skip
        beside = {
            c: sheet.cells[c][other]
            for c in ("mother_name", "father_name", "commune", "unit_scheme", "address", "province")
        }
        copy |= beside | {"pin": sheet.free_pin(str(copy["pin"])), "mother_pin": None, "father_pin": None, "old_id": None, "phone": None,
                          "household_id": None, "number_history": None, "other_name": None, "previous_name": None,
                          "spouse_pin": None}  # fmt: skip
        sheet.faults.append(Fault(sheet.add(copy) + 1, str(copy["pin"]), "", "", other=str(sheet.cells["pin"][row])))


def of_the_world(sheet: Sheet) -> Iterator[Fault]:
    """The doubles that the synthetic country has by itself: rows of one household and address with equal first and last words, birth
    year and parents' names. Cancelled ones are no fault any more."""
    seen: dict[tuple[object, ...], int] = {}
    for row in range(len(sheet)):
        cell = {column: values[row] for column, values in sheet.cells.items()}
        if cell["status"] == "cancelled":
            continue
        words = str(cell["name"]).split()
        key = (
            words[0],
            words[-1],
            str(cell["birth_date"])[:4],
            *(cell[c] for c in ("household_id", "address", "mother_name", "father_name", "sex")),
        )
        if key in seen:
            first = seen[key]
            yield Fault(
                row + 1, str(cell["pin"]), RULE, POPULATION, other=str(sheet.cells["pin"][first]), origin="world"
            )
            sheet.touch(row, first)
        seen.setdefault(key, row)


DOUBLES: tuple[Plant, ...] = (plain, unmarked, without_middle, swapped, default_day, slipped, moved, twins, namesakes)
