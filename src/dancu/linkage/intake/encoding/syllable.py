"""Tells whether a word can be a Vietnamese syllable: the yardstick every encoding guess is held to."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache

_ONSET_TEXT = "b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x"
_RHYME_TEXT = """
a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
e ec em en eng eo ep et ê êch êm ên ênh êp êt êu
i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu
o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong ooc oong
op ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt
u ua uân uâng uât uây uc uê uêch uên uênh uêu ui um un ung uôc uôi uôm uôn uông uôt uơ up ut
uy uya uych uyên uyêt uyn uynh uyt uyu
ư ưa ưc ưi ưm ưn ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu
y ych ynh yt yêm yên yêng yêt yêu
"""
_TONES = {"\u0300": "f", "\u0301": "s", "\u0303": "x", "\u0309": "r", "\u0323": "j"}
_STOPPED = ("c", "ch", "p", "t")
_WORD = re.compile(r"[^\W\d_]+")


@cache
def _syllables() -> frozenset[str]:
    onsets, rhymes = ["", *_ONSET_TEXT.split()], _RHYME_TEXT.split()
    return frozenset(onset + rhyme for onset in onsets for rhyme in rhymes) | {"gin", "ging"}


@lru_cache(maxsize=50_000)
def is_syllable(word: str) -> bool:
    """True when `word` (any case, NFC or NFD) can be one Vietnamese syllable, tone included."""
    letters, tones = [], []
    for char in unicodedata.normalize("NFD", word.lower()):
        if char in _TONES:
            tones.append(_TONES[char])
        else:
            letters.append(char)
    bare = unicodedata.normalize("NFC", "".join(letters))
    if len(tones) > 1 or bare not in _syllables():
        return False
    return not (bare.endswith(_STOPPED) and tones and tones[0] not in "sj")


def marked_words(texts: Iterable[str]) -> list[str]:
    """Words holding a letter outside ASCII: the only ones that can tell one encoding from another."""
    joined = unicodedata.normalize("NFC", " ".join(texts))
    return [word for word in _WORD.findall(joined) if not word.isascii()]


def valid_share(words: list[str]) -> float:
    """Share of `words` that are possible syllables; 1.0 for none."""
    return sum(map(is_syllable, words)) / len(words) if words else 1.0
