"""Texts for property tests: names as people bear them, mangled as files mangle them, and whatever else a cell may hold."""

from __future__ import annotations

import unicodedata

from hypothesis import strategies as st

FAMILY = ("Nguyễn", "Trần", "Hoàng", "Đặng", "Lý", "Giàng", "Rơ Châm", "Thạch", "Đàng", "Võ", "Ma")
MIDDLE = ("Văn", "Thị", "Đức", "A", "Sa", "Năng", "Ngọc Bích", "Thúy", "Hữu")
GIVEN = ("An", "Hoà", "Thuỷ", "Quý", "Đạt", "Páo", "Blơih", "Rinh", "Kđăm", "Lý", "Út", "Ân", "Mỷ", "Ý")
CLAN = ("Y Bhiôt Niê", "H'Rưn Mlô", "K'Brếp", "Y Wăn Êban", "H' Bia Ksơr", "Siu Jun", "Út", "Ê", "Công Tằng Tôn Nữ Diễm My")

names = st.one_of(
    st.tuples(
        st.sampled_from(FAMILY), st.lists(st.sampled_from(MIDDLE), max_size=3).map(" ".join), st.sampled_from(GIVEN)
    ).map(lambda parts: " ".join(part for part in parts if part)),
    st.sampled_from(CLAN),
)

_ODD = (
    "\n", "\r", "\t", "\0", "\x01", "\x1c", "\x7f", "\x85", "\u00a0", "\u00ad", "\u200b", "\u2028", "\u3000", "\ufeff",
    "\ufffe", "\uffff", "\ufffd", "\ud800", "\udfff", "\U0001f600", "\U000e0041", "\u0301", "\u0323", "\u031b", "\ufdfa",
    "²", "½", "Å", "ß", "ı", "İ", "Đ", "Ð", "ɖ", "’", "`", "'", "'", ".", "(", ")", "/", "-", ",", "0", "9", "e", "E+",
    "١", "９", " ", "  ", "đã chết", "Ông ", "SN ", "tháng ", "năm ",
)  # fmt: skip
_MANGLED = (
    str.upper,
    str.lower,
    str.title,
    str.swapcase,
    lambda text: unicodedata.normalize("NFD", text),
    lambda text: unicodedata.normalize("NFKD", text),
    lambda text: text.replace("Đ", "Ð").replace("đ", "ɖ"),
    lambda text: " " + text.replace(" ", "  ") + " ",
    lambda text: "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c)),
)

any_text = st.text(st.characters(codec=None, categories=None), max_size=30)
written = st.tuples(names, st.sampled_from(_MANGLED)).map(lambda pair: pair[1](pair[0]))
nasty = st.lists(st.one_of(st.sampled_from(_ODD), written, any_text), max_size=5).map("".join)
texts = st.one_of(names, written, nasty, any_text)
digits = st.one_of(
    st.integers(min_value=0, max_value=10**13).map(str),
    st.integers(min_value=0, max_value=10**12 - 1).map(lambda number: f"{number:012}"),
    st.text("0123456789.,-/ eE+", max_size=24),
)
cells = st.one_of(texts, digits)
