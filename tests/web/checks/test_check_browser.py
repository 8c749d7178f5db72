"""A file checked in a real browser, by the job worker that `dancu serve` starts: sent, watched, read, its differences opened as cases."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dancu.kit import roles
from tests.web import browser
from tests.web.checks.whole import WORKER
from tests.web.conftest import MARKED, MARKED_PIN, Site
from tests.web.orders.paper import ENTRY, PLACE
from tests.web.test_browser import complaints, entered, serious

ROWS = 3_000
NEWBORN = "Lê Bảo Ngọc Mới"
_WAIT_MS = 120_000
# Where pictures are kept, for whoever wants to look at them.
_PICTURES = os.environ.get("DANCU_PICTURES", "")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with browser.browser() as made:
        yield made


@pytest.fixture
def worked(served: Site) -> Iterator[tuple[Site, str]]:
    """The pages on a port, and the worker of their jobs."""
    settings = served.database.settings
    worker = subprocess.Popen([sys.executable, "-c", WORKER], env={**os.environ, **settings.environ()})
    try:
        with browser.live() as address:
            yield served, address
    finally:
        worker.terminate()
        worker.wait(60)


def a_list(folder: str) -> Path:
    """A list with one wrong sex and many people nobody knows."""
    file = Path(folder) / "danh-sach.csv"
    lines = ["Số định danh,Họ và tên,Ngày sinh,Giới tính", f"{MARKED_PIN},{MARKED},02/01/1990,Nam"]
    lines += [f"0011700{n % 230:05d},Nguyễn Văn An,06/05/{1920 + n % 100},Nam" for n in range(ROWS)]
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


@pytest.mark.parametrize("width", [1280, 360])
def test_a_file_is_sent_watched_read_and_its_differences_opened(chromium, worked, width):
    site, address = worked
    page = entered(chromium, site, address, "dulieu", viewport={"width": width, "height": 800})
    said, found = complaints(page), {}

    def look(name: str) -> None:
        wrong = serious(page)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            wrong.append("wider than the screen")
        if wrong:
            found[name] = wrong
        if _PICTURES:
            page.screenshot(path=f"{_PICTURES}/check-{name}-{width}.png", full_page=True)

    page.goto(f"{address}/doi-chieu-tep/")
    look("list")
    with tempfile.TemporaryDirectory() as folder:
        page.set_input_files("#f-file", a_list(folder))
        page.click("text=Gửi tệp và xem các cột")
        page.wait_for_selector("#f-purpose")
    assert MARKED not in page.content()
    look("columns")
    page.select_option("#f-purpose", "data_cleaning")
    page.fill("#f-reference", "KH 12/2026")
    page.click("text=Bắt đầu đối chiếu")
    page.wait_for_selector("#progress, .paste")
    look("progress")
    page.wait_for_selector(".paste", timeout=_WAIT_MS)
    assert f"Đã đối chiếu {ROWS + 1:,}".replace(",", ".") in page.inner_text(".paste")
    look("result")
    with page.expect_popup() as opened:
        page.click("text=Mở báo cáo")
    report = opened.value
    report.wait_for_load_state()
    assert "danh-sach.csv" in report.inner_text("body")
    report.close()
    with page.expect_download() as taken:
        page.click("text=Tải tệp đã đối chiếu")
    assert taken.value.suggested_filename == "danh-sach.checked.csv"
    page.click("text=Mở các sai lệch thành việc cần xử lý")
    page.wait_for_selector("text=đã mở", timeout=_WAIT_MS)
    assert "1 việc mới" in page.inner_text("#viec")
    look("cases")
    page.goto(f"{address}/doi-chieu-tep/")
    look("history")
    assert found == {} and said == []
    page.context.close()


def test_a_birth_gets_its_number_from_the_police_and_the_next_file_knows_it(chromium, worked, monkeypatch):
    from dancu.register.store import view

    site, address = worked
    given = view._number
    # As when the numbers of a block are used up: the birth is written all the same, and waits.
    monkeypatch.setattr(view, "_number", lambda *_: None)
    civil, police, data = (entered(chromium, site, address, login) for login in ("hotich", "cutru", "dulieu"))
    said = [complaints(page) for page in (civil, police, data)]
    civil.goto(f"{address}/ghi/register_birth/")
    born = {"birth_date.d": "20", "birth_date.m": "11", "birth_date.y": "2026", "birth_place.unit": PLACE, "mother": MARKED_PIN}
    for name, value in {"name": NEWBORN, **born, **ENTRY}.items():
        civil.fill(f'[name="{name}"]', value)
    civil.check('[name="sex"][value="female"]')
    civil.click('.send-bar button[value="check"]')
    civil.click('button[value="write"]')
    civil.wait_for_url("**/da-ghi/**")
    assert "chờ cấp số định danh" in civil.inner_text("main")
    monkeypatch.setattr(view, "_number", given)

    police.goto(f"{address}/cu-tru/")
    assert NEWBORN in police.inner_text("main")
    police.click("text=Xem và cấp số")
    police.click('button[value="write"]')
    police.wait_for_url("**/da-ghi/**")
    assert "Số định danh được xác lập" in police.inner_text("main")
    with site.database.connect(roles.READER) as connection:
        pin, kinds = connection.execute(
            "SELECT p.pin, array_agg(a.kind ORDER BY f.position) FROM register_feed f JOIN register_action a ON a.id = f.action"
            " JOIN register_person p ON p.id = a.person WHERE p.name = %s GROUP BY p.pin",
            [NEWBORN],
        ).fetchone()
    assert kinds == ["birth", "number_allocated"]

    data.goto(f"{address}/doi-chieu-tep/")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "tre-em.csv"
        file.write_text(f"Số định danh,Họ và tên,Ngày sinh\n{pin},{NEWBORN},20/11/2026\n", encoding="utf-8")
        data.set_input_files("#f-file", file)
        data.click("text=Gửi tệp và xem các cột")
    data.select_option("#f-purpose", "data_cleaning")
    data.fill("#f-reference", "KH 13/2026")
    data.click("text=Bắt đầu đối chiếu")
    data.wait_for_selector(".paste", timeout=_WAIT_MS)
    assert "Khớp đúng 1 (100,0 %)" in data.inner_text(".paste")
    assert said == [[], [], []]
    for page in (civil, police, data):
        page.context.close()


def test_a_check_is_watched_without_javascript(chromium, worked):
    site, address = worked
    page = entered(chromium, site, address, "dulieu", java_script_enabled=False)
    page.goto(f"{address}/doi-chieu-tep/")
    with tempfile.TemporaryDirectory() as folder:
        page.set_input_files("#f-file", a_list(folder))
        page.click("text=Gửi tệp và xem các cột")
    page.select_option("#f-purpose", "data_cleaning")
    page.fill("#f-reference", "KH 12/2026")
    page.click("text=Bắt đầu đối chiếu")
    page.wait_for_selector(".paste", timeout=_WAIT_MS)
    page.context.close()
