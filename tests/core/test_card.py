"""A card's text is read as its standards say, and whatever a Vietnamese keyboard has spoilt is never taken for a card."""

from __future__ import annotations

import string
import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dancu.core.card import Card, Mangled, check_digit, read

# The sample of the domain's notes: invented, its check digits computed.
MRZ = ("IDVNM2050000010001205000001<<1", "0501150M3001156VNM<<<<<<<<<<<8", "NGUYEN<<VAN<AN<<<<<<<<<<<<<<<<")
QR = "001205000001||Nguyễn Văn An|15012005|Nam|Số 1, Phường Ba Đình, Hà Nội|02072021"
# What Telex and VNI make of letters and digits while a scanner types.
TELEX = (("AA", "Â"), ("DD", "Đ"), ("EE", "Ê"), ("OO", "Ô"), ("W", "Ư"))
pins = st.integers(0, 10**12 - 1).map(lambda n: f"{n:012d}")
names = st.text(st.sampled_from("aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạ "), min_size=1, max_size=40).filter(str.strip)
days = st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31))


def test_the_samples():
    assert read("\n".join(MRZ)) == Card("mrz", "001205000001", "NGUYEN VAN AN", "2005-01-15", "male")
    assert read(QR) == Card(
        "qr", "001205000001", "Nguyễn Văn An", "2005-01-15", "male", "", "Số 1, Phường Ba Đình, Hà Nội", "2021-07-02"
    )
    assert read(unicodedata.normalize("NFD", QR)) == read(QR)
    assert read(QR + "||Nguyễn Văn Bố|Trần Thị Mẹ") == read(QR), "newer cards have more fields"


@pytest.mark.parametrize("joint", ["\n", " ", "\r\n", ""])
@pytest.mark.parametrize("lines", [1, 2, 3])
def test_a_scanner_may_send_the_lines_apart(joint, lines):
    card = read(joint.join(MRZ[:lines]))
    assert isinstance(card, Card) and card.pin == "001205000001" and card.birth_date == ("2005-01-15" if lines > 1 else "")


@pytest.mark.parametrize(
    "text",
    ["ÍDVNM2050000010001205000001<<1", "IĐVNM205000001000120500001", MRZ[0].replace("0", "Ô", 1) + MRZ[1] + MRZ[2],
     MRZ[0] + MRZ[2] + MRZ[1],
     "00120500001||Nguyễn Văn An|15012005|Nam|Số 1", "001205000001||Nguyễn Văn An|1501205|Nam|Số 1",
     "001205000001||Nguyễn1 Van An|15012005|Nam|x",
     "001205000001||Nguyễn Văn An|15012005|Năm1|Số 1", "|||||", QR.replace("|", "||")],
)  # fmt: skip
def test_what_is_spoilt_is_said_to_be(text):
    assert read(text) == Mangled()


@pytest.mark.parametrize(
    "text", ["", "Nguyễn Văn An", "001205000001", "012 345 678", "idol", "Đỗ Thị Ý", "a|b", "ID 12345", "x" * 601, "<<<"]
)
def test_what_somebody_typed_is_no_card(text):
    assert read(text) is None


@given(pin=pins, name=names, born=days, sex=st.sampled_from(["Nam", "Nữ", "NAM", "nữ"]), old=st.sampled_from(["", "012345678"]))
def test_every_qr_is_read_back(pin, name, born, sex, old):
    card = read(f"{pin}|{old}|{name}|{born:%d%m%Y}|{sex}|Số 1|01072024")
    assert isinstance(card, Card) and (card.pin, card.old_id, card.birth_date) == (pin, old, born.isoformat())
    assert card.name == name.strip() and card.sex == ("male" if sex.lower() == "nam" else "female")


def mrz(pin: str, born: str, sex: str, name: str) -> str:
    """An MRZ with its check digits."""
    one = f"IDVNM{pin[-9:]}{check_digit(pin[-9:])}{pin}<<{check_digit(pin + '<<')}"
    two = f"{born}{check_digit(born)}{sex}400101{check_digit('400101')}VNM{'<' * 11}"
    whole = check_digit(one[5:] + two[:7] + two[8:15] + two[18:29])
    return one + two + str(whole) + name.ljust(30, "<")[:30]


@given(pin=pins, born=days, sex=st.sampled_from("MF"), at=st.integers(0, 59), digit=st.sampled_from(string.digits))
def test_every_mrz_is_read_back_and_one_wrong_digit_is_seen(pin, born, sex, at, digit):
    text = mrz(pin, f"{born:%y%m%d}", sex, "TRAN<<THI<BE")
    card = read(text)
    assert isinstance(card, Card) and card.pin == pin and card.name == "TRAN THI BE"
    if text[at].isdigit() and text[at] != digit:
        assert not isinstance(read(text[:at] + digit + text[at + 1 :]), Card)


@given(pin=pins, born=days, name=st.sampled_from(["DDO<<VAAN", "TOO<<WEE", "AANG<<DDAO"]), turned=st.sampled_from(TELEX))
def test_telex_is_seen(pin, born, name, turned):
    text = mrz(pin, f"{born:%y%m%d}", "M", name)
    spoilt = text.replace(*turned)
    if spoilt != text:
        assert read(spoilt) == Mangled()


@given(st.text(max_size=700))
def test_any_text_is_read_without_raising(text):
    assert read(text) is None or isinstance(read(text), Card | Mangled)
