"""Nobody's value leaves by a side door: logs, addresses, error pages; headers on every answer; limits of what is taken in."""

from __future__ import annotations

import io
import logging
import re

import pytest

from dancu.web import project
from tests.web.conftest import AWAY, AWAY_PIN, MARKED, MARKED_PIN, Site

_SECRETS = (MARKED, MARKED_PIN, AWAY, AWAY_PIN, "012345678", "0900000001", MARKED.lower(), "kin dao tuyet mat")


@pytest.fixture
def logged():
    """Everything that is logged, as a server would write it."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    # Database drivers are not told to speak in a server either.
    for name in ("psycopg", "asyncio", "procrastinate"):
        logging.getLogger(name).setLevel(logging.WARNING)
    yield out
    root.removeHandler(handler)
    root.setLevel(level)


def _walk(client) -> list[str]:
    """Search for the marked people in every way and open them; the addresses that were met."""
    met = []
    for text in (MARKED, MARKED_PIN, "012345678", AWAY_PIN, "kin dao tuyet mat"):
        answer = client.post("/tra-cuu/", {"text": text, "purpose": "residence_file", "reference": "HS-1"})
        met.append(answer["Location"])
        page = client.get(answer["Location"])
        assert page.status_code == 200
        met += re.findall(r'(?:href|action|src)="([^"]*)"', page.content.decode())
        person = re.search(r'href="(/cong-dan/[^"]+/)"', page.content.decode())
        assert person, text
        for more in ("", "lich-su/", "ai-da-xem/", "mo/?nhom=contact", "mo/?nhom=khong-co"):
            shown = client.get(person.group(1) + more)
            met += [person.group(1) + more, *re.findall(r'(?:href|action|src)="([^"]*)"', shown.content.decode())]
    return met


def test_no_value_in_a_log_or_an_address(site: Site, logged):
    client = site.signed("chihuy")
    met = _walk(client)
    client.get(f"/tra-cuu/ket-qua/{MARKED_PIN}/?q={MARKED_PIN}")
    client.post("/dang-nhap/", {"login": MARKED_PIN, "password": MARKED})
    told = logged.getvalue()
    assert "GET person 200" in told and "GET found" in told
    for secret in _SECRETS:
        assert secret not in told, "a log line tells somebody's value"
        assert not [address for address in met if secret in address], "an address tells somebody's value"
    assert site.logins["chihuy"].password not in told
    for line in told.splitlines():
        assert not re.search(r"\d{9}", re.sub(r"^[0-9a-f]{16} ", "", line)), line


def test_a_fault_tells_its_place_and_no_value(site: Site, logged, monkeypatch):
    from dancu.web.staff import search

    def broken(*_: object, **__: object) -> None:
        raise ValueError(f"{MARKED} {MARKED_PIN}")

    client = site.signed("chihuy")
    monkeypatch.setattr(search.desk, "search", broken)
    sent = client.post("/tra-cuu/", {"text": MARKED, "purpose": "residence_file"})
    answer = client.get(sent["Location"])
    assert answer.status_code == 500 and "Máy chủ gặp lỗi" in answer.content.decode()
    told = logged.getvalue()
    assert "ValueError at test_privacy.py" in told
    assert not [secret for secret in _SECRETS if secret in told or secret in answer.content.decode()]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_error_pages_speak_both_languages_and_name_nobody(site: Site, lang):
    client = site.signed("cutru")
    client.post("/lua-chon/", {"lang": lang})
    told = {
        403: client.get("/quan-tri/tai-khoan/"),
        404: client.get(f"/cong-dan/{MARKED_PIN}/"),
        405: client.post("/nhat-ky/cua-toi/"),
        413: client.post("/tra-cuu/", data=b"x" * (project.FORM_BYTES_MAX + 1), content_type="application/x-www-form-urlencoded"),
    }
    for status, answer in told.items():
        text = answer.content.decode()
        assert answer.status_code == status and f'lang="{lang}"' in text and MARKED_PIN not in text
        assert ("Về trang chủ" in text) == (lang == "vi") and ("To the home page" in text) == (lang == "en")


def test_headers_are_on_every_answer(site: Site):
    client = site.signed("cutru")
    for address in ("/", "/tra-cuu/", "/khong-co/", "/quan-tri/tai-khoan/", "/health", "/dang-nhap/"):
        answer = client.get(address)
        policy = answer["Content-Security-Policy"]
        assert "unsafe" not in policy and "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
        assert answer["X-Content-Type-Options"] == "nosniff" and answer["Referrer-Policy"] == "same-origin"
        assert answer["Cache-Control"] == "no-store" and answer["X-Frame-Options"] == "DENY"


def test_a_form_without_its_token_is_refused(site: Site):
    from django.test import Client

    client = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    answer = client.post("/dang-nhap/", {"login": "cutru", "password": site.logins["cutru"].password})
    assert answer.status_code == 403 and "Trang đã mở quá lâu" in answer.content.decode()
    page = client.get("/dang-nhap/").content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page).group(1)
    sent = {"login": "cutru", "password": site.logins["cutru"].password, "csrfmiddlewaretoken": token}
    assert client.post("/dang-nhap/", sent).status_code == 302


def test_another_host_is_not_answered(site: Site):
    from django.test import Client

    answer = Client(SERVER_NAME="elsewhere.vn").get("/dang-nhap/")
    assert answer.status_code == 400 and "elsewhere" not in answer.content.decode()


def test_what_was_typed_is_escaped(site: Site):
    client = site.signed("cutru")
    answer = client.post("/tra-cuu/", {"text": '"><script>alert(1)</script>', "purpose": "", "year": "<b>"})
    assert answer.status_code == 400 and "<script>alert" not in answer.content.decode() and "<b>" not in answer.content.decode()


def test_sessions_and_secrets_are_not_in_the_clear(site: Site):
    from dancu.web.models import Account, RecoveryCode

    for account in Account.objects.all():
        assert account.password.startswith("scrypt$") and bytes(account.totp) and account.login not in account.password
    assert not RecoveryCode.objects.exists()
    path = site.database.settings.home / "web.key"
    assert path.stat().st_mode & 0o077 == 0


def test_the_role_of_the_pages_cannot_undo_what_was_noted(site: Site):
    import psycopg

    from dancu.kit import roles

    for statement in (
        "DELETE FROM web_account", "DELETE FROM web_look_act", "UPDATE web_look_act SET text = ''", "DELETE FROM web_account_act",
        "UPDATE web_account_act SET kind = ''", "UPDATE register_person SET name = ''", "DELETE FROM register_action",
    ):  # fmt: skip
        with site.database.connect(roles.WEB) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement)
