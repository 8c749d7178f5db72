"""How one written name relates to another: the same, a variant with its reasons, or someone else."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from rapidfuzz.distance import OSA, JaroWinkler

from dancu.core import name as names
from dancu.core.note import may_hold_note, without_notes
from dancu.core.reason import BIT

# Relations, from the closest: what the match policy weighs. MARKS came last and stands between SAME and ORDER: the
# same letters, but with marks that are not those on record. Values are stored in tables; never renumber.
ABSENT, SAME, ORDER, MIDDLE, INITIAL, TYPO, PART, NEAR, DIFFERENT, MARKS = range(10)
RELATIONS = ("absent", "same", "order", "middle", "initial", "typo", "part", "near", "different", "marks")

_NEAR_SIMILARITY = 0.93
_NEAR_LENGTH = 8
_VOWELS = frozenset("AEIOU")
_TELEX_TONES = frozenset("SFRXJ")
_Y_AS_I = bytes.maketrans(b"Yy", b"Ii")


@dataclass(frozen=True)
class _Batch:
    """Texts that came together; their levels are worked out together too, and only if any one is asked for."""

    texts: Sequence[str]

    @cached_property
    def levels(self) -> list[names.Levels]:
        return names.levels(self.texts)


@dataclass(frozen=True, slots=True)
class Writing:
    """A name as written, with its key; made once per distinct text."""

    text: str
    key: str
    _batch: _Batch = field(compare=False, repr=False)
    _place: int = field(compare=False, repr=False)

    @property
    def levels(self) -> names.Levels:
        """As `core.name.levels`; only names that share a key need them."""
        return self._batch.levels[self._place]


def writings(texts: Sequence[str]) -> list[Writing]:
    """One `Writing` a text, in order, in one pass."""
    texts = list(texts)
    batch = _Batch(texts)
    return [Writing(texts[place], key, batch, place) for place, key in enumerate(names.keys(texts))]


def writing(text: str) -> Writing:
    """One name."""
    return writings([text])[0]


def compare(claim: Writing, record: Writing) -> tuple[int, int]:
    """(relation, reason bits) of a claimed name to the one on record."""
    if not claim.key or not record.key:
        return ABSENT, 0
    if claim.text == record.text:
        return SAME, 0
    if claim.key == record.key:
        return _same_key(claim, record)
    relation, bits, bare = _read(claim.text, claim.key, record.key)
    if bare:
        bits |= BIT["note_in_name"] | _unicode_form(claim)
        claim = writing(bare)
    if relation == SAME:
        # Whether the marks agree is told by the reasons; the relation is that of `relate`.
        return SAME, bits | (0 if claim.text == record.text else _same_key(claim, record)[1])
    if relation < PART:
        bits |= _marks_in_common(claim, record)
    return relation, bits | _form(claim, record)


def relate(claim: str, claim_key: str, record_key: str) -> int:
    """The relation that `compare` finds, from keys alone and cheaper; equal keys are SAME, marks are not looked at."""
    if not claim_key or not record_key:
        return ABSENT
    return SAME if claim_key == record_key else _read(claim, claim_key, record_key)[0]


def _read(text: str, key: str, record_key: str) -> tuple[int, int, str]:
    """(relation, its reason, the text without notes where that reads better) of two names with different keys."""
    ours, theirs = key.split(" "), record_key.split(" ")
    relation, bit = _words(text, key, record_key, ours, theirs)
    if relation > ORDER and may_hold_note(text, ours):
        bare = without_notes(text)
        bare_key = names.key(bare)
        if bare_key == record_key:
            return SAME, 0, bare
        if bare_key and bare_key != key:
            again, more = _words(bare, bare_key, record_key, bare_key.split(" "), theirs)
            if again < relation:
                return again, more, bare
    return relation, bit, ""


def _unicode_form(claim: Writing) -> int:
    return 0 if unicodedata.is_normalized("NFC", claim.text) else BIT["unicode_form"]


def _form(claim: Writing, record: Writing) -> int:
    """Reasons that are only ways of writing, for names whose letters differ anyway."""
    ours, theirs = claim.text, record.text
    bits = _unicode_form(claim)
    if ours.isupper() != theirs.isupper() or ours.islower() != theirs.islower():
        bits |= BIT["case"]
    if names.has_lookalike(ours) and not names.has_lookalike(theirs):
        bits |= BIT["d_lookalike"]
    return bits


def _same_key(claim: Writing, record: Writing) -> tuple[int, int]:
    """SAME or MARKS, and why two names with one key are not written alike."""
    bits = _unicode_form(claim)
    if not bits and claim.text.upper() == record.text.upper():
        return SAME, BIT["case"]
    ours, theirs = claim.levels, record.levels
    # Equal keys are equal words, so beside i/y what differs in the first level is the case alone.
    if ours[0] != theirs[0] and ours[0].translate(_Y_AS_I) != theirs[0].translate(_Y_AS_I):
        bits |= BIT["case"]
    if names.has_lookalike(claim.text) and not names.has_lookalike(record.text):
        bits |= BIT["d_lookalike"]
    if names.has_apostrophe(claim.text) != names.has_apostrophe(record.text):
        bits |= BIT["diacritics"]
    marked = _marked(ours, theirs)
    # Diacritics left out altogether are a habit of the keyboard; others than those on record may be another name.
    return (MARKS if marked & BIT["diacritics"] and not names.unmarked(ours[2]) else SAME), bits | marked


def _marked(ours: Sequence[bytes], theirs: Sequence[bytes]) -> int:
    """i/y, tone placement and diacritics of one word or name against another with the same key, by their levels."""
    bits = BIT["i_y"] if ours[3] != theirs[3] else 0
    if ours[1] == theirs[1]:
        return bits
    for placed, toned, their_placed, their_toned in zip(
        *(level.split(b" ") for level in (*ours[1:3], *theirs[1:3])), strict=False
    ):
        if placed != their_placed:
            bits |= BIT["tone_placement"] if toned == their_toned else BIT["diacritics"]
    return bits


def _marks_in_common(claim: Writing, record: Writing) -> int:
    """What `_marked` says of the words that two otherwise different names share."""
    ours, theirs = claim.key.split(" "), record.key.split(" ")
    shared = list(_shared(ours, theirs))
    raw, their_raw = claim.text.upper().split(), record.text.upper().split()
    if len(raw) == len(ours) and len(their_raw) == len(theirs) and all(raw[i] == their_raw[j] for i, j in shared):
        return 0
    written, on_record = ([level.split(b" ") for level in levels] for levels in names.levels([claim.text, record.text]))
    bits = 0
    for i, j in shared:
        bits |= _marked([level[i] for level in written], [level[j] for level in on_record])
    return bits


def _shared(ours: list[str], theirs: list[str]) -> Iterator[tuple[int, int]]:
    """Places of the words that both have, each used once, the leftmost first."""
    left: dict[str, list[int]] = {}
    for j in range(len(theirs) - 1, -1, -1):
        left.setdefault(theirs[j], []).append(j)
    for i, word in enumerate(ours):
        if left.get(word):
            yield i, left[word].pop()


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
    equal = short = 0
    for a, b in zip(ours, theirs, strict=True):
        if a == b:
            equal += 1
        elif _cut_short(a, b, dotted="." in text):
            short += 1
        else:
            return False
    return short > 0 and equal > 0


def _cut_short(a: str, b: str, *, dotted: bool) -> bool:
    """Whether `a` abbreviates the word `b`: its first letter, its first letters, or (Trg., Hg.) some of them and a dot."""
    if b.startswith(a):
        return len(a) == 1 or (len(a) <= 3 and (dotted or _VOWELS.isdisjoint(a)))
    return dotted and len(a) <= 3 and a[0] == b[0] and _subsequence(a, b)


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
