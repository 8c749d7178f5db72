"""The forms in a real browser: by keyboard alone, on a phone, with what only a script can do, and looked over by axe."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from dancu.kit import roles
from tests.web.browser import browser, chromium, live, sign_in
from tests.web.conftest import MARKED, MARKED_PIN, Site

PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
_SERIOUS = ("serious", "critical")
_SAVED = "Đã lưu bản đang gõ"

Open = Callable[[str], Any]


@pytest.fixture
def signed(site: Site) -> Iterator[Open]:
    """Opens a page of a browser of its own that a login is signed in with."""
    chromium()
    with live() as address, browser() as made, ThreadPoolExecutor(1) as aside:

        def opened(login: str) -> Any:
            page = made.new_context(viewport=DESK).new_page()
            page.said = []
            page.on("console", lambda message: page.said.append(message.text))
            page.on("pageerror", lambda error: page.said.append(str(error)))
            page.address = address
            # The browser's driver holds this thread; the database is asked from another.
            sign_in(page, address, site.logins[login], aside.submit(site.fresh_code, login).result())
            page.aside = aside
            return page

        yield opened


def orders(site: Site) -> int:
    with site.database.connect(roles.READER) as connection:
        return connection.execute("SELECT count(*) FROM register_order WHERE unit <> ''").fetchone()[0]


def typed(page: Any, *keys: str) -> None:
    """Type texts and press keys, as hands do: a text between commas is a key."""
    for key in keys:
        page.keyboard.press(key[1:-1]) if key.startswith("<") else page.keyboard.type(key)


def test_a_birth_by_keyboard_alone(site: Site, signed: Open):
    page = signed("hotich")
    page.goto(f"{page.address}/ghi/register_birth/")
    page.focus("#f-name")
    # Enter goes on; it never sends a form that is half filled.
    typed(page, "Lê Bảo Ngọc Mới", "<Enter>", "20", "<Enter>", "11", "<Enter>", "2026", "<Tab>", "<ArrowDown>")
    assert page.url.endswith("/ghi/register_birth/")
    typed(page, "<Tab>", "Kinh", "<Enter>", "<Enter>", "<Enter>", "Phường Ba Đình, Thành phố Hà Nội")
    page.focus("#f-mother")
    typed(page, "kin dao tuyet mat 1990", "<Enter>")
    page.wait_for_url("**buoc=tim**")
    page.focus('[name="mother.ref"]')
    typed(page, "<Space>")
    page.focus('[name="entry.number"]')
    typed(page, "12", "<Enter>", "01/2026", "<Enter>", "3")
    page.focus(".send-bar button.main")
    typed(page, "<Enter>")
    page.wait_for_url("**buoc=kiem-tra**")
    assert page.evaluate("document.activeElement.value") == "write", page.inner_text("main")
    assert MARKED in page.inner_text("main")
    typed(page, "<Enter>")
    page.wait_for_url("**/da-ghi/**")
    assert "Đã ghi vào sổ" in page.inner_text("main") and not page.said
    # Back and forth: what was written is shown, and no form of it comes again.
    page.go_back()
    page.wait_for_url("**/da-ghi/**")
    assert orders(site) == 1


def test_what_is_typed_is_kept_while_it_is_typed(site: Site, signed: Open):
    page = signed("cutru")
    page.goto(f"{page.address}/ghi/declare_absence/")
    page.fill("#f-file", "TV-12")
    page.get_by_text(_SAVED).wait_for()
    page.context.close()
    again = signed("cutru")
    again.goto(f"{again.address}/ghi/declare_absence/")
    assert again.input_value("#f-file") == "TV-12" and "Đã khôi phục" in again.inner_text("main")


def test_one_click_sends_a_form_whose_draft_was_saved_before(site: Site, signed: Open):
    page = signed("cutru")
    page.goto(f"{page.address}/ghi/declare_absence/")
    page.fill("#f-person", MARKED_PIN)
    page.get_by_text(_SAVED).wait_for()
    page.click(".send-bar button.main")
    page.wait_for_url("**buoc=kiem-tra**")
    assert MARKED in page.inner_text("main") and not page.said


def test_an_ended_session_is_noticed_and_the_form_goes_on(site: Site, signed: Open):
    from django.contrib.sessions.models import Session

    page = signed("cutru")
    page.clock.install()
    page.goto(f"{page.address}/ghi/declare_absence/")
    page.fill("#f-person", MARKED_PIN)
    page.clock.run_for(2_000)
    page.get_by_text(_SAVED).wait_for()
    page.aside.submit(Session.objects.all().delete).result()
    page.clock.fast_forward(30 * 60_000)
    page.fill("#f-file", "TV-12")
    page.clock.run_for(2_000)
    page.wait_for_selector("[data-saved].bad a")
    assert "Phiên làm việc đã hết" in page.inner_text("[data-saved]")
    page.click(".send-bar button.main")
    page.wait_for_timeout(300)
    assert page.url.endswith("/ghi/declare_absence/") and page.input_value("#f-file") == "TV-12"
    # Signed in again in another tab of the same browser, the page that stood open goes on as it was.
    other = page.context.new_page()
    sign_in(other, page.address, site.logins["cutru"], page.aside.submit(site.fresh_code, "cutru").result())
    page.click(".send-bar button.main")
    page.wait_for_url("**buoc=kiem-tra**")
    assert MARKED in page.inner_text("main") and "TV-12" in page.inner_text("main")


def test_two_clicks_on_a_slow_line_write_once(site: Site, signed: Open):
    page = signed("cutru")
    page.goto(f"{page.address}/ghi/declare_absence/")
    page.fill("#f-person", MARKED_PIN)
    page.fill("#f-file", "TV-12")
    page.click(".send-bar button.main")
    page.wait_for_url("**buoc=kiem-tra**")
    sent = []

    def slowly(route: Any) -> None:
        if route.request.method == "POST":
            sent.append(1)
            page.wait_for_timeout(700)
        route.continue_()

    page.route("**/ghi/**", slowly)
    page.dblclick('button[value="write"]', no_wait_after=True)
    page.wait_for_url("**/da-ghi/**")
    assert len(sent) == 1 and orders(site) == 1


def test_pages_fit_a_phone_and_axe_finds_nothing_serious(site: Site, signed: Open):
    from axe_playwright_python.sync_playwright import Axe

    page, axe, found = signed("chihuy"), Axe(), []

    def looked(name: str) -> None:
        for size, scheme in ((PHONE, "dark"), (DESK, "light")):
            page.set_viewport_size(size)
            # At rest: a button on its way from one scheme to the other has the contrast of neither.
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                found.append(f"{name}: wider than {size['width']}")
            wrong = [one for one in axe.run(page).response["violations"] if one["impact"] in _SERIOUS]
            found.extend(f"{name}, {scheme}: {one['id']} {one['nodes'][0]['html'][:160]}" for one in wrong)

    def form(command: str, **fields: str) -> None:
        page.goto(f"{page.address}/ghi/{command}/")
        for name, value in fields.items():
            page.fill(f"[name='{name.replace('__', '.')}']", value)
        page.click(".send-bar button.main")
        page.wait_for_url("**buoc=kiem-tra**")

    for address in ("cu-tru", "can-cuoc", "ghi/correct_data", "ghi/register_temporary", "ghi/merge", "cho-cap-so", "da-lam", "ban-dang-go"):
        page.goto(f"{page.address}/{address}/")
        looked(address)
    form("correct_data", person=MARKED_PIN)
    looked("errors")
    form("request_card", person=MARKED_PIN, file="CC-1")
    looked("check")
    page.click('button[value="write"]')
    page.wait_for_url("**/da-ghi/**")
    looked("done")
    page.click('a[href*="/in/receipt/"]')
    page.wait_for_selector(".sheet")
    looked("paper")
    page.goto(f"{page.address}/can-cuoc/cho-cap/")
    looked("queue")
    form("new_household", head=MARKED_PIN)
    page.click('button[value="write"]')
    page.wait_for_url("**/da-ghi/**")
    page.click('a[href*="/cong-dan/"]')
    page.click("details summary")
    page.click('a[href*="/ho-gia-dinh/"]')
    page.wait_for_selector("table")
    looked("household")
    assert found == [] and page.said == []
