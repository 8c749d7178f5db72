"""Signing in: both steps, sessions that cannot be fixed or kept past their end, first set-up, signing out everywhere."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from dancu.web import project
from dancu.web.accounts import totp
from dancu.web.keys import Keys
from tests.web.conftest import Site


def test_a_wrong_password_and_an_unknown_login_answer_alike(site: Site):
    one = site.stranger().post("/dang-nhap/", {"login": "cutru", "password": "khong-dung-dau"})
    other = site.stranger("203.0.113.8").post("/dang-nhap/", {"login": "khong-co", "password": "khong-dung-dau"})
    assert one.status_code == other.status_code == 400
    plain = [re.sub(r'value="[^"]*"', "", answer.content.decode()) for answer in (one, other)]
    assert plain[0] == plain[1]


def test_the_session_id_changes_at_each_step(site: Site):
    client = site.stranger()
    # An id somebody else chose for the victim's browser.
    client.cookies["dancu_phien"] = "a" * 32
    client.post("/dang-nhap/", {"login": "cutru", "password": site.logins["cutru"].password})
    first = client.cookies["dancu_phien"].value
    client.post("/ma-xac-thuc/", {"code": site.fresh_code("cutru")})
    second = client.cookies["dancu_phien"].value
    assert len({"a" * 32, first, second}) == 3
    cookie = client.cookies["dancu_phien"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and not cookie["secure"]
    stolen = site.stranger()
    stolen.cookies["dancu_phien"] = first
    assert stolen.get("/").status_code == 302


def test_a_code_counts_once(site: Site):
    code = site.fresh_code("cutru")
    for expected in (302, 400):
        client = site.stranger()
        client.post("/dang-nhap/", {"login": "cutru", "password": site.logins["cutru"].password})
        assert client.post("/ma-xac-thuc/", {"code": code}).status_code == expected


def test_a_recovery_code_counts_once(site: Site):
    # Models can be had only where Django stands.
    from dancu.web.accounts import actions
    from dancu.web.models import AccountAct

    account, keys = site.account("cutru"), Keys.of(site.database.settings.home)
    codes = actions.new_recovery_codes(account=account, keys=keys, actor=account.pk, at=datetime.now(UTC))
    for expected in (302, 400):
        client = site.stranger()
        client.post("/dang-nhap/", {"login": "cutru", "password": site.logins["cutru"].password})
        assert client.post("/ma-xac-thuc/", {"code": codes[0].upper()}).status_code == expected
    assert AccountAct.objects.filter(account=account.pk, kind="recovery_code_used").count() == 1


def test_a_second_factor_sealed_with_a_lost_key_fits_no_code(site: Site):
    from dancu.web.models import Account

    code = site.fresh_code("cutru")
    Account.objects.filter(login="cutru").update(totp=b"sealed with another key, long ago")
    client = site.stranger()
    client.post("/dang-nhap/", {"login": "cutru", "password": site.logins["cutru"].password})
    assert client.post("/ma-xac-thuc/", {"code": code}).status_code == 400


def test_a_day_at_the_desk_ends(site: Site):
    client = site.signed("cutru")
    session = client.session
    session["began"] -= project.WHOLE_S + 1
    session.save()
    assert client.get("/").status_code == 302


def test_an_idle_session_ends_and_leads_back(site: Site, monkeypatch):
    client = site.signed("cutru")
    session = client.session
    session["seen"] = session["seen"] - 60 * site.database.settings.session_idle_min - 1
    session.save()
    answer = client.get("/nhat-ky/cua-toi/")
    assert answer["Location"] == "/dang-nhap/?tiep=%2Fnhat-ky%2Fcua-toi%2F"
    client.post("/dang-nhap/", {"login": "cutru", "password": site.logins["cutru"].password, "then": "/nhat-ky/cua-toi/"})
    assert client.post("/ma-xac-thuc/", {"code": site.fresh_code("cutru")})["Location"] == "/nhat-ky/cua-toi/"


def test_a_form_that_came_too_late_leads_back_to_its_page(site: Site):
    answer = site.stranger().post("/tra-cuu/", {"text": "x"}, headers={"referer": "http://localhost/tra-cuu/"})
    assert answer["Location"] == "/dang-nhap/?tiep=%2Ftra-cuu%2F&het-han=1"
    outside = site.stranger().post("/tra-cuu/", {"text": "x"}, headers={"referer": "http://elsewhere.vn/tra-cuu/"})
    assert outside["Location"] == "/dang-nhap/?het-han=1"


def test_nobody_is_led_out_of_the_site(site: Site):
    for then in ("https://elsewhere.vn/", "//elsewhere.vn/", "javascript:alert(1)", "/\\elsewhere.vn"):
        client = site.stranger()
        client.post("/dang-nhap/", {"login": "cutru", "password": site.logins["cutru"].password, "then": then})
        assert client.post("/ma-xac-thuc/", {"code": site.fresh_code("cutru")})["Location"] == "/", then


def test_sign_out_everywhere(site: Site):
    one, other = site.signed("cutru"), site.signed("cutru")
    assert one.post("/tai-khoan/dang-xuat-moi-noi/").status_code == 302
    assert other.get("/").status_code == 302 and one.get("/").status_code == 302


def test_a_new_password_ends_every_other_session(site: Site):
    one, other = site.signed("cutru"), site.signed("cutru")
    new = "con cò bay lả bay la"
    sent = {"present": site.logins["cutru"].password, "password": new, "again": new}
    assert one.post("/tai-khoan/mat-khau/", sent)["Location"] == "/tai-khoan/"
    assert one.get("/").status_code == 200 and other.get("/").status_code == 302
    again = site.stranger().post("/dang-nhap/", {"login": "cutru", "password": new})
    assert again["Location"] == "/ma-xac-thuc/"


def test_the_first_sign_in_sets_up_password_and_second_factor(site: Site):
    from dancu.web.models import AccountAct

    operator = site.signed("quantri")
    made = operator.post(
        "/quan-tri/tai-khoan/moi/",
        {"login": "moi", "full_name": "Người Mới", "number": "001199000009", "role": "residence_officer", "unit": "00004"},
    )
    first = re.search(r'class="secret">([^<]+)<', made.content.decode()).group(1)
    client = site.stranger("198.51.100.4")
    assert client.post("/dang-nhap/", {"login": "moi", "password": first})["Location"] == "/thiet-lap/"
    assert client.get("/tra-cuu/")["Location"].startswith("/thiet-lap/")
    for weak in ("ngan", "123456789012", first, "aaaaaaaaaaaaaaaa", "moi-nguoi-dung-1"):
        assert client.post("/thiet-lap/", {"password": weak, "again": weak}).status_code == 400, weak
    new = "ruộng đồng quê ta"
    assert client.post("/thiet-lap/", {"password": new, "again": new}).status_code == 302
    page = client.get("/thiet-lap/").content.decode()
    secret = totp.from_base32(re.search(r'class="secret">([^<]+)<', page).group(1))
    picture = client.get("/thiet-lap/ma-qr.svg")
    assert picture["Content-Type"] == "image/svg+xml" and picture.content.startswith(b"<svg")
    assert client.post("/thiet-lap/", {"code": "000000"}).status_code == 400
    told = client.post("/thiet-lap/", {"code": totp.code(secret, datetime.now(UTC).timestamp())})
    assert len(re.findall(r"<li>[a-z0-9]{5}-[a-z0-9]{5}</li>", told.content.decode())) == totp.RECOVERY_CODES
    assert client.get("/thiet-lap/")["Location"] == "/" and client.get("/tra-cuu/").status_code == 200
    kinds = list(AccountAct.objects.filter(account=site.account("moi").pk).values_list("kind", flat=True))
    assert sorted(kinds) == ["made", "password", "second_factor"]


def test_sensitive_pages_ask_again_who_one_is(site: Site):
    client = site.signed("quantri")
    session = client.session
    session["fresh"] = 0
    session.save()
    answer = client.get("/quan-tri/tai-khoan/moi/")
    assert answer["Location"] == "/xac-nhan-lai/?tiep=%2Fquan-tri%2Ftai-khoan%2Fmoi%2F"
    sent = {"code": site.fresh_code("quantri"), "then": "/quan-tri/tai-khoan/moi/"}
    assert client.post("/xac-nhan-lai/", sent)["Location"] == "/quan-tri/tai-khoan/moi/"
    assert client.get("/quan-tri/tai-khoan/moi/").status_code == 200


def test_an_ended_account_is_out_at_once(site: Site):
    officer, operator = site.signed("cutru"), site.signed("quantri")
    page = operator.get("/quan-tri/tai-khoan/").content.decode()
    address = re.search(r'href="(/quan-tri/tai-khoan/[^"]+/)">cutru<', page).group(1)
    assert operator.get(f"{address}ket-thuc/").status_code == 200
    assert operator.post(f"{address}ket-thuc/").status_code == 302
    assert officer.get("/").status_code == 302
    assert site.stranger().post("/dang-nhap/", {"login": "cutru", "password": site.logins["cutru"].password}).status_code == 400
