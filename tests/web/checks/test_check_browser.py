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

from tests.web import browser
from tests.web.checks.whole import WORKER
from tests.web.conftest import MARKED, MARKED_PIN, Site
from tests.web.test_browser import complaints, entered, serious

ROWS = 3_000
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
