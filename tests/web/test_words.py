"""What pages say: the same keys in both languages, none unused or missing, no text in a template but by its key."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from string import Formatter

import pytest

from dancu.web import language
from tests.laws import tree

WEB = tree.ROOMS_ROOT / "web"
TEMPLATES = [path for path in tree.files() if path.suffix == ".html" and path.is_relative_to(WEB)]
SOURCES = [path for path in tree.files() if path.suffix in (".html", ".py") and path.is_relative_to(tree.ROOMS_ROOT)]
KEYS = sorted(language.sentences("vi"))
# Attributes that people read or hear.
_HEARD = ("alt", "aria-label", "placeholder", "title", "content")
_QUOTED = re.compile(r"""["']([a-z_]+(?:\.[a-z0-9_]+)+\.?)(?:\{[^"']*)?["']""")
_VIETNAMESE = re.compile(r"[ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]", re.IGNORECASE)


def used() -> set[str]:
    """Everything in quotes that may be a key, or the beginning of keys."""
    return {hit.rstrip(".") for path in SOURCES for hit in _QUOTED.findall(tree.text(path))}


def test_both_languages_have_the_same_keys():
    assert sorted(language.sentences("vi")) == sorted(language.sentences("en"))


def test_both_languages_fill_in_the_same_values():
    def names(text: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(text) if name is not None}

    vi, en = language.sentences("vi"), language.sentences("en")
    assert [key for key in vi if names(vi[key]) != names(en[key])] == []


def test_no_key_is_unused():
    said = used()
    groups = {key.partition(".")[0] for key in KEYS}
    # A key that is put together: what stands before the last dot is in quotes somewhere.
    unused = [
        key
        for key in KEYS
        if key not in said and key.removesuffix("_hint") not in said and not _built(key, said)
    ]
    assert unused == [] and groups


def _built(key: str, said: set[str]) -> bool:
    above = key.rpartition(".")[0]
    return above in said and above.count(".") >= 1 or above.rpartition(".")[0] in said and above.count(".") >= 2 or (
        key.startswith("errors.4") or key.startswith("errors.5") or key.startswith("person.") and key in ("person.since", "person.until")
    )


def test_every_key_that_is_said_is_there():
    groups = {key.partition(".")[0] for key in KEYS}
    before = r"""\{%\s*say\s+|say\([^"']*|wrong\([^"']*["'][a-z_]*["'],\s*|notice\(request,\s*"""
    said = re.compile(rf"""(?:{before})["']([a-z_]+\.[a-z0-9_.]+)["']""")
    for path in SOURCES:
        if not path.is_relative_to(WEB):
            continue
        for key in said.findall(tree.text(path)):
            known = key in KEYS or any(other.startswith(f"{key}.") for other in KEYS)
            assert known or key.partition(".")[0] not in groups, f"{tree.short(path)}: {key}"


@pytest.mark.parametrize("lang", language.LANGUAGES)
def test_sentences_are_whole(lang):
    for key, text in language.sentences(lang).items():
        assert text == text.strip() and "  " not in text and text, key
        if lang == "en":
            assert not _VIETNAMESE.search(text) or key == "frame.other_language", key


def test_no_word_is_spelled_as_it_must_not_be():
    for key, text in language.sentences("vi").items():
        for forbidden in ("hộ khẩu", "CMND/CCCD", "xóa công dân", "thẩm định", "quận/huyện", "tên đệm", "nguyên quán"):
            assert forbidden not in text.lower(), key


class _Text(HTMLParser):
    """Collects what a person reads or hears of a template whose tags were taken out."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "meta":
            self.found += [value or "" for name, value in attrs if name in _HEARD]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_hold_no_text_of_their_own(path: Path):
    """A law: whatever has a letter and stands outside a tag of the template was not translated."""
    bare = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", tree.text(path), flags=re.DOTALL)
    reader = _Text()
    # A part that is only attributes stands inside somebody else's tag.
    reader.feed(bare if "<" in bare else f"<input {bare}>")
    assert [text.strip() for text in reader.found if re.search(r"[^\W\d_]", text)] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_hold_no_inline_script_or_style(path: Path):
    text = tree.text(path)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:", text)
    assert "|safe" not in text and "autoescape off" not in text


@pytest.mark.parametrize(
    ("typed", "iso"),
    [("05/09/1990", "1990-09-05"), ("5.9.1990", "1990-09-05"), ("05091990", "1990-09-05"), ("1990", "1990"), ("09/1990", "1990-09"),
     ("1990-09-05", "1990-09-05"), ("31/02/1990", None), ("5/9/90", None), ("mồng 5", None), ("", None), ("１２/09/1990", None)],
)  # fmt: skip
def test_dates_are_read_as_people_write_them(typed, iso):
    assert language.iso_of(typed) == iso
    if iso:
        assert language.iso_of(language.day(iso)) == iso
