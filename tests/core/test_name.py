"""Names come to one key whatever a file did to them, alone or a million at a time, and no text breaks this."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dancu.core import name
from tests.core.texts import names, texts

LEVELS = (name.canonical, name.toned, name.lettered, name.iy, name.fold, name.key)


@given(texts)
def test_normalising_twice_changes_nothing(text: str) -> None:
    for level in LEVELS:
        once = level(text)
        assert level(once) == once, level.__name__


@given(texts)
def test_each_level_goes_on_from_the_one_before(text: str) -> None:
    assert name.toned(name.canonical(text)) == name.toned(text)
    assert name.lettered(name.toned(text)) == name.lettered(text)
    assert name.iy(name.lettered(text)) == name.iy(text)
    assert name.key(name.iy(text)) == name.key(text) == name.key(name.fold(text))


@given(st.lists(texts, max_size=8))
def test_many_at_once_are_as_one_by_one(many: list[str]) -> None:
    keys, toned = name.keys_and_toned(many)
    assert name.keys(many) == keys == [name.key(text) for text in many]
    assert toned == ([name.toned(text) for text in many])
    assert name.levels(many) == [name.levels([text])[0] for text in many]
    assert name.folds(many) == [name.fold(text) for text in many]


@given(texts)
def test_every_level_has_the_words_of_the_key(text: str) -> None:
    for level in name.levels([text])[0]:
        assert level.count(" ") == name.key(text).count(" ")


@given(texts)
def test_composed_or_not_is_the_same(text: str) -> None:
    for level in LEVELS:
        assert level(unicodedata.normalize("NFD", text)) == level(text) == level(unicodedata.normalize("NFC", text))


@given(texts)
def test_a_key_is_plain(text: str) -> None:
    key = name.key(text)
    assert key.isascii() and key == key.upper() == " ".join(key.split())
    assert "Y" not in key and all(c == " " or c.isalnum() for c in key)


@given(names)
def test_a_real_name_keeps_its_letters(text: str) -> None:
    assert name.canonical(text) == unicodedata.normalize("NFC", text).upper()
    assert len(name.fold(text)) == len(text)


def test_no_names_at_all() -> None:
    assert name.keys([]) == [] and name.levels([]) == [] and name.keys_and_toned([]) == ([], [])
    assert name.keys([""]) == [""] and name.keys(["", ""]) == ["", ""] and name.keys(iter(["An"])) == ["AN"]


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("\ufffe", ""), ("An\ufffeh", "ANH"), ("\ud800An", "AN"), ("A\0n", "AN"), ("An\n", "AN"), ("A\nn", "A N"),
        ("A\x1cn\u2028k\x85m", "A N K M"), ("\U0001f600 An", "AN"), ("H`Rin", "H'RIN"), ("Ƀơ ƀ", "BƠ B"),
        ("ﬁ½", "FI12"), ("Ａn", "AN"), ("An\u0301", "AŃ".replace("Ń", "N")), ("a" * 100_000, "A" * 100_000),
    ],
)  # fmt: skip
def test_odd_characters(text: str, canonical: str) -> None:
    assert name.canonical(text) == canonical


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("HÒA", "HOÀ"), ("HÒAN", "HOÀN"), ("THÚY", "THUÝ"), ("QÚY", "QUÝ"), ("HÙYNH", "HUỲNH"), ("KHỎE", "KHOẺ"),
        ("MÙA", "MÙA"), ("KHUÊ", "KHUÊ"), ("NGUYỄN", "NGUYỄN"), ("THUỞ", "THUỞ"), ("NGOẰN", "NGOẰN"),
    ],
)  # fmt: skip
def test_where_the_tone_goes(wrong: str, right: str) -> None:
    assert name.toned(wrong) == right == name.toned(right)


@given(st.one_of(texts, st.text("ÒÓỎÕỌÙÚỦŨỤOUAEY ", max_size=12)))
def test_tones_move_as_if_one_pair_after_the_other(text: str) -> None:
    moved = name.canonical(text)
    for first, second in ("OA", "OE", "UY"):
        for tone in "\u0300\u0301\u0303\u0309\u0323":
            wrong, right = first + tone + second, first + second + tone
            moved = moved.replace(unicodedata.normalize("NFC", wrong), unicodedata.normalize("NFC", right))
    assert name.toned(text) == moved


@given(names, names)
def test_equal_toned_means_equal_but_for_tone_and_case(a: str, b: str) -> None:
    if name.toned(a) == name.toned(b):
        assert name.key(a) == name.key(b)
