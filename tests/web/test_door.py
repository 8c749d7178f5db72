"""The door: each route says who may open it, and each role finds open what the rights of staff say and nothing else."""

from __future__ import annotations

import re

import pytest
from django.urls import get_resolver

from dancu.register.rights import Staff, may
from dancu.web.routes import PUBLIC, SIGNED_IN, STAGES
from tests.web.conftest import Site


def routes():
    """Every route below the root, with its access."""
    return [(pattern, getattr(pattern.callback, "access", None)) for pattern in get_resolver("dancu.web.urls").url_patterns]


def test_every_route_declares_its_access(site: Site):
    """A law: what does not declare itself is refused to everybody, and does not land."""
    assert [str(pattern.pattern) for pattern, access in routes() if access is None] == []
    names = [pattern.name for pattern, _ in routes()]
    assert len(names) == len(set(names)) and all(names)


def test_a_route_without_a_declaration_is_refused(site: Site, monkeypatch):
    client = site.signed("cutru")
    pattern = next(pattern for pattern, _ in routes() if pattern.name == "home")
    monkeypatch.delattr(pattern.callback, "access")
    assert client.get("/").status_code == 403


LOGINS = ("hotich", "cutru", "chihuy", "sotuphap", "congantinh", "dulieu", "quantri")


@pytest.mark.parametrize("login", LOGINS)
def test_each_role_opens_what_its_rights_include(site: Site, login):
    """role × operation over HTTP, for every route without arguments."""
    client, who = site.signed(login), site.logins[login]
    staff = Staff(login, who.role, who.unit)
    seen = {}
    for pattern, access in routes():
        address = "/" + str(pattern.pattern)
        if "<" in address or "GET" not in access.methods:
            continue
        expected = access.needs in (PUBLIC, SIGNED_IN) or (access.needs not in STAGES and may(staff, access.needs))
        expected &= access.roles is None or staff.role in access.roles
        status = client.get(address).status_code
        seen[address] = status
        # A page of signing in sends on who is in already; a sensitive one asks for a code first.
        assert status in ((200, 302) if expected or access.needs in STAGES else (403,)), address
    assert {200} <= set(seen.values())


def test_nobody_gets_in_without_the_second_step(site: Site):
    client = site.stranger()
    for pattern, access in routes():
        address = "/" + re.sub(r"<int:\w+>", "1", re.sub(r"<(?!int)[^>]+>", "x", str(pattern.pattern)))
        if access.needs == PUBLIC:
            continue
        answer = client.get(address) if "GET" in access.methods else client.post(address)
        assert answer.status_code == 302 and answer["Location"].startswith("/dang-nhap/"), address
    client.post("/dang-nhap/", {"login": "cutru", "password": site.logins["cutru"].password})
    answer = client.get("/tra-cuu/")
    assert answer.status_code == 302 and answer["Location"].startswith("/ma-xac-thuc/")


def test_the_menu_shows_what_may_be_opened(site: Site):
    officer = site.signed("cutru").get("/").content.decode()
    operator = site.signed("quantri").get("/").content.decode()
    assert 'href="/tra-cuu/"' in officer and 'href="/quan-tri/tai-khoan/"' not in officer
    assert 'href="/tra-cuu/"' not in operator and 'href="/quan-tri/tai-khoan/"' in operator


def test_methods_that_were_not_declared_are_refused(site: Site):
    client = site.signed("cutru")
    assert client.post("/nhat-ky/cua-toi/").status_code == 405
    assert client.get("/dang-xuat/").status_code == 405
    assert client.put("/tra-cuu/").status_code == 405


def test_a_reference_is_good_for_its_account_alone(site: Site):
    from dancu.web.accounts import session

    class Asked:
        account = site.account("cutru")

    reference = session.reference(Asked, "person", 1)
    assert site.signed("cutru").get(f"/cong-dan/{reference}/").status_code == 200
    assert site.signed("chihuy").get(f"/cong-dan/{reference}/").status_code == 404
    assert site.signed("cutru").get("/cong-dan/AAAA/").status_code == 404
    assert session.record(Asked, "account", reference) is None
