"""The declared rules: words in both languages, commands that exist, one name a fault, nothing hard from general knowledge."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files

import pytest

from dancu.core import words
from dancu.quality.course import SIDES
from dancu.quality.measures import definitions
from dancu.quality.rules.rule import MEASURES, Rule, by_id, ids, mask, rules, said
from dancu.register import refusals
from dancu.register.event import FIELDS
from dancu.register.rules import COMMANDS

FORBIDDEN = ("hộ khẩu", "CMND/CCCD", "không tồn tại", "thẩm định", "xóa công dân")


def test_there_are_enough_of_every_measure() -> None:
    assert len(rules()) >= 30
    assert {rule.measure for rule in rules()} == set(MEASURES) <= {d.id for d in definitions()}


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.id)
def test_a_rule_is_whole(rule: Rule) -> None:
    for lang in ("vi", "en"):
        assert rule.text(lang).endswith(".") or rule.id in {r.code for r in words.REASONS}, rule.text(lang)
        assert rule.todo(lang)
    assert rule.text("vi") != rule.text("en")
    assert rule.side in SIDES and rule.when and set(rule.fields) <= set(FIELDS)
    assert not any(word in rule.text("vi") + rule.todo("vi") for word in FORBIDDEN)
    assert set(rule.also) <= set(COMMANDS)
    for side, command in rule.cure.items():
        assert side in SIDES and command in COMMANDS
    wanted = {field for command in rule.cure.values() for field in COMMANDS[command].body.__struct_fields__}
    assert set(rule.asks) <= wanted or not rule.cure


def test_a_fault_that_is_known_by_a_code_has_no_second_one() -> None:
    """A rule says in its own words only what no refusal and no reason says, or what those say of a form."""
    known = set(refusals.book()) | {reason.code for reason in words.REASONS}
    texts = {entry["vi"]: code for code, entry in refusals.book().items()}
    for rule in rules():
        same = texts.get(rule.text("vi"))
        assert same in (None, rule.id)
        assert rule.id in known or (rule.vi and rule.en and rule.todo_vi and rule.todo_en), rule.id


def test_faults_that_a_load_opens_are_rules() -> None:
    text = (files("dancu.register") / "sql" / "load_faults.sql").read_text(encoding="utf-8")
    codes = set(re.findall(r"'([a-z]+(?:_[a-z]+)+)'", text))
    assert len(codes) >= 4 and codes <= set(by_id())
    assert said("guardian_dead", "vi")[0] and said("typo_1", "en")[0]


def test_general_knowledge_is_never_a_hard_claim() -> None:
    for id in ("number_prefix_unknown", "number_prefix_elsewhere"):
        assert by_id()[id].severity == "note"
    for id in ("number_does_not_fit", "parent_age_unlikely", "default_birthday", "under_marriage_age", "silent_over_110"):
        assert by_id()[id].severity == "confirm"


def test_masks_and_rules_are_each_other() -> None:
    every = tuple(rule.id for rule in rules())
    assert ids(mask(set(every))) == every and ids(0) == () and mask(set()) == 0
    for rule in rules():
        assert ids(1 << rule.bit) == (rule.id,)


def test_measures_are_defined_in_both_languages() -> None:
    for definition in definitions():
        assert definition.kind in ("share", "days")
        assert definition.caption("vi") != definition.caption("en") and definition.define("vi").endswith(".")
    guide = tomllib.loads((files("dancu.quality") / "measures.toml").read_text(encoding="utf-8"))
    assert set(guide) == {d.id for d in definitions()}
