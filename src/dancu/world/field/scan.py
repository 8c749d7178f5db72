"""What a reading program makes of scanned books and photographed cards: letters for digits, one shape for another."""

from __future__ import annotations

import numpy as np

from dancu.world.chunk import param
from dancu.world.field.seen import plain, real_date, redate, rename, whole
from dancu.world.mix import injector

_LETTER = {"0": "OoD", "1": "lI", "2": "Z", "5": "S", "8": "B", "6": "b", "9": "g"}
_DIGIT = {"0": "68", "1": "7", "3": "8", "4": "9", "5": "6", "6": "50", "7": "1", "8": "30", "9": "4"}
_SHAPE = {
    "n": ("u", "r"), "u": ("n", "ii"), "h": ("b", "li"), "b": ("h",), "c": ("e", "o"), "e": ("c",), "i": ("l", "1"),
    "l": ("i", "1"), "o": ("0", "c"), "m": ("rn", "nn"), "g": ("q", "y"), "t": ("f", "l"), "y": ("v",), "H": ("N",),
    "O": ("0", "Q"), "L": ("I", "1"), "S": ("5",), "B": ("8",), "D": ("O",), "T": ("I",), "N": ("H",), "P": ("F",),
    "ễ": ("ê", "ể"), "ầ": ("â", "ấ"), "ấ": ("â",), "ạ": ("a",), "ị": ("i",), "ộ": ("ô",), "ư": ("u",), "ơ": ("o",),
    "ă": ("ã", "a"), "ế": ("ê",), "ề": ("ê",), "ọ": ("o",), "ữ": ("ư",), "đ": ("d",), "Đ": ("D",),
}  # fmt: skip


@injector("scanned_number")
def scanned_number(chunk, rows, rng, params):
    """O for 0, l for 1, S for 5 (`letters` of the cases); else 3 and 8, 1 and 7, 5 and 6 change places."""
    u = rng.random((len(rows), 3))
    letters = rng.random(len(rows)) < param(params, "letters", 0.5)
    rows_plain = set(plain(chunk, rows).tolist())

    def edit(text: str, i: int) -> str:
        if int(rows[i]) not in rows_plain:
            return text
        return misread(text, _LETTER if letters[i] else _DIGIT, u[i])

    changed = chunk.change("pin", rows, edit, code="digit_typo")
    # A letter among digits might be called unreadable as well.
    chunk.doubt(np.array([r for r in changed.tolist() if not chunk.cells["pin"][r].isdigit()], dtype=np.int64))


@injector("scanned_date")
def scanned_date(chunk, rows, rng, params):
    """O5/03/1985; or 3 and 8, 1 and 7, 5 and 6 mistaken for each other."""
    u = rng.random((len(rows), 3))
    letters = rng.random(len(rows)) < param(params, "letters", 0.35)
    rows = whole(chunk, rows)

    def digits(text: str, i: int) -> str:
        new = misread(text, _DIGIT, u[i])
        return new if not letters[i] and real_date(new) else text

    redate(chunk, rows, digits)
    lettered = chunk.change(
        "birth_date", rows, lambda t, i: misread(t, _LETTER, u[i]) if letters[i] else t, code="date_typo"
    )
    chunk.doubt(lettered)


@injector("scanned_name")
def scanned_name(chunk, rows, rng, params):
    """Nguyên, Hoàug, Thauh, 5ơn: one shape read as another."""
    u = rng.random((len(rows), 3))
    rename(chunk, rows, lambda text, i: misread(text, _SHAPE, u[i]), far="typo_1")


def misread(text: str, table: dict, u: np.ndarray) -> str:
    """One character read as a look-alike of `table`."""
    places = [k for k, c in enumerate(text) if c in table]
    if not places:
        return text
    at = places[int(u[0] * len(places))]
    pool = table[text[at]]
    return text[:at] + pool[int(u[1] * len(pool))] + text[at + 1 :]
