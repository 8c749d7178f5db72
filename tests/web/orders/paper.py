"""A form as a browser without scripts fills it in: read from the page, changed, sent by one of its buttons."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from tests.web.conftest import HERE

PLACE = "Phường Ba Đình, Thành phố Hà Nội"
ENTRY = {"entry.number": "12", "entry.book": "01/2026", "entry.page": "3"}


class _Reader(HTMLParser):
    """Values of the form that has a button of the book, as they stand in the page."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, Any] = {}
        self.action, self._inside, self._area, self._select = "", False, "", ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = "/ghi/" in given.get("action", "") and "inline" not in given.get("class", "")
            self.action = given["action"] if self._inside else self.action
        if not self._inside:
            return
        name, kind = given.get("name", ""), given.get("type", "text")
        if tag == "input" and (kind not in ("radio", "checkbox") or "checked" in given):
            self.values[name] = given.get("value", "")
        elif tag == "textarea":
            self._area = name
            self.values[name] = ""
        elif tag == "select":
            self._select = name
            self.values.setdefault(name, "")
        elif tag == "option" and "selected" in given:
            self.values[self._select] = given.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._area:
            self.values[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""
        if tag == "form":
            self._inside = False


@dataclass
class Paper:
    """The form of a command in somebody's browser."""

    client: Any
    command: str
    values: dict[str, Any] = field(default_factory=dict)
    page: str = ""
    path: str = ""

    def open(self, address: str = "") -> Paper:
        """Ask for it."""
        return self._follow(self.client.get(address or f"/ghi/{self.command}/"))

    def send(self, do: str = "check", **typed: str) -> Paper:
        """Type, and press a button; two underscores in a name stand for the dot between a field and its part."""
        self.values |= {name.replace("__", "."): value for name, value in typed.items()}
        return self._follow(self.client.post(f"/ghi/{self.command}/", {**self.values, "do": do}))

    def choose(self, at: str) -> Paper:
        """Choose the first of the people that were found for a field."""
        found = re.search(rf'name="{at}\.ref" value="([^"]+)"', self.page)
        assert found, "nobody was found"
        self.values[f"{at}.ref"] = found[1]
        return self

    def _follow(self, answer: Any) -> Paper:
        while answer.status_code in (301, 302, 303):
            self.path = answer["Location"]
            answer = self.client.get(self.path)
        self.page = answer.content.decode()
        assert answer.status_code == 200, self.page
        reader = _Reader()
        reader.feed(self.page)
        self.values = reader.values
        return self

    @property
    def errors(self) -> str:
        """The box of what is wrong; '' where nothing is."""
        found = re.search(r'id="errors".*?</div>', self.page, re.DOTALL)
        return found[0] if found else ""

    @property
    def order(self) -> str:
        """The id of the order on the page of what was written."""
        found = re.search(r"/da-ghi/(web-[0-9a-f]+)/", self.path)
        assert found, self.errors or self.page[:3000]
        return found[1]


def paper(site: Any, login: str, command: str) -> Paper:
    """The form of a command as a login sees it."""
    return Paper(site.signed(login), command)


def born(site: Any, login: str = "hotich", **typed: str) -> Paper:
    """A birth filled in and checked, not written."""
    said = {
        "name": "Lê Bảo Ngọc Mới", "birth_date__d": "20", "birth_date__m": "11", "birth_date__y": "2026", "sex": "female",
        "birth_place__unit": PLACE, "mother": "001190000001", **{name.replace(".", "__"): value for name, value in ENTRY.items()},
    }  # fmt: skip
    return paper(site, login, "register_birth").open().send(**{**said, **typed})


__all__ = ["ENTRY", "HERE", "PLACE", "Paper", "born", "paper"]
