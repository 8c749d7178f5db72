"""Cases on their pages: worklists, both sides of a case, which side is wrong, approval by somebody else, and what nobody else reaches."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest

from dancu.kit import roles
from dancu.quality.differences import Taken
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
from tests.web.conftest import ELSEWHERE, HERE, Site
from tests.web.test_privacy import logged  # noqa: F401


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
    assert "Bên nào sai?" not in page and "Gộp hồ sơ, giữ hồ sơ 2" in page
    none = act(worked, officer, "cutru", case, "propose", decision="merge", note="Đã xem hai giấy khai sinh số 12")
    assert none.status_code == 409 and "Hãy chọn hồ sơ được giữ lại" in text(none)
    act(worked, officer, "cutru", case, "propose", decision="merge-2", note="Đã xem hai giấy khai sinh số 12")
    assert again(worked, case).state == "proposed"
    page = text(chief.get(address(worked, "chihuy", case)))
    assert "Phê duyệt" in page and "Gộp hồ sơ, giữ hồ sơ 2" in page and "đang chờ người khác phê duyệt" in page
    assert "giữ hồ sơ 1" not in page
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


def test_who_is_married_to_somebody_dead_is_widowed_and_that_is_taken_back(worked: Site):
    widow, husband = "001150000607", "001048000608"
    casework.loaded(
        worked, "nap-3", ("pin", "name", "birth_date", "sex", "commune", "unit_scheme", "spouse_pin", "status", "status_date"),
        [(widow, "Hồ Thị Goá", "1950-02-03", "female", HERE, "2025-07", husband, "active", ""),
         (husband, "Đỗ Văn Khuất", "1948-02-03", "male", HERE, "2025-07", widow, "deceased", "2020-05-06")],
    )  # fmt: skip
    casework.measured(worked)
    case, officer, chief = case_of(worked, "spouse_dead", widow), worked.signed("cutru"), worked.signed("chihuy")
    form = officer.get(address(worked, "cutru", case, "sua/0/")).content.decode()
    assert re.search(r'<option value="widowed" selected', form), "what the rule tells stands in the form"
    check, done = carried(officer, address(worked, "cutru", case, "sua/0/"), marital="widowed", source_reference="TLKT 15/2026")
    assert "Vợ hoặc chồng đã chết" in text(check) and again(worked, case).state == "mended", text(done)
    assert casework.measured(worked).settled.opened == 0 and marital(worked, widow) == ("widowed", None)
    ground = {"source": "decision", "source_reference": "QD-8", "reason": "Trích lục của người khác"}
    check, done = carried(chief, address(worked, "chihuy", case, "hoan-tac/"), **ground)
    assert not again(worked, case).closed, text(done)
    assert marital(worked, widow) == ("married", str(casework.person(worked, husband)))


def marital(site: Site, pin: str) -> tuple[str, str | None]:
    """Marital status of somebody, and the id of the spouse on record."""
    with site.database.connect(roles.READER) as connection:
        query = "SELECT state ->> 'marital', state #>> '{spouse,person}' FROM register_person WHERE pin = %s"
        return connection.execute(query, [pin]).fetchone()


def test_what_is_typed_into_a_cure_is_kept_until_it_is_written(worked: Site):
    case, chief = case_of(worked, "duplicate_record", ONE), worked.signed("chihuy")
    act(worked, worked.signed("cutru"), "cutru", case, "propose", decision="merge-1", note="Đã xem giấy tờ")
    act(worked, chief, "chihuy", case, "accept")
    sent = {"command": "merge", "source_reference": "HS-9", "reason": "Đang gõ dở", "case_version": "2"}
    assert chief.post(address(worked, "chihuy", case, "nhap/"), sent).status_code == 204
    page = chief.get(address(worked, "chihuy", case, "sua/0/")).content.decode()
    assert 'value="HS-9"' in page and "Đang gõ dở" in page
    # A form of a case that has moved on leads back to it, and nothing is written.
    late = {**sent, "source": "decision", "legal_basis": "x", "do": "write"}
    back = chief.post(address(worked, "chihuy", case, "sua/0/"), late, follow=True)
    assert "hãy xem lại" in text(back) and again(worked, case).state == "accepted"
    carried(chief, address(worked, "chihuy", case, "sua/0/"), source="residence_file", reason="Đã gõ xong")
    assert again(worked, case).state == "merged"
    assert worked.signed("cutru").post(address(worked, "chihuy", case, "nhap/"), sent).status_code == 404


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
    act(worked, worked.signed("cutru"), "cutru", case, "propose", decision="merge-1", note="Đã xem giấy tờ")
    from dancu.web.models import Account

    Account.objects.filter(login__in=("cutru", "chihuy")).update(person_key=b"x" * 32)
    chief = worked.signed("chihuy")
    page = text(chief.get(address(worked, "chihuy", case)))
    assert "kể cả bằng tài khoản khác" in page
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
    assert [leaf.dataset for leaf in _exports(worked)][-2:] == ["quality-cases", "quality-cases"]


def test_looks_at_a_case_leave_leaves_that_name_the_case(worked: Site):
    case = case_of(worked, "duplicate_record", ONE)
    client = worked.signed("cutru")
    page = client.get(address(worked, "cutru", case))
    client.post(address(worked, "cutru", case, "mo/"), {"nhom": "contact"}, follow=True)
    leaves = [leaf for leaf in _leaves(worked) if getattr(leaf, "purpose", "") == f"DATA-CASE:VIEC-{case.id}"]
    assert {leaf.service for leaf in leaves} >= {"staff.open", "staff.evidence", "staff.reveal"}
    for secret in (DOUBLE_NAME, ONE, OTHER):
        assert all(secret not in link for link in re.findall(r'(?:href|action)="([^"]*)"', page.content.decode()))


def test_no_value_of_a_case_in_a_log_or_an_address(worked: Site, logged):  # noqa: F811
    case, client = case_of(worked, "parent_age_unlikely", CHILD), worked.signed("chihuy")
    met = []
    for path in (address(worked, "chihuy", case), "/viec/?xem=unit", "/viec/?xem=unit&code=parent_age_unlikely", "/chat-luong/"):
        met += [path, *re.findall(r'(?:href|action|src)="([^"]*)"', client.get(path).content.decode())]
    act(worked, client, "chihuy", case, "note", note=f"{CHILD_NAME} {CHILD}")
    client.post(address(worked, "chihuy", case, "sua/0/"), {"birth_date": CHILD, "do": "check"})
    told = logged.getvalue()
    assert "GET case 200" in told
    for secret in (CHILD, CHILD_NAME, "Lường Thị Mẫn", casework.MOTHER):
        assert secret not in told and not [address for address in met if secret in address]


def filed(worked: Site, folder: Path, *reasons: str, agency: str = "") -> Taken:
    """A checked file of an agency (default: that of `dulieu`) with a row of the child for each of some sets of reasons."""
    from datetime import UTC, datetime

    from dancu.quality.differences import take
    from dancu.register.command import Actor
    from dancu.register.witness import Reader
    from dancu.web import desk

    file = folder / "bhxh.checked.csv"
    tail = "0.9999,Lường Khắc Thiều,1950-07-09,Tháng 11"
    rows = [f"{CHILD},matched_with_differences,{said},{tail},{n + 12}\n" for n, said in enumerate(reasons)]
    file.write_text("_pin,_verdict,_reasons,_confidence,ten,sinh,_sheet,_source_row\n" + "".join(rows))
    compared = {"name": {"match": 1}, "birth_date": {"match": 1}}
    (folder / "bhxh.summary.json").write_text(json.dumps({"mapping": {"name": ["ten"], "birth_date": ["sinh"]}, "fields": compared}))
    who = Actor("nap", "residence", HERE)
    with worked.database.connect(roles.REGISTER, autocommit=True) as connection:
        return take(connection, file, agency=agency or worked.account("dulieu").agency, actor=who, at=datetime.now(UTC),
                    witness=desk.desk().witness, reader=Reader.of(who, "tep"), called="Danh sách hưởng.xlsx")  # fmt: skip


def test_an_agency_settles_its_own_cases(worked: Site, tmp_path):
    filed(worked, tmp_path, "different_name;different_date")
    name, born = case_of(worked, "different_name", CHILD), case_of(worked, "different_date", CHILD)
    client, police = worked.signed("dulieu"), worked.signed("cutru")
    listed = text(client.get("/viec/"))
    assert "Trong tệp đã gửi" in listed and "Danh sách hưởng.xlsx" in listed and "trang tính Tháng 11, dòng 12" in listed
    page = text(client.get(address(worked, "dulieu", born)))
    assert "09/07/1950" in page and "1950-07-09" not in page and "Cơ quan của bạn giữ việc này" in page
    assert "Danh sách hưởng.xlsx" in page and "trang tính Tháng 11, dòng 12" in page
    sheet = client.get("/viec/xuat/csv/").content.decode("utf-8-sig")
    assert '"Tệp","Trang tính","Dòng"' in sheet and '"Danh sách hưởng.xlsx","Tháng 11","12"' in sheet and CHILD_NAME not in sheet

    # The file is right by its papers: the police are asked, answer, and the case is the agency's again.
    act(worked, client, "dulieu", name, "ask", office="residence", note="Sổ BHXH số 123 ghi khác")
    assert again(worked, name).asked == "residence" and "Chờ cơ quan khác 1" in text(client.get("/viec/?xem=waiting"))
    act(worked, police, "cutru", name, "answer", note="Đã xem giấy khai sinh số 7/1970")
    assert (again(worked, name).state, again(worked, name).owner) == ("open", "agency")

    # The file was wrong and is mended: one by its page, the rest by the list; nobody else has to approve what is not in the books.
    done = act(worked, client, "dulieu", name, "close")
    assert done.status_code == 200 and again(worked, name).state == "mended"
    references = re.findall(r'name="viec" value="([^"]+)"', client.get("/viec/").content.decode())
    for sent, answer in (({"do": "close", "note": "x"}, "Chưa chọn việc nào"), ({"do": "close", "viec": references}, "Hãy ghi rõ")):
        assert answer in text(client.post("/viec/nhan/", sent, follow=True)) and again(worked, born).state == "open"
    told = text(client.post("/viec/nhan/", {"viec": references, "do": "close", "note": "Đã sửa dòng 12"}, follow=True))
    assert "Đã đóng 1 việc" in told and again(worked, born).state == "mended"
    steps = text(police.get(address(worked, "cutru", born)))
    assert "dulieu (Cơ quan lập danh sách)" in steps and "Đã sửa dòng 12" in steps
    # An agency reads its own people's logins, and no officer's.
    own = text(client.get(address(worked, "dulieu", name)))
    assert "dulieu (Cơ quan lập danh sách)" in own and "cutru" not in own


def test_a_file_that_agrees_closes_the_cases_of_its_agency(worked: Site, tmp_path):
    assert filed(worked, tmp_path, "different_name;different_date").opened == 2
    name, born = case_of(worked, "different_name", CHILD), case_of(worked, "different_date", CHILD)
    # A slip in the name is no agreement in the name.
    assert filed(worked, tmp_path, "case").closed == 1
    assert (again(worked, born).state, again(worked, name).state) == ("mended", "open")
    # Another agency speaks for it, too: then it is not one agency's to say that all is well.
    filed(worked, tmp_path, "different_name", agency="Một cơ quan khác")
    assert (filed(worked, tmp_path, "").closed, again(worked, name).state) == (0, "open")


def test_an_agency_sees_what_its_own_file_says_and_no_more(worked: Site, tmp_path):
    for agency in (worked.account("dulieu").agency, "Một cơ quan khác"):
        filed(worked, tmp_path, "different_name", agency=agency)
    case = case_of(worked, "different_name", CHILD)
    client, officer = worked.signed("dulieu"), worked.signed("cutru")
    listed = text(client.get("/viec/"))
    assert "Họ tên khác" in listed and CHILD_NAME not in listed and "Có thể là hai hồ sơ" not in listed
    page = text(client.get(address(worked, "dulieu", case)))
    assert "Lường Khắc Thiều" in page and CHILD_NAME not in page and CHILD not in page and "Không thuộc phạm vi" in page
    assert "Một cơ quan khác" not in page and "Ghi câu trả lời" not in page
    assert act(worked, client, "dulieu", case, "say_side", side="population").status_code == 409
    assert client.post(address(worked, "dulieu", case, "mo/"), {"nhom": "contact"}).status_code == 403
    both = text(officer.get(address(worked, "cutru", case)))
    assert "Lường Khắc Thiều" in both and CHILD_NAME in both and "Trong tệp" in both and "Một cơ quan khác" in both
    other = case_of(worked, "duplicate_record", ONE)
    assert client.get(address(worked, "dulieu", other)).status_code == 404


def test_one_person_does_not_sign_for_both_offices(worked: Site):
    from dancu.web.models import Account

    civil, police = worked.signed("hotich"), worked.signed("cutru")
    page = civil.get("/viec/danh-sach-ky/moi/?code=parent_age_unlikely")
    references = re.findall(r'name="viec" value="([^"]+)"', page.content.decode())
    made = civil.post("/viec/danh-sach-ky/moi/", {"viec": references}, follow=True)
    civil.post(made.request["PATH_INFO"])
    Account.objects.filter(login__in=("hotich", "cutru")).update(person_key=b"y" * 32)
    (link,) = re.findall(r'href="(/viec/danh-sach-ky/[^"]{20,}/)"', police.get("/viec/danh-sach-ky/").content.decode())
    answer = police.post(link)
    assert answer.status_code == 409 and "hai người khác nhau ký" in text(answer)


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
