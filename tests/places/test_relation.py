"""How a claimed place stands to the recorded one, and what is suggested."""

import pytest

from dancu.places import full_name, relation, resolve, suggestion, unit, units
from dancu.places.standing import RELATIONS


def now(text):
    return resolve(text, scheme="2025-07").unit


@pytest.mark.parametrize(
    ("claim", "record", "expected"),
    [
        ("Xã Phú Lộc, Thành phố Huế", "Xã Phú Lộc, Thành phố Huế", "same"),
        ("xã Lộc Trì, huyện Phú Lộc, Thừa Thiên Huế", "Xã Phú Lộc, Thành phố Huế", "old_unit"),
        ("59 nguyễn sỹ sách, p15, tan binh, hcm", "Phường Tân Sơn, TP Hồ Chí Minh", "old_unit"),
        ("xã Mường Lèo, huyện Sốp Cộp, Sơn La", "Xã Mường Lèo, Sơn La", "same"),
        ("P. Phan Chu Trinh, Q. Hoàn Kiếm, Hà Nội", "Phường Ba Đình, Hà Nội", "same_province"),
        ("Hà Nội", "Phường Ba Đình, Hà Nội", "same_province"),
        ("Tỉnh Yên Bái", "Xã Mường Lèo, Sơn La", "different"),
        ("TP Yên Bái, tỉnh Yên Bái", "Phường Cam Đường, Lào Cai", "same_province"),
        ("không rõ", "Phường Ba Đình, Hà Nội", "unknown"),
    ],
)
def test_relation(claim, record, expected):
    assert relation(resolve(claim), now(record)) == expected


def test_one_to_one_with_another_name_is_renamed():
    renamed = [
        u
        for u in units("2025-06", "commune")
        if u.kind == "Thị trấn" and relation(u, _only_successor(u)) == "unit_renamed"
    ]
    assert renamed and all(u.title != _only_successor(u).title for u in renamed)


def _only_successor(u):
    from dancu.places import current

    return current(u.scheme, u.level, u.code)[0]


def test_the_record_may_be_the_older_one():
    old = unit("2025-06", "commune", "27007")
    assert full_name(old) == "Phường 15, Quận Tân Bình, Thành phố Hồ Chí Minh"
    assert relation(now("Phường Tân Sơn, TP Hồ Chí Minh"), old) == "old_unit"


def test_a_recycled_code_is_not_the_same_unit():
    assert relation(unit("2025-06", "commune", "00067"), unit("2025-07", "commune", "00004")) in (
        "same_province",
        "old_unit",
    )
    assert relation(unit("2025-06", "province", "15"), unit("2025-07", "province", "24")) == "different"


def test_suggestion_prefers_the_record():
    claim = resolve("Phường Điện Biên, Quận Ba Đình, Hà Nội")
    offered = suggestion(claim)
    assert len(offered) > 1 and all(u.scheme == "2025-07" for u in offered)
    assert suggestion(claim, offered[1])[0] == offered[1]
    assert suggestion(resolve("Hà Nội")) == ()


def test_every_relation_is_listed():
    sample = units("2025-06", "commune")[::400]
    assert {relation(a, b) for a in sample for b in units("2025-07", "commune")[::300]} <= set(RELATIONS)
