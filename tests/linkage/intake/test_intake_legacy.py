"""Legacy font encodings: the charts, the decision over a column, and no false alarm on Unicode."""

from __future__ import annotations

import random
import unicodedata
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dancu.linkage.intake.encoding import charset, legacy
from dancu.linkage.intake.encoding.of_file import find_encoding
from dancu.linkage.intake.encoding.syllable import is_syllable
from tests.linkage.intake.invented_lists import people

LETTERS = "àảãáạăằẳẵắặâầẩẫấậđèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵ"


def encode(text: str, name: str) -> str:
    """`text` as it looks in a program that takes the legacy font for Latin letters."""
    written = {v: k for k, v in reversed(legacy.table(name).items()) if all(ord(c) < 256 for c in k)}
    return "".join(written.get(char, char) for char in text)


@pytest.mark.parametrize(
    ("seen", "name", "meant"),
    [
        ("§Æng V¨n QuyÕt", "TCVN3", "Đặng Văn Quyết"), ("NguyÔn ThÞ H\xad¬ng", "TCVN3", "Nguyễn Thị Hương"),
        ("Ñaëng Vaên Quyeát", "VNI", "Đặng Văn Quyết"), ("NGUYEÃN THÒ HÖÔNG", "VNI", "NGUYỄN THỊ HƯƠNG"),
        ("Thuyø", "VNI", "Thuỳ"), ("Ð£ng Vån Quyªt", "VISCII", "Đặng Văn Quyết"), ("Hµ Néi", "TCVN3", "Hà Nội"),
    ],
)  # fmt: skip
def test_published_samples(seen: str, name: str, meant: str) -> None:
    if name == "VISCII":
        seen = encode(meant, name)
    assert legacy.decode(seen, name) == meant


@pytest.mark.parametrize("name", legacy.CHARSETS)
def test_every_letter_goes_there_and_back(name: str) -> None:
    # The TCVN3 chart has capitals only for the letters without a tone.
    letters = LETTERS + ("ĂÂÊÔƠƯĐ" if name == "TCVN3" else LETTERS.upper())
    for letter in letters:
        assert legacy.decode(encode(letter, name), name) == letter
    assert legacy.decode("Nguyễn Thị Ẩn, số 5/2", name) == "Nguyễn Thị Ẩn, số 5/2"


@pytest.mark.parametrize("size", [12, 30, 100])
@pytest.mark.parametrize("name", legacy.CHARSETS)
def test_columns_are_told_by_statistics(name: str, size: int) -> None:
    right = 0
    for seed in range(20):
        names = [encode(row[1].lower() if name == "TCVN3" else row[1], name) for row in people(size, seed)]
        right += charset.decide(names) == name
    assert right == 20


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_no_false_alarm_on_unicode(form: str) -> None:
    pick = random.Random(4)
    for seed in range(40):
        rows = people(pick.choice([1, 2, 5, 30]), seed)
        for column in (1, 5):
            values = [unicodedata.normalize(form, row[column]) for row in rows]
            assert charset.decide(values) is None
    others = ["Y Bhăm Niê", "H'Hen Niê Kđăm", "François", "Müller", "Ksor Hơ Bia", "Điểu K’Ré", "Thạch Sô Phi"]
    assert charset.decide([unicodedata.normalize(form, name) for name in others]) is None


def test_fonts_speak_first_unless_the_text_is_unicode_already() -> None:
    told = Counter({".VnTime": 30, "Arial": 2})
    assert charset.decide([encode("lê", "TCVN3")], told) == "TCVN3"
    assert charset.decide(["Nguyễn Thị Hương"] * 30, told) is None
    assert legacy.of_font(".VnTimeH") == ("TCVN3", True) and legacy.of_font("VNI-Times") == ("VNI", False)
    assert legacy.of_font("Times New Roman") == (None, False)


def test_several_hands_in_one_column() -> None:
    column = [encode(row[1].lower(), "TCVN3") for row in people(30)] + ["Lê Thị Hoà", "Bùi Văn Tú"]
    assert charset.decide(column) == "TCVN3"
    assert [charset.repaired(text, "TCVN3") for text in column[-2:]] == column[-2:]


@given(st.text(max_size=40))
def test_decoding_never_fails(text: str) -> None:
    for name in legacy.CHARSETS:
        legacy.decode(text, name)
    assert charset.decide([text] * 3) in {None, *legacy.CHARSETS}


@given(st.binary(max_size=200))
def test_an_encoding_is_found_for_any_bytes(raw: bytes) -> None:
    encoding = find_encoding(raw, whole=True)
    raw[encoding.skip_bytes :].decode(encoding.codec, "replace")


def test_syllables() -> None:
    good = "Nguyễn Quyết Thuý Thúy Khuya Giêng Gì Nghiêng Ước Yên Quý Hoà Xoong Đặng Phượng"
    assert all(map(is_syllable, good.split()))
    assert not any(map(is_syllable, ["Nguyóên", "Francois", "Bhăm", "ắc ", "hàc", "ầú", "W"]))
