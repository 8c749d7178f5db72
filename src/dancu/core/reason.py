"""The closed list of reasons, as bits, so that a million rows carry theirs as one integer each."""

from __future__ import annotations

from collections.abc import Iterable

# The order is that of the glossary and never changes: position = bit. A new reason is a decision page.
CODES = (
    "case", "unicode_form", "tone_placement", "spaces", "d_lookalike", "diacritics", "i_y", "word_order",
    "middle_name_missing", "initial", "typo_1", "different_name", "note_in_name", "other_name_used",
    "day_month_swapped", "year_only", "default_birthday", "date_typo", "different_date", "words_differ_from_digits",
    "leading_zero", "leading_zeros_2", "scientific", "old_id", "digit_typo", "digits_transposed", "digit_missing",
    "number_missing", "number_replaced", "number_of_another_person", "subject_swapped",
    "old_unit", "unit_renamed", "different_place", "previous_value", "sex_differs", "parent_differs",
    "person_deceased", "not_in_register", "several_candidates", "duplicate_in_file", "too_little_to_check", "unreadable",
)  # fmt: skip

# Said of `scientific` where digits are lost for good; not a reason of its own, but papers must be looked at.
DIGITS_LOST = 1 << len(CODES)

BIT = {code: 1 << i for i, code in enumerate(CODES)}

NOTES = ("case", "unicode_form", "tone_placement", "spaces")
FIXES = (
    "d_lookalike", "diacritics", "i_y", "word_order", "note_in_name", "other_name_used", "year_only", "leading_zero",
    "leading_zeros_2", "scientific", "old_id", "number_missing", "number_replaced", "old_unit", "unit_renamed",
    "previous_value",
)  # fmt: skip


def mask(codes: Iterable[str]) -> int:
    """One integer for a set of reason codes; unknown codes raise KeyError."""
    total = 0
    for code in codes:
        total |= BIT[code]
    return total


def codes(bits: int) -> tuple[str, ...]:
    """The reason codes in `bits`, in the order of the list."""
    return tuple(code for i, code in enumerate(CODES) if bits >> i & 1)


NOTE_MASK = mask(NOTES)
FIX_MASK = mask(FIXES)


def severity(bits: int) -> str:
    """`none`, `note` (another way of writing), `fix` (take the suggestion) or `confirm` (look at papers)."""
    if bits == 0:
        return "none"
    if bits & ~(NOTE_MASK | FIX_MASK):
        return "confirm"
    return "fix" if bits & FIX_MASK else "note"
