"""Errors of the list itself: notes and titles beside names, other names, the sheet's own sins."""

from __future__ import annotations

import numpy as np

from dancu.world.mix import injector

_NOTES = ("(đã chết)", "(mất)", "(chuyển đi)", "(tạm trú)", "(vợ ông Hùng)", "(con bà Lan)", "- hộ nghèo", "(2)")


@injector("note_in_name")
def note_in_name(chunk, rows, rng, params):
    """A remark behind the name, in the same cell."""
    notes = rng.integers(0, len(_NOTES), len(rows))
    chunk.change("name", rows, lambda text, i: f"{text} {_NOTES[notes[i]]}", code="note_in_name")


@injector("title_before_name")
def title_before_name(chunk, rows, rng, params):
    """Ông Nguyễn Văn An, Bà …; for the young Em or Cháu."""
    female, age = chunk.facts["female"][rows], chunk.facts["age"][rows]
    title = np.where(age < 16, "Cháu", np.where(female, "Bà", "Ông"))
    chunk.change("name", rows, lambda text, i: f"{title[i]} {text}", code="note_in_name")


def _from_fact(chunk, rows, fact, code):
    values = chunk.facts[fact]
    rows = np.array([r for r in rows.tolist() if values[r]], dtype=np.int64)
    chunk.cells["name"][rows] = values[rows]
    chunk.mark(rows, code)


@injector("other_name")
def other_name(chunk, rows, rng, params):
    """The name a person goes by instead of the birth name."""
    _from_fact(chunk, rows, "other_name", "other_name_used")


@injector("previous_name")
def previous_name(chunk, rows, rng, params):
    """The name before it was changed."""
    _from_fact(chunk, rows, "previous_name", "previous_value")
