"""How one written name relates to another: the same, a variant with its reasons, or someone else."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA, JaroWinkler

from dancu.core import name as names
from dancu.core.note import may_hold_note, without_notes
from dancu.core.reason import BIT

# Relations, from the closest: what the match policy weighs. MARKS came last and stands between SAME and ORDER: the
# same letters, but with marks that are not those on record. Later still, between TYPO and PART: SOUND, written as some region
# says it; ADDED, with a middle name more; LACKING, without the family name or cut at the end; SLIPS, two slips that leave the
# given name as it is. Values are stored in tables; never renumber.
ABSENT, SAME, ORDER, MIDDLE, INITIAL, TYPO, PART, NEAR, DIFFERENT, MARKS, SOUND, ADDED, LACKING, SLIPS = range(14)
RELATIONS = (
    "absent", "same", "order", "middle", "initial", "typo", "part", "near", "different", "marks", "sound", "added", "lacking",
    "slips",
)  # fmt: skip
_CLOSEST = (SAME, MARKS, ORDER, MIDDLE, INITIAL, TYPO, SOUND, ADDED, LACKING, SLIPS, PART, NEAR, DIFFERENT)
_RANK = {relation: rank for rank, relation in enumerate(_CLOSEST)}

_NEAR_SIMILARITY = 0.93
_NEAR_LENGTH = 8
_VOWELS = frozenset("AEIOU")
_TELEX_TONES = frozenset("SFRXJ")
# Names that differ between north and south by an old taboo, as keys.
_DOUBLETS = {"HUINH": "HOANG", "VO": "VU", "PHUOC": "PHUC"}
# Beginnings and ends of syllables that fall together in some region, the longer first.
_INITIALS = (
    ("NGH", "NG"), ("NG", "NG"), ("NH", "NH"), ("GH", "G"), ("TR", "CH"), ("CH", "CH"), ("GI", "D"), ("X", "S"), ("N", "L"),
    ("R", "D"), ("V", "D"),
)  # fmt: skip
_FINALS = (("NG", "N"), ("CH", "CH"), ("C", "T"))
# A name cut by an old program keeps this many letters at least.
_LEAST_CUT = 14
_Y_AS_I = str.maketrans("Yy", "Ii")
# Names are made of some thousands of words; what is longer is no word of a name and not worth remembering.
_WORDS_KEPT, _LONGEST_KEPT = 1 << 15, 32


class Writing(NamedTuple):
    """A name as written, with its key (`core.name.key`)."""

    text: str
    key: str


def writings(texts: Sequence[str]) -> list[Writing]:
    """One `Writing` a text, in order, in one pass."""
    texts = list(texts)
    return [Writing(text, key) for text, key in zip(texts, names.keys(texts), strict=True)]


def writing(text: str) -> Writing:
    """One name."""
    return writings([text])[0]


def compare(claim: tuple[str, str], record: tuple[str, str]) -> tuple[int, int]:
    """(relation, reason bits) of a claimed name to the one on record; each a `Writing` or (text, key)."""
    text, key = claim
    their_text, their_key = record
    if not key or not their_key:
        return ABSENT, 0
    if text == their_text:
        return SAME, 0
    if key == their_key:
        return _same_key(text, their_text)
    relation, bits, bare = _read(text, key, their_key)
    if bare:
        bits |= BIT["note_in_name"] | _unicode_form(text)
        text, key = bare
    if relation == SAME:
        # Whether the marks agree is told by the reasons; the relation is that of `relate`.
        return SAME, bits | (0 if text == their_text else _same_key(text, their_text)[1])
    if _RANK[relation] < _RANK[PART]:
        bits |= _marks_in_common(text, key, their_text, their_key)
    return relation, bits | _form(text, their_text)


def compare_many(
    claimed: Sequence[str],
    recorded: Sequence[str],
    claimed_keys: Sequence[str] | None = None,
    recorded_keys: Sequence[str] | None = None,
) -> list[tuple[int, int]]:
    """`compare` of each claimed name to the recorded one at its place, in order.

    Whoever has the keys of the names already (`core.name.keys`, one a text) may give them. Raises ValueError where
    the lists are not of one length.
    """
    pairs = zip(_keyed(claimed, claimed_keys), _keyed(recorded, recorded_keys), strict=True)
    return [compare(claim, record) for claim, record in pairs]


def relations(
    claimed: Sequence[str],
    recorded: Sequence[str],
    claimed_keys: Sequence[str] | None = None,
    recorded_keys: Sequence[str] | None = None,
) -> list[int]:
    """The relations that `compare_many` finds, cheaper: reasons that do not decide them are not looked for."""
    pairs = zip(_keyed(claimed, claimed_keys), _keyed(recorded, recorded_keys), strict=True)
    return [
        _same_key(text, their_text)[0]
        if key == their_key and key and text != their_text
        else relate(text, key, their_key)
        for (text, key), (their_text, their_key) in pairs
    ]


def _keyed(texts: Sequence[str], keys: Sequence[str] | None) -> Iterator[tuple[str, str]]:
    return zip(texts, names.keys(texts) if keys is None else keys, strict=True)


def relate(claim: str, claim_key: str, record_key: str) -> int:
    """The relation that `compare` finds, from keys alone and cheaper; equal keys are SAME, marks are not looked at."""
    if not claim_key or not record_key:
        return ABSENT
    return SAME if claim_key == record_key else _read(claim, claim_key, record_key)[0]


def _read(text: str, key: str, record_key: str) -> tuple[int, int, tuple[str, str] | None]:
    """(relation, its reason, text and key without notes where that reads better) of two names with different keys."""
    ours, theirs = key.split(" "), record_key.split(" ")
    relation, bit = _words(text, key, record_key, ours, theirs)
    if relation > ORDER and may_hold_note(text, ours):
        bare = without_notes(text)
        bare_key = names.key(bare)
        if bare_key == record_key:
            return SAME, 0, (bare, bare_key)
        if bare_key and bare_key != key:
            again, more = _words(bare, bare_key, record_key, bare_key.split(" "), theirs)
            if _RANK[again] < _RANK[relation]:
                return again, more, (bare, bare_key)
    return relation, bit, None


def _unicode_form(claim: str) -> int:
    return 0 if claim.isascii() or unicodedata.is_normalized("NFC", claim) else BIT["unicode_form"]


def _form(claim: str, record: str) -> int:
    """Reasons that are only ways of writing, for names whose letters differ anyway."""
    bits = _unicode_form(claim)
    if claim.isupper() != record.isupper() or claim.islower() != record.islower():
        bits |= BIT["case"]
    if names.has_lookalike(claim) and not names.has_lookalike(record):
        bits |= BIT["d_lookalike"]
    return bits


def _same_key(claim: str, record: str) -> tuple[int, int]:
    """SAME or MARKS, and why two names with one key are not written alike."""
    bits = _unicode_form(claim)
    if not bits and claim.upper() == record.upper():
        return SAME, BIT["case"]
    ours, theirs = _levels(claim), _levels(record)
    marked = 0
    for our, their in zip(ours, theirs, strict=False):
        if our is not their:
            marked |= _marked(our, their)
            # Equal keys are equal words, so beside i/y what differs in the first level is the case alone.
            if our[0] != their[0] and our[0].translate(_Y_AS_I) != their[0].translate(_Y_AS_I):
                bits |= BIT["case"]
    if names.has_lookalike(claim) and not names.has_lookalike(record):
        bits |= BIT["d_lookalike"]
    if names.has_apostrophe(claim) != names.has_apostrophe(record):
        bits |= BIT["diacritics"]
    # Diacritics left out altogether are a habit of the keyboard; others than those on record may be another name.
    strange = marked & BIT["diacritics"] and not all(word[2].isascii() for word in ours)
    return (MARKS if strange else SAME), bits | marked


def _levels(text: str) -> list[names.Levels]:
    """`core.name.levels` of each word of a name, as many as its key has."""
    found: list[names.Levels] = []
    for piece in text.split():
        found += _piece_kept(piece) if len(piece) <= _LONGEST_KEPT else _piece(piece)
    return found


def _piece(piece: str) -> tuple[names.Levels, ...]:
    """The levels of what stands between two spaces: one word, none, or as many as its punctuation makes of it."""
    (levels,) = names.levels([piece])
    return tuple(zip(*(level.split(" ") for level in levels), strict=True)) if levels[0] else ()


_piece_kept = lru_cache(_WORDS_KEPT)(_piece)


def _marked(ours: names.Levels, theirs: names.Levels) -> int:
    """i/y, tone placement and diacritics of one word against another with the same key, by their levels."""
    bits = BIT["i_y"] if ours[3] != theirs[3] else 0
    if ours[1] != theirs[1]:
        bits |= BIT["tone_placement"] if ours[2] == theirs[2] else BIT["diacritics"]
    return bits


def _marks_in_common(claim: str, key: str, record: str, record_key: str) -> int:
    """What `_marked` says of the words that two otherwise different names share."""
    ours, theirs = key.split(" "), record_key.split(" ")
    shared = _shared(ours, theirs)
    raw, their_raw = claim.upper().split(), record.upper().split()
    if len(raw) == len(ours) and len(their_raw) == len(theirs):
        for i, j in shared:
            if raw[i] != their_raw[j]:
                break
        else:
            return 0
    written, on_record = _levels(claim), _levels(record)
    bits = 0
    for i, j in shared:
        if written[i] is not on_record[j]:
            bits |= _marked(written[i], on_record[j])
    return bits


def _shared(ours: list[str], theirs: list[str]) -> list[tuple[int, int]]:
    """Places of the words that both have, each used once, the leftmost first."""
    left: list[str | None] = list(theirs)
    pairs = []
    for i, word in enumerate(ours):
        if word in left:
            j = left.index(word)
            left[j] = None
            pairs.append((i, j))
    return pairs


def _words(text: str, key: str, record_key: str, ours: list[str], theirs: list[str]) -> tuple[int, int]:
    """Relation of two names with different keys by their words, and its reason; `text` is the claim as written."""
    ends_equal = ours[0] == theirs[0] and ours[-1] == theirs[-1]
    if len(ours) == len(theirs):
        if len(key) == len(record_key) and sorted(ours) == sorted(theirs):
            return ORDER, BIT["word_order"]
        if len(key) < len(record_key) and _initials(text, ours, theirs):
            return INITIAL, BIT["initial"]
    elif ends_equal and 1 < len(ours) < len(theirs) and _subsequence(ours, theirs):
        return MIDDLE, BIT["middle_name_missing"]
    distance = OSA.distance(key, record_key, score_cutoff=2)
    if distance <= 1:
        return TYPO, BIT["typo_1"]
    if len(ours) == len(theirs) and len(key) > len(record_key) and all(map(_struck, ours, theirs)):
        return TYPO, BIT["diacritics"]
    if len(ours) == len(theirs) and all(map(_sounds_like, ours, theirs)):
        return SOUND, BIT["typo_1"]
    if ends_equal and 1 < len(theirs) < len(ours) and _subsequence(theirs, ours):
        return ADDED, BIT["different_name"]
    cut = len(key) >= _LEAST_CUT and record_key.startswith(key)
    if cut or 1 < len(ours) < len(theirs) and ours == theirs[1:]:
        return LACKING, BIT["different_name"]
    if distance == 2 and ours[-1] == theirs[-1] and max(len(key), len(record_key)) >= _NEAR_LENGTH:
        return SLIPS, BIT["typo_1"]
    if ends_equal and len(ours) > 1 and len(theirs) > 1:
        return PART, BIT["different_name"]
    longest = max(len(key), len(record_key))
    if (distance <= 2 and longest >= _NEAR_LENGTH) or JaroWinkler.similarity(key, record_key) >= _NEAR_SIMILARITY:
        return NEAR, BIT["different_name"]
    return DIFFERENT, BIT["different_name"]


def _subsequence(short: Sequence[str], long: Sequence[str]) -> bool:
    rest = iter(long)
    return all(part in rest for part in short)


def _initials(text: str, ours: list[str], theirs: list[str]) -> bool:
    """Every word equal or cut short (N., Ng., Ph.), at least one of each kind."""
    equal, short, dotted = 0, 0, "." in text
    for a, b in zip(ours, theirs, strict=True):
        if a == b:
            equal += 1
        elif _cut_short(a, b, dotted=dotted):
            short += 1
        else:
            return False
    return short > 0 and equal > 0


def _cut_short(a: str, b: str, *, dotted: bool) -> bool:
    """Whether `a` abbreviates the word `b`: its first letter, its first letters, or (Trg., Hg.) some of them and a dot."""
    if b.startswith(a):
        return len(a) == 1 or (len(a) <= 3 and (dotted or _VOWELS.isdisjoint(a)))
    return dotted and len(a) <= 3 and a[0] == b[0] and _subsequence(a, b)


def _sounds_like(a: str, b: str) -> bool:
    return a == b or _sound(a) == _sound(b)


@lru_cache(maxsize=65_536)
def _sound(word: str) -> str:
    """A syllable as the region that makes the fewest differences says it: CH for TR, S for X, D for GI, R and V, …"""
    word = _DOUBLETS.get(word, word)
    for written, said in _INITIALS:
        rest = word[len(written) :]
        if word.startswith(written) and rest and rest[0] in "AEIOU":
            word = said + rest
            break
    for written, said in _FINALS:
        if word.endswith(written) and len(word) > len(written):
            return word[: -len(written)] + said
    return word


def _struck(typed: str, plain: str) -> bool:
    """Whether a word is another with keys of Telex or VNI left in, the typing program being off: NGUYEENX, NGUYE6N4."""
    if typed == plain:
        return True
    if len(typed) > len(plain) + 4 or not _subsequence(plain, typed):
        return False
    extra = Counter(typed) - Counter(plain)
    if all(key.isdigit() for key in extra):
        return not plain.isdigit()
    tones = sum(count for key, count in extra.items() if key in _TELEX_TONES)
    return tones <= 1 and all(key in _TELEX_TONES or key == "W" or key in "AEOD" and key in plain for key in extra)
