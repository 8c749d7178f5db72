"""Vietnamese personal names, written in the many ways that clerks write them, brought level by level to one key.

A name is moved into a private 8-bit alphabet (one byte a letter) where every level is one pass over
bytes. A million names are joined with newlines and go through as one text, so the single and the batch
form are the same code and cannot disagree.

Levels, each including those before it:

    canonical   Unicode form, spaces, apostrophes, capitals        HOÀ
    toned       tone mark on the same vowel (hoà / hòa)            HOÀ
    lettered    look-alikes of Đ (Ð U+00D0, Ɖ U+0189)              ĐỨC
    iy          i and y are one letter (Lý / Lí)                   LÍ
    key         no diacritics: the key two names are joined by     LI
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Callable, Iterable

_VOWELS = "AĂÂEÊIOÔƠUƯY"
_TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
_UPPER = [unicodedata.normalize("NFC", v + t) for v in _VOWELS for t in _TONES if v + t not in _VOWELS]
_UPPER += [v for v in "ĂÂÊÔƠƯ"] + ["Đ"]
_LOOKALIKES = "ÐƉ"
# Every letter that Vietnamese adds to ASCII, capital and small: 67 each, plus the two look-alikes of Đ.
_LETTERS = _UPPER + [c.lower() for c in _UPPER] + list(_LOOKALIKES) + ["ð", "ɖ"]

_ODD_SPACES = (
    "\t\r\f\v\x1c\x1d\x1e\x1f\x85\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
_NOTHING = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
# Letters of Ê Đê, Gia Rai, Ba Na and their neighbours that Unicode does not decompose.
_BARRED = {"Ƀ": "B", "ƀ": "b", "Ɓ": "B", "ɓ": "b", "Ɗ": "D", "ɗ": "d", "ı": "i", "Ł": "L", "ł": "l", "Ø": "O", "ø": "o"}
_APOSTROPHES = "\u2018\u2019\u02bc\u02b9\u00b4`\u2032"
_APOSTROPHE = re.compile(rf"['{_APOSTROPHES}]")
_INNER_APOSTROPHE = re.compile(rf"[^\s'{_APOSTROPHES}]['{_APOSTROPHES}]\s*\w")


_LETTER_CODE = {letter: place for place, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 1)}


def _alphabet() -> str:
    """256 characters: position = byte. Control characters make room for the Vietnamese letters.

    NUL keeps its place, though no text brings it here: only a table that starts with it is compiled into the
    fast kind of map, which also leaves U+FFFE ("nothing stands here") unmapped.
    """
    table = [chr(i) for i in range(128)] + ["\ufffe"] * 128
    free = [i for i in range(256) if i >= 128 or (0 < i < 32 and i != 10) or i == 127]
    for letter, slot in zip(_LETTERS, free, strict=False):
        table[slot] = letter
    for slot in free[len(_LETTERS) :]:
        table[slot] = "\ufffe"
    return "".join(table)


_TABLE = _alphabet()
_ENCODE = codecs.charmap_build(_TABLE)
_BYTE = {c: i for i, c in enumerate(_TABLE) if c != "\ufffe"}


def _foreign(error: UnicodeError) -> tuple[str | bytes, int]:
    """Characters outside the alphabet: space, nothing, apostrophe, or their base letter by NFKD."""
    out = []
    for char in error.object[error.start : error.end]:
        if char in _ODD_SPACES:
            out.append(" ")
        elif char in _APOSTROPHES:
            out.append("'")
        elif char in _BARRED:
            out.append(_BARRED[char])
        elif char not in _NOTHING:
            plain = (c for c in unicodedata.normalize("NFKD", char) if ord(c) < 127 and c.isprintable())
            out.append("".join(plain))
    return "".join(out), error.end


codecs.register_error("dancu.name", _foreign)


def _translation(change: Callable[[str], str]) -> bytes:
    """A 256-byte table for `bytes.translate` from a function on characters."""
    return bytes(_BYTE.get(change(c), i) if c != "\ufffe" else i for i, c in enumerate(_TABLE))


def _plain(char: str) -> str:
    """The ASCII letter under a Vietnamese one; its case is kept."""
    if char in "ĐÐƉ":
        return "D"
    if char in "đðɖ":
        return "d"
    return unicodedata.normalize("NFD", char)[0]


def _i_for_y(char: str) -> str:
    parts = unicodedata.normalize("NFD", char)
    if parts[0] not in "Yy":
        return char
    return unicodedata.normalize("NFC", ("I" if parts[0] == "Y" else "i") + parts[1:])


_TO_UPPER = _translation(lambda c: "'" if c == "`" else c if len(c.upper()) != 1 else c.upper())
_TO_LETTERED = _translation(lambda c: "Đ" if c in _LOOKALIKES else "đ" if c in "ðɖ" else c)
_TO_IY = _translation(_i_for_y)
_TO_PLAIN = _translation(_plain)
_TO_KEY = _translation(lambda c: _plain(_i_for_y(c)) if c.isalnum() or c in "\n " else " ")
_TO_WORDS = _translation(lambda c: c if c.isalnum() or c in "\n " else " ")
# Tone on the first vowel of an open oa, oe, uy moves to the second (both are taught; the second is kept).
_TONE_MOVES = {
    bytes([_BYTE[unicodedata.normalize("NFC", a + tone)], _BYTE[b]]): bytes(
        [_BYTE[a], _BYTE[unicodedata.normalize("NFC", b + tone)]]
    )
    for a, b in ("OA", "OE", "UY")
    for tone in _TONES[1:]
}
# A vowel with a tone and one behind it, a class each: one pass, and no two finds can overlap.
_OPEN_PAIR = re.compile(b"[" + b"".join(sorted({re.escape(pair[:1]) for pair in _TONE_MOVES})) + b"][AEY]")
# Marks of which at least one stands in a Vietnamese text that is not composed.
_LOOSE_MARKS = _TONES[1:] + ("\u0302", "\u0306", "\u031b")


def _squeeze(raw: bytes) -> bytes:
    """One space between words, none at the ends of a line."""
    while b"  " in raw:
        raw = raw.replace(b"  ", b" ")
    return raw.replace(b" \n", b"\n").replace(b"\n ", b"\n").strip(b" ")


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _encode(text: str) -> bytes:
    """A composed text in the private alphabet."""
    if "\0" in text:
        text = text.replace("\0", "")
    return codecs.charmap_encode(text, "dancu.name", _ENCODE)[0]


def _decode(raw: bytes) -> str:
    return codecs.charmap_decode(raw, "strict", _TABLE)[0]


def _canonical(raw: bytes) -> bytes:
    return _squeeze(raw.translate(_TO_UPPER))


def _toned(raw: bytes) -> bytes:
    return _OPEN_PAIR.sub(lambda found: _TONE_MOVES.get(found[0], found[0]), raw)


def _key(raw: bytes) -> bytes:
    return _squeeze(raw.translate(_TO_UPPER).translate(_TO_KEY))


def _joined(texts: list[str]) -> str:
    """The texts composed, one a line; a newline inside a text counts as a space."""
    joined = "\n".join(texts)
    if joined.count("\n") != len(texts) - 1:
        texts = [text.replace("\n", " ") for text in texts]
        joined = "\n".join(texts)
    if any(mark in joined for mark in _LOOSE_MARKS):
        # One by one: a single odd name must not send a million through the slow path.
        return "\n".join([text if text.isascii() else _composed(text) for text in texts])
    return _composed(joined)


def _block(texts: Iterable[str], *levels: Callable[[bytes], bytes]) -> list[list[str]]:
    """Run each of `levels` over all texts at once."""
    texts = list(texts)
    if not texts:
        return [[] for _ in levels]
    raw = _encode(_joined(texts))
    return [_decode(level(raw)).split("\n") for level in levels]


def _one(text: str, level: Callable[[bytes], bytes]) -> str:
    return _decode(level(_encode(_composed(text.replace("\n", " ")))))


def _toned_level(raw: bytes) -> bytes:
    return _toned(_canonical(raw))


def _folded(raw: bytes) -> bytes:
    return _canonical(raw).translate(_TO_PLAIN)


def canonical(text: str) -> str:
    """NFC, single spaces, plain apostrophes, capitals."""
    return _one(text, _canonical)


def toned(text: str) -> str:
    """`canonical`, with the tone mark of open oa, oe, uy on the second vowel."""
    return _one(text, _toned_level)


def lettered(text: str) -> str:
    """`toned`, with look-alikes of Đ replaced by Đ."""
    return _one(text, lambda raw: _toned_level(raw).translate(_TO_LETTERED))


def iy(text: str) -> str:
    """`lettered`, with y written as i: a key only, never a correction of a legal name."""
    return _one(text, lambda raw: _toned_level(raw).translate(_TO_LETTERED).translate(_TO_IY))


def fold(text: str) -> str:
    """Capitals without diacritics, ASCII; y and punctuation stay. For search and for addresses."""
    return _one(text, _folded)


def key(text: str) -> str:
    """The key by which two names are joined: ASCII capitals and digits, i for y, single spaces."""
    return _one(text, _key)


def keys(texts: Iterable[str]) -> list[str]:
    """`key` of many texts in one pass; same order. About 0.2 s for 400,000 names."""
    return _block(texts, _key)[0]


def keys_and_toned(texts: Iterable[str]) -> tuple[list[str], list[str]]:
    """`key` and `toned` of many texts in one pass: equal `toned` means nothing but another way of writing."""
    keys, toned = _block(texts, _key, _toned_level)
    return keys, toned


def folds(texts: Iterable[str]) -> list[str]:
    """`fold` of many texts in one pass."""
    return _block(texts, _folded)[0]


Levels = tuple[str, str, str, str]


def levels(texts: Iterable[str]) -> list[Levels]:
    """For each text what `core.variant` compares to tell why two names differ.

    cased    plain letters with their case: differ only by case
    placed   capitals, look-alikes and i/y taken away: what is left is tone placement and diacritics
    toned    `placed` with the tone on one vowel: what is left is diacritics
    folded   plain capitals that keep y: what is left is i/y

    Punctuation counts as space everywhere, so that a text has the same words in every level as in its `key`.
    """
    return list(
        zip(
            *_block(
                texts,
                lambda raw: _squeeze(raw.translate(_TO_WORDS).translate(_TO_PLAIN)),
                lambda raw: _canonical(raw.translate(_TO_WORDS)).translate(_TO_LETTERED).translate(_TO_IY),
                # Tone before i/y: "Thúy" must lose its misplaced tone while the y is still there.
                lambda raw: _toned_level(raw.translate(_TO_WORDS)).translate(_TO_LETTERED).translate(_TO_IY),
                lambda raw: _folded(raw.translate(_TO_WORDS)),
            ),
            strict=True,
        )
    )


def has_lookalike(text: str) -> bool:
    """Whether a Đ was typed with a character that only looks like it."""
    return not text.isascii() and ("Ð" in text or "Ɖ" in text or "ð" in text or "ɖ" in text)


def has_apostrophe(text: str) -> bool:
    """Whether an apostrophe stands inside, typed any way: a letter of its own in H'Rin or K'Brơi."""
    return _APOSTROPHE.search(text) is not None and _INNER_APOSTROPHE.search(text) is not None


def tail(key: str) -> int:
    """The last word of a key (five letters) and the first letter of the first as an integer below 10^10: what is left of a
    name whose family or middle names were shortened, left out or mistyped. Nothing: 0."""
    words = key.split(" ")
    code = 0
    for letter in words[-1][:5].ljust(5):
        code = code * 37 + _LETTER_CODE.get(letter, 0)
    return code * 100 + _LETTER_CODE.get(words[0][:1], 0)
