"""What happens to a personal number between the card and the file."""

from __future__ import annotations

import numpy as np

from dancu.world.chunk import GHOSTS, KINDS, Chunk, param
from dancu.world.mix import injector


def _plain(chunk: Chunk, rows: np.ndarray, *, width: int = 12) -> np.ndarray:
    """Of `rows`, those whose number cell is still `width` bare digits."""
    cells = chunk.cells["pin"]
    return np.array([r for r in rows.tolist() if len(cells[r]) == width and cells[r].isdigit()], dtype=np.int64)


def _replace_from(chunk: Chunk, rows: np.ndarray, fact: str, code: str, kind: str | None = None) -> None:
    """Put another number on file (old, earlier, a relative's) in place of the right one, where there is one."""
    values = chunk.facts[fact]
    rows = np.array([r for r in _plain(chunk, rows).tolist() if values[r]], dtype=np.int64)
    chunk.cells["pin"][rows] = values[rows]
    chunk.mark(rows, code)
    if kind:
        known = rows[~np.isin(chunk.kind[rows], GHOSTS)]
        chunk.kind[known] = KINDS.index(kind)


@injector("number_missing")
def number_missing(chunk, rows, rng, params):
    """An empty cell."""
    chunk.cells["pin"][rows] = ""
    chunk.mark(rows, "number_missing")


@injector("old_id")
def old_id(chunk, rows, rng, params):
    """The number of the 9-digit card."""
    _replace_from(chunk, rows, "old_id", "old_id")


@injector("earlier_number")
def earlier_number(chunk, rows, rng, params):
    """The number before it was re-established."""
    _replace_from(chunk, rows, "earlier_pin", "number_replaced")


@injector("mother_number")
def mother_number(chunk, rows, rng, params):
    """A child listed under the mother's number."""
    oldest = param(params, "oldest", 15)
    rows = rows[chunk.facts["age"][rows] <= oldest]
    _replace_from(chunk, rows, "mother_pin", "subject_swapped", "relative_number")


@injector("spouse_number")
def spouse_number(chunk, rows, rng, params):
    """The husband's or wife's number."""
    _replace_from(chunk, rows, "spouse_pin", "subject_swapped", "relative_number")


@injector("twin_number")
def twin_number(chunk, rows, rng, params):
    """The twin's number."""
    _replace_from(chunk, rows, "twin_pin", "number_of_another_person", "twin_number")


@injector("stranger_number")
def stranger_number(chunk, rows, rng, params):
    """The number of some other person of the register, as when a line slips."""
    _replace_from(chunk, rows, "stranger_pin", "number_of_another_person", "stranger_number")


@injector("digit_typo")
def digit_typo(chunk, rows, rng, params):
    """One digit replaced; on a number pad mostly by a neighbour."""
    near = {"0": "12", "1": "024", "2": "1350", "3": "26", "4": "157", "5": "2468", "6": "359", "7": "48",
            "8": "579", "9": "68"}  # fmt: skip
    rows = _plain(chunk, rows)
    at = rng.integers(0, 12, len(rows))
    u = rng.random((len(rows), 2))

    def edit(text: str, i: int) -> str:
        old = text[at[i]]
        pool = near[old] if u[i, 0] < 0.7 else "0123456789".replace(old, "")
        return text[: at[i]] + pool[int(u[i, 1] * len(pool))] + text[at[i] + 1 :]

    chunk.change("pin", rows, edit, code="digit_typo")


@injector("digits_transposed")
def digits_transposed(chunk, rows, rng, params):
    """Two neighbouring digits change places; equal ones leave no trace and no mark."""
    rows = _plain(chunk, rows)
    at = rng.integers(0, 11, len(rows))
    chunk.change(
        "pin",
        rows,
        lambda text, i: text[: at[i]] + text[at[i] + 1] + text[at[i]] + text[at[i] + 2 :],
        code="digits_transposed",
    )


@injector("digit_missing")
def digit_missing(chunk, rows, rng, params):
    """One digit lost; if it was a leading zero nobody can tell it from Excel's work."""
    rows = _plain(chunk, rows)
    at = rng.integers(0, 12, len(rows))
    before = chunk.cells["pin"][rows].copy()
    found = chunk.change("pin", rows, lambda text, i: text[: at[i]] + text[at[i] + 1 :], code="digit_missing")
    same = [chunk.cells["pin"][r] == b[1:] for r, b in zip(found.tolist(), before, strict=True)]
    chunk.doubt(found[np.array(same, dtype=bool)] if len(found) else found)


@injector("zeros_eaten")
def zeros_eaten(chunk, rows, rng, params):
    """A spreadsheet read the number as a number: leading zeros are gone, one or two of them."""
    cells = chunk.cells["pin"]
    whole = [r for r in rows.tolist() if len(cells[r]) in (9, 12) and cells[r].isdigit()]
    by_count: dict[int, list[int]] = {1: [], 2: []}
    for row in whole:
        short = cells[row].lstrip("0")
        lost = len(cells[row]) - len(short)
        if lost in by_count:
            cells[row] = short
            by_count[lost].append(row)
    chunk.mark(np.array(by_count[1], dtype=np.int64), "leading_zero")
    chunk.mark(np.array(by_count[2], dtype=np.int64), "leading_zeros_2")


@injector("scientific")
def scientific(chunk, rows, rng, params):
    """1.20500E+11: digits are lost for good."""
    comma = rng.random(len(rows)) < param(params, "comma", 0.4)

    def edit(text: str, i: int) -> str:
        short = f"{int(text):.5E}"
        return short.replace(".", ",") if comma[i] else short

    chunk.change("pin", _plain(chunk, rows), edit, code="scientific")


@injector("spaced")
def spaced(chunk, rows, rng, params):
    """079 185 298 729, with blanks, no-break blanks or dots."""
    signs = rng.choice([" ", " ", ".", "\u00a0", "-"], len(rows))

    def edit(text: str, i: int) -> str:
        return signs[i].join(text[k : k + 3] for k in range(0, len(text), 3))

    chunk.change("pin", _plain(chunk, rows), edit, code="spaces")
