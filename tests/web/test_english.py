"""A crawl: every page a role can get to by links, read in English, holds no Vietnamese but what is on record."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from dancu.places import unit, units
from tests.web.conftest import AWAY, MARKED, Site

PAGES_MAX = 60
_VIETNAMESE = re.compile(r"[ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]", re.IGNORECASE)
# Laws are cited as they are called.
_LAW = re.compile(r"(Luật|Nghị định|Thông tư|Quyết định|Hiến pháp|NĐ|TT|QĐ)\b[^<\n]*")
_NAMES = (MARKED, AWAY, "Nguyễn Văn An", "Bảo hiểm xã hội (minh họa)", "Tiếng Việt")
_UNITS = {each.title for each in units("2025-07")} | {each.name for each in units("2025-07")}
_UNREAD = ("script", "style", "svg")
# Leads to a file, out of the session, or to the same page again.
_NOT_FOLLOWED = re.compile(r"^(#|mailto:|/static/|/dang-xuat|/lua-chon)|\.(xlsx|csv|docx|pdf|svg)(\?|$)|/xuat")


class _Page(HTMLParser):
    """The texts a person reads or hears and the links of a page; what says of itself that it is Vietnamese is left out."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.links: list[str] = []
        self._shut: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag == "a" and told.get("href"):
            self.links.append(told["href"] or "")
        if tag in ("input", "img", "br", "meta", "link", "hr", "col"):
            self._heard(told)
        elif self._shut or tag in _UNREAD or (told.get("lang") == "vi" and tag != "html"):
            self._shut.append(tag)
        else:
            self._heard(told)

    def handle_endtag(self, tag: str) -> None:
        if self._shut and self._shut[-1] == tag:
            self._shut.pop()

    def handle_data(self, data: str) -> None:
        if not self._shut:
            self.texts.append(data)

    def _heard(self, told: dict[str, str | None]) -> None:
        self.texts += [told[name] or "" for name in ("aria-label", "alt", "title", "placeholder") if told.get(name)]


def _left(text: str, known: list[str]) -> str:
    """What is Vietnamese in a text once laws and what is on record are taken out."""
    if text.strip() in _UNITS:
        return ""
    bare = _LAW.sub("", text)
    for each in known:
        bare = bare.replace(each, "")
    return bare.strip() if _VIETNAMESE.search(bare) else ""


def _known(site: Site) -> list[str]:
    from dancu.web.models import Account

    places = {each.title for each in units("2025-07", "province")} | {each.name for each in units("2025-07", "province")}
    for code in ("00004", "26710"):
        found = unit("2025-07", "commune", code)
        places |= {found.title, found.name}
    people = set(Account.objects.values_list("full_name", flat=True))
    return sorted({*_NAMES, *places, *people}, key=len, reverse=True)


@pytest.mark.parametrize("login", ["hotich", "cutru", "chihuy", "sotuphap", "congantinh", "dulieu", "quantri"])
def test_every_page_that_can_be_got_to_is_english(site: Site, login):
    client = site.signed(login)
    client.post("/lua-chon/", {"lang": "en"})
    known, wrong, faults = _known(site), {}, []
    waiting, seen = ["/", "/tra-cuu/", "/he-thong-giao-dien/"], set()
    if login in ("hotich", "cutru", "chihuy"):
        purpose = "civil_status_file" if login == "hotich" else "residence_file"
        sent = client.post("/tra-cuu/", {"text": MARKED, "purpose": purpose, "reference": "HS-1"})
        waiting.append(sent["Location"])
    while waiting and len(seen) < PAGES_MAX:
        address = waiting.pop(0).partition("#")[0]
        if not address.startswith("/") or address in seen or _NOT_FOLLOWED.search(address):
            continue
        seen.add(address)
        answer = client.get(address)
        if answer.status_code in (301, 302):
            waiting.append(answer["Location"])
            continue
        if answer.status_code >= 500 or not answer["Content-Type"].startswith("text/html"):
            faults += [address] if answer.status_code >= 500 else []
            continue
        page = _Page(answer.content.decode())
        left = [text for text in map(lambda each: _left(each, known), page.texts) if text]
        if left:
            wrong[address] = left
        waiting += [link if link.startswith("/") else address + link for link in page.links if not _NOT_FOLLOWED.search(link)]
    assert not faults and len(seen) > 3
    assert wrong == {}
