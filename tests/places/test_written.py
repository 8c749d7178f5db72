"""The short way of reading well-written addresses says what the long way says, or nothing."""

import random

import pytest

from dancu.core.name import folds
from dancu.linkage import place
from dancu.places import SCHEMES, province_of, resolve, unit, units, written
from dancu.places.words import joined, part, split

SHORT = (
    ("PHUONG ", "P. "), ("PHUONG ", "F"), ("QUAN ", "Q."), ("THANH PHO ", "TP"), ("THANH PHO ", "TP. "),
    ("THI XA ", "TX "), ("THI TRAN ", "TT. "), ("HUYEN ", "H."), ("XA ", "X. "), ("XA ", ""), ("TINH ", "T. "),
    ("TINH ", "TP "), ("QUAN ", ""), ("HUYEN ", ""), ("PHUONG ", ""), ("HO CHI MINH", "HCM"), ("Y", "I"),
    (", ", " - "), (", ", " "), (" ", "  "),
)  # fmt: skip
HEADS = ("", "SO 5 DUONG LE LOI, ", "AP 9, ", "THON THI, ", "XA CU, ", "T, ", "KHU PHO 3 - ", "P, ", "DUONG LE THANH, ", "PTO 2, ")


def _rows(count: int) -> list[tuple[str, str, str, str]]:
    """Communes of every scheme in columns and in addresses, half of them mistreated; the same at every run."""
    dice = random.Random(20250701)
    found = []
    for commune in dice.sample([u for scheme in SCHEMES for u in units(scheme, "commune")], count):
        district = unit(commune.scheme, "district", commune.parent)
        titles = [commune.title, district.title if district else "", province_of(commune).title]
        if dice.random() < 0.2:
            titles[dice.randrange(3)] = province_of(dice.choice(units("2025-06", "district"))).title
        text = ",".join(folds(titles))
        for _ in range(dice.choice((0, 0, 1, 2))):
            text = text.replace(*dice.choice(SHORT))
        if dice.random() < 0.1:
            at = dice.randrange(len(text))
            text = text[:at] + text[at + 1 :]
        c, d, p = (text.split(",") + ["", "", ""])[:3]
        found.append((p, d, c, ""))
        found.append(("", "", "", dice.choice(HEADS) + ", ".join(part for part in (c, d, p) if part)))
        found.append((p, "", "", dice.choice(HEADS) + (f"{c}, {d}" if d else c)))
    return found


ROWS = _rows(1500)


def _long_way(province, district, commune, address):
    text = ", ".join(part for part in (commune, district) if part) or address
    found = resolve(text, province=province or None)
    return tuple((u.scheme, u.code) for u in (*found.units, *found.alternatives))


def test_both_ways_agree():
    answered = 0
    for row in ROWS:
        p, d, c, address = row
        codes = written.of_columns(p, d, c) if c or d else written.of_address(address, p)
        if codes is not None:
            assert codes == _long_way(*row), row
            answered += 1
    assert answered > len(ROWS) / 3


def test_claims_are_the_same_without_the_short_way(monkeypatch):
    rows = ROWS[::4]
    short = place.claimed(rows)
    monkeypatch.setattr(written, "of_columns", lambda *_: None)
    monkeypatch.setattr(written, "of_address", lambda *_: None)
    assert place.claimed(rows) == short


@pytest.mark.parametrize(
    "address",
    [
        "Xã Lộc Trì, Huyện Phú Lộc, Tỉnh Thừa Thiên Huế",  # accents decide between namesakes
        "XA 5, XA LOC TRI, HUYEN PHU LOC, THANH PHO HUE",  # another commune before it
        "NGUYEN THI, XA LOC TRI, HUYEN PHU LOC, THANH PHO HUE",  # "thị, xã"
        "XA LOC TRI HUYEN PHU LOC THANH PHO HUE",  # not in parts
        "XA LOC TRI, HUYEN PHU LOC",
        "",
    ],
)
def test_doubtful_texts_are_left_to_the_long_way(address):
    assert written.of_address(address) is None


def test_a_column_that_the_text_ends_with_already_is_not_added():
    assert written.of_address("XA LOC TRI, HUYEN PHU LOC, TP. HUE", "HUE") == _long_way(
        "HUE", "", "", "XA LOC TRI, HUYEN PHU LOC, TP. HUE"
    )
    assert written.of_columns("HAI DUONG", "TP HAI DUONG", "P. BINH HAN") is None


@pytest.mark.parametrize("text", ["A, b-c;d\n, ,P15", "P.03, QTAN BINH, TP.HCM, VIET NAM 700000", "xã Cư M’gar，Đắk Lắk", ""])
def test_words_of_the_parts_are_the_words_of_the_whole(text):
    whole = part(text.replace("\n", ",").replace(",", ";"))
    assert split(text) == joined(list(whole[0]), list(whole[1]))
