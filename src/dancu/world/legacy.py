"""Letters of before Unicode: the TCVN3 (ABC) code of the .Vn fonts, and what Windows-1258 can carry."""

from __future__ import annotations

import unicodedata

# Lower-case letters in the order à á ả ã ạ (none first), as the code points a .Vn font sits on (TCVN 5712:1993, VN3).
_ROWS = {
    "a": "aµ¸¶·¹", "ă": "¨»¾¼½Æ", "â": "©ÇÊÈÉË", "e": "eÌÐÎÏÑ", "ê": "ªÒÕÓÔÖ", "i": "i×ÝØÜÞ", "o": "oßãáâä",
    "ô": "«åèæçé", "ơ": "¬êíëìî", "u": "uïóñòô", "ư": "\u00adõøö÷ù", "y": "yúýûüþ",
}  # fmt: skip
_TONES = ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323")
_CAPITALS = {"Đ": "§", "Ă": "¡", "Â": "¢", "Ê": "£", "Ô": "¤", "Ơ": "¥", "Ư": "¦"}
TCVN3 = {"đ": "®", **_CAPITALS} | {
    unicodedata.normalize("NFC", vowel + tone): code
    for vowel, codes in _ROWS.items()
    for tone, code in zip(_TONES, codes, strict=True)
    if code != vowel
}
_SHAPES = {"\u0302", "\u0306", "\u031b"}  # circumflex, breve, horn: part of the letter in Windows-1258


def tcvn3(text: str) -> str:
    """Text as it is stored under a .Vn font; letters must have passed `fit_tcvn3`."""
    return "".join(TCVN3.get(c, c) for c in text)


def fit_tcvn3(text: str) -> str:
    """What remains of a name in TCVN3: toned capitals become small, foreign letters lose their marks."""
    return "".join(map(_fit_letter, text))


def _fit_letter(letter: str) -> str:
    if letter.isascii() or letter in TCVN3:
        return letter
    if letter.lower() in TCVN3:
        return letter.lower()
    return unicodedata.normalize("NFD", letter)[0]


def fit_cp1258(text: str) -> str:
    """Text all of whose letters exist in Windows-1258 (base letter and tone apart); others lose their marks."""
    out = []
    # Composed first: a mark that stands alone, as in a decomposed name, belongs to the letter before it.
    for letter in unicodedata.normalize("NFC", text):
        try:
            cp1258(letter)
        except UnicodeEncodeError:
            letter = unicodedata.normalize("NFD", letter)[0]
            letter = "" if unicodedata.combining(letter) else letter
        out.append(letter)
    return "".join(out)


def cp1258(text: str) -> bytes:
    """Windows-1258 bytes: shapes composed, tones as combining marks, as Windows itself stores them."""
    split = unicodedata.normalize("NFD", text)
    out: list[str] = []
    for c in split:
        if c in _SHAPES and out:
            # A tone below comes before the shape in decomposed order: put the shape on the letter itself.
            place = len(out) - 1
            while place > 0 and unicodedata.combining(out[place]):
                place -= 1
            out[place] = unicodedata.normalize("NFC", out[place] + c)
        else:
            out.append(c)
    return "".join(out).encode("cp1258")
