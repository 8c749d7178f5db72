"""The three font encodings Vietnamese was typed in before Unicode, and how to turn each into Unicode.

Code charts: TCVN 5712:1993 (VN3, the "ABC" fonts), RFC 1456 (VISCII 1.1), and the VNI-Windows chart in which a
vowel is followed by a second character that carries its marks. Text arrives as the Latin letters that share the
byte values (windows-1252), which is how spreadsheets keep such text.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

CHARSETS = ("TCVN3", "VNI", "VISCII")

_TCVN3 = {
    0xA1: "ĂÂÊÔƠƯĐăâêôơưđ", 0xB5: "àảãáạ", 0xBB: "ằẳẵắ", 0xC6: "ặầẩẫấậè", 0xCE: "ẻẽéẹềểễếệìỉ",
    0xDC: "ĩíịò", 0xE1: "ỏõóọồổỗốộờởỡớợù", 0xF1: "ủũúụừửữứựỳỷỹýỵ",
}  # fmt: skip
_VISCII = {
    0x80: "ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲÕắằặấầẩậẽẹếềểễệốồổỗỠƠộờởịỰỨỪỬơớƯÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳĐứÒÓÔạỷừửÙÚỹỵÝỡư"
    "àáâãảăữẫèéêẻìíĩỉđựòóôõỏọụùúũủýợỮ",
    0x02: "Ẳ", 0x05: "ẴẪ", 0x14: "Ỷ", 0x19: "Ỹ", 0x1E: "Ỵ",
}  # fmt: skip
_VNI_MARKS = {
    "a": "ùáøàûảõãïạââáấàầåẩãẫäậêăéắèằúẳüẵëặ", "e": "ùéøèûẻõẽïẹâêáếàềåểãễäệ",
    "o": "ùóøòûỏõõïọâôáốàồåổãỗäộ", "u": "ùúøùûủõũïụ",
    "i": "ùíøì", "y": "ùýøỳûỷõỹïỵ", "ô": "ùớøờûởõỡïợ", "ö": "ùứøừûửõữïự",
}  # fmt: skip
_VNI_SINGLE = "ôơöưñđîỵæỉóĩòịííìì"

_TOLERATED = set("\u00a0–—‘’“”…•€™\ufeff\u200b")
"""Typographic characters that may stand in legacy text without belonging to its chart."""


def _expand(blocks: dict[int, str]) -> dict[str, str]:
    return {chr(start + i): char for start, run in blocks.items() for i, char in enumerate(run)}


@cache
def table(charset: str) -> dict[str, str]:
    """Legacy sequence (1 or 2 characters) to its Unicode letter, NFC."""
    if charset == "TCVN3":
        return _expand(_TCVN3)
    if charset == "VISCII":
        low = _expand(_VISCII)
        # Windows shows 0x80-0x9F as its own glyphs, so both spellings of those bytes are met.
        seen = {
            bytes([ord(c)]).decode("cp1252", "ignore"): v for c, v in low.items() if 0x80 <= ord(c) < 0xA0
        }
        return low | {glyph: char for glyph, char in seen.items() if glyph}
    pairs = {}
    for vowel, marks in _VNI_MARKS.items():
        for mark, char in zip(marks[::2], marks[1::2], strict=True):
            pairs |= {
                vowel + mark: char,
                vowel.upper() + mark.upper(): char.upper(),
                vowel.upper() + mark: char.upper(),
            }
    for legacy, char in zip(_VNI_SINGLE[::2], _VNI_SINGLE[1::2], strict=True):
        pairs |= {legacy: char, legacy.upper(): char.upper()}
    return pairs


@cache
def machine(charset: str) -> tuple[re.Pattern[str], frozenset[str]]:
    """(pattern of the legacy sequences, longest first; characters that text of the chart may hold)."""
    keys = sorted(table(charset), key=len, reverse=True)
    allowed = _TOLERATED.union(map(chr, range(128)), *keys)
    return re.compile("|".join(map(re.escape, keys))), frozenset(allowed)


def possible(text: str, charset: str) -> bool:
    """True when every character outside ASCII belongs to the chart of `charset`."""
    return machine(charset)[1].issuperset(text)


def decode(text: str, charset: str) -> str:
    """`text` in Unicode NFC; returned as it is when it cannot be of that charset (already Unicode)."""
    if text.isascii() and charset != "VISCII" or not possible(text, charset):
        return text
    pattern, _ = machine(charset)
    known = table(charset)
    return unicodedata.normalize("NFC", pattern.sub(lambda found: known[found[0]], text))


@lru_cache(maxsize=512)
def of_font(font: str) -> tuple[str | None, bool]:
    """Charset told by a font's name, and whether the font draws small letters as capitals (`.Vn…H`)."""
    name = font.strip().lower()
    if name.startswith(".vn"):
        return "TCVN3", name.endswith("h")
    if name.startswith(("vni-", "vni ")):
        return "VNI", False
    if name.startswith(("visc", "vi-", "vnisc")):
        return "VISCII", False
    return None, False
