"""What happens at a desk: the same form sent twice, power that fails, a session that ends, two officers at one person."""

from __future__ import annotations

import json
import re
from datetime import timedelta

from dancu.kit import roles
from tests.web.conftest import MARKED, MARKED_PIN, Site
from tests.web.orders.paper import Paper, born, paper


def orders(site: Site) -> int:
    with site.database.connect(roles.READER) as connection:
        return connection.execute("SELECT count(*) FROM register_order WHERE unit <> ''").fetchone()[0]


def test_the_same_form_sent_twice_is_written_once_and_shows_the_first_result(site: Site):
    checked = paper(site, "cutru", "declare_absence").open().send(person=MARKED_PIN, file="TV-1")
    values = dict(checked.values)
    first = checked.send("write")
    second = Paper(first.client, "declare_absence", values).send("write")
    assert second.order == first.order and "Đã ghi vào sổ" in second.page and orders(site) == 1
    # Even one that was changed in between: the first stands, and is shown.
    third = Paper(first.client, "declare_absence", dict(values)).send("write", file="TV-2")
    assert third.order == first.order and orders(site) == 1


def test_nothing_typed_is_lost_when_the_power_fails(site: Site):
    client = site.signed("hotich")
    form = Paper(client, "register_birth").open()
    part = {"part": "1", "order": form.values["order"], "subject": ""}
    assert client.post("/ban-dang-go/register_birth/", {**part, "name": "Trần Dở Dang"}).status_code == 200
    assert client.post("/ban-dang-go/register_birth/", {**part, "mother": MARKED_PIN, "birth_date.y": "2026"}).status_code == 200
    # Another browser, another day: the same officer, and nobody else.
    again = paper(site, "hotich", "register_birth").open()
    assert again.values["name"] == "Trần Dở Dang" and again.values["birth_date.y"] == "2026" and MARKED in again.page
    assert "Đã khôi phục phiếu đang gõ" in again.page
    assert "Trần Dở Dang" in again.client.get("/").content.decode() and "Trần Dở Dang" in again.client.get("/ban-dang-go/").content.decode()
    other = site.signed("chihuy")
    assert other.get("/ghi/register_birth/").status_code == 404
    assert "Trần Dở Dang" not in other.get("/").content.decode()


def test_a_form_goes_on_after_the_session_has_ended(site: Site):
    from django.contrib.sessions.models import Session

    client = site.signed("cutru")
    form = Paper(client, "declare_absence").open()
    form.values |= {"file": "TV-7", "person": MARKED_PIN}
    client.post("/ban-dang-go/declare_absence/", {**form.values, "part": "1"})
    Session.objects.all().delete()
    late = client.post("/ban-dang-go/declare_absence/", {**form.values, "part": "1"})
    assert late.status_code == 302 and late["Location"].startswith("/dang-nhap/")
    sent = client.post("/ghi/declare_absence/", {**form.values, "do": "check"}, HTTP_REFERER="http://localhost/ghi/declare_absence/")
    assert sent.status_code == 302 and "tiep=%2Fghi%2Fdeclare_absence%2F" in sent["Location"] and MARKED_PIN not in sent["Location"]
    back = paper(site, "cutru", "declare_absence").open("/ghi/declare_absence/")
    assert back.values["file"] == "TV-7" and MARKED in back.page and orders(site) == 0
    # The page that stood open all the while still works in the new session: its references are the account's, not the session's.
    assert back.send("check").send("write").order


def test_a_draft_is_gone_when_it_is_written_discarded_or_old(site: Site):
    from dancu.web.models import Draft
    from dancu.web.orders import drafts
    from dancu.web.staff.orders.sheet import now

    checked = paper(site, "cutru", "declare_absence").open().send(person=MARKED_PIN, file="TV-1")
    assert Draft.objects.count() == 1
    checked.send("write")
    assert Draft.objects.count() == 0
    form = Paper(checked.client, "declare_stay").open().send("later", file="LT-1")
    assert Draft.objects.count() == 1 and "Đã lưu phiếu đang gõ" in form.page
    form.client.post("/ghi/declare_stay/", {"do": "discard", "order": Draft.objects.get().subject, "subject": ""})
    assert Draft.objects.count() == 0
    Paper(checked.client, "declare_stay").open().send("later", file="LT-2")
    Draft.objects.update(saved_at=now() - timedelta(days=drafts.KEEP_DAYS, seconds=1))
    assert Paper(checked.client, "declare_stay").open().values["file"] == ""
    drafts.expire(at=now())
    assert Draft.objects.count() == 0


def test_of_two_births_that_were_begun_each_is_gone_on_with(site: Site):
    first = born(site, name="Lê Bảo Một").send("later")
    client = first.client
    left = Paper(client, "register_birth").open()
    assert left.values["name"] == "Lê Bảo Một" and "/ghi/register_birth/?moi=1" in left.page
    other = Paper(client, "register_birth").open("/ghi/register_birth/?moi=1")
    assert other.values["name"] == "" and "Đã khôi phục" not in other.page
    other.send("later", name="Lê Bảo Hai")
    # The last one comes back by itself, either from the list.
    assert Paper(client, "register_birth").open().values["name"] == "Lê Bảo Hai"
    listed = client.get("/ban-dang-go/").content.decode()
    links = re.findall(r'href="(/ghi/register_birth/\?phieu=web-[0-9a-f]+)"><strong>[^<]+</strong> · (Lê Bảo \w+)<', listed)
    assert [name for _, name in links] == ["Lê Bảo Hai", "Lê Bảo Một"]
    taken_up = Paper(client, "register_birth").open(links[1][0])
    assert taken_up.values["name"] == "Lê Bảo Một" and taken_up.send().send("write").order
    assert Paper(client, "register_birth").open().values["name"] == "Lê Bảo Hai"
    drop = {"form": "register_birth", "subject": "", "order": links[0][0].rpartition("=")[2]}
    assert "Không có biểu mẫu nào đang làm dở" in client.post("/ban-dang-go/bo/", drop, follow=True).content.decode()
    assert Paper(client, "register_birth").open().values["name"] == ""


def test_the_second_of_two_officers_is_told_what_changed_and_writes_onto_it(site: Site):
    mine = paper(site, "chihuy", "correct_data").open().send("find:person", person=MARKED_PIN).choose("person").send("edit")
    mine = mine.send(phone="0911111111", source__reference="HS-2")
    assert not mine.errors, mine.errors
    theirs = paper(site, "cutru", "correct_data").open().send(person=MARKED_PIN, other_name="Tên Kia", source__reference="HS-1")
    theirs.send("write")
    told = mine.send("write")
    assert "Hồ sơ vừa được người khác sửa" in told.page and "Tên gọi khác" in told.page and "Tên Kia" in told.page
    assert "Cán bộ" in told.page or "Công an cấp xã" in told.page
    assert orders(site) == 1
    onto = told.send("again")
    assert "Chưa ghi gì vào sổ" in onto.page
    done = onto.send("write")
    assert done.order and orders(site) == 2


def test_going_back_after_it_was_written_leads_to_what_was_written(site: Site):
    checked = born(site)
    address = checked.path
    done = checked.send("write")
    back = Paper(done.client, "register_birth").open(address)
    assert back.path == done.path and "Đã ghi vào sổ" in back.page
    again = Paper(done.client, "register_birth").open()
    assert again.values["name"] == "" and "khôi phục" not in again.page


def test_a_page_of_the_form_can_be_loaded_again(site: Site):
    checked = born(site)
    once_more = Paper(checked.client, "register_birth").open(checked.path)
    assert "Chưa ghi gì vào sổ" in once_more.page
    wrong = Paper(checked.client, "register_birth").open().send(name="")
    again = Paper(checked.client, "register_birth").open(wrong.path)
    assert again.errors and again.errors == wrong.errors


def test_nobody_is_in_an_address_or_a_log(site: Site, caplog):
    caplog.set_level("DEBUG")
    form = paper(site, "cutru", "declare_absence").open().send("find:person", person="Kín Đáo Tuyệt Mật")
    addresses = [form.path]
    form = form.choose("person").send("edit")
    addresses.append(form.path)
    form = form.send(file="TV-1")
    addresses.append(form.path)
    done = form.send("write")
    addresses += [done.path, *re.findall(r'(?:href|action)="([^"]+)"', done.page)]
    told = json.dumps([addresses, [record.getMessage() for record in caplog.records]], ensure_ascii=False)
    for value in (MARKED, MARKED_PIN, "Kín", "TV-1"):
        assert value not in told


def test_references_in_a_form_are_good_for_their_account_alone(site: Site):
    form = paper(site, "cutru", "declare_absence").open().send("find:person", person=MARKED_PIN).choose("person")
    other = paper(site, "chihuy", "declare_absence").open()
    stolen = other.send("edit", **{"person__ref": form.values["person.ref"]})
    assert MARKED not in stolen.page
    guessed = other.send("edit", **{"person__ref": "#1"})
    assert 'class="chip"' not in guessed.page


def test_orders_that_came_another_way_are_listed_and_opened_too(site: Site):
    from dancu.register.command import Actor, Order, Source
    from dancu.register.rules.residence import DeclareAbsence
    from dancu.web import desk

    body = DeclareAbsence(person=MARKED_PIN, file="TV-1")
    order = Order(id="may:khác/1 2", actor=Actor("", "system"), source=Source("decision", "QĐ-1"), legal_basis="Luật", body=body)
    desk.desk().do(Actor("may", "residence", "00004"), order)
    client = site.signed("cutru")
    for address in ("/cu-tru/", "/da-lam/"):
        page = client.get(address).content.decode()
        link = re.search(r'href="(/da-ghi/[^"]+)"', page)[1]
        assert "Đã ghi vào sổ" in client.get(link).content.decode()
    assert client.get("/ghi/declare_absence/?buoc=kiem-tra&phieu=may:khác/1 2").status_code == 302
    assert client.get("/ghi/declare_absence/?buoc=kiem-tra&phieu=khong-co").status_code == 200
