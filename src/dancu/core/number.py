"""The 12-digit personal identification number and what spreadsheets, clerks and older papers make of it.

Structure `PPP C YY NNNNNN`: place of birth registration, century and sex, year, six free digits; no
check digit (Thông tư 59/2021/TT-BCA art. 4; since Nghị định 70/2024 only length and uniqueness are law,
so parts are evidence and never a reason to reject).
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from dancu.core.reason import BIT, DIGITS_LOST

# Kinds of a written number. Values are stored in tables; never renumber.
NONE, PIN, OLD_ID, SHORT, SCIENTIFIC, OTHER, UNREADABLE = range(7)
KINDS = ("none", "pin", "old_id", "short", "scientific", "other", "unreadable")

# Relations of a claimed number to a person, from the closest. Values are stored in tables; never renumber.
ABSENT, SAME, PADDED, OLD, REPLACED, PREFIX, TYPO = range(7)
TRANSPOSED, MISSING, RELATIVE, DIFFERENT, SIBLING, ANOTHER = range(7, 13)
RELATIONS = (
    "absent", "same", "padded", "old", "replaced", "prefix", "typo", "transposed", "missing", "relative", "different",
    "sibling", "another",
)  # fmt: skip

_BLANK = re.compile(r"[\s\-–_.,;:*?/\\]*$")
# "Chưa có", "không có số", "chưa được cấp", "null": said in words that there is none.
_NO_NUMBER = re.compile(r"(?:(?:không|khong|ko|chưa|chua|mất|mat|null|none|nan|#?n/?a)\b\D*|x+|k)$", re.I)
# Spaces of every kind, what a browser leaves in a copied text, dots, dashes and the comma of thousands.
_SEPARATORS = re.compile(r"[\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff.,\-\u2010-\u2014_'’\"]+")
_SCIENTIFIC = re.compile(r"([0-9])(?:[.,]([0-9]{1,14}))?\s*[eE]\s*\+?\s*([0-9]{1,2})$")
_FLOAT = re.compile(r"([0-9]{7,12})[.,]0+$")
_LABEL = re.compile(
    r"(?:(?:số|so|thẻ|the|căn cước|can cuoc|công dân|cong dan|định danh|dinh danh|cá nhân|ca nhan|cccd|cmnd|cmt|cc"
    r"|đdcn|id)[\s:.]*)+(?=[0-9])",
    re.I,
)
_LONGEST = 15
_DIGITS = frozenset("0123456789")
_SPACES = BIT["spaces"]


@dataclass(frozen=True, slots=True)
class Written:
    """A number as written.

    kind    what it looks like
    value   its digits as an integer; for SCIENTIFIC the smallest number it can stand for
    length  how many digits were written; for SCIENTIFIC how many leading digits of 12 are known
    bits    reasons that hold whoever the person is: `spaces`
    """

    kind: int
    value: int
    length: int
    bits: int = 0


def parse(text: str | None) -> Written:
    """What a cell meant for a personal number holds. Never raises."""
    return Written(*_read(text))


Columns = tuple[list[int], list[int], list[int], list[int]]


def parse_columns(texts: Sequence[str | None]) -> Columns:
    """(kinds, values, lengths, bits) as in `Written`, one of each a text, in order: `parse` of a whole column."""
    read = [_read(text) for text in texts]
    return [r[0] for r in read], [r[1] for r in read], [r[2] for r in read], [r[3] for r in read]


_NOTHING, _UNREAD = (NONE, 0, 0, 0), (UNREADABLE, 0, 0, 0)


def _read(text: str | None) -> tuple[int, int, int, int]:
    """`parse` without its dress: the fields of `Written`."""
    if text is None or _BLANK.match(text):
        return _NOTHING
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    text = text.strip()
    if text[:1] not in _DIGITS:
        if _NO_NUMBER.match(text):
            return _NOTHING
        if found := _LABEL.match(text):
            text = text[found.end() :]
    # The usual separators first, without a pattern; the others only where anything but digits is left.
    digits = text.replace(" ", "").replace(".", "").replace("-", "").replace("\u00a0", "")
    if not digits.isascii() or not digits.isdigit():
        if found := _SCIENTIFIC.match(text):
            return _scientific(found.group(1), found.group(2) or "", int(found.group(3)))
        digits = _SEPARATORS.sub("", digits)
        if not digits.isascii() or not digits.isdigit():
            return _UNREAD
    if digits[-1] == "0" and (found := _FLOAT.match(text)):
        text = digits = found.group(1)
    if len(digits) > _LONGEST:
        return _UNREAD if digits.strip("0") else _NOTHING
    value, length = int(digits), len(digits)
    if not value:
        return _NOTHING
    bits = _SPACES if text != digits else 0
    if length == 9 or (length == 12 and value < 10**9):
        # No place has the prefix 000: a 9-digit number was filled up with zeros.
        return OLD_ID, value, 9, bits
    if length == 12:
        return PIN, value, 12, bits
    if length in (10, 11) and digits[0] != "0" or length == 8:
        # 10 or 11 digits: Excel took the zeros of a 12-digit number. 8: the zero of a 9-digit one.
        return SHORT, value, length, bits
    return OTHER, value, length, bits


def _scientific(first: str, rest: str, exponent: int) -> tuple[int, int, int, int]:
    """1.20500E+11: a number of `exponent` + 1 digits of which only the leading ones are left."""
    length = exponent + 1
    if not 8 <= length <= 12:
        return _UNREAD
    digits = (first + rest)[:length]
    value = int(digits.ljust(length, "0"))
    if len(digits) == length:
        return {12: PIN, 9: OLD_ID}.get(length, SHORT), value, length, BIT["scientific"]
    # All digits shown are known, the last one but for rounding (see `compare`), and the zeros in front of 12.
    return SCIENTIFIC, value, len(digits) + 12 - length, 0


@dataclass(frozen=True, slots=True)
class Parts:
    """What the digits of a 12-digit number say: evidence, not proof (numbers outlive corrections)."""

    place: str
    sex: str
    birth_year: int
    serial: int


def parts(pin: int) -> Parts:
    """Place prefix (3 digits), sex, birth year and serial of a 12-digit number."""
    century, year = pin // 10**8 % 10, pin // 10**6 % 100
    sex = "female" if century % 2 else "male"
    return Parts(f"{pin // 10**9:03}", sex, 1900 + century // 2 * 100 + year, pin % 10**6)


def text(pin: int) -> str:
    """Twelve digits."""
    return f"{pin:012}"


@cache
def prefixes() -> dict[str, str]:
    """Prefix → province of the 63-province scheme (Thông tư 07/2016/TT-BCA annex 1)."""
    table = resources.files("dancu.core").joinpath("prefixes.toml").read_text(encoding="utf-8")
    return tomllib.loads(table)["province"]


def place_known(pin: int) -> bool:
    """Whether the prefix is a province; others are countries of birth registration: a warning, never an error."""
    return f"{pin // 10**9:03}" in prefixes()


def agrees(pin: int, sex: str | None, birth_year: int) -> bool:
    """Whether sex and year in the number agree with the row; what the row does not say cannot disagree."""
    said = parts(pin)
    return (not sex or said.sex == sex) and (not birth_year or said.birth_year == birth_year)


def padded(written: Written, sex: str | None, birth_year: int) -> int:
    """The 12-digit number that Excel cut to 10 or 11 digits, or 0.

    Accepted only where the prefix is known and both sex and birth year of the row agree with it:
    otherwise ten digits may as well be a tax code or a telephone number.
    """
    if written.kind != SHORT or written.length < 10 or not sex or not birth_year:
        return 0
    return written.value if place_known(written.value) and agrees(written.value, sex, birth_year) else 0


def compare(
    written: Written,
    pin: int,
    *,
    old_id: int = 0,
    replaced: tuple[int, ...] = (),
    relatives: tuple[int, ...] = (),
    siblings: tuple[int, ...] = (),
    own: bool = False,
) -> tuple[int, int]:
    """(relation, reason bits) of a written number to one person's numbers; the SQL twin is `linkage/judge.py`.

    own   the number agrees with the row's own sex and birth year: if it is not this person's, then hardly by a slip
    """
    kind, value, bits = written.kind, written.value, written.bits
    if kind in (NONE, UNREADABLE):
        return ABSENT, BIT["number_missing"] if kind == NONE else BIT["unreadable"]
    if kind == SCIENTIFIC:
        unit = 10 ** (12 - written.length)
        # The last known digit may have been rounded up by the spreadsheet.
        near = abs(value // unit - pin // unit) <= 1
        return PREFIX if near else DIFFERENT, BIT["scientific"] | DIGITS_LOST
    if kind in (PIN, SHORT):
        if value == pin:
            if kind == PIN:
                return SAME, bits
            return PADDED, bits | _zeros(written)
        if value in replaced:
            return REPLACED, bits | _zeros(written) | BIT["number_replaced"]
        if value in relatives:
            return RELATIVE, bits | _zeros(written) | BIT["subject_swapped"]
    if old_id and value == old_id and written.length in (8, 9):
        return OLD, bits | BIT["old_id"] | (BIT["leading_zero"] if written.length == 8 else 0)
    if kind in (PIN, SHORT, OTHER, OLD_ID) and (relation := _slip(kind, value, written.length, pin)):
        zeros = 0 if relation == MISSING else _zeros(written)
        return relation, bits | zeros | BIT[("digit_typo", "digits_transposed", "digit_missing")[relation - TYPO]]
    if _rounded(written) and abs(value // (unit := _lost(value)) - pin // unit) <= 1:
        return PREFIX, bits | BIT["scientific"] | DIGITS_LOST
    if kind in (PIN, SHORT) and value in siblings:
        return SIBLING, bits | _zeros(written)
    return (ANOTHER if own and kind in (PIN, SHORT) else DIFFERENT), bits


def _rounded(written: Written) -> bool:
    """Whether a number ends like one that was saved as 1.20500E+11 and opened again: noughts for the digits lost."""
    whole = written.kind == PIN or (written.kind == SHORT and written.length >= 10)
    return whole and written.value % 100_000 == 0


def _lost(value: int) -> int:
    """The place from which on the digits of a rounded number are unknown."""
    return 1_000_000 if value % 1_000_000 == 0 else 100_000


def _zeros(written: Written) -> int:
    """The reason for zeros that a spreadsheet ate; a number in scientific form has its own."""
    if written.kind != SHORT or written.length < 10 or written.bits & BIT["scientific"]:
        return 0
    return BIT["leading_zero" if written.length == 11 else "leading_zeros_2"]


def _slip(kind: int, value: int, length: int, pin: int) -> int:
    """TYPO, TRANSPOSED or MISSING if one slip of the hand turns `pin` into what was written, else 0.

    A short number that kept a zero in front was not cut by a spreadsheet: there a digit is missing. What looks like an
    old number filled up with zeros may be a number whose place was mistyped.
    """
    if length == 12 or kind == OLD_ID or (kind == SHORT and length >= 10):
        apart = [place for place in range(12) if value // 10**place % 10 != pin // 10**place % 10]
        if len(apart) == 1:
            return TYPO
        if len(apart) == 2 and apart[1] == apart[0] + 1:
            low, high = 10 ** apart[0], 10 ** apart[1]
            if value // low % 10 == pin // high % 10 and value // high % 10 == pin // low % 10:
                return TRANSPOSED
    if length == 13 and any(value // 10 ** (place + 1) * 10**place + value % 10**place == pin for place in range(13)):
        # One digit too many: a key held too long.
        return TYPO
    if length in (11, 10):
        for place in range(12):
            # The number with one digit taken out, as it reads with zeros at its front kept or eaten.
            if pin // 10 ** (place + 1) * 10**place + pin % 10**place == value:
                return MISSING
    return 0
