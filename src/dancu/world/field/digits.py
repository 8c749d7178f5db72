"""Personal numbers after spreadsheets, exports and helpless clerks: padded, grouped, rounded, doubled, replaced."""

from __future__ import annotations

import numpy as np

from dancu.world.chunk import param
from dancu.world.field.seen import plain
from dancu.world.mix import injector

_NOTHING = ("chưa có", "không có", "Không", "x", "-", "chưa làm CCCD", "mất", "0", "000000000000", "999999999999")


def _eaten(chunk, rows: np.ndarray, write) -> np.ndarray:
    """Numbers without their zeros in front, as `write(shorter)` puts them; marks by how many zeros went."""
    lost: dict[int, list[int]] = {1: [], 2: []}
    cells = chunk.cells["pin"]
    for row in plain(chunk, rows).tolist():
        short = cells[row].lstrip("0")
        zeros = 12 - len(short)
        if zeros in lost:
            cells[row] = write(short)
            lost[zeros].append(row)
    chunk.mark(np.array(lost[1], dtype=np.int64), "leading_zero")
    chunk.mark(np.array(lost[2], dtype=np.int64), "leading_zeros_2")
    return np.array(sorted(lost[1] + lost[2]), dtype=np.int64)


@injector("float_text")
def float_text(chunk, rows, rng, params):
    """79185298729.0: zeros lost, and a tail somebody might call a dot in the number."""
    found = _eaten(chunk, rows, lambda short: short + ".0")
    chunk.mark(found, "hazard:float_text")
    chunk.doubt(found)


@injector("grouped_thousands")
def grouped_thousands(chunk, rows, rng, params):
    """79.185.298.729: zeros lost, thousands set apart."""
    sign = param(params, "sign", ".")
    chunk.mark(_eaten(chunk, rows, lambda short: f"{int(short):,}".replace(",", sign)), "spaces")


@injector("forced_text")
def forced_text(chunk, rows, rng, params):
    """'079185298729: the apostrophe that keeps the zeros stayed in the export."""
    sign = param(params, "sign", "'")
    chunk.change("pin", plain(chunk, rows), lambda text, i: sign + text, code="hazard:forced_text")


@injector("rounded")
def rounded(chunk, rows, rng, params):
    """79185300000: the scientific form was saved and opened again; what it lost is now zeros."""
    places = rng.integers(5, 9, len(rows))

    def edit(text: str, i: int) -> str:
        return str(round(int(text), -int(places[i])))

    chunk.doubt(chunk.change("pin", plain(chunk, rows), edit, code="scientific"))


@injector("digit_doubled")
def digit_doubled(chunk, rows, rng, params):
    """Thirteen digits, one of them twice: a mistyped digit to some, no code of its own."""
    at = rng.integers(0, 12, len(rows))
    rows = plain(chunk, rows)
    changed = chunk.change("pin", rows, lambda t, i: t[: at[i] + 1] + t[at[i]] + t[at[i] + 1 :], code="digit_typo")
    chunk.doubt(changed)


@injector("old_id_padded")
def old_id_padded(chunk, rows, rng, params):
    """The 9-digit number with three zeros before it, for a form that wants twelve."""
    values = chunk.facts["old_id"]
    rows = np.array([r for r in plain(chunk, rows).tolist() if values[r]], dtype=np.int64)
    chunk.cells["pin"][rows] = [values[r].zfill(12) for r in rows.tolist()]
    chunk.mark(rows, "old_id")


@injector("both_numbers")
def both_numbers(chunk, rows, rng, params):
    """Old and new number on two lines of one cell; the old one is there, but so is the right one."""
    values = chunk.facts["old_id"]
    rows = np.array([r for r in plain(chunk, rows).tolist() if values[r]], dtype=np.int64)
    sign = rng.choice(["\n", " / ", "; "], len(rows))
    found = chunk.change("pin", rows, lambda text, i: f"{values[rows[i]]}{sign[i]}{text}", code="old_id")
    chunk.doubt(found)


@injector("no_number_written")
def no_number_written(chunk, rows, rng, params):
    """Words or idle digits for a number nobody knew."""
    pick = rng.integers(0, len(_NOTHING), len(rows))
    found = chunk.change("pin", plain(chunk, rows), lambda text, i: _NOTHING[pick[i]], code="number_missing")
    idle = [r for r in found.tolist() if chunk.cells["pin"][r].isdigit()]
    chunk.doubt(np.array(idle, dtype=np.int64))


@injector("card_for_number")
def card_for_number(chunk, rows, rng, params):
    """The number of the insurance card in the column of personal numbers: there is none, and something else is."""
    cards = chunk.cells["card"]
    rows = plain(chunk, rows)
    chunk.doubt(chunk.change("pin", rows, lambda text, i: cards[rows[i]] or text, code="number_missing"))


@injector("column_slipped")
def column_slipped(chunk, rows, rng, params):
    """A run of numbers stands one row too low: a cell was inserted, or the column sorted by itself."""
    from dancu.world.chunk import GHOSTS, KINDS

    cells, before = chunk.cells["pin"], chunk.cells["pin"].copy()
    lengths = rng.integers(param(params, "shortest", 4), param(params, "longest", 14) + 1, len(rows))
    ghost = np.isin(chunk.kind, GHOSTS)
    moved = []
    for first, length in zip(rows.tolist(), lengths.tolist(), strict=True):
        for row in range(max(first, 1), min(first + length, len(chunk))):
            same_hand = chunk.clerk[row] == chunk.clerk[row - 1] and not ghost[row - 1]
            if same_hand and before[row - 1] and before[row] and before[row - 1] != before[row]:
                cells[row] = before[row - 1]
                moved.append(row)
    found = np.unique(np.array(moved, dtype=np.int64))
    chunk.mark(found, "number_of_another_person")
    chunk.kind[found[~ghost[found]]] = KINDS.index("stranger_number")
