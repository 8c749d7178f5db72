"""The book of refusals: complete, in both languages, without a place for anybody's value; and how much of it the tables reach."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import dancu.register
from dancu.register.command import No
from dancu.register.refusals import ASKER, WHO, book, told
from tests.register.rules.test_refused_civil import BIRTHS, CIVIL
from tests.register.rules.test_refused_for_all import GATE, MERGES, PERSONS, UNDOING
from tests.register.rules.test_refused_residence import TABLE

ROOM = Path(dancu.register.__file__).parent
REACHED = {row[0] for table in (BIRTHS, CIVIL, GATE, PERSONS, MERGES, UNDOING, TABLE) for row in table} | {"actor_not_said"}
# Said of loaded records only: no command can bring them about.
OF_RECORDS = {
    "dead_but_living_status", "dead_with_card", "two_valid_cards", "guardian_dead", "household_without_head", "household_with_two_heads",
    "spouse_dead",
}  # fmt: skip
# Said where a command is carried out, not where it is decided (tests/register/test_actions.py).
OF_STORAGE = {"changed_meanwhile", "command_unknown", "nothing_to_do", "order_id_used", "paper_too_long", "too_many_papers"}
# Reached by people of their own (tests/register/rules/test_accepted.py).
ELSEWHERE = {"overtaken", "spouse_wed_elsewhere"}
FORBIDDEN = ("cmnd/cccd", "hộ khẩu", "xóa công dân", "thẩm định", "không tồn tại", "tên đệm", "nguyên quán")
CODES = sorted(book())


def _calls():
    """The code of every refusal in the room's source: of `No(…)`, `refuse(…)`, `code=…` and of the table of what is not undone."""
    for path in (*ROOM.glob("*.py"), *ROOM.glob("rules/**/*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("No", "refuse"):
                place = 0 if node.func.id == "No" else 1
                yield from _codes(node.args[place]) if len(node.args) > place else ()
            elif isinstance(node, ast.keyword) and node.arg == "code":
                yield from _codes(node.value)
            elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "_NOT_SO":
                yield from (value.value for value in node.value.values)


def _codes(node):
    """Texts that an expression can be; what is compared or looked up in it is none."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from (*_codes(node.body), *_codes(node.orelse))


def test_book_holds_exactly_what_the_rules_say():
    assert set(_calls()) == set(CODES)


@pytest.mark.parametrize("code", CODES)
def test_entry_is_complete_and_tells_nothing_of_anybody(code):
    entry = book()[code]
    assert set(entry) == {"vi", "en", "cure_vi", "cure_en", "who"}
    assert entry["who"] in (*WHO, ASKER)
    for text in (entry["vi"], entry["en"], entry["cure_vi"], entry["cure_en"]):
        assert text[0].isupper() and text.endswith(".") and not re.search(r"\s\s|\s[,.;:]", text)
        assert not re.search(r"[{}%<>]|\d{5,}", text)
        assert not any(word in text.lower() for word in FORBIDDEN)
    assert entry["vi"] != entry["en"] and entry["cure_vi"] != entry["cure_en"]


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("code", CODES)
def test_refusal_is_told(code, lang):
    answer = told(No(code, "person"), lang, "residence_chief")
    assert answer.code == code
    assert answer.sentence == book()[code][lang]
    assert answer.cure == book()[code][f"cure_{lang}"]
    assert answer.who in WHO


def test_another_language_is_not_in_the_book():
    with pytest.raises(KeyError):
        told(No("person_deceased"), "fr")


def test_tables_reach_the_book():
    assert len(REACHED) >= 60
    assert set(CODES) - REACHED == OF_RECORDS | OF_STORAGE | ELSEWHERE
