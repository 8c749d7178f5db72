"""Slips of the typing program: keys that were never turned into marks, the neighbouring tone, letters in a hurry."""

from __future__ import annotations

import unicodedata

import numpy as np

from dancu.world.chunk import param
from dancu.world.field.seen import rename
from dancu.world.inject.name import fold
from dancu.world.locations import locations
from dancu.world.mix import injector
from dancu.world.names import REGIONS

# Marks in the order huyền, sắc, hỏi, ngã, nặng; then circumflex, breve, horn.
_TELEX = {"\u0300": "f", "\u0301": "s", "\u0309": "r", "\u0303": "x", "\u0323": "j", "\u0306": "w", "\u031b": "w"}
_VNI = {"\u0300": "2", "\u0301": "1", "\u0309": "3", "\u0303": "4", "\u0323": "5", "\u0302": "6", "\u0306": "8",
        "\u031b": "7"}  # fmt: skip
_TONES = "\u0300\u0301\u0309\u0303\u0323"
# The key beside the right one: s over x, r over f on Telex; 1 2 3 4 5 on VNI.
_BESIDE = {"\u0301": "\u0300\u0303", "\u0303": "\u0301\u0323", "\u0300": "\u0309\u0301", "\u0309": "\u0300\u0303",
           "\u0323": "\u0303\u0301"}  # fmt: skip
_SHAPES = "\u0302\u0306\u031b"


@injector("raw_keys")
def raw_keys(chunk, rows, rng, params):
    """Nguyeenx, Tra62n: the typing program was off for a word, or (`whole`) for the whole name."""
    everything = rng.random(len(rows)) < param(params, "whole", 0.12)
    south = locations().region[chunk.facts["location"][rows]] == REGIONS.index("south")
    vni = rng.random(len(rows)) < np.where(south, 0.55, 0.08)
    u = rng.random((len(rows), 2))

    def one(text: str, i: int) -> str:
        words = text.split(" ")
        places = [k for k, word in enumerate(words) if not word.isascii()]
        if not places or everything[i]:
            return text
        at = places[int(u[i, 0] * len(places))]
        words[at] = keys(words[at], vni=bool(vni[i]), tone_last=bool(u[i, 1] < 0.6))
        return " ".join(words)

    def all_of_them(text: str, i: int) -> str:
        if not everything[i]:
            return text
        return " ".join(keys(word, vni=bool(vni[i]), tone_last=bool(u[i, 1] < 0.6)) for word in text.split(" "))

    rename(chunk, rows, one, far="typo_1")
    changed = chunk.change("name", rows, all_of_them, code="diacritics")
    chunk.doubt(changed)


def keys(word: str, *, vni: bool, tone_last: bool) -> str:
    """The keys behind a word: Trần as Traanf or Tra62n."""
    out, tone = [], ""
    for letter in word:
        if letter in "Đđ":
            base = "D" if letter == "Đ" else "d"
            out.append(base + ("9" if vni else base.lower()))
            continue
        base, *marks = unicodedata.normalize("NFD", letter)
        pressed = ""
        for mark in sorted(marks, key=lambda m: m in _TONES):
            key = _VNI.get(mark, "") if vni else _TELEX.get(mark, base.lower() if mark == "\u0302" else "")
            if mark in _TONES and tone_last:
                tone = key
            else:
                pressed += key
        out.append(base + pressed)
    return "".join(out) + tone


@injector("tone_slip")
def tone_slip(chunk, rows, rng, params):
    """The neighbouring tone, no tone, or a letter without its hat: Hùng, Hủng, Hung; Cường, Cuờng."""
    u = rng.random((len(rows), 3))

    def edit(text: str, i: int) -> str:
        split = unicodedata.normalize("NFD", text)
        how, where, which = u[i]
        wanted = _SHAPES if how > 0.75 else _TONES
        places = [k for k, c in enumerate(split) if c in wanted]
        if not places:
            return text
        at = places[int(where * len(places))]
        beside = _BESIDE.get(split[at], "") if how < 0.45 else ""
        new = beside[int(which * len(beside))] if beside else ""
        return unicodedata.normalize("NFC", split[:at] + new + split[at + 1 :])

    chunk.change("name", rows, edit, code="diacritics")


@injector("letters_swapped")
def letters_swapped(chunk, rows, rng, params):
    """Nugyễn, Tharnh: a fast typist's two letters in the wrong order."""
    u = rng.random(len(rows))

    def edit(text: str, i: int) -> str:
        places = [k for k in range(1, len(text) - 1) if text[k : k + 2].isalpha() and fold(text[k]) != fold(text[k + 1])
                  and text[k].islower() and text[k + 1].islower()]  # fmt: skip
        if not places:
            return text
        at = places[int(u[i] * len(places))]
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]

    rename(chunk, rows, edit, far="typo_1")


@injector("missing_space")
def missing_space(chunk, rows, rng, params):
    """NguyễnVăn An: one letter off in the count, but no letter of the name is wrong."""
    u = rng.random(len(rows))

    def edit(text: str, i: int) -> str:
        places = [k for k, c in enumerate(text) if c == " "]
        at = places[int(u[i] * len(places))] if places else 0
        return text[:at] + text[at + 1 :] if at else text

    chunk.doubt(rename(chunk, rows, edit, far="typo_1"))
