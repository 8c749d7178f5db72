"""Headers as agencies write them, and the field each must be read as."""

from __future__ import annotations

import unicodedata

import pytest

from dancu.linkage.intake.columns.caption import field_of, fold, meaning, own_result

FIELDS = {
    "pin": """Số CCCD|CMND/CCCD|Số CMND/CCCD|SĐDCN|Số ĐDCN|Mã định danh|Mã định danh cá nhân|Số định danh cá nhân|
        Số định danh cá nhân/CMND|Căn cước công dân|Số căn cước|Thẻ căn cước|CCCD|so_cccd|SoCCCD|IDNumber|ID number|
        national_id|Số giấy tờ tùy thân|(5) Số CCCD|pin|SỐ CCCD (12 số)|
        CMND/CCCD – Số|Phần hành chính – Số CCCD|Số thẻ CCCD""",
    "old_id": "Số CMND cũ|CMND 9 số|old_id|Số chứng minh nhân dân|CMTND",
    "name": """Họ và tên|Họ tên KH|HỌ VÀ TÊN|ho_ten|HoTen|full_name|fullName|Họ, chữ đệm, tên người được khai sinh|
        Họ và tên người được tiêm|Họ tên chủ thuê bao|Tên khách hàng|Họ tên người hưởng lương hưu|1. Họ và tên|
        Họ và tên học sinh|Họ, chữ đệm và tên khai sinh|Họ và tên (chữ in hoa)""",
    "birth_date": """Ng.sinh|NS|Ngày sinh|Ngày, tháng, năm sinh|Ngày tháng năm sinh|Năm sinh|DOB|date_of_birth|
        Ngày sinh (dd/mm/yyyy)|Ngày sinh người hưởng|NgaySinh|ngay_sinh|Ngày/Năm sinh|N.Sinh|NTNS|
        Ngày sinh người được tiêm|birth_date""",
    "sex": "Giới tính|GT|Phái|Nam/Nữ|sex|Gender|Giới tính (Nam/Nữ)",
    "mother_name": "HTM|Họ tên mẹ|Họ và tên mẹ|Tên mẹ|Mẹ|Mother's full name|mother_name|Mẹ Họ tên",
    "mother_pin": "CCCD mẹ|Số CMND/CCCD của mẹ|mother_pin|Thông tin mẹ Số CCCD",
    "father_name": "Họ tên cha|Họ tên bố|father_name|HTC",
    "father_pin": "Số định danh cá nhân của cha|father_id",
    "address": "Nơi TT|Địa chỉ thường trú|HKTT|Nơi thường trú|Địa chỉ|Nơi ở hiện tại|address|Nơi đăng ký thường trú",
    "province": "Tỉnh/TP|Tỉnh, thành phố|province|Tỉnh",
    "district": "Quận/Huyện|district|Huyện",
    "commune": "Xã/Phường|Nơi cư trú – Xã/phường|Phường, xã, thị trấn|commune|Xã",
    "phone": "SĐT|Số điện thoại|Số thuê bao|Điện thoại liên hệ|msisdn",
    "other_name": "Tên gọi khác|Bí danh",
    "spouse_name": "Họ tên vợ/chồng|Họ và tên vợ hoặc chồng",
}
NONE = """Ngày đăng ký|Ngày cấp|Ngày cấp CCCD|Nơi cấp|Ngày tiêm|Ngày tiêm chủng|Quyển số|Trang số|Số|STT|TT|
    Ngày đăng ký khai sinh|Nơi đăng ký khai sinh|Nơi sinh|Quê quán|Họ tên người đi khai sinh|Họ tên cha, mẹ|Ngày chết|
    Năm sinh mẹ|Ngày kích hoạt|Ngày vào hưởng|Mã số BHXH|Số thẻ BHYT|Dân tộc|Tình trạng|registration_date|issue date|
    Họ và tên người tiêm|Cán bộ lập|Ghi chú|Số quyết định|Ngày kết hôn|Quan hệ với chủ hộ|
    CMND/CCCD – Ngày cấp|CMND/CCCD – Nơi cấp|Ngày hết hạn|created_at"""


def _split(text: str) -> list[str]:
    return [" ".join(part.split()) for part in text.split("|")]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(("field", "captions"), FIELDS.items())
def test_headers_lead_to_their_field(field: str, captions: str, form: str) -> None:
    wrong = {c: field_of(meaning(unicodedata.normalize(form, c))) for c in _split(captions)}
    assert {c: f for c, f in wrong.items() if f != field} == {}


def test_headers_of_other_things_lead_nowhere() -> None:
    found = {c: field_of(meaning(c)) for c in _split(NONE)}
    assert {c: f for c, f in found.items() if f} == {}


def test_headers_without_accents_lead_to_the_same_field() -> None:
    captions = [c for block in FIELDS.values() for c in _split(block)]
    bare = [c for c in captions if not set(c) & set("(.")]
    assert len(captions) >= 60
    differing = {c for c in bare if " – " not in c and field_of(meaning(fold(c))) != field_of(meaning(c))}
    assert differing == set()


@pytest.mark.parametrize(
    ("caption", "field", "half"),
    [
        ("Ngày/Năm sinh Nam", "birth_half", "male"), ("Năm sinh Nữ", "birth_half", "female"),
        ("Nam", "sex_half", "male"), ("Nữ", "sex_half", "female"), ("Năm", "year", None),
        ("Ngày tháng năm sinh Năm", "year", None), ("Họ", "surname", None), ("Chữ đệm", "middle", None),
        ("Họ đệm", "surname_middle", None), ("Họ và tên đệm", "surname_middle", None),
    ],
)  # fmt: skip
def test_parts_of_a_field(caption: str, field: str, half: str | None) -> None:
    assert (meaning(caption).field, meaning(caption).half) == (field, half)


def test_result_columns_count_only_beside_the_verdict() -> None:
    assert own_result(["Họ tên", "Tình trạng", "Giải thích"]) == set()
    captions = ["Tình trạng", "Họ tên", "Kết quả đối chiếu", "Giải thích", "Đề xuất: Họ tên", "Tình trạng", "Ghi chú"]
    assert own_result(captions) == {2, 3, 4, 5}
    assert own_result(["name", "_verdict", "_suggest_name"]) == {1, 2}
