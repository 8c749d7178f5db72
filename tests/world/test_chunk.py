"""What the truth keeps once all errors of a row are made: nothing is listed that the row does not show."""

from __future__ import annotations

import numpy as np
import pytest

from dancu.world.chunk import Chunk


def a_chunk(**cells: str) -> Chunk:
    """One row."""
    return Chunk(
        cells={column: np.array([text], dtype=object) for column, text in cells.items()},
        facts={},
        clerk=np.zeros(1, dtype=np.int64),
        kind=np.zeros(1, dtype=np.int64),
        ambiguous=np.zeros(1, dtype=bool),
    )


def settled(chunk: Chunk, *codes: str, **later: str) -> list[str]:
    """Codes left after the cells took the values `later`."""
    before = chunk.originals()
    for code in codes:
        chunk.mark(np.array([0]), code)
    for column, text in later.items():
        chunk.cells[column][0] = text
    chunk.settle(before)
    return chunk.error_lists().to_pylist()[0]


PLACE = {"province": "Tỉnh Lào Cai", "commune": "Xã Cốc San"}


@pytest.mark.parametrize(
    ("code", "cells"),
    [
        ("old_unit", PLACE),
        ("different_place", PLACE),
        ("parent_differs", {"mother_name": "Lê Thị Mai"}),
        ("sex_differs", {"sex": "Nam"}),
        ("year_only", {"birth_date": "05/03/1985"}),
        ("date_typo", {"birth_date": "05/03/1985"}),
        ("digit_typo", {"pin": "010085123456"}),
    ],
)
def test_an_emptied_cell_shows_nothing(code, cells):
    assert settled(a_chunk(**cells), code, **dict.fromkeys(cells, "")) == []


def test_a_place_is_told_by_any_of_its_cells():
    assert settled(a_chunk(**PLACE), "old_unit", commune="") == ["old_unit"]


def test_a_missing_number_is_shown_by_its_emptiness():
    assert settled(a_chunk(pin="010085123456"), "number_missing", pin="") == ["number_missing"]


@pytest.mark.parametrize("text", ["01/01/1985", "1985-3-5", "05.03.1985"])
def test_a_whole_date_is_no_year_alone(text):
    chunk = a_chunk(birth_date="05/04/1985")
    assert settled(chunk, "year_only", "default_birthday", birth_date=text) == ["default_birthday"]
    assert not chunk.ambiguous[0]


@pytest.mark.parametrize("text", ["1985", "00/00/1985", "--/--/1985", "năm 1985", "40"])
def test_a_year_alone_stays_one(text):
    assert settled(a_chunk(birth_date="05/04/1985"), "year_only", birth_date=text) == ["year_only"]
