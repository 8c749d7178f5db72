"""Cases and quality in a real browser: a duplicate merged and taken apart by keyboard alone, axe, 360 px, English without Vietnamese."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.web import browser, casework
from tests.web.casework import CHILD_NAME, DOUBLE_NAME, ONE, again, case_of
from tests.web.conftest import HERE, Site
from tests.web.test_browser import _VIETNAMESE, complaints, entered, serious

_GROUND = (("f-source_reference", "HS-77"), ("f-reason", "Mot nguoi hai ho so"))


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with browser.browser() as made:
        yield made


@pytest.fixture
def worked(site: Site) -> Iterator[tuple[Site, str]]:
    """The site with faults on record and a run that found them, and the address of its pages."""
    casework.faults(site)
    casework.measured(site)
    with browser.live() as address:
        yield site, address


def pressed(page, selector: str) -> None:
    """Press a button or follow a link, by keyboard, and wait for the page that comes."""
    page.locator(selector).first.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")


def typed(page, ident: str, text: str) -> None:
    page.focus(f"#{ident}")
    page.keyboard.type(text)


def carried(page) -> None:
    """Fill in the grounds, see what would change, write it."""
    for ident, text in _GROUND:
        typed(page, ident, text)
    pressed(page, "button[value=check]")
    assert page.locator("button[value=write]").count() == 1, page.inner_text("main")
    pressed(page, "button[value=write]")


def test_a_duplicate_is_merged_and_taken_apart_by_keyboard_alone(chromium, worked):
    site, address = worked
    case = case_of(site, "duplicate_record", ONE)
    officer = entered(chromium, site, address, "cutru", viewport={"width": 360, "height": 740})
    said = complaints(officer)
    officer.goto(address + casework.address(site, "cutru", case))
    assert DOUBLE_NAME in officer.inner_text(".beside")
    officer.locator("input[name=decision][value=merge-1]").focus()
    officer.keyboard.press("Space")
    typed(officer, "n-propose", "Da xem giay khai sinh so 12")
    pressed(officer, "form:has(#n-propose) button")
    assert again(site, case).state == "proposed"
    chief = entered(chromium, site, address, "chihuy", viewport={"width": 1280, "height": 800})
    said += complaints(chief)
    chief.goto(address + casework.address(site, "chihuy", case))
    pressed(chief, "form:has(#n-accept) button")
    pressed(chief, "a[href*='/sua/0/']")
    carried(chief)
    assert again(site, case).state == "merged"
    pressed(chief, "a[href$='/hoan-tac/']")
    carried(chief)
    assert again(site, case).state == "accepted" and said == []
    for page in (officer, chief):
        page.context.close()


def test_a_wrong_birth_year_is_routed_corrected_and_the_old_number_still_finds(chromium, worked):
    site, address = worked
    case = case_of(site, "parent_age_unlikely", casework.CHILD)
    civil, officer, chief = (entered(chromium, site, address, login) for login in ("hotich", "cutru", "chihuy"))
    said = [complaints(page) for page in (civil, officer, chief)]
    # The civil-status side, whose case it seems to be, has the year right in its book: the population data are wrong.
    civil.goto(f"{address}/viec/?xem=unit&code=parent_age_unlikely")
    civil.click(f"tr:has-text('Việc số {case.id} ·') th a")
    civil.check("input[name=side][value=population]")
    civil.fill("#n-say_side", "So khai sinh so 8 quyen 1 ghi nam 1970")
    civil.click("form:has(#n-say_side) button")
    civil.wait_for_load_state()
    assert again(site, case).owner == "residence"
    officer.goto(f"{address}/viec/?xem=unit")
    boxes = officer.locator("input[name=viec]")
    officer.locator("[data-choose] input").check()
    assert boxes.count() > 1 and all(box.is_checked() for box in boxes.all())
    officer.locator("[data-choose] input").uncheck()
    assert not any(box.is_checked() for box in boxes.all())
    officer.goto(f"{address}/viec/?xem=unit&code=parent_age_unlikely")
    officer.click(f"tr:has-text('Việc số {case.id} ·') th a")
    officer.check("input[name=decision][value=mend]")
    officer.select_option("#p-command", "correct_data")
    officer.fill("#n-propose", "Theo so khai sinh so 8")
    officer.click("form:has(#n-propose) button")
    chief.goto(address + casework.address(site, "chihuy", case))
    chief.click("form:has(#n-accept) button")
    # The year first, then the number that says it.
    for changed in ({"birth_date": "08/07/1970"}, {"why": "Nam sinh da duoc dieu chinh"}):
        chief.click("a[href*='/sua/0/']")
        for name, value in {"source_reference": "KS-8", "reason": "Nam sinh nhap sai", **changed}.items():
            chief.fill(f"#f-{name}", value)
        chief.click("button[value=check]")
        chief.click("button[value=write]")
        chief.wait_for_url("**/viec/**")
    assert again(site, case).state == "mended"
    officer.goto(f"{address}/tra-cuu/")
    officer.fill("#f-text", casework.CHILD)
    officer.keyboard.press("Enter")
    officer.click("tbody th a")
    head = officer.inner_text("main")
    assert CHILD_NAME in head and "08/07/1970" in head and casework.CHILD not in officer.inner_text(".person-head")
    assert said == [[], [], []]
    for page in (civil, officer, chief):
        page.context.close()


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
def test_axe_finds_nothing_serious_on_cases_and_quality(chromium, worked, width, scheme):
    site, address = worked
    options = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme}
    wrong: dict[str, Any] = {}
    case, rule = case_of(site, "duplicate_record", ONE), case_of(site, "parent_age_unlikely", casework.CHILD)
    for login in ("chihuy", "hotich", "congantinh", "dulieu"):
        page = entered(chromium, site, address, login, **options)
        said = complaints(page)
        paths = ["/", "/viec/", "/viec/?xem=unit&kind=duplicate", "/chat-luong/"]
        if login in ("chihuy", "hotich"):
            paths += ["/viec/danh-sach-ky/", "/viec/danh-sach-ky/moi/"]
            paths += [casework.address(site, login, each) for each in (case, rule)]
        for path in paths:
            page.goto(address + path)
            found = serious(page)
            if page.evaluate("document.documentElement.scrollWidth") > width:
                found.append("wider than the screen")
            if found:
                wrong[f"{login} {path[:20]}"] = found
        assert said == [], "the console is quiet, so nothing was blocked by the policy"
        page.context.close()
    assert wrong == {}


def test_cases_and_quality_are_in_english_but_for_the_data(chromium, worked):
    from dancu.places import full_name, province_of, unit

    site, address = worked
    found = unit("2025-07", "commune", HERE)
    data = [full_name(found), found.title, full_name(province_of(found)), "Tiếng Việt", "Nguyễn Văn An", CHILD_NAME, DOUBLE_NAME]
    data += [name for row in casework._PEOPLE for name in (row[1], row[7], row[9]) if name]
    data += list(_accounts())
    case, rule = case_of(site, "duplicate_record", ONE), case_of(site, "parent_age_unlikely", casework.CHILD)
    page = entered(chromium, site, address, "chihuy")
    page.click("button[name=lang]")
    page.wait_for_selector("html[lang=en]")
    paths = ["/", "/viec/", "/chat-luong/", "/viec/danh-sach-ky/", "/viec/danh-sach-ky/moi/?code=parent_age_unlikely"]
    for path in (*paths, *(casework.address(site, "chihuy", each) for each in (case, rule))):
        page.goto(address + path)
        text = page.inner_text("body")
        for known in sorted(data, key=len, reverse=True):
            text = text.replace(known, "")
        assert [line for line in text.splitlines() if _VIETNAMESE.search(line)] == [], path
        assert not re.search(r"\{[a-z_]+\}", text)
    page.context.close()


def _accounts() -> Iterator[str]:
    from dancu.web.accounts import demo

    yield from (name for _, _, name, _ in demo._PEOPLE)
