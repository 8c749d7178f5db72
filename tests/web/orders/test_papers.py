"""Papers that are printed: what stands on them, that they are trial prints unless an authority says otherwise, and their leaf."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

from dancu.ledger.leaf import decode
from dancu.register.command import Actor
from dancu.register.witness import Reader
from dancu.web import language
from dancu.web.prints.layout import Facts, cells, heads, lines, papers
from tests.web import casework
from tests.web.conftest import HERE, MARKED, MARKED_PIN, Site
from tests.web.orders.paper import ENTRY, born, paper
from tests.web.test_rights import address

TRIAL = "BẢN THỬ – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ"


def test_a_birth_extract_quotes_the_book_and_leaves_a_leaf(site: Site):
    done = born(site).send("write")
    address = re.search(r'href="(/in/birth_extract/nguoi/[^"]+)"', done.page)[1]
    page = done.client.get(address).content.decode()
    told = ("Trích lục khai sinh", "Việt Nam", "Lê Bảo Ngọc Mới", "20/11/2026", "01/2026", MARKED, TRIAL, "Lê Thị Hộ Tịch", "Mã kiểm tra")
    for text in told:
        assert text in page, text
    code = re.search(r"[A-Z2-7]{4}-[A-Z2-7]{4}-[A-Z2-7]{4}", page)[0]
    found = leaves(site)
    assert "staff.print" in [leaf.service for leaf in found]
    # What a paper's code stands for can be found in the ledger.
    assert code in [leaf.purpose.partition(":")[2] for leaf in found if leaf.service == "staff.paper"]


def test_the_same_paper_has_the_same_code_and_another_content_another(site: Site):
    done = born(site).send("write")
    address = re.search(r'href="(/in/birth_extract/nguoi/[^"]+)"', done.page)[1]
    codes = [re.search(r"[A-Z2-7]{4}-[A-Z2-7]{4}-[A-Z2-7]{4}", done.client.get(address).content.decode())[0] for _ in range(2)]
    assert codes[0] == codes[1]
    other = re.search(r'href="(/in/receipt/viec/[^"]+)"', done.page)[1]
    assert re.search(r"[A-Z2-7]{4}-[A-Z2-7]{4}-[A-Z2-7]{4}", done.client.get(other).content.decode())[0] != codes[0]


def test_a_receipt_says_what_was_written(site: Site):
    done = paper(site, "cutru", "declare_absence").open().send(person=MARKED_PIN, file="TV-1").send("write")
    page = done.client.get(f"/in/receipt/viec/{done.order}/").content.decode()
    assert "Phiếu tiếp nhận" in page and MARKED in page and done.order in page and TRIAL in page
    assert site.signed("hotich").get("/in/receipt/viec/web-khong-co/").status_code == 404


def test_only_the_office_prints_its_papers(site: Site):
    done = born(site).send("write")
    reference = re.search(r"/cong-dan/([^/]+)/", done.page)[1]
    assert done.client.get(f"/in/number_notice/nguoi/{reference}/").status_code == 404
    police = site.signed("cutru")
    assert police.get(f"/in/birth_extract/nguoi/{reference}/").status_code == 404
    assert police.get(f"/in/joint_list/nguoi/{reference}/").status_code == 404
    assert site.signed("quantri").get(f"/in/birth_extract/nguoi/{reference}/").status_code == 403


def test_an_authority_alone_prints_papers_that_count(site: Site, monkeypatch):
    from django.conf import settings

    done = born(site).send("write")
    address = re.search(r'href="(/in/birth_extract/nguoi/[^"]+)"', done.page)[1]
    own = dataclasses.replace(settings.DANCU, authority="UBND phường Ba Đình")
    monkeypatch.setattr(settings, "DANCU", own)
    assert TRIAL in done.client.get(address).content.decode()
    monkeypatch.setattr(settings, "DANCU", dataclasses.replace(own, env="production"))
    page = done.client.get(address).content.decode()
    assert TRIAL not in page and "UBND phường Ba Đình" in page


def test_a_list_to_be_signed_tells_any_rows():
    layout = papers()["joint_list"]
    rows = [{"pin": MARKED_PIN, "name": MARKED, "birth_date": "1990-01", "sex": "female", "what": "Năm sinh", "civil_says": "1991"}]
    assert len(heads(layout, "vi")) == len(layout.columns)
    assert cells(layout, rows, "vi")[0][:6] == ["1", MARKED_PIN, MARKED, "01/1990", "Nữ", "Năm sinh"]


def test_the_joint_list_of_a_commune_is_printed_to_be_filled_in_and_signed(site: Site):
    casework.faults(site)
    casework.measured(site)
    civil = site.signed("hotich")
    case = casework.case_of(site, "parent_age_unlikely", casework.CHILD)
    reference = re.search(r'name="viec" value="([^"]+)"', civil.get("/viec/danh-sach-ky/moi/").content.decode())[1]
    assert case
    civil.post("/viec/danh-sach-ky/moi/", {"viec": [reference]})
    link = re.search(r'href="/viec/danh-sach-ky/([^"/]{20,})/"', civil.get("/viec/danh-sach-ky/").content.decode())[1]
    assert f"/in/danh-sach-ky/{link}/" in civil.get(f"/viec/danh-sach-ky/{link}/").content.decode()
    page = civil.get(f"/in/danh-sach-ky/{link}/").content.decode()
    for told in ("Danh sách ký xác nhận", "Sổ hộ tịch ghi", "CÔNG CHỨC HỘ TỊCH", "CÔNG AN CẤP XÃ", TRIAL):
        assert told in page, told
    assert {"staff.print", "staff.paper"} & {leaf.service for leaf in leaves(site)}
    assert site.signed("dulieu").get(f"/in/danh-sach-ky/{link}/").status_code == 404


def test_every_line_of_every_paper_has_its_caption():
    for name, layout in papers().items():
        for lang in language.LANGUAGES:
            assert language.say(lang, f"prints.title.{name}")
            said = lines(layout, Facts(order={row.partition(".")[2]: "x" for row in layout.rows}), lang)
            assert all(line.label and "." not in line.label for line in said)
            assert [language.say(lang, f"prints.sign.{sign}") for sign in layout.signs if sign]


def leaves(site: Site) -> list[Any]:
    """The entries of this month's log that tell of a service."""
    from dancu.web import desk

    witness = desk.desk().witness
    last = witness.missed(Reader.of(Actor("test", "system"), "test"), "test", service="test")
    entries = witness.wait(last).entries(last.month, 0, last.index + 1)
    return [leaf for _, entry in entries if hasattr(leaf := decode(entry), "service")]


def test_a_death_extract_is_of_the_dead_alone(site: Site):
    widow, husband = "001150000617", "001148000618"
    columns = ("pin", "name", "birth_date", "sex", "commune", "unit_scheme", "spouse_pin")
    casework.loaded(site, "nap-4", columns, [
        (widow, "Hồ Thị Goá", "1950-02-03", "female", HERE, "2025-07", husband),
        (husband, "Đỗ Văn Khuất", "1948-02-03", "male", HERE, "2025-07", widow),
    ])  # fmt: skip
    book = {name.replace(".", "__"): value for name, value in ENTRY.items()}
    form = paper(site, "hotich", "register_death").open()
    done = form.send(person=husband, died__d="1", died__m="11", died__y="2026", **book).send("write")
    offered = re.findall(r'href="(/in/death_extract/nguoi/[^"]+)"[^>]*>([^<]*)', done.page)
    assert len(offered) == 1 and "Goá" not in offered[0][1], offered
    assert done.client.get(offered[0][0]).status_code == 200
    theirs = address(site, "hotich", widow).rstrip("/").rpartition("/")[2]
    assert done.client.get(f"/in/death_extract/nguoi/{theirs}/").status_code == 404
