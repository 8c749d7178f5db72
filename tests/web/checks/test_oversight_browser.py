"""A supervisor's week and one's own log in a real browser: axe, the width of a telephone, a question and its answer."""

from __future__ import annotations

import os

import pytest

from tests.web import browser
from tests.web.checks.test_oversight import looked_at, settled
from tests.web.conftest import AWAY_PIN
from tests.web.test_browser import chromium, entered, serious  # noqa: F401

_PICTURES = os.environ.get("DANCU_PICTURES", "")


@pytest.mark.parametrize("width", [1280, 360])
def test_a_look_is_found_asked_about_and_answered(chromium, site, width):  # noqa: F811
    looked_at(site, site.signed("cutru"), AWAY_PIN)
    settled()
    found = {}

    def look(page, name: str) -> None:
        wrong = serious(page)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            wrong.append("wider than the screen")
        if wrong:
            found[name] = wrong
        if _PICTURES:
            page.screenshot(path=f"{_PICTURES}/oversight-{name}-{width}.png", full_page=True)

    with browser.live() as address:
        chief = entered(chromium, site, address, "chihuy", viewport={"width": width, "height": 800})
        chief.goto(f"{address}/nhat-ky/giam-sat/")
        look(chief, "week")
        chief.locator("tbody a").first.click()
        chief.fill("#f-text", "Vì sao xem người ngoài địa bàn?")
        look(chief, "look")
        chief.click("text=Đề nghị giải trình")
        chief.wait_for_selector(".timeline")
        officer = entered(chromium, site, address, "cutru", viewport={"width": width, "height": 800})
        officer.goto(f"{address}/nhat-ky/cua-toi/")
        look(officer, "own")
        officer.click("#asked a")
        officer.fill("#f-text", "Xác minh giúp xã bạn")
        officer.click("text=Gửi giải trình")
        officer.wait_for_selector(".timeline")
        chief.goto(f"{address}/nhat-ky/giam-sat/")
        assert "Đã trả lời" in chief.inner_text("tbody")
        for page in (chief, officer):
            page.context.close()
    assert found == {}
