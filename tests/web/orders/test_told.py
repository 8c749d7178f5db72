"""What forms tell before and after they are written: all that changes, hidden or typed, and what the history makes of it."""

from __future__ import annotations

import re

from tests.web.casework import person, text
from tests.web.conftest import MARKED_PIN, Site
from tests.web.orders.paper import ENTRY, Paper, born, paper

_OTHER_ENTRY = {name.replace(".", "__"): value for name, value in {**ENTRY, "entry.number": "77"}.items()}


def said(page: str) -> str:
    """A page without tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_what_was_typed_of_a_child_is_told_though_the_group_is_masked(site: Site):
    checked = born(site, ethnicity="Tày", religion="Phật giáo")
    assert not checked.errors, checked.errors
    for word in ("Tày", "Phật giáo"):
        assert f"<ins>{word}</ins>" in checked.page
    done = checked.send("write")
    assert "Tày" in done.page and "Phật giáo" in done.page


def test_a_death_tells_that_hidden_fields_change_and_its_status_once(site: Site):
    founded = paper(site, "cutru", "new_household").open().send(head=MARKED_PIN).send("write")
    assert founded.order
    form = paper(site, "hotich", "register_death").open()
    checked = form.send(person=MARKED_PIN, died__d="1", died__m="11", died__y="2026", **_OTHER_ENTRY)
    assert not checked.errors, checked.errors
    told = said(checked.page)
    assert re.search(r"vai trò này không được xem: Hộ gia đình, [^.]*Khóa căn cước điện tử", told), told
    done = checked.send("write")
    assert "Ngoài ra đã đổi: Hộ gia đình" in said(done.page)
    assert done.page.count("<dd>Đã chết</dd>") == 1


def test_a_corrected_birth_year_says_that_the_number_no_longer_fits(site: Site):
    form = paper(site, "hotich", "correct_civil").open()
    wrong = {"person": MARKED_PIN, "birth_date__d": "2", "birth_date__m": "1", **_OTHER_ENTRY, "reason": "Sổ khai sinh ghi khác"}
    checked = form.send(**wrong, birth_date__y="1991")
    assert "Số định danh hiện tại không còn phù hợp" in checked.page, checked.errors
    assert "<ins>02/01/1991</ins>" in checked.page
    checked.send("write")
    # The day alone says nothing in the number.
    again = paper(site, "hotich", "correct_civil").open()
    other = {"person": "001170000001", "birth_date__d": "7", "birth_date__m": "5", "birth_date__y": "1921", "entry__number": "78"}
    day = again.send(**{**wrong, **other})
    assert not day.errors and "không còn phù hợp" not in day.page


def test_a_card_on_a_number_that_does_not_fit_is_warned_of_from_the_first_page_to_the_last(site: Site):
    stale = "Số định danh không khớp với năm sinh"
    fits = paper(site, "cutru", "request_card").open().send(person=MARKED_PIN, file="CC-3")
    assert not fits.errors and stale not in fits.page
    form = paper(site, "hotich", "correct_civil").open()
    wrong = {"person": MARKED_PIN, "birth_date__d": "2", "birth_date__m": "1", "birth_date__y": "1991"}
    corrected = form.send(**wrong, **_OTHER_ENTRY, reason="Sổ khai sinh ghi khác").send("write")
    assert corrected.order, corrected.errors or said(corrected.page)
    checked = paper(site, "cutru", "request_card").open("/ghi/request_card/?moi=1").send(person=MARKED_PIN, file="CC-2")
    assert stale in checked.page
    done = checked.send("write")
    assert stale in done.page
    assert stale in text(done.client.get("/can-cuoc/cho-cap/"))
    (address,) = {link for link in re.findall(r'href="(/cong-dan/[^"/]+/)"', done.page)}
    assert stale in text(done.client.get(address))


def test_the_history_says_what_was_before_and_after(site: Site):
    moved = paper(site, "cutru", "move_permanent").open()
    moved.send(person=MARKED_PIN, place__detail="Số 9, ngõ 1", file="TT-1").send("write")
    client = moved.client
    from django.conf import settings

    from dancu.web.keys import Keys

    account = site.account("cutru")
    reference = Keys.of(settings.DANCU.home).reference(f"{account.pk}:{account.epoch}", "person", person(site, MARKED_PIN))
    page = text(client.get(f"/cong-dan/{reference}/lich-su/"))
    assert re.search(r"Nơi thường trú Phường Ba Đình, Thành phố Hà Nội[^→]*→ Số 9, ngõ 1, Phường Ba Đình", page), page


def test_a_menu_shows_the_work_of_its_own_forms(site: Site):
    asked = paper(site, "cutru", "request_card").open().send(person=MARKED_PIN, file="CC-1").send("write")
    assert asked.order
    cards, residence = (text(asked.client.get(path)) for path in ("/can-cuoc/", "/cu-tru/"))
    assert "Kín Đáo Tuyệt Mật" in cards and "Kín Đáo Tuyệt Mật" not in residence


def test_drafts_are_told_apart_by_what_was_typed(site: Site):
    client = site.signed("hotich")
    for number in ("001170000001", "Nguyễn Thị Chưa Tìm"):
        form = Paper(client, "register_death").open("/ghi/register_death/?moi=1")
        form.send("later", person=number)
    assert "Nguyễn Thị Chưa Tìm" in text(client.get("/ban-dang-go/"))
    # The last of them, come back to, says whom it is for.
    assert "phiếu đang gõ cho Nguyễn Thị Chưa Tìm" in text(client.get("/ghi/register_death/"))


def test_what_is_written_from_a_form_is_not_on_the_weeks_list(site: Site, monkeypatch):
    from datetime import timedelta

    from dancu.register.read import oversight
    from tests.web.checks.test_oversight import listed, settled

    monkeypatch.setattr(oversight, "OPENING", oversight.time(0, 0))
    monkeypatch.setattr(oversight, "CLOSING", oversight.time(23, 59, 59))
    monkeypatch.setattr("dancu.quality.term.is_working_day", lambda day: True)
    monkeypatch.setattr(oversight, "PATIENCE", timedelta(0))
    chief = site.signed("chihuy")
    before = listed(chief)
    form = paper(site, "cutru", "move_permanent").open()
    # Nobody that another test enters something about: they write into one ledger.
    checked = form.send(person="001170000145", place__detail="Số 9", file="TT-1")
    for _ in range(8):
        form.client.get(checked.path)
    settled()
    # A form that was never sent is told, once; sent, it is no matter.
    assert [row[9] for row in listed(chief) if row not in before] == ["Phiếu chưa ghi vào sổ"]
    assert checked.send("write").order
    settled()
    assert listed(chief) == before
