"""Cases on their pages: worklists, both sides of a case, which side is wrong, approval by somebody else, and what nobody else reaches."""

from __future__ import annotations

import csv
import io
import re

import pytest

from dancu.kit import roles
from tests.web import casework
from tests.web.casework import (
    CHILD,
    CHILD_NAME,
    DOUBLE_NAME,
    FAR,
    ONE,
    OTHER,
    act,
    address,
    again,
    carried,
    case_of,
    text,
)
from tests.web.conftest import ELSEWHERE, Site


@pytest.fixture
def worked(site: Site) -> Site:
    """The site with faults on record, and a run that found them."""
    casework.faults(site)
    casework.measured(site)
    return site


def test_a_duplicate_is_merged_by_two_people_and_taken_apart_again(worked: Site):
    case = case_of(worked, "duplicate_record", ONE)
    officer, chief = worked.signed("cutru"), worked.signed("chihuy")
    page = text(officer.get(address(worked, "cutru", case)))
    assert DOUBLE_NAME in page and "Hồ sơ 1" in page and "Vì sao cho là một người" in page and "cần đề xuất" in page
    act(worked, officer, "cutru", case, "propose", decision="merge", note="Đã xem hai giấy khai sinh số 12")
    assert again(worked, case).state == "proposed"
    assert "Phê duyệt" in text(chief.get(address(worked, "chihuy", case)))
    act(worked, chief, "chihuy", case, "accept")
    assert again(worked, case).state == "accepted"
    ground = {"source": "residence_file", "source_reference": "HS-77", "reason": "Một người hai hồ sơ"}
    check, done = carried(chief, address(worked, "chihuy", case, "sua/0/"), **ground)
    assert "Đã gộp" in text(check) and again(worked, case).state == "merged", text(done)
    assert casework.person(worked, OTHER) != casework.person(worked, ONE)
    check, done = carried(chief, address(worked, "chihuy", case, "hoan-tac/"), **ground)
    assert again(worked, case).state == "accepted", text(done)
    with worked.database.connect(roles.READER) as connection:
        states = connection.execute("SELECT status FROM register_person WHERE id = ANY(%s)", [[case.person, case.other]]).fetchall()
    assert states == [("active",), ("active",)]


def test_a_wrong_birth_year_goes_to_the_police_who_re_issue_the_number(worked: Site):
    case = case_of(worked, "parent_age_unlikely", CHILD)
    assert case.owner == "civil_status"
    civil, officer, chief = worked.signed("hotich"), worked.signed("cutru"), worked.signed("chihuy")
    page = text(civil.get(address(worked, "hotich", case)))
    assert "Bên nào sai?" in page and CHILD_NAME in page and "Lường Thị Mẫn" in page and "02/03/1945" in page
    act(worked, civil, "hotich", case, "say_side", side="population", note="Sổ khai sinh số 8 quyển 1 ghi năm 1970")
    routed = again(worked, case)
    assert (routed.owner, routed.side, routed.side_said) == ("residence", "population", True)
    assert "Xác định bên sai" in text(officer.get(address(worked, "cutru", case)))
    act(worked, officer, "cutru", case, "propose", decision="mend", command="correct_data", note="Theo sổ khai sinh số 8")
    act(worked, chief, "chihuy", case, "accept")
    ground = {"source_reference": "KS-8", "reason": "Năm sinh nhập sai"}
    check, done = carried(chief, address(worked, "chihuy", case, "sua/0/"), birth_date="08/07/1970", **ground)
    assert "08/07/1950" in text(check) and "08/07/1970" in text(check)
    assert "xác lập lại số" in text(done) and not again(worked, case).closed
    check, done = carried(chief, address(worked, "chihuy", case, "sua/0/"), why="Năm sinh đã được điều chỉnh", **ground)
    assert again(worked, case).state == "mended", text(done)
    found = officer.post("/tra-cuu/", {"text": CHILD, "purpose": "data_case", "reference": "VIEC-1"}, follow=True)
    assert CHILD_NAME in text(found)
    assert casework.measured(worked).settled.opened == 0 and again(worked, case).state == "mended"


def test_a_run_closes_by_itself_what_was_cured_elsewhere(worked: Site):
    case = case_of(worked, "parent_age_unlikely", FAR)
    from dancu.register.command import Actor, Order, Source
    from dancu.register.rules.correction import CorrectData
    from dancu.web import desk

    body = CorrectData(person=FAR, birth_date="1970-07-08")
    chief = Actor("chi-huy", "residence_chief", ELSEWHERE)
    desk.desk().do(chief, Order(id="x", actor=chief, source=Source("civil_book", "8"), legal_basis="NĐ 70/2024", body=body, reason="sai"))
    casework.measured(worked)
    assert again(worked, case).state == "mended"


def test_a_case_of_another_unit_is_not_reached(worked: Site):
    case = case_of(worked, "parent_age_unlikely", FAR)
    for login in ("hotich", "cutru", "chihuy", "sotuphap", "congantinh", "dulieu"):
        client = worked.signed(login)
        assert client.get(address(worked, login, case)).status_code == 404
        assert act(worked, client, login, case, "note", note="x").status_code == 404
        assert "Phan Văn Cách" not in text(client.get("/viec/?xem=unit"))
    # A reference of one account is nothing to another.
    own = case_of(worked, "duplicate_record", ONE)
    assert worked.signed("cutru").get(address(worked, "hotich", own)).status_code == 404
    assert worked.signed("quantri").get("/viec/").status_code == 403


def test_one_person_does_not_approve_through_another_account(worked: Site):
    case = case_of(worked, "duplicate_record", ONE)
    act(worked, worked.signed("cutru"), "cutru", case, "propose", decision="merge", note="Đã xem giấy tờ")
    from dancu.web.models import Account

    Account.objects.filter(login__in=("cutru", "chihuy")).update(person_key=b"x" * 32)
    chief = worked.signed("chihuy")
    page = text(chief.get(address(worked, "chihuy", case)))
    assert "dù bằng tài khoản khác" in page
    answer = act(worked, chief, "chihuy", case, "accept")
    assert answer.status_code == 409 and again(worked, case).state == "proposed"


def test_a_step_on_an_old_page_is_refused_and_what_was_typed_stays(worked: Site):
    case = case_of(worked, "duplicate_record", ONE)
    client = worked.signed("cutru")
    act(worked, client, "cutru", case, "assign", to="cutru")
    sent = {"what": "ask", "office": "civil_status", "note": "Sổ ghi thế nào?", "seen": str(case.version)}
    answer = client.post(address(worked, "cutru", case, "buoc/"), sent)
    assert answer.status_code == 409 and "vừa được người khác cập nhật" in text(answer) and "Sổ ghi thế nào?" in text(answer)


def test_another_office_is_asked_and_answers(worked: Site):
    case = case_of(worked, "duplicate_record", ONE)
    officer, civil = worked.signed("cutru"), worked.signed("hotich")
    act(worked, officer, "cutru", case, "ask", office="civil_status", note="Có mấy giấy khai sinh?")
    assert DOUBLE_NAME in text(officer.get("/viec/?xem=waiting")) and DOUBLE_NAME in text(civil.get("/viec/"))
    act(worked, civil, "hotich", case, "answer", note="Chỉ một, số 12")
    assert again(worked, case).state == "open" and "Chỉ một, số 12" in text(officer.get(address(worked, "cutru", case)))


def test_the_worklist_is_narrowed_taken_and_handed_out(worked: Site):
    client = worked.signed("cutru")
    page = client.get("/viec/?xem=unit&code=parent_age_unlikely")
    assert text(page).count(CHILD_NAME) == 1 and DOUBLE_NAME not in text(page) and "còn 5 ngày làm việc" in text(page)
    (reference,) = re.findall(r'name="viec" value="([^"]+)"', page.content.decode())
    client.post("/viec/nhan/", {"viec": reference}, follow=True)
    # It is the civil-status officers' to take, and so stays with them.
    assert again(worked, case_of(worked, "parent_age_unlikely", CHILD)).assigned == ""
    civil = worked.signed("hotich")
    page = civil.get("/viec/?code=parent_age_unlikely")
    (reference,) = re.findall(r'name="viec" value="([^"]+)"', page.content.decode())
    civil.post("/viec/nhan/", {"viec": reference}, follow=True)
    assert CHILD_NAME in text(civil.get("/viec/?xem=mine"))
    handed = client.get("/viec/xuat/csv/?xem=unit&code=parent_age_unlikely")
    rows = list(csv.reader(io.StringIO(handed.content.decode("utf-8-sig"))))
    assert len(rows) == 2 and CHILD_NAME in rows[1] and CHILD in rows[1] and "attachment" in handed["Content-Disposition"]
    assert client.get("/viec/xuat/xlsx/?xem=unit").content[:2] == b"PK"
    assert [leaf.dataset for leaf in _exports(worked)] == ["quality-copy", "quality-cases", "quality-cases"]


def test_looks_at_a_case_leave_leaves_that_name_the_case(worked: Site):
    case = case_of(worked, "duplicate_record", ONE)
    client = worked.signed("cutru")
    page = client.get(address(worked, "cutru", case))
    client.post(address(worked, "cutru", case, "mo/"), {"nhom": "contact"}, follow=True)
    leaves = [leaf for leaf in _leaves(worked) if getattr(leaf, "purpose", "") == f"DATA-CASE:VIEC-{case.id}"]
    assert {leaf.service for leaf in leaves} >= {"staff.open", "staff.evidence", "staff.reveal"}
    for secret in (DOUBLE_NAME, ONE, OTHER):
        assert all(secret not in link for link in re.findall(r'(?:href|action)="([^"]*)"', page.content.decode()))


def test_both_officers_sign_one_list(worked: Site):
    civil, police = worked.signed("hotich"), worked.signed("chihuy")
    page = civil.get("/viec/danh-sach-ky/moi/?code=parent_age_unlikely")
    references = re.findall(r'name="viec" value="([^"]+)"', page.content.decode())
    made = civil.post("/viec/danh-sach-ky/moi/", {"viec": references}, follow=True)
    path = made.request["PATH_INFO"]
    assert civil.post(path, follow=True).status_code == 200
    assert civil.post(path).status_code == 409
    (link,) = re.findall(r'href="(/viec/danh-sach-ky/[^"]{20,}/)"', police.get("/viec/danh-sach-ky/").content.decode())
    signed = police.post(link, follow=True)
    assert text(signed).count("Đã xác nhận lúc") == 2 and "BẢN THỬ" in text(signed) and CHILD_NAME in text(signed)


def _leaves(site: Site) -> list:
    from dancu.ledger.leaf import decode
    from dancu.ledger.reader import LogReader
    from dancu.web import desk

    witness = desk.desk().witness
    from dancu.register.command import Actor
    from dancu.register.witness import Reader

    last = witness.denied(Reader.of(Actor("x", "system"), "test"), service="test")
    witness.wait(last)
    reader = LogReader(witness.home / "ledger")
    return [decode(entry) for _, entry in reader.entries(last.month, 0, last.index)]


def _exports(site: Site) -> list:
    from dancu.ledger.leaf import Export

    return [leaf for leaf in _leaves(site) if isinstance(leaf, Export)]
