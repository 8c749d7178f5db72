"""The tables: their counts, their trap of recycled codes, and what became of every unit."""

from collections import Counter
from datetime import date

import pytest

from dancu.places import SCHEMES, current, disputed_rows, full_name, predecessors, successors, unit, units
from dancu.places.provinces import province_code, province_now, provinces_before, table
from dancu.places.units import by_code, read_table, scheme_at


@pytest.mark.parametrize("scheme", SCHEMES)
def test_counts_are_those_of_the_law(scheme):
    stated = SCHEMES[scheme]
    found = Counter(u.level for u in units(scheme))
    assert (found["province"], found["district"], found["commune"]) == (
        stated.provinces,
        stated.districts,
        stated.communes,
    )
    assert (stated.provinces, stated.districts, stated.communes) in {
        (63, 705, 10599),
        (63, 696, 10035),
        (34, 0, 3321),
    }


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_unit_has_its_parent_and_dates(scheme):
    for u in units(scheme):
        assert (u.parent == "") == (u.level == "province")
        assert not u.parent or by_code(scheme, u.parent)
        assert u.name == " ".join(u.name.split()) and u.kind
        assert u.valid_to is None or u.valid_from is None or u.valid_from < u.valid_to


def test_kinds_of_today():
    assert Counter(u.kind for u in units("2025-07", "commune")) == {"Xã": 2621, "Phường": 687, "Đặc khu": 13}


def test_codes_were_recycled():
    assert unit("2025-06", "commune", "00004").title == "Phường Trúc Bạch"
    assert unit("2025-07", "commune", "00004").title == "Phường Ba Đình"
    assert (unit("2022", "province", "015").name, unit("2025-07", "province", "15").name) == (
        "Yên Bái",
        "Lào Cai",
    )
    old = {u.code: u for s in ("2022", "2025-06") for u in units(s, "commune")}
    reused = [u for u in units("2025-07", "commune") if u.code in old]
    assert len(reused) == 3316
    recycled = [p for p in units("2025-07", "province") if unit("2025-06", "province", p.code).name != p.name]
    assert sorted(p.code for p in recycled) == ["15", "24", "44", "52", "80", "82", "91"]


def test_a_unit_unchanged_keeps_its_dates():
    assert unit("2025-07", "province", "01").valid_from is None
    assert unit("2022", "province", "01").valid_to is None
    assert unit("2022", "province", "46").valid_to == "2024-12-31"
    assert unit("2025-07", "commune", "00004").valid_from == "2025-07-01"


def test_every_commune_of_2025_06_has_successors_that_sum_to_one():
    split = 0
    for u in units("2025-06", "commune"):
        found = successors(u.scheme, u.level, u.code)
        assert found and sum(s.share for s in found) == pytest.approx(1)
        assert [s.default for s in found].count(True) == 1 and found[0].default
        assert {s.unit.scheme for s in found} == {"2025-07"}
        split += len(found) > 1
    taken_away = {d.code for d in disputed_rows() if d.why == "namesake; taken away"}
    whole_again = [c for c in taken_away if len(successors("2025-06", "commune", c)) == 1]
    assert (split, len(whole_again), split + len(whole_again)) == (442, 29, 471)


def test_every_unit_of_today_came_from_somewhere():
    assert all(predecessors("2025-07", u.level, u.code) for u in units("2025-07"))


def test_2022_is_traced_but_for_three():
    lost = [u for u in units("2022") if not successors("2022", u.level, u.code)]
    assert sorted(u.code for u in lost) == ["10774", "20239", "28825"]
    assert all(current("2022", u.level, u.code) for u in units("2022") if u not in lost)
    assert full_name(current("2022", "commune", "27007")[0]).endswith("Thành phố Hồ Chí Minh")


def test_islands_without_communes_became_special_zones():
    (found,) = successors("2025-06", "district", "755")
    assert full_name(found.unit) == "Đặc khu Côn Đảo, Thành phố Hồ Chí Minh" and found.share == 1


def test_namesakes_of_other_provinces_are_not_successors():
    targets = [full_name(s.unit) for s in successors("2025-06", "commune", "28270")]
    assert targets == ["Phường Thới Sơn, Tỉnh Đồng Tháp"]
    assert any(d.code == "28270" and d.other == "-29869" for d in disputed_rows())


def test_disputes_are_flagged_on_the_successor():
    assert all(s.disputed for s in successors("2025-06", "commune", "28270"))
    assert not any(s.disputed for s in successors("2025-06", "commune", "00085"))
    assert len(disputed_rows()) == 54


def test_province_links_agree_with_communes():
    assert Counter(province_now(c) for c in table()).total() == 63
    assert sorted({province_now(c) for c in table()}) == [p.code for p in units("2025-07", "province")]
    for u in units("2025-06", "commune"):
        old = by_code("2025-06", u.parent).parent
        assert {s.unit.parent for s in successors("2025-06", "commune", u.code)} == {province_now(old)}
    assert provinces_before("08") == ("002", "008")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Hà Nội", "001"), ("TP. Hồ Chí Minh", "079"), ("HCM", "079"), ("tphcm", "079"), ("TP.HCM", "079"),
        ("Tỉnh Thừa Thiên Huế", "046"), ("T.T.Huế", "046"), ("Thành phố Huế", "046"), ("BRVT", "077"),
        ("Bà Rịa - Vũng Tàu", "077"), ("thua thien hue", "046"), ("1", "001"), ("01", "001"), ("001", "001"),
        ("Đắc Lắc", "066"), ("dak lak", "066"), ("T. Thái Bình", "034"), ("TỈNH TIỀN GIANG", "082"),
        ("Thanh Hoas", "038"),
        ("Ha Noi City", "001"), ("Sài Gòn", "079"), ("Tỉnh Quảng Ngãi", "051"), ("xyz", None), ("", None),
        ("999", None),
        ("003", None), ("\u0000", None),
    ],
)  # fmt: skip
def test_province_spellings(text, code):
    assert province_code(text) == code


def test_all_province_names_of_all_schemes_are_known():
    for scheme in SCHEMES:
        for p in units(scheme, "province"):
            assert province_code(p.title) and province_code(p.name.upper()) == province_code(p.title)


@pytest.mark.parametrize(
    ("at", "scheme"),
    [("2022", "2022"), ("2024-12-31", "2022"), ("2025-01", "2025-06"), (20250630, "2025-06"),
     ("2025-07-01", "2025-07"),
     (20250000, "2025-07"), ("", "2025-07"), ("not a day", "2025-07"), (date(2023, 5, 1), "2022")],
)  # fmt: skip
def test_scheme_at(at, scheme):
    assert scheme_at(at) == scheme


def test_tables_are_sorted_and_square():
    for name in ("units_2022", "units_2025_06", "units_2025_07", "successors", "disputed", "provinces"):
        table_rows = read_table(name)
        assert len({len(r) for r in table_rows}) == 1
        keys = [(len(r[0]), r[0]) if name.startswith("units") else tuple(r) for r in table_rows]
        assert keys == sorted(keys)
