"""Pages in a real browser: by keyboard alone, at 360 px, with axe, in English without a word of Vietnamese, quiet under the policy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.web import browser
from tests.web.conftest import AWAY, AWAY_PIN, HERE, MARKED, MARKED_PIN, Site

_VIETNAMESE = re.compile(r"[ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]", re.IGNORECASE)
LOGINS = ("chihuy", "hotich", "dulieu", "quantri")
# What is no page to look at, or is looked at elsewhere.
_NO_PAGE = re.compile(r"health|\.svg|/xuat|thiet-lap|ma-xac-thuc|dang-nhap")


def addresses_of(site: Site, login: str) -> list[str]:
    """Every page without an argument that a login may open, and one there is not."""
    from django.urls import get_resolver

    from dancu.register.rights import Staff

    who = site.logins[login]
    staff = Staff(login, who.role, who.unit)
    found = [("/" + str(p.pattern), p.callback.access) for p in get_resolver("dancu.web.urls").url_patterns]
    open_to = [a for a, access in found if "<" not in a and "GET" in access.methods and access.admits(staff) and not _NO_PAGE.search(a)]
    return [*open_to, "/khong-co-trang-nay/"]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with browser.browser() as made:
        yield made


@pytest.fixture
def pages(site: Site) -> Iterator[str]:
    """The address of the pages."""
    with browser.live() as address:
        yield address


def entered(chromium, site: Site, address: str, login: str, **options: Any) -> Any:
    """A page of a fresh browser in which a login is signed in."""
    page = chromium.new_context(locale="vi-VN", **options).new_page()
    browser.sign_in(page, address, site.logins[login], site.fresh_code(login))
    return page


def complaints(page) -> list[str]:
    """Whatever the browser's console says from here on; what the policy blocks is among it."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


def serious(page) -> list[str]:
    """What axe finds of serious or critical impact."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html'][:160]}" for each in found if each["impact"] in ("serious", "critical")]


def at_search(page, address: str) -> None:
    """The page of the search box, which has the keyboard as soon as it is drawn: a key pressed before then is nobody's."""
    page.goto(f"{address}/tra-cuu/")
    page.wait_for_function("document.activeElement.id === 'f-text'")


def person(page, address: str, text: str = MARKED_PIN) -> None:
    """From the search box to a person's page, by keyboard."""
    at_search(page, address)
    page.keyboard.type(text)
    page.keyboard.press("Enter")
    page.wait_for_url("**/ket-qua/**")
    page.locator("tbody th a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/cong-dan/**")


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_and_nothing_is_wider_than_the_screen(chromium, site, pages, width, scheme):
    options = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme}
    wrong: dict[str, Any] = {}
    for login in LOGINS:
        page = entered(chromium, site, pages, login, **options)
        said = complaints(page)
        for path in addresses_of(site, login):
            page.goto(pages + path)
            _look(page, f"{login} {path}", width, wrong)
        if login == "chihuy":
            person(page, pages)
            _look(page, "person", width, wrong)
            for part in ("lich-su/", "ai-da-xem/", "mo/?nhom=contact"):
                page.goto(page.url.split("cong-dan/")[0] + "cong-dan/" + page.url.split("cong-dan/")[1].split("/")[0] + "/" + part)
                _look(page, part, width, wrong)
        blocked = [text for text in said if "status of 40" not in text]
        assert blocked == [], "the console is quiet, so nothing was blocked by the policy"
        page.context.close()
    assert wrong == {}


def _look(page, name: str, width: int, wrong: dict[str, Any]) -> None:
    found = serious(page)
    if page.evaluate("document.documentElement.scrollWidth") > width:
        found.append("wider than the screen")
    if found:
        wrong[name] = found


def test_a_search_by_keyboard_alone_opens_a_masked_group(chromium, site, pages):
    page = entered(chromium, site, pages, "cutru", viewport={"width": 1280, "height": 800})
    person(page, pages)
    assert MARKED in page.inner_text("h1") and "0900000001" not in page.content()
    page.locator("#g-contact button").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/mo/**")
    page.locator("#f-reference").focus()
    page.keyboard.type("HS-77/2026")
    page.keyboard.press("Enter")
    page.wait_for_url("**/cong-dan/**#g-contact")
    assert "0900000001" in page.inner_text("#g-contact")
    # The skip link is the first stop of the keyboard.
    page.goto(pages)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.context.close()


def test_a_scanner_sends_three_lines_and_unikey_is_noticed(chromium, site, pages):
    from tests.core.test_card import mrz

    page = entered(chromium, site, pages, "cutru")
    text = mrz(MARKED_PIN, "900102", "F", "KIN<<DAO<TUYET<MAT")
    at_search(page, pages)
    for line in (text[:30], text[30:60], text[60:]):
        page.keyboard.type(line)
        page.keyboard.press("Enter")
    page.wait_for_url("**/ket-qua/**")
    assert MARKED in page.content() and "khác với CSDL" not in page.content()
    at_search(page, pages)
    page.keyboard.type(text[:30].replace("ID", "ÍD"))
    page.keyboard.press("Enter")
    page.wait_for_selector("#errors")
    assert "Tắt Unikey (E) rồi quét lại" in page.inner_text("#errors")
    page.context.close()


def test_the_search_works_without_javascript(chromium, site, pages):
    page = entered(chromium, site, pages, "cutru", java_script_enabled=False)
    page.goto(f"{pages}/tra-cuu/")
    page.fill("#f-text", MARKED_PIN)
    page.click(".searchbox button")
    assert "/ket-qua/" in page.url and MARKED in page.content()
    page.context.close()


def test_every_page_is_in_english_but_for_the_data(chromium, site, pages):
    from dancu.places import full_name, province_of, unit

    # What is on record stays as it is, and the button that leads back is in the other language.
    data = [MARKED, AWAY, MARKED_PIN, AWAY_PIN, "Bảo hiểm xã hội (minh họa)", "Luật Căn cước 2023, điều 9", "Tiếng Việt"]
    for code in (HERE, "26710"):
        found = unit("2025-07", "commune", code)
        data += [full_name(found), full_name(province_of(found))]
    own = ("/", "/tra-cuu/", "/tai-khoan/", "/tai-khoan/mat-khau/", "/he-thong-giao-dien/", "/khong-co-trang-nay/")
    for login, addresses in {"chihuy": own, "quantri": ("/", "/quan-tri/tai-khoan/", "/quan-tri/tai-khoan/moi/")}.items():
        page = entered(chromium, site, pages, login)
        page.click("button[name=lang]")
        page.wait_for_selector("html[lang=en]")
        visited = [pages + path for path in addresses]
        if login == "chihuy":
            person(page, pages)
            visited += [page.url, page.url + "lich-su/", page.url + "mo/?nhom=contact"]
        names = page.locator(".who-name").inner_text()
        for address in visited:
            page.goto(address)
            text = page.inner_text("body")
            for known in sorted([*data, names, *_others(site)], key=len, reverse=True):
                text = text.replace(known, "")
            left = [line for line in text.splitlines() if _VIETNAMESE.search(line)]
            assert left == [], address
            assert page.get_attribute("html", "lang") == "en"
        page.context.close()


def _others(_: Site) -> list[str]:
    """Names of the other accounts, which the operator's list shows."""
    from dancu.web.accounts import demo

    return [name for _, _, name, _ in demo._PEOPLE]


def test_the_theme_is_kept(chromium, site, pages):
    page = entered(chromium, site, pages, "cutru", color_scheme="light")
    page.click("button[name=theme]")
    page.wait_for_selector("html[data-theme=dark]")
    page.goto(f"{pages}/tai-khoan/")
    assert page.get_attribute("html", "data-theme") == "dark"
    page.context.close()
