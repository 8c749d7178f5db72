"""Errors that come from the rows around: a brother's number, the father's name, a province dragged down a column."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from dancu.world.chunk import GHOSTS, KINDS, Chunk
from dancu.world.field.seen import plain
from dancu.world.locations import locations
from dancu.world.mix import injector


def _known(chunk: Chunk) -> np.ndarray:
    return ~np.isin(chunk.kind, GHOSTS)


@injector("sibling_number")
def sibling_number(chunk, rows, rng, params):
    """The number of a brother or sister who stands in the same list; meant to run before numbers are spoilt."""
    cells, mothers, known = chunk.cells["pin"], chunk.facts["mother_pin"], _known(chunk)
    children: dict[str, list[str]] = {}
    for row in plain(chunk, np.flatnonzero(known)).tolist():
        if mothers[row]:
            children.setdefault(mothers[row], []).append(cells[row])
    found = []
    for row, u in zip(rows.tolist(), rng.random(len(rows)).tolist(), strict=True):
        others = [pin for pin in children.get(mothers[row] or "", ()) if pin != cells[row]]
        if others and known[row]:
            cells[row] = others[int(u * len(others))]
            found.append(row)
    at = np.array(found, dtype=np.int64)
    chunk.mark(at, "number_of_another_person")
    chunk.kind[at] = KINDS.index("relative_number")


@injector("father_for_mother")
def father_for_mother(chunk, rows, rng, params):
    """The father's name in the mother's column, where the father is in the list too."""
    if "pin" not in chunk.cells:
        return
    men = np.flatnonzero(_known(chunk) & ~chunk.facts["female"].astype(bool))
    name_of = {chunk.cells["pin"][r]: chunk.cells["name"][r] for r in men.tolist()}
    fathers = chunk.facts["father_pin"]
    chunk.change("mother_name", rows, lambda text, i: name_of.get(fathers[rows[i]] or "-", text), code="parent_differs")


@injector("province_dragged")
def province_dragged(chunk, rows, rng, params):
    """The province of another row, filled down by hand; commune and address still say the right one."""
    cells, before = chunk.cells["province"], chunk.cells["province"].copy()
    other = rng.integers(0, len(chunk), len(rows))
    same = chunk.facts["old_unit"][other] == chunk.facts["old_unit"][rows]
    # Two old provinces may be one today: only a province of another name now is a wrong one.
    now = np.asarray(locations().new_province.take(pa.array(chunk.facts["location"])).to_pylist(), dtype=object)
    rows, other = rows[same], other[same]
    wrong = (now[other] != now[rows]) & (before[other] != "") & (before[rows] != "")
    rows, other = rows[wrong], other[wrong]
    cells[rows] = before[other]
    chunk.mark(rows, "different_place")
    chunk.doubt(rows)


@injector("district_kept")
def district_kept(chunk, rows, rng, params):
    """New commune and province, but the form still wants a district: the old one is filled in."""
    cells = chunk.cells["district"]
    rows = rows[cells[rows] == ""]
    rows = rows[chunk.cells["province"][rows] != ""]
    old = locations().old_district.take(pa.array(chunk.facts["location"][rows], pa.int64())).to_pylist()
    cells[rows] = np.array(old, dtype=object)
    chunk.mark(rows, "old_unit")
