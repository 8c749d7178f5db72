"""Rows of an agency file on their way from the register to the dirty file: what is shown, and what is true."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

# The reason codes an injector may claim (the closed list of the words table that can be injected).
CODES = (
    "case", "unicode_form", "tone_placement", "spaces", "d_lookalike", "diacritics", "i_y", "word_order",
    "middle_name_missing", "initial", "typo_1", "different_name", "note_in_name", "other_name_used",
    "day_month_swapped", "year_only", "default_birthday", "date_typo", "different_date", "words_differ_from_digits",
    "leading_zero", "leading_zeros_2", "scientific", "old_id", "digit_typo", "digits_transposed", "digit_missing",
    "number_missing", "number_replaced", "number_of_another_person", "subject_swapped", "old_unit", "unit_renamed",
    "different_place", "previous_value", "sex_differs", "parent_differs", "person_deceased", "not_in_register",
    "duplicate_in_file",
)  # fmt: skip
KINDS = (
    "normal", "ghost", "relative_ghost", "namesake_ghost", "deceased", "wrongly_deceased", "twin", "twin_number",
    "relative_number", "stranger_number",
)  # fmt: skip
# By cell: codes that only this cell can show, and those of them that blur each other where two meet in one row.
_SHOWN_IN = {
    "pin": set(CODES[CODES.index("leading_zero") : CODES.index("old_unit")]) | {"spaces"},
    "name": {
        *("case", "unicode_form", "tone_placement", "d_lookalike", "diacritics", "i_y", "word_order", "initial"),
        *("middle_name_missing", "typo_1", "different_name", "note_in_name", "other_name_used", "previous_value"),
    },
    "birth_date": {"day_month_swapped", "year_only", "default_birthday", "date_typo", "different_date"},
}
_BLUR = {
    "pin": _SHOWN_IN["pin"] - {"spaces", "number_missing"},
    "name": {
        *("word_order", "middle_name_missing", "initial", "typo_1", "different_name"),
        *("note_in_name", "other_name_used", "previous_value"),
    },
    "birth_date": _SHOWN_IN["birth_date"],
}
# Codes of cells nobody judges one by one: they stand while at least one of these cells says something.
_TOLD_BY = {
    "sex_differs": ("sex",),
    "parent_differs": ("mother_name",),
    **dict.fromkeys(("old_unit", "unit_renamed", "different_place"), ("province", "district", "commune", "address")),
}
_NUMBERS = re.compile(r"\d+")
GHOSTS = tuple(KINDS.index(k) for k in ("ghost", "relative_ghost", "namesake_ghost"))


@dataclass
class Chunk:
    """A run of rows of one file.

    `cells` holds object arrays of text ("" = empty cell) by canonical field; injectors change them in place.
    `facts` holds what the file does not show: text (None = nothing on file) or numbers, one per row.
    `clerk` numbers the person or export that made each row; habits go by clerk.
    """

    cells: dict[str, np.ndarray]
    facts: dict[str, np.ndarray]
    clerk: np.ndarray
    kind: np.ndarray  # index into KINDS
    ambiguous: np.ndarray
    marks: list[tuple[np.ndarray, str]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.clerk)

    def mark(self, rows: np.ndarray, code: str) -> None:
        """The rows now visibly carry `code`: a reason code, or `hazard:<name>` for what must cost nothing."""
        if not code.startswith("hazard:") and code not in CODES:
            raise ValueError(f"not a reason code: {code}")
        if len(rows):
            self.marks.append((np.asarray(rows, dtype=np.int64), code))

    def doubt(self, rows: np.ndarray) -> None:
        """In these rows the error looks like another one; agreement on the reason is not demanded."""
        self.ambiguous[rows] = True

    def change(self, column: str, rows: np.ndarray, edit, *, code: str | None = None) -> np.ndarray:
        """`edit(text, i)` on each cell of `rows` (i counts within rows); marks and returns the rows that changed."""
        cells = self.cells[column]
        changed = []
        for i, row in enumerate(rows.tolist()):
            before = cells[row]
            after = edit(before, i) if before else before
            if after is not None and after != before:
                cells[row] = after
                changed.append(row)
        found = np.array(changed, dtype=np.int64)
        if code:
            self.mark(found, code)
        return found

    def originals(self) -> dict[str, np.ndarray]:
        """Copies of the judged cells before anything happens to them."""
        return {c: self.cells[c].copy() for c in _SHOWN_IN if c in self.cells}

    def settle(self, before: Mapping[str, np.ndarray]) -> None:
        """Forget codes that a later error undid; doubt rows where two errors of one cell hide each other."""
        lost = [rows for rows, code in self.marks if code == "scientific"]
        for i, (rows, code) in enumerate(self.marks):
            if lost and code in ("digit_typo", "digits_transposed", "digit_missing"):
                self.marks[i] = (np.setdiff1d(rows, np.concatenate(lost)), code)
        self._forget_untold()
        for column, original in before.items():
            same = self.cells[column] == original
            count = np.zeros(len(self), dtype=np.int64)
            for i, (rows, code) in enumerate(self.marks):
                if code in _SHOWN_IN[column]:
                    self.marks[i] = (rows[~same[rows]], code)
                if code in _BLUR[column]:
                    count[np.unique(self.marks[i][0])] += 1
            self.doubt(np.flatnonzero(count > 1))

    def _forget_untold(self) -> None:
        """An emptied cell shows no error but its emptiness, and a whole date is not a year alone."""
        told_by = _TOLD_BY | {code: (column,) for column, codes in _SHOWN_IN.items() for code in codes}
        for i, (rows, code) in enumerate(self.marks):
            columns = [c for c in told_by.get(code, ()) if c in self.cells]
            if columns and code != "number_missing":
                rows = rows[np.any([self.cells[c][rows] != "" for c in columns], axis=0)]
            if code == "year_only" and columns:
                whole = [_is_whole(text) for text in self.cells["birth_date"][rows].tolist()]
                rows = rows[~np.array(whole, dtype=bool)]
            self.marks[i] = (rows, code)

    def error_lists(self) -> pa.ListArray:
        """Codes per row, in the order of `CODES`, hazards last."""
        names = sorted({code for _, code in self.marks}, key=_rank)
        number = {code: i for i, code in enumerate(names)}
        rows = np.concatenate([r for r, _ in self.marks]) if self.marks else np.zeros(0, dtype=np.int64)
        codes = np.concatenate([np.full(len(r), number[c]) for r, c in self.marks]) if self.marks else rows
        unique = np.unique(rows * 1000 + codes)
        counts = np.bincount(unique // 1000, minlength=len(self))
        offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
        values = pa.array(names, pa.string()).take(pa.array(unique % 1000)) if names else pa.array([], pa.string())
        return pa.ListArray.from_arrays(pa.array(offsets), values)


def _is_whole(text: str) -> bool:
    """A date with a day and a month: 05/03/1985, 1985-3-5; not 1985, not 00/00/1985."""
    parts = _NUMBERS.findall(text)
    return len(parts) == 3 and all(int(part) for part in parts)


def _rank(code: str) -> tuple[int, str]:
    return (CODES.index(code), "") if code in CODES else (len(CODES), code)


def text_column(values: pa.Array | pa.ChunkedArray) -> np.ndarray:
    """Arrow text as an object array with "" for null."""
    out = np.asarray(values.to_numpy(zero_copy_only=False), dtype=object)
    out[np.equal(out, None)] = ""
    return out


def param(params: Mapping, name: str, default):
    """A setting of a mix entry, of the type of its default."""
    return type(default)(params.get(name, default))
