"""The operator's accounts: rights that fit, two of one person recognised, changed, reset, ended; every act noted and in the ledger."""

from __future__ import annotations

import re

import pytest

from dancu.ledger.leaf import Command, decode
from dancu.ledger.reader import LogReader
from tests.web.conftest import Site

NEW = {"login": "moi", "full_name": "Người Mới", "number": "001199000009", "role": "residence_officer", "unit": "00004", "agency": ""}


def commands(site: Site) -> list[tuple[str, str]]:
    """(command, outcome) of every command in the ledger so far."""
    from dancu.web import desk
    from dancu.web.desk import account_witness

    account_witness(None)("account.test", "end")
    log = LogReader(site.database.settings.home / "ledger")
    month = log.months()[-1]
    desk.desk().witness.wait(_last(log, month))
    size = log.checkpoint(month)[1].size
    leaves = [decode(entry) for _, entry in log.entries(month, 0, size)]
    return [(leaf.command, leaf.outcome) for leaf in leaves if isinstance(leaf, Command)]


def _last(log: LogReader, month: str):
    import time

    from dancu.ledger.sequencer import Place

    # The checkpoint is signed a moment later.
    time.sleep(0.5)
    found = log.checkpoint(month)
    return Place(month, found[1].size - 1, found[1].size)


def test_making_an_account_is_noted_and_in_the_ledger(site: Site):
    from dancu.web.models import AccountAct

    assert site.signed("quantri").post("/quan-tri/tai-khoan/moi/", NEW).status_code == 200
    made = site.account("moi")
    assert (made.role, made.unit, made.must_change, made.totp) == ("residence_officer", "00004", True, None)
    assert bytes(made.person_key) and b"001199000009" not in bytes(made.person_key)
    act = AccountAct.objects.get(account=made.pk)
    assert (act.kind, act.by, act.detail) == ("made", site.account("quantri").pk, {"role": "residence_officer", "unit": "00004"})
    assert ("account.made", "residence_officer:00004") in commands(site)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [({"unit": ""}, "Vai trò này thuộc cấp khác"), ({"unit": "79"}, "Vai trò này thuộc cấp khác"), ({"unit": "99999"}, "Không có đơn vị"),
     ({"login": "Có Dấu"}, "Tên đăng nhập gồm"), ({"login": "cutru"}, "Tên đăng nhập này đã có"), ({"number": "123"}, "12 chữ số"),
     ({"role": "king"}, "Hãy chọn một giá trị"), ({"full_name": ""}, "Chưa nhập"), ({"role": "operator"}, "Vai trò này thuộc cấp khác")],
)  # fmt: skip
def test_what_does_not_fit_is_refused_with_its_reason(site: Site, wrong, told):
    answer = site.signed("quantri").post("/quan-tri/tai-khoan/moi/", {**NEW, **wrong})
    assert answer.status_code == 400 and told in answer.content.decode()


def test_one_person_with_two_accounts_is_recognised(site: Site):
    from dancu.web.accounts import queries

    operator = site.signed("quantri")
    operator.post("/quan-tri/tai-khoan/moi/", NEW)
    again = {**NEW, "login": "moi-2", "role": "police_chief"}
    told = operator.post("/quan-tri/tai-khoan/moi/", again)
    assert told.status_code == 400 and "Người này đã có tài khoản: moi" in told.content.decode()
    assert operator.post("/quan-tri/tai-khoan/moi/", {**again, "twin": "1"}).status_code == 200
    one, two, other = (site.account(login).pk for login in ("moi", "moi-2", "cutru"))
    assert queries.same_person(one, two) and queries.same_person(one, one) and not queries.same_person(one, other)
    assert not queries.same_person(other, site.account("chihuy").pk), "where no number is known, nothing is known"


def _address(client, login: str) -> str:
    page = client.get("/quan-tri/tai-khoan/").content.decode()
    return re.search(rf'href="(/quan-tri/tai-khoan/[^"]+/)">{login}<', page).group(1)


def test_other_rights_end_the_session(site: Site):
    operator, officer = site.signed("quantri"), site.signed("cutru")
    address = _address(operator, "cutru")
    assert operator.post(address, {"role": "police_chief", "unit": "00004"}).status_code == 302
    assert officer.get("/").status_code == 302
    assert site.account("cutru").role == "police_chief"
    assert ("account.rights", "police_chief:00004") in commands(site)
    assert operator.post(address, {"role": "police_chief", "unit": "01"}).status_code == 400


def test_a_reset_takes_password_and_second_factor(site: Site):
    operator, officer = site.signed("quantri"), site.signed("cutru")
    told = operator.post(f"{_address(operator, 'cutru')}cap-lai/")
    first = re.search(r'class="secret">([^<]+)<', told.content.decode()).group(1)
    assert officer.get("/").status_code == 302
    client = site.stranger("198.51.100.9")
    assert client.post("/dang-nhap/", {"login": "cutru", "password": site.logins["cutru"].password}).status_code == 400
    assert client.post("/dang-nhap/", {"login": "cutru", "password": first})["Location"] == "/thiet-lap/"


def test_the_list_goes_on_behind_its_last_row_without_a_login_in_the_address(site: Site, monkeypatch):
    from dancu.web import paging
    from dancu.web.accounts import queries

    monkeypatch.setattr(paging.paged, "__kwdefaults__", {"rows": 3})
    first = queries.listed()
    second = queries.listed(after=first.next)
    assert [a.login for a in (*first, *second)] == ["chihuy", "congantinh", "cutru", "dulieu", "hotich", "quantri"]
    assert first.next.isdecimal() and first.first and not second.first
    assert len(queries.listed(after="x")) == 3, "a key that is none begins again"


def test_nobody_ends_their_own_account(site: Site):
    operator = site.signed("quantri")
    operator.post(f"{_address(operator, 'quantri')}ket-thuc/")
    assert site.account("quantri").ended_at is None


def test_the_list_is_searched_without_a_name_in_the_address(site: Site):
    operator = site.signed("quantri")
    sent = operator.post("/quan-tri/tai-khoan/", {"text": "Hộ Tịch", "role": "", "ended": ""})
    assert sent["Location"] == "/quan-tri/tai-khoan/"
    page = operator.get(sent["Location"]).content.decode()
    assert "hotich" in page and ">cutru<" not in page


def test_asking_for_the_codes_of_the_demo_changes_no_account_that_stands(site: Site):
    from django.contrib.auth.hashers import check_password, make_password

    from dancu.web.accounts.demo import PASSWORD, make_demo_accounts
    from dancu.web.models import AccountAct

    client, settings = site.signed("cutru"), site.database.settings
    before = AccountAct.objects.count()
    again = {each.login: each for each in make_demo_accounts(settings, site.database)}
    assert client.get("/").status_code == 200 and AccountAct.objects.count() == before
    assert again["cutru"].unit == site.account("cutru").unit and len(again["cutru"].code()) == 6
    # A password that was changed is the printed one again.
    account = site.account("cutru")
    account.password = make_password("mat-khau-khac-han")
    account.save()
    make_demo_accounts(settings, site.database)
    assert check_password(PASSWORD, site.account("cutru").password) and AccountAct.objects.count() == before + 1


def test_demo_accounts_are_not_made_in_production(site: Site):
    import dataclasses

    from dancu.core.refusal import Refusal
    from dancu.web.accounts.demo import make_demo_accounts

    with pytest.raises(Refusal) as refused:
        make_demo_accounts(dataclasses.replace(site.database.settings, env="production"), site.database)
    assert refused.value.code == "not_in_production"
