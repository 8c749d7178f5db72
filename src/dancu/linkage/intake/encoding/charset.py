"""Decides for a whole column, never for a cell, whether its text was typed in a legacy font."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from dancu.linkage.intake.encoding import legacy
from dancu.linkage.intake.encoding.syllable import marked_words, valid_share

ENOUGH_WORDS = 2
"""Marked words a column must show before statistics may decide."""
_GOOD, _GAIN = 0.75, 0.4


def _reading(texts: Sequence[str]) -> tuple[str | None, int]:
    """Best legacy reading of `texts` and the number of words it was judged on.

    A reading must make at least three quarters of the marked words into possible syllables and gain 40 points
    over the text as it stands: Unicode text (NFC or NFD) is near 100 % as it stands and can gain nothing.
    """
    own_words = marked_words(texts)
    own = valid_share(own_words)
    if own > 1 - _GAIN:
        return None, len(own_words)
    best, best_share = None, 0.0
    for charset in legacy.CHARSETS:
        words = marked_words(legacy.decode(text, charset) for text in texts)
        share = valid_share(words)
        # A reading that loses most marked words turned letters into ASCII: it explains nothing.
        if share > best_share and len(words) >= len(texts) * 0.05:
            best, best_share = charset, share
    if best and best_share >= _GOOD and best_share - own >= _GAIN:
        return best, len(own_words)
    return None, len(own_words)


def decide(values: Iterable[str | None], fonts: Counter[str] | None = None) -> str | None:
    """Charset of one column: by the fonts of its cells where they say so, else by statistics of its text.

    `fonts` counts cells by font name. A legacy font alone is not believed when the text already is Unicode:
    pasted text keeps the font of the sheet.
    """
    texts = [text for text in values if text and not text.isascii()]
    if fonts:
        named = Counter({charset: n for font, n in fonts.items() if (charset := legacy.of_font(font)[0])})
        if named and named.total() * 2 >= sum(fonts.values()):
            charset = named.most_common(1)[0][0]
            fits = sum(legacy.possible(text, charset) for text in texts)
            return charset if fits * 2 >= len(texts) else None
    if not texts:
        return None
    found, words = _reading(texts)
    return found if words >= ENOUGH_WORDS else None


def decide_all(
    columns: Sequence[Sequence[str | None]], fonts: Sequence[Counter[str]] = ()
) -> list[str | None]:
    """Charset per column; a column with too few words of its own follows the rest of the file."""
    found = [decide(values, fonts[i] if i < len(fonts) else None) for i, values in enumerate(columns)]
    common = Counter(charset for charset in found if charset).most_common(1)
    if not common:
        pooled = _reading([text for values in columns for text in values if text and not text.isascii()])
        return [pooled[0]] * len(found) if pooled[0] and pooled[1] >= ENOUGH_WORDS else found
    leader = common[0][0]
    for i, values in enumerate(columns):
        texts = [text for text in values if text and not text.isascii()]
        if found[i] is None and texts and _follows(texts, leader):
            found[i] = leader
    return found


def _follows(texts: Sequence[str], charset: str) -> bool:
    words = marked_words(texts)
    read = marked_words(legacy.decode(text, charset) for text in texts)
    return valid_share(read) > valid_share(words)


@lru_cache(maxsize=100_000)
def repaired(text: str, charset: str, capitals: bool = False) -> str:
    """One cell of a column decided as `charset`.

    A cell that is good Vietnamese as it stands and would not be after decoding stays: lists are edited by
    several hands.
    """
    decoded = legacy.decode(text, charset)
    if decoded != text:
        before, after = marked_words([text]), marked_words([decoded])
        if before and valid_share(before) == 1.0 and valid_share(after) < 1.0:
            return text
    return decoded.upper() if capitals else decoded
