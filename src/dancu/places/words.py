"""An address as words: folded, cut where a clerk cut it, with the words that announce a kind of unit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from dancu.core.name import fold

# No syllable begins with TP, TX, TT, PB, QT, XM ...: there a kind is glued to a name ("TPHCM", "QTân Bình").
_GLUED = (
    r"T[PXT](?=[A-Z]{2})|F(?=[A-Z]{2})|P(?=[BCDGKMNPQSTVX][A-Z])|Q(?=[A-TV-Z][A-Z])"
    r"|X(?=[B-DF-HJ-NP-TV-Z][A-Z])"
)
_WORD = re.compile(_GLUED + r"|[A-Z]+|[0-9]+|[,;|/()\[\]_]|-")
_CUTS = frozenset(",;|/()[]_-")
_SOFT = frozenset("-_")

# Folded with I for Y, as everything here.
ONE_WORD = {
    "P": "P", "F": "P", "PH": "P", "PHUONG": "P", "X": "X", "XA": "X", "TT": "TT", "THITRAN": "TT",
    "DK": "DK", "DACKHU": "DK", "Q": "Q", "QUAN": "Q", "H": "H", "HUIEN": "H", "TX": "TX", "THIXA": "TX",
    "TP": "TP", "THANHPHO": "TP", "T": "T", "TINH": "T",
}  # fmt: skip
TWO_WORDS = {
    ("THI", "TRAN"): "TT", ("T", "T"): "TT", ("DAC", "KHU"): "DK", ("D", "K"): "DK", ("THI", "XA"): "TX",
    ("T", "X"): "TX", ("THANH", "PHO"): "TP", ("T", "P"): "TP",
}  # fmt: skip
COMMUNE_KINDS = frozenset(("P", "X", "TT", "DK"))
DISTRICT_KINDS = frozenset(("Q", "H", "TX", "TP"))
PROVINCE_KINDS = frozenset(("T", "TP"))
# A name right after these is a street's, not a commune's.
STREET_WORDS = frozenset(
    ("DUONG", "D", "PHO", "NGO", "HEM", "NGACH", "SO", "QL", "TL", "THON", "AP", "BUON", "KHOM", "TO")
)
HAMLET_WORDS = frozenset(("THON", "AP", "PHO", "KP", "TO", "TDP", "DOI", "XOM", "BUON", "KHOM", "BAN"))
# Kind words that are hardly ever part of a street's name: left over, they say that something was not
# understood.
_STRONG = frozenset(("XA", "PHUONG", "HUIEN", "QUAN", "P", "Q", "H", "X", "TX", "TT", "TP", "F"))
_NOISE = frozenset(("VN", "VIETNAM", "CU", "MOI"))


class Words(NamedTuple):
    """`words[i]`; `cuts[i]` 2 where a comma or the start stands before it, 1 a dash, 0 nothing; `end`
    without noise.
    """

    words: Sequence[str]
    cuts: Sequence[int]
    end: int


def read_part(text: str) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Words and cuts of a text that holds no comma and no newline."""
    # ASCII that is already legible folds to its capitals; all else takes the long way, with the same result.
    flat = text.upper().replace("`", "'") if text.isascii() and text.isprintable() else fold(text)
    tokens = _WORD.findall(flat.replace("Y", "I").replace("'", ""))
    words, cuts, cut = [], [], 2
    for token in tokens:
        if token in _CUTS:
            cut = max(cut, 1 if token in _SOFT else 2)
            continue
        words.append(token if token[0] != "0" else token.lstrip("0") or "0")
        cuts.append(cut)
        cut = 0
    return tuple(words), tuple(cuts)


part = lru_cache(maxsize=1 << 14)(read_part)


def joined(words: Sequence[str], cuts: Sequence[int]) -> Words:
    """Words of a whole text; behind `end` stand the country, a postal code and the like."""
    end = len(words)
    while end:
        last = words[end - 1]
        if last in _NOISE or (last.isdigit() and len(last) >= 5):
            end -= 1
        elif last == "NAM" and end > 2 and words[end - 2] == "VIET":
            end -= 2
        else:
            break
    return Words(words, cuts, end)


def split(text: str) -> Words:
    """The words of any text. Letters and digits part ('P15' is two words); apostrophes and dots vanish.

    No word crosses a comma, so the parts between commas, which come again and again, are read once each.
    """
    words: list[str] = []
    cuts: list[int] = []
    for piece in text.replace("\n", ",").split(","):
        more, their_cuts = part(piece)
        words += more
        cuts += their_cuts
    return joined(words, cuts)


def kind_before(text: Words, start: int) -> tuple[str, int]:
    """The kind announced just before word `start` and where that announcement begins; ('', start) if none.

    A cut between them parts them: "Sơn Tịnh, Quảng Ngãi" announces no tỉnh.
    """
    words, cuts, _ = text
    if start >= len(words) or cuts[start]:
        return "", start
    if start >= 2:
        kind = TWO_WORDS.get((words[start - 2], words[start - 1]))
        if kind:
            return kind, start - 2
    if start >= 1:
        kind = ONE_WORD.get(words[start - 1])
        if kind:
            return kind, start - 1
    return "", start


def kind_at(words: Sequence[str], start: int, end: int) -> tuple[str, int]:
    """The kind announced from word `start` on and where the name begins; ('', start) if none."""
    if start + 2 < end:
        kind = TWO_WORDS.get((words[start], words[start + 1]))
        if kind:
            return kind, start + 2
    if start + 1 < end:
        kind = ONE_WORD.get(words[start])
        if kind:
            return kind, start + 1
    return "", start


def left_over(text: Words, end: int) -> int:
    """How many announcements of a unit stand unexplained before word `end`."""
    words, cuts, _ = text
    count = 0
    for i in range(end):
        if words[i] in _STRONG and (cuts[i] or len(words[i]) > 2 or words[min(i + 1, end - 1)].isdigit()):
            count += 1
    return count


def letters_before(text: Words, end: int) -> int:
    """Letters and digits that stand before word `end`."""
    return sum(map(len, text.words[:end]))


def head(text: str, text_words: Words, end: int) -> str:
    """The part of the original text before word `end`, without the separators at its ends.

    The words are counted again over prefixes, because folding may drop or add characters; only called for the
    few rows whose street part is shown.
    """
    if end >= len(text_words.words):
        return text.strip(" ,;-–.|/\t\r\n")
    wanted, low, high = letters_before(text_words, end), 0, len(text)
    while low < high:  # the longest prefix that holds no letter of word `end`
        middle = (low + high + 1) // 2
        if letters_before(w := split(text[:middle]), len(w.words)) <= wanted:
            low = middle
        else:
            high = middle - 1
    return text[:low].strip(" ,;-–.|/\t\r\n(")
