"""Names written the way a region speaks: initials, finals and tones that fall together there, and its own forms."""

from __future__ import annotations

import unicodedata

import numpy as np

from dancu.world.chunk import Chunk
from dancu.world.field.seen import like, rename
from dancu.world.locations import locations
from dancu.world.mix import injector
from dancu.world.names import REGIONS

_INITIALS = ("ngh", "ng", "nh", "gh", "gi", "ch", "tr", "th", "ph", "kh", "qu")
# What sounds alike where; each pair is confused in both directions.
_FIRST = {
    "north": (("l", "n"), ("ch", "tr"), ("s", "x"), ("d", "gi"), ("r", "d"), ("r", "gi")),
    "nghe_tinh": (("d", "gi"), ("d", "nh")),
    "central": (("d", "gi"), ("ch", "tr")),
    "south": (("v", "d"), ("v", "gi"), ("d", "gi"), ("ch", "tr"), ("s", "x"), ("r", "g")),
}
_LAST = {"north": (), "nghe_tinh": (), "central": (("n", "ng"), ("t", "c")), "south": (("n", "ng"), ("t", "c"))}
_HOI, _NGA, _NANG = "\u0309", "\u0303", "\u0323"
_TONES = {
    "north": (),
    "nghe_tinh": ((_NGA, _NANG), (_NGA, _HOI)),
    "central": ((_HOI, _NGA), (_NGA, _HOI)),
    "south": ((_HOI, _NGA), (_NGA, _HOI)),
}
# One name, two regions: the office writes the form it knows.
_DOUBLETS = (
    ("Hoàng", "Huỳnh"), ("Vũ", "Võ"), ("Phúc", "Phước"), ("Nhật", "Nhựt"), ("Chu", "Châu"), ("Sinh", "Sanh"),
    ("Tính", "Tánh"), ("Thịnh", "Thạnh"), ("Tùng", "Tòng"), ("Bảo", "Bửu"), ("Phượng", "Phụng"), ("Hoa", "Huê"),
    ("Lĩnh", "Lãnh"), ("Chính", "Chánh"), ("Thái", "Thới"), ("Nghĩa", "Ngãi"), ("Cương", "Cang"), ("Dũng", "Dõng"),
    ("Kính", "Kiếng"), ("Thanh", "Thinh"), ("Hồng", "Hường"), ("Cảnh", "Kiểng"), ("Uy", "Oai"), ("Đàm", "Đờm"),
)  # fmt: skip
_OTHER = {a: b for pair in _DOUBLETS for a, b in (pair, pair[::-1])}


@injector("regional_spelling")
def regional_spelling(chunk, rows, rng, params):
    """Nam as Lam in the north, Vân as Dân and Lan as Lang in the south, Nguyễn as Nguyện in Nghệ Tĩnh."""
    u = rng.random((len(rows), 2))
    region = _regions(chunk, rows)

    def edit(text: str, i: int) -> str:
        words = text.split(" ")
        options = [(k, form) for k, word in enumerate(words) for form in _forms(word, region[i], first=k == 0)]
        if not options:
            return text
        # The last word is heard most clearly and written most often.
        last = [o for o in options if o[0] == len(words) - 1]
        pool = last if last and u[i, 0] < 0.6 else options
        at, form = pool[int(u[i, 1] * len(pool))]
        return " ".join([*words[:at], form, *words[at + 1 :]])

    rename(chunk, rows, edit, far="typo_1")


@injector("regional_form")
def regional_form(chunk, rows, rng, params):
    """Huỳnh for Hoàng, Phước for Phúc."""
    u = rng.random(len(rows))

    def edit(text: str, i: int) -> str:
        words = text.split(" ")
        places = [k for k, word in enumerate(words) if word in _OTHER]
        if not places:
            return text
        at = places[int(u[i] * len(places))]
        return " ".join([*words[:at], _OTHER[words[at]], *words[at + 1 :]])

    rename(chunk, rows, edit, far="different_name")


def _regions(chunk: Chunk, rows: np.ndarray) -> list[str]:
    return [REGIONS[n] for n in locations().region[chunk.facts["location"][rows]].tolist()]


def _forms(word: str, region: str, *, first: bool) -> list[str]:
    """The ways a region might write a word; the family name suffers in its tone alone."""
    low = unicodedata.normalize("NFC", word.lower())
    if not low.isalpha():
        return []
    found = _tones(low, region)
    if not first:
        found += _initials(low, region) + _finals(low, region)
    return [like(word, form) for form in found]


def _initials(low: str, region: str) -> list[str]:
    head = next((i for i in _INITIALS if low.startswith(i) and len(low) > len(i)), low[:1])
    rest = low[len(head) :]
    if head == "gi" and not _starts_with_vowel(rest):
        return []
    swaps = [b if head == a else a for a, b in _FIRST[region] if head in (a, b)]
    return [new + rest for new in swaps if _starts_with_vowel(rest) and not (new == "gi" and rest[0] in "iìíỉĩị")]


def _starts_with_vowel(rest: str) -> bool:
    return bool(rest) and unicodedata.normalize("NFD", rest)[0] in "aeiouy"


def _finals(low: str, region: str) -> list[str]:
    for a, b in _LAST[region]:
        for old, new in ((b, a), (a, b)):
            stem = low[: -len(old)]
            if low.endswith(old) and stem and not stem.endswith(("n", "c")):
                vowel = unicodedata.normalize("NFD", stem[-1])
                # After a lone i, y or ê the southern ending is nh or ch, which is not confused in writing.
                return [stem + new] if vowel[0] in "aou" or stem[-2:-1] in ("i", "y") else []
    return []


def _tones(low: str, region: str) -> list[str]:
    split = unicodedata.normalize("NFD", low)
    return [unicodedata.normalize("NFC", split.replace(a, b)) for a, b in _TONES[region] if a in split]
