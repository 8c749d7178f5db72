"""Recognises what a column is from a sample of its values, whatever its header says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from dancu.linkage.intake.columns.caption import fold

_SIGNS = re.compile(r"[\s.\-'’`\u00a0]|(?<=\d)\.0$|^=?\"|\"$")
_PIN = re.compile(r"0\d\d[0-9]\d{8}$")
_LOST = re.compile(r"(?:[1-9]\d|[12468])[0-3]\d{8}$")
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d{1,11})?[eE]\+?(?:0?9|1[01])$")
_LOST_DIGITS = re.compile(r"\d(?:[.,]\d{1,7})?[eE]")
_PHONE = re.compile(r"(?:0[2-9]\d{8}|\+?84[2-9]\d{8})$")
_DATE = re.compile(
    r"(?:\d{1,2}[/.\-]\d{1,2}[/.\-](?P<y1>\d{4}|\d{2})|(?P<y2>\d{4})[/.\-]\d{1,2}[/.\-]\d{1,2}|\d{1,2}[/.\-](?P<y3>\d{4})|"
    r"(?P<y4>(?:19|20)\d\d)|\d{1,2} tháng \d{1,2} năm (?P<y5>\d{4}))(?:[ T]\d{1,2}:\d\d(?::\d\d)?(?:\.\d+)?)?$"
)  # fmt: skip
_SEX_TEXT = "nam|nu|male|female|trai|gai|m|f|n|x|be trai|be gai|nu gioi|nam gioi"
_SEX_WORDS = frozenset(_SEX_TEXT.split("|"))
_SEX_SURE = frozenset({"nam", "nu", "male", "female", "nu gioi", "nam gioi", "trai", "gai"})
_NAME = re.compile(r"[^\W\d_]+(?:['’.\- ][^\W\d_]*)*$")

_SURNAME_TEXT = """
nguyen tran le pham hoang huynh phan vu vo dang bui do ho ngo duong ly truong dinh doan lam mai trinh dao cao
luong luu ha to ta chau tong thai quach la thach kim son danh hua tang nghiem kieu cu vuong thieu on phung nong ma
trieu be hoa ban dam chu giang hung lo quang cam ca lu vi moong xong lau vang sung thao vua y h ksor rmah kpa siu
ro nay dieu tieu au khuc vien phi mac pho lang tu diep khong ninh mau bach mo kha nhan thi an uong doi dong chung
tri lai lieu khuong phu
"""
SURNAMES = frozenset(_SURNAME_TEXT.split())
"""Common first words of names, folded; enough of them in a column make it a column of names."""


@dataclass(frozen=True)
class Profile:
    """Shares (0–1) of the non-empty sampled values that have each shape."""

    filled: int = 0
    pin: float = 0.0
    """Twelve digits, or ten or eleven that a spreadsheet made of twelve, or scientific notation."""
    twelve: float = 0.0
    nine: float = 0.0
    phone: float = 0.0
    date: float = 0.0
    years: int = 0
    """Years between the 5th and 95th percentile of dates: births spread, registrations do not."""
    name: float = 0.0
    sex: float = 0.0
    words: float = 0.0
    scientific: float = 0.0
    """Numbers written as 1.2E+11, digits lost."""
    small: float = 0.0
    """Whole numbers of one or two digits: the parts of a split date, running numbers."""
    one_word: float = 0.0
    """A single word of letters only: a given name in a split name."""


def compact(value: str) -> str:
    """`value` without the spaces, dots, dashes and quotes people put into numbers."""
    return _SIGNS.sub("", value.strip())


def profile(values: Iterable[str | None], limit: int = 600) -> Profile:
    """Profile of up to `limit` of the non-empty values, taken evenly."""
    texts = [text.strip() for text in values if text and not text.isspace()]
    texts = texts[:: len(texts) // limit + 1]
    if not texts:
        return Profile()
    numbers = [compact(text) for text in texts]
    n = len(texts)
    twelve = sum(bool(_PIN.match(text)) for text in numbers)
    phone = sum(bool(_PHONE.match(text)) for text in numbers)
    scientific = sum(bool(_SCIENTIFIC.match(text)) for text in texts)
    cut = sum(bool(_SCIENTIFIC.match(text) and _LOST_DIGITS.match(text)) for text in texts)
    lost = sum(bool(_LOST.match(text)) for text in numbers)
    nine_digits = [text for text in numbers if len(text) == 9 and text.isdigit()]
    nine = len(nine_digits)
    if nine and sum(text[0] in "5789" for text in nine_digits) > nine * 0.5:
        phone, nine = phone + nine, 0
    years = [
        int(y) for text in texts if (hit := _DATE.match(text)) and (y := next(g for g in hit.groups() if g))
    ]
    folded = ["" if text[-1].isdigit() else fold(text) for text in texts]
    return Profile(
        filled=n, pin=(twelve + (0 if phone > n * 0.8 else lost) + scientific) / n, twelve=twelve / n, nine=nine / n,
        phone=phone / n, date=len(years) / n, years=_spread(years), scientific=cut / n,
        name=sum(map(_is_name, texts, folded)) / n,
        sex=sum(text in _SEX_WORDS for text in folded) / n * any(text in _SEX_SURE for text in folded),
        words=sum(any(char.isalpha() for char in text) for text in texts) / n,
        small=sum(len(text) <= 2 and text.isdigit() for text in numbers) / n,
        one_word=sum(text.replace("'", "").isalpha() for text in texts) / n,
    )  # fmt: skip


def _spread(years: list[int]) -> int:
    full = sorted(y if y > 99 else 1900 + y if y > 30 else 2000 + y for y in years)
    return full[int(len(full) * 0.95)] - full[int(len(full) * 0.05)] if full else 0


def _is_name(text: str, folded: str) -> bool:
    parts = folded.split()
    return 2 <= len(parts) <= 6 and parts[0] in SURNAMES and bool(_NAME.match(text))


def looks_like(found: Profile) -> str | None:
    """The field a profile alone is enough for; None when it is not sure."""
    if found.filled == 0:
        return None
    if found.phone >= 0.7 and found.twelve < 0.2:
        return "phone"
    if found.pin >= 0.3 and found.pin + found.nine >= 0.75:
        return "pin"
    if found.nine >= 0.75:
        return "old_id"
    if found.sex >= 0.95:
        return "sex"
    if found.date >= 0.8 and found.years >= 15:
        return "birth_date"
    return "name" if found.name >= 0.6 else None


def fits(field: str, found: Profile) -> bool:
    """False when the values plainly contradict what the header promised."""
    if found.filled < 5:
        return True
    if field in {"pin", "old_id", "mother_pin", "father_pin", "phone"}:
        return found.words < 0.9 or found.scientific > 0.1
    if field == "birth_date":
        return found.pin < 0.5 and found.name < 0.5
    if field in {"name", "mother_name", "father_name", "spouse_name", "address"}:
        return found.words >= 0.2
    return True


def is_province(values: Sequence[str]) -> bool:
    """True when at least 80 % of distinct `values` name a province; False while no unit table is installed."""
    names = {text.strip() for text in values if text and text.strip()}
    find = _province_finder()
    words = any(char.isalpha() for name in names for char in name)
    return bool(find and words) and sum(bool(find(name)) for name in names) >= 0.8 * len(names)


@cache
def _province_finder():
    try:
        from dancu.places.provinces import province_code
    except ImportError:
        return None
    return province_code


def discreet(captions: Sequence[str]) -> list[str]:
    """Captions for a message: where a first row of people was taken for a header, nobody's data is repeated."""
    private = (sum(map(str.isdigit, caption)) >= 5 or _is_name(caption, fold(caption)) for caption in captions)
    return [
        caption if caption and not hide else f"Cột {i}"
        for i, (caption, hide) in enumerate(zip(captions, private, strict=True), 1)
    ]
