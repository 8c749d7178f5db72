"""What two offices of a commune do in the book every day, over HTTP and real PostgreSQL, without any script in the browser."""

from __future__ import annotations

import re

from dancu.kit import roles
from tests.web.conftest import MARKED, MARKED_PIN, Site
from tests.web.orders.paper import ENTRY, PLACE, Paper, born, paper


def test_a_birth_waits_gets_its_number_and_is_in_the_feed(site: Site, monkeypatch):
    from dancu.register.store import view

    whole = view._number
    monkeypatch.setattr(view, "_number", lambda *_: None)
    checked = born(site)
    assert not checked.errors, checked.errors
    assert "Chưa ghi gì vào sổ" in checked.page and "Lê Bảo Ngọc Mới" in checked.page and "Kín Đáo Tuyệt Mật" in checked.page
    with site.database.connect(roles.READER) as connection:
        assert connection.execute("SELECT count(*) FROM register_order WHERE unit <> ''").fetchone() == (0,)
    done = checked.send("write")
    assert done.order and "chờ cấp số định danh" in done.page
    monkeypatch.setattr(view, "_number", whole)

    police = site.signed("cutru")
    menu = police.get("/cu-tru/").content.decode()
    assert "Lê Bảo Ngọc Mới" in menu and "Xem và cấp số" in menu
    seal = re.search(r'name="person.ref" value="([^"]+)"', menu)[1]
    look = Paper(police, "allocate_number")._follow(
        police.post("/ghi/allocate_number/", {"begin": "1", "subject": seal, "person.ref": seal, "do": "check"})
    )
    assert not look.errors, look.errors
    assert "Chờ cấp số định danh" in look.page and "Đang quản lý" in look.page
    # Who only looks has begun nothing.
    assert "Xác lập số định danh cá nhân" not in police.get("/ban-dang-go/").content.decode()
    given = look.send("write")
    assert "Số định danh được xác lập" in given.page
    assert "Không có hồ sơ nào chờ cấp số" in police.get("/cho-cap-so/").content.decode()

    with site.database.connect(roles.READER) as connection:
        kinds = [row[0] for row in connection.execute(
            "SELECT a.kind FROM register_feed f JOIN register_action a ON a.id = f.action WHERE a.person = (SELECT id FROM register_person"
            " WHERE name = 'Lê Bảo Ngọc Mới') ORDER BY f.position"
        )]  # fmt: skip
    assert kinds == ["birth", "number_allocated"]


def test_a_death_says_before_it_is_written_all_that_ends_with_it(site: Site):
    form = paper(site, "hotich", "register_death").open()
    checked = form.send(person=MARKED_PIN, died__d="1", died__m="11", died__y="2026", **_entry())
    assert not checked.errors, checked.errors
    assert "Đã chết" in checked.page and "<del>Đang quản lý</del>" in checked.page
    done = checked.send("write")
    assert "Khai tử" in done.page
    again = paper(site, "hotich", "register_death").open()
    refused = again.send(person=MARKED_PIN, died__d="1", died__m="11", died__y="2026", **{**_entry(), "entry__number": "13"})
    assert "đã chết" in refused.errors or "Người này" in refused.errors


def test_a_move_and_a_household(site: Site):
    move = paper(site, "cutru", "move_permanent").open()
    assert move.values["place.unit"] == PLACE
    done = move.send(person=MARKED_PIN, place__detail="Số 9, ngõ 1", file="TT-1").send("write")
    assert "Số 9, ngõ 1" in done.page
    founded = paper(site, "cutru", "new_household").open().send(head=MARKED_PIN).send("write")
    assert "Chủ hộ" in founded.page
    joined = paper(site, "cutru", "join_household").open()
    second = joined.send(person="001170000001", head=MARKED_PIN, relation="other_kin").send("write")
    reference = re.search(r"/cong-dan/([^/]+)/", second.page)[1]
    client = second.client
    page = client.get(f"/ho-gia-dinh/{reference}/").content.decode()
    assert MARKED in page and "Người thân khác" in page and "Chủ hộ" in page and "Thay đổi chủ hộ" in page
    left = Paper(client, "leave_household").open().send(person=MARKED_PIN)
    assert "chủ hộ trong khi hộ còn thành viên khác" in left.errors and "Đổi chủ hộ trước" in left.errors


def test_a_card_is_asked_for_issued_and_delivered_through_the_queues(site: Site):
    asked = paper(site, "cutru", "request_card").open().send(person=MARKED_PIN, file="CC-1").send("write")
    client = asked.client
    queue = client.get("/can-cuoc/cho-cap/").content.decode()
    assert MARKED in queue and "CC-1" in queue
    assert "Chỉ huy duyệt cấp" in queue
    client = site.signed("chihuy")
    seal = re.search(r'name="person.ref" value="([^"]+)"', client.get("/can-cuoc/cho-cap/").content.decode())[1]
    form = Paper(client, "issue_card")._follow(
        client.post("/ghi/issue_card/", {"begin": "1", "subject": seal, "person.ref": seal, "file": "CC-1", "do": "edit"})
    )
    assert form.values["file"] == "CC-1" and MARKED in form.page
    issued = form.send(serial="VN0001").send("write")
    assert "VN0001" in issued.page
    assert "CC-1" not in client.get("/can-cuoc/cho-cap/").content.decode()
    queue = client.get("/can-cuoc/cho-tra/").content.decode()
    assert "VN0001" in queue
    delivered = Paper(client, "deliver_card").open().send(person=MARKED_PIN, serial="VN0001").send("write")
    assert "đã trả" in delivered.page
    assert "VN0001" not in client.get("/can-cuoc/cho-tra/").content.decode()
    given = client.get("/can-cuoc/da-tra/").content.decode()
    assert MARKED in given and "Đã trả trong 30 ngày (1)" in given
    assert "Không còn thẻ nào" in client.get("/can-cuoc/cho-tra/").content.decode()


def test_a_person_is_found_by_name_in_the_form_and_chosen(site: Site):
    form = paper(site, "cutru", "declare_absence").open().send("find:person", person="kin dao tuyet mat 1990")
    assert MARKED in form.page
    chosen = form.choose("person").send("edit")
    assert 'class="chip"' in chosen.page and MARKED_PIN[:3] in chosen.page
    done = chosen.send(file="TV-9").send("write")
    assert "Khai báo tạm vắng" in done.page


def test_a_card_that_is_scanned_chooses_its_holder_and_a_spoilt_scan_says_why(site: Site):
    form = paper(site, "cutru", "declare_absence").open().send("find:person", person=f"{MARKED_PIN}||{MARKED}|02011990|Nữ|Ba Đình|02072021")
    assert 'class="chip"' in form.page and not form.errors
    spoilt = form.send("clear:person").send("find:person", person="ỈDVNM1900000010001190000001<<3")
    assert "Tắt Unikey (E) rồi quét lại" in spoilt.errors


def test_an_entry_written_wrongly_is_chosen_from_the_history_and_undone(site: Site):
    paper(site, "cutru", "declare_absence").open().send(person=MARKED_PIN, file="TV-1").send("write")
    form = paper(site, "cutru", "reverse").open().send(
        person=MARKED_PIN, source__kind="residence_file", source__reference="TV-1", reason="Ghi nhầm người"
    )
    assert "Chưa chọn" in form.errors and "Khai báo tạm vắng" in form.page
    event = re.search(r'name="event" value="(\d+)"', form.page)[1]
    done = form.send(event=event).send("write")
    assert "Hủy một thao tác ghi sai" in done.page


def _entry() -> dict[str, str]:
    return {name.replace(".", "__"): value for name, value in ENTRY.items()}
