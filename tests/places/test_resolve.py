"""Addresses as clerks write them, and the promise that no text is ever refused."""

# ruff: noqa: E501 (one address a line is easier to read than wrapped ones)

import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dancu.places import SCHEMES, full_name, resolve, resolve_many, units

OLD, NEW, FIRST = "2025-06", "2025-07", "2022"
ADDRESSES = [
    ("12 Lý Thường Kiệt, P. Phan Chu Trinh, Q. Hoàn Kiếm, Hà Nội", OLD, "Phường Phan Chu Trinh, Quận Hoàn Kiếm, Thành phố Hà Nội", "12 Lý Thường Kiệt"),
    ("xã Lộc Trì, huyện Phú Lộc, tỉnh Thừa Thiên Huế", OLD, "Xã Lộc Trì, Huyện Phú Lộc, Thành phố Huế", ""),
    ("59 nguyễn sỹ sách, p15, tan binh, hcm", OLD, "Phường 15, Quận Tân Bình, Thành phố Hồ Chí Minh", "59 nguyễn sỹ sách"),
    ("Thôn 3 - Xã Ea Kao - TP BMT - Đắk Lắk", OLD, "Xã Ea Kao, Thành phố Buôn Ma Thuột, Tỉnh Đắk Lắk", "Thôn 3"),
    ("Xã Phú Lộc, Thành phố Huế", NEW, "Xã Phú Lộc, Thành phố Huế", ""),
    ("70 Nguyễn Sỹ Sách, Phường Tân Sơn, TP.HCM", NEW, "Phường Tân Sơn, Thành phố Hồ Chí Minh", "70 Nguyễn Sỹ Sách"),
    ("P01 Q10 tphcm", OLD, "Phường 1, Quận 10, Thành phố Hồ Chí Minh", ""),
    ("P.1, Q.10, TP. HCM", OLD, "Phường 1, Quận 10, Thành phố Hồ Chí Minh", ""),
    ("phuong ben nghe quan 1 tp ho chi minh", OLD, "Phường Bến Nghé, Quận 1, Thành phố Hồ Chí Minh", ""),
    ("45 LE LOI, F. BEN THANH, Q1, HCM", OLD, "Phường Bến Thành, Quận 1, Thành phố Hồ Chí Minh", "45 LE LOI"),
    ("so 5 xa an thanh tay huyen cu lao dung tinh soc trang", OLD, "Xã An Thạnh Tây, Huyện Cù Lao Dung, Tỉnh Sóc Trăng", "so 5"),
    ("P. Bình Hàn, TP Hải Dương", OLD, "Phường Bình Hàn, Thành phố Hải Dương, Tỉnh Hải Dương", ""),
    ("Phường Ba Đình, Quận Ba Đình, Hà Nội", NEW, "Phường Ba Đình, Thành phố Hà Nội", ""),
    ("Phường An Phú, Quận 2, TP HCM", OLD, "Phường An Phú, Thành phố Thủ Đức, Thành phố Hồ Chí Minh", ""),
    ("TT. Trâu Quỳ, H. Gia Lâm, TP. Hà Nội", OLD, "Thị trấn Trâu Quỳ, Huyện Gia Lâm, Thành phố Hà Nội", ""),
    ("TX. Sơn Tây, Hà Nội", OLD, "Thị xã Sơn Tây, Thành phố Hà Nội", ""),
    ("xa loc tri phu loc thua thien hue", OLD, "Xã Lộc Trì, Huyện Phú Lộc, Thành phố Huế", ""),
    ("loc tri phu loc thua thien hue", OLD, "Xã Lộc Trì, Huyện Phú Lộc, Thành phố Huế", ""),
    ("Phường Bến Ngé, Quận 1, TP Hồ Chí Minh", OLD, "Phường Bến Nghé, Quận 1, Thành phố Hồ Chí Minh", ""),
    ("xã Lộc Trì, huyện Phú Lọk, tỉnh Thừa Thiên Huế", OLD, "Xã Lộc Trì, Huyện Phú Lộc, Thành phố Huế", ""),
    ("xã Lộc Trì, huyện Phú Lộc, tỉnh Thừa Thiên Hế", OLD, "Xã Lộc Trì, Huyện Phú Lộc, Thành phố Huế", ""),
    ("Đặc khu Côn Đảo, TP Hồ Chí Minh", NEW, "Đặc khu Côn Đảo, Thành phố Hồ Chí Minh", ""),
    ("huyện Côn Đảo, Bà Rịa - Vũng Tàu", OLD, "Huyện Côn Đảo, Tỉnh Bà Rịa - Vũng Tàu", ""),
    ("P1, TP Vũng Tàu", OLD, "Phường 1, Thành phố Vũng Tàu, Tỉnh Bà Rịa - Vũng Tàu", ""),
    ("Phường 1, Vũng Tàu, BRVT", OLD, "Phường 1, Thành phố Vũng Tàu, Tỉnh Bà Rịa - Vũng Tàu", ""),
    ("12 Trần Hưng Đạo, Hà Nội", NEW, "Thành phố Hà Nội", "12 Trần Hưng Đạo"),
    ("12 tran hung dao hoan kiem ha noi", OLD, "Quận Hoàn Kiếm, Thành phố Hà Nội", "12 tran hung dao"),
    ("ấp 3, xã Mỹ Yên, huyện Bến Lức, Long An, Việt Nam", OLD, "Xã Mỹ Yên, Huyện Bến Lức, Tỉnh Long An", "ấp 3"),
    ("Khu phố 3, P.Linh Trung, TP.Thủ Đức, TP.HCM", OLD, "Phường Linh Trung, Thành phố Thủ Đức, Thành phố Hồ Chí Minh", "Khu phố 3"),
    ("P. Hải Châu II, Q. Hải Châu, Đà Nẵng", FIRST, "Phường Hải Châu II, Quận Hải Châu, Thành phố Đà Nẵng", ""),
    ("P. Hải Châu 2, Q. Hải Châu, Đà Nẵng", FIRST, "Phường Hải Châu II, Quận Hải Châu, Thành phố Đà Nẵng", ""),
    ("Thôn Hạ, xã Cư M'gar, huyện Cư M’gar, tỉnh Đắk Lắk", OLD, "Xã Cư M'gar, Huyện Cư M'gar, Tỉnh Đắk Lắk", "Thôn Hạ"),
    ("xã Ea Hleo, Đắk Lắk", NEW, "Xã Ea H'Leo, Tỉnh Đắk Lắk", ""),
    ("Phường Trảng Bom, Thành phố Đồng Nai", NEW, "Xã Trảng Bom, Tỉnh Đồng Nai", ""),
    ("xã Nấm Dẩn, huyện Xín Mần, Hà Giang", OLD, "Xã Nấm Dẩn, Huyện Xín Mần, Tỉnh Hà Giang", ""),
    ("4 khu pho 2 - xa song phuong - h.dan phuong - ha noi", OLD, "Xã Song Phượng, Huyện Đan Phượng, Thành phố Hà Nội", "4 khu pho 2"),
    ("20 Trần Hưng Đạo, Tịnh Giang, Sơn Tịnh, Quảng Ngãi", OLD, "Xã Tịnh Giang, Huyện Sơn Tịnh, Tỉnh Quảng Ngãi", "20 Trần Hưng Đạo"),
    ("167 ap my hoa dinh quan dinh quan t. dong nai", OLD, "Thị trấn Định Quán, Huyện Định Quán, Tỉnh Đồng Nai", "167 ap my hoa"),
    ("30 Nguyễn Huệ, P15, QTân Bình, TPHCM", OLD, "Phường 15, Quận Tân Bình, Thành phố Hồ Chí Minh", "30 Nguyễn Huệ"),
    ("TDP 5, P. Tân Lợi, Buôn Ma Thuột, Đăk Lăk", OLD, "Phường Tân Lợi, Thành phố Buôn Ma Thuột, Tỉnh Đắk Lắk", "TDP 5"),
    ("Phường Vỹ Dạ, thành phố Huế, tỉnh Thừa Thiên Huế", OLD, "Phường Vỹ Dạ, Quận Thuận Hóa, Thành phố Huế", ""),
    ("Phường Vỹ Dạ, thành phố Huế", NEW, "Phường Vỹ Dạ, Thành phố Huế", ""),
    ("Phường Thuận Hóa, Thành phố Huế", NEW, "Phường Thuận Hóa, Thành phố Huế", ""),
    ("XÃ TAM QUANG - TƯƠNG DƯƠNG - NGHỆ AN", OLD, "Xã Tam Quang, Huyện Tương Dương, Tỉnh Nghệ An", ""),
    ("Hà Nội", NEW, "Thành phố Hà Nội", ""),
    ("Xã Lộc Trì", OLD, "Xã Lộc Trì, Huyện Phú Lộc, Thành phố Huế", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "scheme", "name", "rest"), ADDRESSES, ids=range(len(ADDRESSES)))
def test_real_looking_addresses(text, scheme, name, rest):
    for form in ("NFC", "NFD"):
        found = resolve(unicodedata.normalize(form, text))
        assert [full_name(u) for u in found.units] == [name]
        assert (found.scheme, found.level) == (scheme, found.unit.level)
        assert unicodedata.normalize("NFC", found.rest) == rest
        assert 0 < found.confidence <= 1 and not found.ambiguous


def test_nothing_understood_leaves_the_text():
    found = resolve("số nhà không rõ")
    assert (found.units, found.scheme, found.confidence, found.rest) == ((), "", 0.0, "số nhà không rõ")


def test_namesakes_are_ambiguous_not_guessed():
    found = resolve("164 AP MY HOA, XA NGA THANH, H. NGA SON, THANH HOA")
    assert found.ambiguous and len(found.units) > 1 and found.confidence <= 0.5
    assert {u.name for u in found.units} <= {"Nga Thanh", "Nga Thành", "Nga Thạnh"}
    assert resolve("Xã Nga Thành, H. Nga Sơn, Thanh Hóa").unit.name == "Nga Thành"


def test_other_columns_help():
    assert full_name(resolve("P.15", province="HCM", district="Tân Bình").unit).startswith(
        "Phường 15, Quận Tân Bình"
    )
    assert full_name(resolve("Xã Lộc Trì", province="046").unit) == "Xã Lộc Trì, Huyện Phú Lộc, Thành phố Huế"
    assert resolve("Xã Lộc Trì, Phú Lộc", province="046").rest == ""


def test_the_day_picks_the_scheme():
    text = "Phường Cửa Nam, Quận Hoàn Kiếm, Thành phố Hà Nội"
    assert resolve(text, at="2023-05-01").scheme == "2022"
    assert resolve(text, at="2026").unit.level == "commune"
    assert resolve(text, scheme="2025-07").unit.title == "Phường Cửa Nam"


def test_many_equals_one_by_one():
    texts = [a[0] for a in ADDRESSES] * 2
    assert [r.units for r in resolve_many(texts)] == [resolve(t).units for t in texts]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_full_names_resolve_to_themselves(scheme):
    """In their own scheme all 25,516 do; not one is truly ambiguous."""
    every = units(scheme)
    found = resolve_many([full_name(u) for u in every], scheme=scheme)
    assert [full_name(u) for u, r in zip(every, found, strict=True) if r.units != (u,)] == []


def test_full_names_without_a_hint():
    for scheme, least in (("2022", 0.97), ("2025-06", 0.998), ("2025-07", 0.999)):
        every = units(scheme)
        found = resolve_many([full_name(u) for u in every])
        right = sum(
            any(v.code == u.code and v.name == u.name for v in r.units)
            for u, r in zip(every, found, strict=True)
        )
        assert right / len(every) >= least, scheme


@settings(max_examples=400, deadline=None, print_blob=True)
@given(st.text(max_size=80))
def test_never_raises_on_any_text(text):
    found = resolve(text)
    assert isinstance(found.rest, str) and 0 <= found.confidence <= 1


_PIECES = [
    "P.",
    "Q1",
    "xã",
    "huyện",
    "Thị xã",
    "TP",
    ",",
    " - ",
    "Hà Nội",
    "Tân Bình",
    "12/3",
    "HCM",
    "tỉnh",
    "\u0301",
    "\n",
    "Đ",
    "1",
    "0",
]


@settings(max_examples=400, deadline=None, print_blob=True)
@given(st.lists(st.sampled_from(_PIECES), max_size=9).map(" ".join))
def test_never_raises_on_shuffled_addresses(text):
    assert text.startswith("") and isinstance(resolve(text).rest, str)


def test_no_network_and_no_posix_module_is_imported():
    code = (
        "import sys; from dancu.places import resolve; resolve('P15, tan bihn, hcm').rest; "
        "print([m for m in ('socket','ssl','http','urllib.request','fcntl','resource','pwd','grp','termios','unidecode')"
        " if m in sys.modules and m not in START])"
    )
    code = "import sys; START = set(sys.modules)\n" + code
    out = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
