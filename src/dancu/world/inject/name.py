"""What happens to a name between the birth certificate and the file."""

from __future__ import annotations

import re
import unicodedata

import numpy as np

from dancu.world.chunk import Chunk, param
from dancu.world.mix import injector

# A clerk's way of writing shows in every text cell, but only the person's own name is judged.
WRITTEN = ("name", "mother_name", "father_name", "commune", "district", "province", "address")
_KEYS = {
    "a": "sqz", "b": "vnh", "c": "xv", "d": "sfe", "e": "wr", "g": "fht", "h": "gjn", "i": "uo", "k": "jl", "l": "k",
    "m": "n", "n": "bm", "o": "ip", "p": "o", "q": "wa", "r": "et", "s": "ad", "t": "ry", "u": "yi", "v": "cb",
    "x": "zc", "y": "tu",
}  # fmt: skip
_TONE_KEY = {"\u0300": "f", "\u0301": "s", "\u0309": "r", "\u0303": "x", "\u0323": "j"}
_STRIP = str.maketrans({"Đ": "D", "đ": "d"})
_OPEN = re.compile(r"(?i)(?<![qQ])(oa|oe|uy)$")
_IY = re.compile(r"(?i)^(h|k|l|m|s|t)([iy])$")


def fold(text: str) -> str:
    """Lower case without any diacritics."""
    return strip(text).lower()


def strip(text: str) -> str:
    """Without diacritics, case kept."""
    split = unicodedata.normalize("NFD", text.translate(_STRIP))
    return "".join(c for c in split if not unicodedata.combining(c))


def _everywhere(chunk: Chunk, rows: np.ndarray, edit, code: str) -> None:
    for column in WRITTEN:
        if column in chunk.cells:
            chunk.change(column, rows, lambda text, i: edit(text), code=code if column == "name" else None)


@injector("no_diacritics")
def no_diacritics(chunk, rows, rng, params):
    """Nguyen Van An: no Vietnamese keyboard."""
    _everywhere(chunk, rows, strip, "diacritics")


@injector("capitals")
def capitals(chunk, rows, rng, params):
    """NGUYỄN VĂN AN."""
    _everywhere(chunk, rows, str.upper, "case")


@injector("small_letters")
def small_letters(chunk, rows, rng, params):
    """nguyễn văn an."""
    _everywhere(chunk, rows, str.lower, "case")


@injector("decomposed")
def decomposed(chunk, rows, rng, params):
    """Unicode tổ hợp: base letters and marks apart."""
    _everywhere(chunk, rows, lambda text: unicodedata.normalize("NFD", text), "unicode_form")


@injector("d_lookalike")
def d_lookalike(chunk, rows, rng, params):
    """Icelandic or African letters that look like Đ."""
    african = rng.random(len(rows)) < param(params, "african", 0.2)

    def edit(text: str, i: int) -> str:
        capital, small = ("Ɖ", "ɖ") if african[i] else ("Ð", "ð")
        return text.replace("Đ", capital).replace("đ", small)

    chunk.change("name", rows, edit, code="d_lookalike")


@injector("tone_placement")
def tone_placement(chunk, rows, rng, params):
    """Hòa as Hoà, Thúy as Thuý: the other of the two schools."""
    chunk.change("name", rows, lambda text, i: " ".join(map(_other_school, text.split(" "))), code="tone_placement")


def _other_school(word: str) -> str:
    split = unicodedata.normalize("NFD", word)
    tones = [c for c in split if c in _TONE_KEY]
    if len(tones) != 1:
        return word
    bare = unicodedata.normalize("NFC", split.replace(tones[0], ""))
    if not _OPEN.search(bare):
        return word
    on_last = unicodedata.normalize("NFC", bare + tones[0])
    on_first = unicodedata.normalize("NFC", bare[:-1] + tones[0] + bare[-1])
    return on_first if word == on_last else on_last


@injector("i_y")
def i_y(chunk, rows, rng, params):
    """Lý and Lí, Sỹ and Sĩ."""
    chunk.change("name", rows, lambda text, i: " ".join(map(_other_vowel, text.split(" "))), code="i_y")


def _other_vowel(word: str) -> str:
    split = unicodedata.normalize("NFD", word)
    tone = "".join(c for c in split if unicodedata.combining(c))
    found = _IY.match("".join(c for c in split if not unicodedata.combining(c)))
    if not found or not tone:
        return word
    vowel = {"i": "y", "y": "i", "I": "Y", "Y": "I"}[found.group(2)]
    return unicodedata.normalize("NFC", found.group(1) + vowel + tone)


@injector("word_order")
def word_order(chunk, rows, rng, params):
    """Given name first, or family name last."""
    u = rng.random(len(rows))

    def edit(text: str, i: int) -> str:
        words = text.split(" ")
        if len(words) < 2:
            return text
        return " ".join(words[-1:] + words[:-1] if u[i] < 0.5 else words[1:] + words[:1])

    chunk.change("name", rows, edit, code="word_order")


@injector("middle_name_missing")
def middle_name_missing(chunk, rows, rng, params):
    """One or all of the middle words left out."""
    u = rng.random(len(rows))

    def edit(text: str, i: int) -> str:
        words = text.split(" ")
        if len(words) < 3:
            return text
        if len(words) > 3 and u[i] < 0.5:
            del words[1 + int(u[i] * 2 * (len(words) - 2))]
            return " ".join(words)
        return words[0] + " " + words[-1]

    chunk.change("name", rows, edit, code="middle_name_missing")


@injector("initials")
def initials(chunk, rows, rng, params):
    """Nguyễn V. An, N.V. An, Ng. Văn An."""
    u = rng.random(len(rows))

    def edit(text: str, i: int) -> str:
        words = text.split(" ")
        if len(words) < 3 or not all(w[0].isalpha() for w in words):
            return text
        if u[i] < 0.5:
            return " ".join([words[0], *(w[0] + "." for w in words[1:-1]), words[-1]])
        if u[i] < 0.8:
            return "".join(w[0] + "." for w in words[:-1]) + " " + words[-1]
        return " ".join([words[0][:2] + ".", *words[1:]]) if len(words[0]) > 3 else text

    chunk.change("name", rows, edit, code="initial")


@injector("typo")
def typo(chunk, rows, rng, params):
    """One letter wrong, lost, doubled, or a Telex tone key left in the word: one edit on the folded name."""
    u = rng.random((len(rows), 3))
    chunk.change("name", rows, lambda text, i: _slip(text, *u[i]), code="typo_1")


def _slip(text: str, how: float, where: float, which: float) -> str:
    places = [k for k, c in enumerate(text) if fold(c) in _KEYS]
    if len(places) < 3:
        return text
    at = places[int(where * len(places))]
    letter, key = text[at], fold(text[at])
    if how < 0.25:
        new = _tone_key_left(text, at)
    elif how < 0.62:
        near = _KEYS[key][int(which * len(_KEYS[key]))]
        new = text[:at] + (near.upper() if letter.isupper() else near) + text[at + 1 :]
    elif how < 0.82:
        new = text[:at] + text[at + 1 :] if not letter.isupper() else text[: at + 1] + key + text[at + 1 :]
    else:
        new = text[: at + 1] + key + text[at + 1 :]
    return new if fold(new) != fold(text) else text


def _tone_key_left(text: str, at: int) -> str:
    """Hùng typed Hungf: the tone went to the end of the word as its key."""
    start = text.rfind(" ", 0, at) + 1
    end = text.find(" ", at)
    end = len(text) if end < 0 else end
    split = unicodedata.normalize("NFD", text[start:end])
    tone = next((c for c in split if c in _TONE_KEY), None)
    if tone is None:
        return text
    bare = unicodedata.normalize("NFC", split.replace(tone, ""))
    return text[:start] + bare + _TONE_KEY[tone] + text[end:]


@injector("wrong_diacritic")
def wrong_diacritic(chunk, rows, rng, params):
    """Hùng for Hưng, Hương for Hường: the letters are right, a mark is not."""
    u = rng.random((len(rows), 2))
    other = {"ù": "ư", "ư": "ù", "à": "ả", "á": "à", "ạ": "á", "ơ": "o", "â": "ă", "ă": "â", "ế": "ệ", "ề": "ễ",
             "ị": "í", "ì": "ĩ", "ọ": "ó", "ồ": "ộ", "ủ": "ũ", "ũ": "ủ", "ờ": "ở", "ả": "ã", "ã": "ả", "ê": "e",
             "ễ": "ể", "ầ": "ẫ", "ấ": "ậ", "ô": "o", "ứ": "ừ", "ỹ": "ỷ", "ý": "ỳ"}  # fmt: skip

    def edit(text: str, i: int) -> str:
        places = [k for k, c in enumerate(text) if c in other]
        if not places:
            return text
        at = places[int(u[i, 0] * len(places))]
        return text[:at] + other[text[at]] + text[at + 1 :]

    chunk.change("name", rows, edit, code="diacritics")
