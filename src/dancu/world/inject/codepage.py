"""What old fonts and code pages do to letters they do not have: applied to a whole file, after its clerks."""

from __future__ import annotations

import numpy as np

from dancu.world.inject.name import WRITTEN, fold
from dancu.world.legacy import fit_cp1258, fit_tcvn3
from dancu.world.mix import injector


def _fit(chunk, rows, fit) -> None:
    for column in WRITTEN:
        if column not in chunk.cells:
            continue
        before = chunk.cells[column].copy()
        # A name wholly in capitals is typed small under a capitals font, so nothing is lost there.
        changed = chunk.change(column, rows, lambda t, i: fit(t.lower()).upper() if t.isupper() else fit(t))
        if column == "name" and len(changed):
            after = chunk.cells[column]
            marks = [before[r].lower() != after[r].lower() and fold(before[r]) == fold(after[r]) for r in changed]
            marks = np.array(marks, dtype=bool)
            chunk.mark(changed[marks], "diacritics")
            small = np.array([before[r].isupper() == after[r].isupper() for r in changed], dtype=bool)
            chunk.mark(changed[~marks & small], "case")


@injector("fit_tcvn3")
def fit_to_tcvn3(chunk, rows, rng, params):
    """Letters the ABC fonts lack."""
    _fit(chunk, rows, fit_tcvn3)


@injector("fit_cp1258")
def fit_to_cp1258(chunk, rows, rng, params):
    """Letters Windows-1258 lacks."""
    _fit(chunk, rows, fit_cp1258)
