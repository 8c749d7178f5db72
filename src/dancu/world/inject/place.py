"""What happens to residences and to the names of parents."""

from __future__ import annotations

import numpy as np

from dancu.world.chunk import Chunk
from dancu.world.inject.name import fold
from dancu.world.locations import locations
from dancu.world.mix import injector

PLACE = ("province", "district", "commune", "address")
_SHORT = (
    ("Thành phố ", "TP. "), ("Tỉnh ", "T. "), ("Phường ", "P. "), ("Xã ", "X. "), ("Quận ", "Q. "), ("Huyện ", "H. "),
    ("Thị xã ", "TX. "), ("Thị trấn ", "TT. "), ("đường ", "Đ. "),
)  # fmt: skip


def write(chunk: Chunk, rows: np.ndarray, location: np.ndarray, *, old: bool) -> None:
    """Fill the place cells of `rows` with a commune's names, new or of before July 2025."""
    where = locations()
    take = (lambda column: np.asarray(column.take(location).to_pylist(), dtype=object)) if len(rows) else None
    if take is None:
        return
    commune = take(where.old_commune if old else where.new_commune)
    district = take(where.old_district) if old else np.full(len(rows), "", dtype=object)
    province = take(where.old_province if old else where.new_province)
    house = chunk.facts["house"][rows]
    text = [", ".join(p for p in parts if p) for parts in zip(house, commune, district, province, strict=True)]
    values = {"province": province, "district": district, "commune": commune, "address": text}
    for column in PLACE:
        if column in chunk.cells:
            chunk.cells[column][rows] = values[column]


@injector("old_unit")
def old_unit(chunk, rows, rng, params):
    """Commune, district and province as they were called before July 2025."""
    write(chunk, rows, chunk.facts["location"][rows], old=True)
    chunk.facts["old_unit"][rows] = True
    seen = "district" in chunk.cells or "address" in chunk.cells
    visible = np.ones(len(rows), dtype=bool) if seen else locations().changed[chunk.facts["location"][rows]]
    chunk.mark(rows[visible], "old_unit")


@injector("different_place")
def different_place(chunk, rows, rng, params):
    """A former or temporary residence in another province; the row keeps the style it had."""
    where = locations()
    pick = rng.integers(0, len(where.province), len(rows))
    home = where.province[chunk.facts["location"][rows]]
    # A neighbour of the same present-day province would not be seen in the province column.
    now = np.array(where.new_province.to_pylist(), dtype=object)
    far = now[pick] != now[chunk.facts["location"][rows]]
    far &= where.province[pick] != home
    for old in (False, True):
        same = far & (chunk.facts["old_unit"][rows] == old)
        write(chunk, rows[same], pick[same], old=old)
    chunk.mark(rows[far], "different_place")


@injector("place_missing")
def place_missing(chunk, rows, rng, params):
    """Empty cells."""
    for column in PLACE:
        if column in chunk.cells:
            chunk.cells[column][rows] = ""
    chunk.mark(rows, "hazard:place_missing")


@injector("place_abbreviated")
def place_abbreviated(chunk, rows, rng, params):
    """P. Vườn Lài, TP. Hồ Chí Minh."""

    def edit(text: str, i: int) -> str:
        for long, short in _SHORT:
            text = text.replace(long, short)
        return text

    changed = [chunk.change(c, rows, edit) for c in PLACE if c in chunk.cells]
    if changed:
        chunk.mark(np.unique(np.concatenate(changed)), "hazard:place_abbreviated")


@injector("parent_differs")
def parent_differs(chunk, rows, rng, params):
    """The name of somebody else's mother."""
    names = chunk.cells["mother_name"]
    other = chunk.facts["another_mother"][rows]
    # A namesake is no other mother, though this clerk may have dropped the marks of the right one.
    seen = [bool(names[r]) and bool(o) and fold(names[r]) != fold(o) for r, o in zip(rows.tolist(), other, strict=True)]
    seen = np.array(seen, dtype=bool)
    rows, other = rows[seen], other[seen]
    names[rows] = other
    chunk.mark(rows, "parent_differs")


@injector("mother_missing")
def mother_missing(chunk, rows, rng, params):
    """An empty cell; nothing is wrong with that."""
    chunk.cells["mother_name"][rows] = ""


@injector("phone_missing")
def phone_missing(chunk, rows, rng, params):
    """An empty cell; nothing is wrong with that."""
    if "phone" in chunk.cells:
        chunk.cells["phone"][rows] = ""
