"""One box for everything, a person's page that shows what role and unit allow, and a note of each look."""

from __future__ import annotations

import re
import time

import pytest

from tests.web import casework
from tests.web.conftest import AWAY, AWAY_PIN, ELSEWHERE, HERE, MARKED, MARKED_PIN, Site

PURPOSE = {"purpose": "residence_file", "reference": "HS-1"}


def found(client, text: str, **more: str):
    """The page of results for a text."""
    sent = client.post("/tra-cuu/", {"text": text, **PURPOSE, **more})
    assert sent.status_code == 302, re.sub(r"<[^>]+>|\s+", " ", sent.content.decode())
    assert re.fullmatch(r"/tra-cuu/ket-qua/[\w-]{11}/", sent["Location"])
    return client.get(sent["Location"])


def person_of(page) -> str:
    """The address of the first person on a page of results."""
    return re.search(r'href="(/cong-dan/[^"]+/)"', page.content.decode()).group(1)


def own_log(client, reference: str, times: int) -> str:
    """One's own log once a reference stands in it so often: an entry is shown when its checkpoint is signed, a moment later."""
    until = time.monotonic() + 10
    while True:
        page = client.get("/nhat-ky/cua-toi/").content.decode()
        if page.count(reference) >= times or time.monotonic() > until:
            return page
        time.sleep(0.2)


@pytest.mark.parametrize(
    "text",
    [MARKED, "kin dao tuyet mat", MARKED_PIN, "001 190 000 001", "012345678",
     f"{MARKED_PIN}|012345678|{MARKED}|02011990|Nữ|Số 1|01012021"]
)  # fmt: skip
def test_every_way_of_asking_finds_the_person(site: Site, text):
    page = found(site.signed("cutru"), text).content.decode()
    assert MARKED in page and "Thông tin trên thẻ khác với CSDL" not in page


def test_mrz_finds_by_its_number(site: Site):
    from dancu.core.card import check_digit

    pin = MARKED_PIN
    one = f"IDVNM{pin[-9:]}{check_digit(pin[-9:])}{pin}<<{check_digit(pin + '<<')}"
    assert MARKED in found(site.signed("cutru"), one).content.decode()


def test_a_card_that_differs_is_told(site: Site):
    page = found(site.signed("cutru"), f"{MARKED_PIN}||Tên Khác Hẳn|02011990|Nữ|Số 1|01012021").content.decode()
    assert MARKED in page and "Thông tin trên thẻ khác với CSDL" in page


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_spoilt_scan_asks_to_turn_the_keyboard_off(site: Site, lang):
    client = site.signed("cutru")
    client.post("/lua-chon/", {"lang": lang})
    answer = client.post("/tra-cuu/", {"text": "ÍDVNM1900000016001190000001<<9", **PURPOSE})
    told = "Tắt Unikey (E) rồi quét lại" if lang == "vi" else "Turn Unikey off (E) and scan again"
    assert answer.status_code == 400 and told in answer.content.decode()


def test_more_than_two_hundred_ask_for_a_year_or_a_commune(site: Site):
    client = site.signed("cutru")
    many = found(client, "nguyen van an").content.decode()
    assert "Có hơn 200 người phù hợp" in many and many.count('href="/cong-dan/') == 200
    few = found(client, "nguyen van an", year="1950").content.decode()
    assert "Tìm thấy 3 người" in few or "Tìm thấy 2 người" in few
    # A date beside the name narrows it as well, as in the forms.
    for said in ("an 1950", "an 5/1950", "an 06/05/1950", "an 06 05 1950", "an 1950-05-06"):
        narrowed = found(client, f"nguyen van {said}").content.decode()
        assert narrowed.count('href="/cong-dan/') == few.count('href="/cong-dan/'), said
    assert "Chưa tìm thấy" in found(client, "nguyen van an 07/05/1950").content.decode()
    assert client.post("/tra-cuu/", {"text": "an", "commune": "99999", **PURPOSE}).status_code == 400
    alone = client.post("/tra-cuu/", {"text": "06/05/1950", **PURPOSE})
    assert alone.status_code == 400 and "hãy gõ thêm họ tên" in alone.content.decode()


def test_a_commune_is_found_by_name(site: Site):
    client = site.signed("cutru")
    for said in ("Ba Đình", "phường ba đình", "Phường Ba Đình, Hà Nội", HERE):
        assert "Có hơn 200" in found(client, "nguyen van an", commune=said).content.decode()
    away = found(client, "nguyen van an", commune="Phú Quốc").content.decode()
    assert "Chưa tìm thấy" in away
    # A commune that is called as its province is.
    assert "Chưa tìm thấy" in found(client, "nguyen van an", commune="Phường Lào Cai").content.decode()
    # A name that several communes have: of one's own province first, else they are told.
    several = client.post("/tra-cuu/", {"text": "an", "commune": "Tân Thành", **PURPOSE})
    assert several.status_code == 400 and "gõ thêm tên tỉnh: " in several.content.decode()


def test_the_own_commune_comes_first_and_the_dead_last(site: Site):
    from dancu.kit import roles
    from dancu.register.read.search import search

    casework.loaded(site, "nap-3", ("pin", "name", "birth_date", "sex", "commune", "unit_scheme", "status"), [
        ("079170000101", "Quách Thị Mận", "1970-01-01", "female", ELSEWHERE, "2025-07", "active"),
        ("001180000102", "Quách Thị Mận", "1980-01-01", "female", HERE, "2025-07", "active"),
        ("001160000103", "Quách Thị Mận", "1960-01-01", "female", HERE, "2025-07", "deceased"),
    ])  # fmt: skip
    with site.database.connect(roles.READER) as connection:
        born = [hit.birth_date[:4] for hit in search(connection, "quach thi man", near=HERE).hits]
        assert born == ["1980", "1960", "1970"]
        assert [hit.birth_date[:4] for hit in search(connection, "quach thi man").hits] == ["1970", "1980", "1960"]


def test_the_page_shows_what_role_and_unit_allow(site: Site):
    client = site.signed("cutru")
    here = client.get(person_of(found(client, MARKED_PIN))).content.decode()
    assert MARKED in here and "Thuộc địa bàn" in here and "0900000001" not in here and "Đang quản lý" in here
    away = client.get(person_of(found(client, AWAY_PIN))).content.decode()
    assert AWAY in away and "Ngoài địa bàn" in away and "0900000002" not in away
    supervisor = site.signed("congantinh")
    sent = supervisor.post("/tra-cuu/", {"text": AWAY_PIN, "purpose": "supervision", "reference": "KT-1"})
    other = supervisor.get(person_of(supervisor.get(sent["Location"])))
    assert other.status_code == 200 and AWAY not in other.content.decode()


def test_a_masked_group_opens_for_a_purpose_and_closes_again(site: Site):
    client = site.signed("cutru")
    address = person_of(found(client, MARKED_PIN))
    assert client.get(f"{address}mo/?nhom=contact").status_code == 200
    missing = client.post(f"{address}mo/", {"nhom": "contact", "purpose": "residence_file", "reference": ""})
    assert missing.status_code == 400
    wrong = client.post(f"{address}mo/", {"nhom": "contact", "purpose": "supervision", "reference": "HS-1"})
    assert wrong.status_code == 400, "the catalogue is the role's"
    opened = client.post(f"{address}mo/", {"nhom": "contact", "purpose": "card_file", "reference": "HS-4712/2026"})
    assert opened.status_code == 302
    assert "0900000001" in client.get(address).content.decode()
    own = own_log(client, "HS-4712-2026", 1)
    assert "HS-4712-2026" in own and "Giải quyết hồ sơ căn cước" in own, "the purpose and what it is for are in the ledger"
    session = client.session
    session["revealed"] = dict.fromkeys(session["revealed"], 0)
    session.save()
    assert "0900000001" not in client.get(address).content.decode()


def test_a_role_without_the_operation_reveals_nothing(site: Site):
    client = site.signed("dulieu")
    assert client.post("/tra-cuu/", {"text": MARKED_PIN, **PURPOSE}).status_code == 403
    assert client.get("/cong-dan/x/mo/?nhom=contact").status_code == 403


def test_each_look_is_noted_and_shown_to_who_looked_and_to_the_chief(site: Site):
    client = site.signed("cutru")
    sent = client.post("/tra-cuu/", {"text": MARKED_PIN, "purpose": "residence_file", "reference": "HS-4711"})
    address = person_of(client.get(sent["Location"]))
    client.get(address)
    client.get(f"{address}lich-su/")
    own = own_log(client, "HS-4711", 3)
    assert own.count("HS-4711") == 3 and MARKED not in own and MARKED_PIN not in own
    chief = site.signed("chihuy")
    looked = chief.get(person_of(found(chief, MARKED_PIN)) + "ai-da-xem/")
    assert looked.status_code == 200 and looked.content.decode().count("HS-4711") >= 2
    assert client.get(f"{address}ai-da-xem/").status_code == 403


def test_a_result_that_is_gone_asks_again(site: Site):
    answer = site.signed("cutru").get("/tra-cuu/ket-qua/khong-co-nua/")
    assert answer.status_code == 302 and answer["Location"] == "/tra-cuu/"


@pytest.mark.parametrize("reference", ["Trần Thị Bưởi", "001190000001", "hồ sơ của bà Bưởi ở tổ 5", "<b>1</b>"])
def test_a_reference_is_the_number_of_a_file_and_nobody(site: Site, reference):
    sent = {"text": MARKED_PIN, "purpose": "residence_file", "reference": reference}
    assert site.signed("cutru").post("/tra-cuu/", sent).status_code == 400


def test_a_number_of_too_few_or_too_many_digits_is_told_so(site: Site):
    client = site.signed("hotich")
    for typed, told in (("00119000000", "11"), ("001 190 000 0011", "13"), ("12345678", "8")):
        page = client.post("/tra-cuu/", {"text": typed, "purpose": "civil_status_file", "reference": ""}, follow=True).content.decode()
        assert f"Số vừa gõ có {told} chữ số" in page and typed in page


def test_a_reference_given_for_one_person_is_none_for_the_next(site: Site):
    client = site.signed("cutru")
    found = client.post("/tra-cuu/", {"text": MARKED_PIN, "purpose": "residence_file", "reference": ""}, follow=True)
    page = re.search(r'href="(/cong-dan/[^"]+/)"', found.content.decode())[1]
    sent = {"nhom": "sensitive", "purpose": "residence_file", "reference": "HS-1/2026"}
    assert client.post(f"{page}mo/", sent).status_code == 302
    assert "HS-1/2026" not in client.get("/tra-cuu/").content.decode()
    assert "HS-1/2026" in client.get(f"{page}mo/?nhom=sensitive").content.decode()
