"""How two written names relate, with twenty and more rows a hazard as agencies write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dancu.core import name, note, variant
from dancu.core.reason import BIT, NOTE_MASK, codes
from tests.core import hazards
from tests.core.texts import names, texts

TABLE = hazards.rows("name")
SYMMETRIC = (variant.ABSENT, variant.SAME, variant.ORDER)


def compared(claim: str, record: str) -> tuple[str, str]:
    relation, bits = variant.compare(variant.writing(claim), variant.writing(record))
    return variant.RELATIONS[relation], " ".join(codes(bits))


@pytest.mark.parametrize(("hazard", "claim", "record", "relation", "reasons"), TABLE)
def test_hazard(hazard: str, claim: str, record: str, relation: str, reasons: str) -> None:
    assert compared(claim, record) == (relation, " ".join(sorted(reasons.split(), key=list(BIT).index)))


def test_every_hazard_has_twenty_rows() -> None:
    wanted = (
        "case unicode_form tone_placement d_lookalike diacritics i_y word_order middle_name_missing initial typo_1 "
        "different_name note_in_name none"
    )
    assert hazards.fewest(TABLE, wanted) == {}


def test_the_table_compares_in_one_batch_as_one_by_one() -> None:
    claims = variant.writings([row[1] for row in TABLE])
    records = variant.writings([row[2] for row in TABLE])
    for claim, record, row in zip(claims, records, TABLE, strict=True):
        alone = variant.compare(variant.writing(row[1]), variant.writing(row[2]))
        assert variant.compare(claim, record) == alone


@given(texts)
def test_a_name_matches_itself(text: str) -> None:
    relation, bits = variant.compare(variant.writing(text), variant.writing(text))
    assert (relation, bits) == ((variant.SAME, 0) if name.key(text) else (variant.ABSENT, 0))


@given(names)
def test_capitals_are_only_another_way_of_writing(text: str) -> None:
    assert compared(text.upper(), text) == ("same", "" if text.isupper() else "case")


@given(names, st.sampled_from([name.canonical, name.toned, str.upper, str.lower]))
def test_other_ways_of_writing_are_notes(text: str, change) -> None:
    relation, bits = variant.compare(variant.writing(change(text)), variant.writing(text))
    assert relation == variant.SAME and bits & ~NOTE_MASK == 0


@given(texts, texts)
def test_any_two_texts_compare(claim: str, record: str) -> None:
    ours, theirs = variant.writing(claim), variant.writing(record)
    relation, bits = variant.compare(ours, theirs)
    back, _ = variant.compare(theirs, ours)
    assert 0 <= bits < 1 << len(BIT)
    if ours.key and ours.key == theirs.key:
        assert {relation, back} <= {variant.SAME, variant.MARKS}
    if not bits & BIT["note_in_name"] and relation in SYMMETRIC:
        assert back == relation or back == variant.MARKS or ours.key == theirs.key
    known = variant.relate(claim, ours.key, theirs.key)
    assert known == (variant.SAME if relation == variant.MARKS else relation)


@given(st.lists(st.tuples(texts, texts), max_size=6))
def test_many_pairs_compare_as_one_by_one(pairs: list[tuple[str, str]]) -> None:
    # Names against themselves in another writing as well: strangers seldom share a key.
    pairs += [(text, change(text)) for text, _ in pairs for change in (str.title, name.fold, name.toned)]
    claimed, recorded = [claim for claim, _ in pairs], [record for _, record in pairs]
    keys = name.keys(claimed), name.keys(recorded)
    alone = [variant.compare(variant.writing(claim), variant.writing(record)) for claim, record in pairs]
    assert variant.compare_many(claimed, recorded) == variant.compare_many(claimed, recorded, *keys) == alone
    found = [relation for relation, _ in alone]
    assert variant.relations(claimed, recorded) == variant.relations(claimed, recorded, *keys) == found


@given(texts)
def test_a_text_has_the_levels_of_its_words(text: str) -> None:
    by_word = variant._levels(text)
    assert tuple(" ".join(level) for level in zip(*by_word, strict=True)) == (name.levels([text])[0] if by_word else ())
    assert len(by_word) == len(name.key(text).split())


def test_lists_of_unequal_length_are_no_pairs() -> None:
    with pytest.raises(ValueError):
        variant.compare_many(["An"], [])
    with pytest.raises(ValueError):
        variant.relations(["An"], ["An"], ["AN"], [])


@given(st.lists(texts, max_size=6))
def test_bare_keys_are_the_keys_without_notes(many: list[str]) -> None:
    keys = name.keys(many)
    held = [note.may_hold_note(text, key.split(" ")) for text, key in zip(many, keys, strict=True)]
    bare = [name.key(note.without_notes(t)) if h else key for t, h, key in zip(many, held, keys, strict=True)]
    assert note.bare_keys(many, keys) == bare


@given(texts)
def test_taking_notes_out_leaves_a_text(text: str) -> None:
    bare = note.without_notes(text)
    assert bare == " ".join(bare.split())
    words = name.key(text).split(" ")
    assert note.may_hold_note(text, words) or name.key(bare) in (name.key(text), "")


@pytest.mark.parametrize(
    "text",
    ["(" * 50_000, "A" + " " * 100_000 + "B", "1. " * 20_000, "Ông " * 20_000, "con ông " * 20_000, "- " * 50_000, "a" * 200_000],
    ids=lambda text: text[:4],
)
def test_a_very_long_cell_is_read_all_the_same(text: str) -> None:
    assert compared(text, "Nguyễn Văn An")[0] in variant.RELATIONS


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("Anh Tuấn", "Anh Tuấn"), ("Chị Dậu", "Chị Dậu"), ("Anh Tuấn Kiệt", "Tuấn Kiệt"), ("(đã chết)", ""),
        ("Ông / Bà: Lê Ý", "Lê Ý"), ("1. Bà Lê Ý (mất), con ông Tý", "Lê Ý"), ("Võ Con", "Võ Con"),
        ("Hồ Thị Mất", "Hồ Thị"),
    ],
)  # fmt: skip
def test_reading_without_notes(text: str, bare: str) -> None:
    assert note.without_notes(text) == bare


def test_a_name_that_looks_like_a_note_is_left_alone() -> None:
    for text in ("Hồ Thị Mất", "Chu Văn An", "Võ Con", "Bà Thị Em", "Ông Quốc Cường", "Mai Chết", "Cù Thị Cô"):
        assert compared(text, text) == ("same", "")
        assert compared(text.upper(), text) == ("same", "case")
        assert compared(name.fold(text), text)[0] == "same"
