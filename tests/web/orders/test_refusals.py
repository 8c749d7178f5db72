"""A no of the book is told with its sentence and its cure, beside its field, with everything kept as it was typed."""

from __future__ import annotations

import re

import pytest

from dancu.register import refusals
from dancu.register.command import No
from tests.web.conftest import AWAY_PIN, MARKED_PIN, Site
from tests.web.orders.paper import ENTRY, Paper, born, paper

_VIETNAMESE = re.compile(r"[ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]", re.IGNORECASE)
ENTRY_OF = {name.replace(".", "__"): value for name, value in ENTRY.items()}
ELSEWHERE = "Phường Sài Gòn, Thành phố Hồ Chí Minh"
# What is typed → the code of the refusal and the field beside which it stands.
CASES = [
    ("hotich", "register_birth", {"mother": AWAY_PIN}, "parent_of_wrong_sex", "mother"),
    ("hotich", "register_birth", {"mother": "", "father": MARKED_PIN}, "parent_of_wrong_sex", "father"),
    ("hotich", "register_birth", {"name": "Lê 123"}, "name_with_digits", "name"),
    ("hotich", "register_birth", {"registered_at__unit": ELSEWHERE, "registered_at__code": ""}, "outside_unit", "registered_at"),
    ("hotich", "register_birth", {"birth_date__y": "2030"}, "birth_in_future", "birth_date"),
    ("cutru", "extend_temporary", {"person": MARKED_PIN, "file": "KHONG-CO", "until__d": "1", "until__m": "1", "until__y": "2027"},
     "temporary_not_on_record", "file"),
    ("cutru", "correct_data", {"person": MARKED_PIN, "name": "Kín Đáo Khác", "source__reference": "HS-1"}, "chief_must_approve", ""),
    ("cutru", "leave_household", {"person": MARKED_PIN}, "in_no_household", "person"),
    ("cutru", "report_card_lost", {"person": MARKED_PIN, "serial": "X1"}, "card_not_on_record", "serial"),
    ("cutru", "lock_eid", {"person": MARKED_PIN, "why": "Theo đề nghị", "source__kind": "decision"},
     "source_reference_missing", "source.reference"),
]  # fmt: skip


@pytest.mark.parametrize(("login", "command", "typed", "code", "field"), CASES)
def test_a_refusal_is_told_with_its_cure_beside_its_field(site: Site, login: str, command: str, typed: dict, code: str, field: str):
    form = born(site, login, **typed) if command == "register_birth" else paper(site, login, command).open().send(**typed)
    told = refusals.told(No(code))
    assert told.sentence in form.errors and told.cure in form.errors, form.errors or form.page
    assert f'href="#f-{field.replace(".", "-")}"' in form.errors if field else True
    for name, value in typed.items():
        name = name.replace("__", ".")
        if name in form.values:
            assert form.values[name] == value


def test_everything_that_is_missing_is_told_at_once(site: Site):
    form = paper(site, "hotich", "register_birth").open().send(birth_date__d="31", birth_date__m="2", birth_date__y="2026")
    for caption in ("Họ, chữ đệm và tên khai sinh", "Ngày, tháng, năm sinh", "Giới tính", "Nơi sinh", "Số", "Quyển số", "Trang số"):
        assert f">{caption}: " in form.errors
    assert "Không có ngày này trong lịch" in form.errors


def test_who_is_not_on_record_is_said_at_the_field(site: Site):
    form = paper(site, "hotich", "register_death").open().send(person="001190999999", **ENTRY_OF)
    assert "Không có ai như vậy" in form.errors and 'href="#f-person"' in form.errors
    assert form.values["person"] == "001190999999"
    nobody = form.send("find:person", person="Không Ai Cả Đâu")
    assert "Chưa tìm thấy ai" in nobody.errors


def test_a_place_with_namesakes_is_offered(site: Site):
    form = born(site, birth_place__unit="Tân Lập")
    assert "Có nhiều nơi cùng tên" in form.errors and "Xã Tân Lập, Tỉnh Quảng Trị" in form.page
    chosen = form.send(birth_place__code="2025-07:19462")
    assert not chosen.errors, chosen.errors
    assert "Xã Tân Lập, Tỉnh Quảng Trị" in chosen.page


@pytest.mark.parametrize(
    ("login", "allowed", "forbidden"),
    [
        ("hotich", ("register_birth", "correct_civil", "seal", "reverse"), ("move_permanent", "allocate_number", "merge", "issue_card")),
        ("cutru", ("move_permanent", "allocate_number", "request_card"), ("register_birth", "merge", "issue_card", "unlock_eid", "seal")),
        ("chihuy", ("merge", "issue_card", "reissue_number", "unlock_eid"), ("register_birth", "seal", "redact")),
        ("sotuphap", ("seal", "redact"), ("register_birth", "merge")),
        ("congantinh", ("seal", "redact"), ("move_permanent", "merge")),
    ],
)
def test_a_form_opens_to_the_offices_that_may_give_it(site: Site, login: str, allowed: tuple[str, ...], forbidden: tuple[str, ...]):
    client = site.signed(login)
    assert [client.get(f"/ghi/{command}/").status_code for command in allowed] == [200] * len(allowed)
    assert [client.get(f"/ghi/{command}/").status_code for command in forbidden] == [404] * len(forbidden)
    assert [client.post(f"/ghi/{command}/", {"do": "write"}).status_code for command in forbidden] == [404] * len(forbidden)


@pytest.mark.parametrize("login", ["dulieu", "quantri"])
def test_who_gives_no_commands_sees_none_of_it(site: Site, login: str):
    client = site.signed(login)
    for address in ("/ho-tich/", "/cu-tru/", "/can-cuoc/", "/ghi/register_birth/", "/ban-dang-go/", "/cho-cap-so/", "/da-lam/"):
        assert client.get(address).status_code == 403, address


@pytest.mark.parametrize("login", ["hotich", "chihuy", "congantinh"])
def test_every_form_and_menu_speaks_english_without_a_word_of_vietnamese(site: Site, login: str):
    from dancu.register.rights import rights
    from dancu.web.orders.layout import for_office

    client = site.signed(login)
    client.post("/lua-chon/", {"lang": "en"})
    office = rights()[site.logins[login].role].office
    police = ["/cu-tru/", "/can-cuoc/", "/can-cuoc/cho-cap/", "/can-cuoc/da-tra/"]
    menus = {"hotich": ["/ho-tich/"], "chihuy": police}.get(login, ["/cu-tru/"])
    for address in [*menus, "/cho-cap-so/", "/da-lam/", "/ban-dang-go/", *(f"/ghi/{one.command}/" for one in for_office(office))]:
        page = client.get(address).content.decode()
        main = re.search(r"<main.*?</main>", page, re.DOTALL)[0]
        # What stands inside tags is typed by people or offered for typing: names of places and articles of law.
        said = re.sub(r"<[^>]*>", " ", re.sub(r"<textarea.*?</textarea>", "", main, flags=re.DOTALL))
        assert not _VIETNAMESE.search(said), (address, _VIETNAMESE.search(said))


def test_the_same_pages_speak_english(site: Site):
    client = site.signed("hotich")
    client.post("/lua-chon/", {"lang": "en"})
    page = Paper(client, "register_birth").open().send().page
    assert "Register a birth" in page and "Missing." in page and "Chưa ghi" not in page
