"""Looks told from the ledger: one's own, a supervisor's week, what is asked and answered; there is no second table of them."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta

import pytest

from tests.web.casework import text
from tests.web.conftest import AWAY_PIN, HERE, MARKED, MARKED_PIN, Site


def looked_at(site: Site, client, pin: str, *, reference: str = "", purpose: str = "residence_file") -> str:
    """Search for somebody by number and open the record; its address."""
    sent = client.post("/tra-cuu/", {"text": pin, "purpose": purpose, "reference": reference})
    assert sent.status_code == 302, sent.content.decode()
    page = client.get(sent["Location"]).content.decode()
    address = re.search(r'href="(/cong-dan/[^"]+/)"', page)
    assert address, page
    assert client.get(address[1]).status_code == 200
    return address[1]


def settled() -> None:
    """Until what was written is published and the index may follow it."""
    from dancu.register.command import Actor
    from dancu.register.witness import Reader
    from dancu.web import desk

    witness = desk.desk().witness
    witness.wait(witness.missed(Reader.of(Actor("x", "system"), "end"), "x", service="end"))


def listed(client) -> list[list[str]]:
    """The rows of the week's list as it is taken home, of this test and those before it: they write into one ledger."""
    taken = client.get("/nhat-ky/giam-sat/xuat/?kieu=csv")
    return list(csv.reader(io.StringIO(taken.content.decode("utf-8-sig"))))[1:]


def test_a_look_says_why_it_is_asked_and_whether_it_was_at_somebody(site: Site):
    officer, chief = site.signed("cutru"), site.signed("chihuy")
    looked_at(site, officer, AWAY_PIN)
    settled()
    look = re.search(r'href="(/nhat-ky/giam-sat/lan-xem/[^"]+/)"', chief.get("/nhat-ky/giam-sat/").content.decode())[1]
    page = text(chief.get(look))
    assert "Không có số hồ sơ; Ngoài địa bàn" in page and "Họ, chữ đệm và tên khai sinh" in page
    for number, said in ((AWAY_PIN, "Đúng: lần này đã xem"), (MARKED_PIN, "hồ sơ của người khác"), ("001300999999", "Không có ai mang")):
        assert said in text(chief.post(look, {"kind": "compare", "number": number}))
    assert chief.post(look, {"kind": "compare", "number": "12"}).status_code == 400
    settled()
    assert "So một lần xem với một số định danh" in text(chief.get("/nhat-ky/cua-toi/"))
    from dancu.web.models import LookAct

    assert not LookAct.objects.exists()


def test_there_is_no_second_audit_table(site: Site):
    from django.db import connection

    assert "web_look" not in connection.introspection.table_names()


def test_a_celebrity_opened_under_a_false_purpose_is_on_the_supervisors_page(site: Site):
    officer = site.signed("cutru")
    looked_at(site, officer, AWAY_PIN)
    settled()
    page = site.signed("congantinh").get("/nhat-ky/giam-sat/").content.decode()
    assert "Trần Văn Cư Trú" in page and "Không có số hồ sơ" in page and "Ngoài địa bàn" in page
    chief = site.signed("chihuy").get("/nhat-ky/giam-sat/?ly-do=away").content.decode()
    assert "Trần Văn Cư Trú" in chief
    # The justice department watches those who keep the civil book, not the police.
    assert "Trần Văn Cư Trú" not in site.signed("sotuphap").get("/nhat-ky/giam-sat/").content.decode()
    assert site.signed("cutru").get("/nhat-ky/giam-sat/").status_code == 403


def test_a_masked_field_opened_with_a_purpose_is_seen_by_the_supervisor(site: Site):
    officer = site.signed("cutru")
    address = looked_at(site, officer, MARKED_PIN, reference="HS-15/2026")
    assert "0900000001" not in officer.get(address).content.decode()
    opened = officer.post(f"{address}mo/", {"nhom": "contact", "purpose": "residence_file", "reference": "HS-15/2026"})
    assert opened.status_code == 302
    assert "0900000001" in officer.get(address).content.decode()
    settled()
    own = officer.get("/nhat-ky/cua-toi/").content.decode()
    assert "Mở thông tin được che" in own and "HS-15-2026" in own and "Giải quyết hồ sơ cư trú" in own and MARKED not in own
    chief = site.signed("chihuy")
    sought = looked_at(site, chief, MARKED_PIN, purpose="supervision", reference="KT-1")
    page = chief.get(f"{sought}ai-da-xem/").content.decode()
    assert "Mở thông tin được che" in page and "Trần Văn Cư Trú (cutru)" in page and "HS-15-2026" in page


def test_work_for_a_case_within_hours_is_not_on_the_list(site: Site, monkeypatch):
    from dancu.register.read import oversight

    monkeypatch.setattr(oversight, "OPENING", oversight.time(0, 0))
    monkeypatch.setattr(oversight, "CLOSING", oversight.time(23, 59, 59))
    monkeypatch.setattr("dancu.quality.term.is_working_day", lambda day: True)
    chief = site.signed("chihuy")
    before = listed(chief)
    looked_at(site, site.signed("cutru"), MARKED_PIN, reference="HS-16")
    settled()
    assert listed(chief) == before


def test_a_number_is_no_reference(site: Site):
    officer = site.signed("cutru")
    answer = officer.post("/tra-cuu/", {"text": MARKED_PIN, "purpose": "residence_file", "reference": MARKED_PIN})
    assert answer.status_code == 400 and "không được chứa số định danh" in answer.content.decode()


def test_an_explanation_is_asked_given_and_accepted(site: Site):
    officer, chief = site.signed("cutru"), site.signed("chihuy")
    looked_at(site, officer, AWAY_PIN)
    settled()
    page = chief.get("/nhat-ky/giam-sat/").content.decode()
    look = re.search(r'href="(/nhat-ky/giam-sat/lan-xem/[^"]+/)"', page)[1]
    assert chief.get(look).status_code == 200 and site.signed("congantinh").get(look).status_code == 404
    wrong = chief.post(look, {"kind": "asked", "text": f"Vì sao xem {AWAY_PIN}"})
    assert wrong.status_code == 400 and "Không ghi số định danh" in wrong.content.decode()
    assert chief.post(look, {"kind": "asked", "text": "Vì sao xem người ngoài địa bàn?"}).status_code == 302
    home = officer.get("/").content.decode()
    assert "Giải trình việc xem thông tin" in home and "Vì sao xem người ngoài địa bàn?" in home
    own = officer.get("/nhat-ky/cua-toi/").content.decode()
    answer = re.search(r'href="(/nhat-ky/cua-toi/giai-trinh/[^"]+/)"', own)[1]
    assert officer.post(answer, {"kind": "explained", "text": "Tôi tự ghi nhận"}).status_code in (200, 302)
    assert officer.post(answer, {"kind": "answered", "text": "Xác minh giúp xã bạn"}).status_code == 302
    assert "giai-trinh" not in officer.get("/nhat-ky/cua-toi/").content.decode()
    assert "Đã trả lời" in chief.get("/nhat-ky/giam-sat/").content.decode()
    assert f'href="{look}"' in chief.get("/").content.decode() and "giai-trinh" not in officer.get("/").content.decode()
    chief.post(look, {"kind": "explained", "text": "Có công văn của xã bạn"})
    assert "Đã giải trình" in chief.get("/nhat-ky/giam-sat/").content.decode()
    from dancu.web.models import LookAct

    assert list(LookAct.objects.order_by("id").values_list("kind", flat=True)) == ["asked", "answered", "explained"]


def test_what_was_said_cannot_be_changed(site: Site):
    from django.db import connection, transaction
    from django.db.utils import ProgrammingError

    for statement in ("UPDATE web_look_act SET text = ''", "DELETE FROM web_look_act", "DELETE FROM web_check"):
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_the_list_is_filtered_paged_and_taken_home(site: Site, monkeypatch):
    from dancu.web.staff.ledger import week

    monkeypatch.setattr("dancu.register.read.oversight.VISIT", timedelta(seconds=-1))
    officer, chief = site.signed("cutru"), site.signed("chihuy")
    before = listed(chief)
    address = looked_at(site, officer, AWAY_PIN)
    for _ in range(6):
        officer.get(address)
    settled()
    monkeypatch.setattr(week, "ROWS", 3)
    page = chief.get("/nhat-ky/giam-sat/").content.decode()
    assert "Xem đi xem lại một hồ sơ" in page and page.count('class="why-tags"') == 3
    further = re.search(r'href="(\?[^"]*sau=[^"]+)" rel="next"', page)[1].replace("&amp;", "&")
    second = chief.get(f"/nhat-ky/giam-sat/{further}").content.decode()
    assert second.count('class="why-tags"') == 3 and "Về đầu danh sách" in second
    reference = re.search(r'<option value="([^"]{20,})"', page)[1]
    assert "Trần Văn Cư Trú" in chief.get(f"/nhat-ky/giam-sat/?can-bo={reference}").content.decode()
    assert "Không có lần xem nào" in chief.get("/nhat-ky/giam-sat/?ly-do=self").content.decode()
    assert "Không có lần xem nào" in chief.get("/nhat-ky/giam-sat/?tuan=2020-W01").content.decode()
    assert chief.get("/nhat-ky/giam-sat/?tuan=x&sau=y").status_code == 200
    lines = listed(chief)
    assert len(lines) == len(before) + 7 and lines[0][1] == "cutru" and AWAY_PIN not in str(lines)
    assert chief.get("/nhat-ky/giam-sat/xuat/?kieu=xlsx").content.startswith(b"PK")
    settled()
    assert "Xuất danh sách giám sát" in chief.get("/nhat-ky/cua-toi/").content.decode()


def test_a_colleagues_record_is_told_as_one(site: Site):
    operator = site.signed("quantri")
    new = {"login": "canbo.moi", "full_name": "Cán Bộ Mới", "number": MARKED_PIN, "role": "residence_officer", "unit": HERE}
    made = operator.post("/quan-tri/tai-khoan/moi/", new)
    assert made.status_code == 200, made.content.decode()
    account = site.account("canbo.moi")
    assert account.person > 0 and MARKED_PIN not in str(account.__dict__)
    looked_at(site, site.signed("cutru"), MARKED_PIN, reference="HS-1")
    settled()
    page = site.signed("chihuy").get("/nhat-ky/giam-sat/").content.decode()
    assert "Hồ sơ của đồng nghiệp" in page and "Cán Bộ Mới" in page


def test_who_is_watched_by_whom(site: Site):
    from dancu.web.staff.ledger.officers import watched

    logins = ("chihuy", "sotuphap", "congantinh", "cutru", "quantri")
    seen = {login: {each.login for each in watched(site.account(login))} for login in logins}
    assert seen["chihuy"] == {"cutru"} and seen["sotuphap"] == {"hotich"} and seen["cutru"] == seen["quantri"] == set()
    assert {"cutru", "hotich", "chihuy"} <= seen["congantinh"]
