"""What a desk scanner types: the QR text of a citizen's card, the MRZ on its back, and either spoilt by a Vietnamese keyboard.

QR: at least six fields between `|`, number, 9-digit number or nothing, name, ddmmyyyy, Nam or Nữ, address, day of issue; fields past
those differ between cards and are left alone. MRZ: TD1 of ICAO Doc 9303 part 5, three lines of 30, check digits of weights 7, 3, 1;
line 1 is `IDVNM`, the last nine digits, a check digit, all twelve digits, `<<`, a check digit. A QR code is not signed and an MRZ
can be printed by anybody: evidence of what a card says, never proof.

A scanner types like a keyboard. With Telex or VNI on, the keyboard program takes letters and digits for accents: `AA` becomes
`Â`, `DD` `Đ`, in VNI `D9` becomes `Đ` and `A1` `Á`. Whatever has the shape of a card's text and breaks its rules was spoilt so.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

LINE_LENGTH = 30
# No card's text is longer; what is longer was not scanned.
TEXT_MAX = 600
_PIN, _OLD_ID, _DAY = re.compile(r"[0-9]{12}"), re.compile(r"[0-9]{9}"), re.compile(r"[0-9]{8}")
_SEXES = {"nam": "male", "nu": "female"}
_FIELDS_MIN = 6
# A scanner that ends each line with Enter may have sent the first line or two alone: the number is in the first.
_MRZ = re.compile(r"[A-Z0-9<]{30}(?:[A-Z0-9<]{30}(?:[A-Z0-9<]{30})?)?")
_FIRST = re.compile(r"IDVNM([0-9]{9})([0-9])([0-9]{12})<<([0-9])")
_SECOND = re.compile(r"([0-9]{6})([0-9])([MF<X])([0-9]{6})([0-9])VNM<{11}([0-9])")
# Spoilt or not, an MRZ has many fillers and begins with ID, whose I may have become Í and whose D may have become Đ.
_LIKE_MRZ = re.compile(r"[IÍÌỈĨỊ][DĐ].{18,}", re.IGNORECASE)
_VALUES = {sign: at for at, sign in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")} | {"<": 0}


@dataclass(frozen=True, slots=True)
class Card:
    """What a card's text says. `source` is `qr` or `mrz`; '' where it does not say. Days are ISO; the name of an MRZ has no accents."""

    source: str
    pin: str
    name: str = ""
    birth_date: str = ""
    sex: str = ""
    old_id: str = ""
    address: str = ""
    issued: str = ""


@dataclass(frozen=True, slots=True)
class Mangled:
    """A card's text that a Vietnamese keyboard program has spoilt: nothing in it is to be believed."""


def read(text: str) -> Card | Mangled | None:
    """What was scanned; None where the text is no card's, as a name or a number typed by hand. Never raises."""
    plain = unicodedata.normalize("NFC", text).strip()
    if not plain or len(plain) > TEXT_MAX:
        return None
    if "|" in plain:
        return _qr(plain)
    bare = "".join(plain.split())
    if _MRZ.fullmatch(bare) and bare.startswith("ID"):
        return _mrz(bare)
    # A name has no fillers, and no number has letters at its beginning.
    if _LIKE_MRZ.fullmatch(bare) and ("<" in bare or sum(sign.isdigit() for sign in bare) >= 9):
        return Mangled()
    return None


def check_digit(text: str) -> int:
    """The check digit of a part of an MRZ (ICAO Doc 9303 part 3, 4.9). Raises KeyError for a sign that no MRZ has."""
    return sum(_VALUES[sign] * (7, 3, 1)[at % 3] for at, sign in enumerate(text)) % 10


def _qr(text: str) -> Card | Mangled | None:
    fields = [field.strip() for field in text.split("|")]
    if len(fields) < _FIELDS_MIN:
        # A bar or two in something typed by hand.
        return Mangled() if len(fields) > 3 else None
    pin, old_id, name, born, sex, address = fields[:_FIELDS_MIN]
    issued = _day(fields[6]) if len(fields) > 6 and _DAY.fullmatch(fields[6]) else ""
    whole = _PIN.fullmatch(pin) and (not old_id or _OLD_ID.fullmatch(old_id)) and name and not re.search(r"[0-9]", name)
    if not whole or not _DAY.fullmatch(born) or not _day(born) or _sex(sex) is None:
        return Mangled()
    return Card("qr", pin, name, _day(born), _sex(sex) or "", old_id, address, issued)


def _mrz(bare: str) -> Card | Mangled:
    one, two, three = (bare[at : at + LINE_LENGTH] for at in (0, 30, 60))
    first, second = _FIRST.fullmatch(one), _SECOND.fullmatch(two)
    if first is None or (two and second is None):
        return Mangled()
    short, short_check, pin, pin_check = first.groups()
    checked = [(short, short_check), (pin + "<<", pin_check)]
    born = sex = ""
    if second is not None:
        born, born_check, sex, ends, ends_check, whole_check = second.groups()
        whole = one[5:] + two[:7] + two[8:15] + two[18:29]
        checked += [(born, born_check), (ends, ends_check), (whole, whole_check)]
    if pin[-9:] != short or any(str(check_digit(part)) != digit for part, digit in checked):
        return Mangled()
    surname, _, given = three.strip("<").partition("<<")
    name = " ".join(part for part in f"{surname}<{given}".split("<") if part)
    return Card("mrz", pin, name, _born(born, pin) if born else "", {"M": "male", "F": "female"}.get(sex, ""))


def _born(two_digits: str, pin: str) -> str:
    """The day of birth; the century is the number's fourth digit's: 0 and 1 the 20th, 2 and 3 the 21st, and so on."""
    century = 1900 + 100 * (int(pin[3]) // 2)
    return _iso(century + int(two_digits[:2]), int(two_digits[2:4]), int(two_digits[4:]))


def _day(text: str) -> str:
    return _iso(int(text[4:]), int(text[2:4]), int(text[:2]))


def _iso(year: int, month: int, day: int) -> str:
    """An ISO day; a card's day and month may be zero where only the year is known."""
    if day == 0 and month == 0 and year:
        return f"{year:04d}"
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""


def _sex(text: str) -> str | None:
    bare = unicodedata.normalize("NFD", text.lower())
    return _SEXES.get("".join(sign for sign in bare if not unicodedata.combining(sign)).replace("đ", "d"))
