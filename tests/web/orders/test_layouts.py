"""Layouts: every command of the four offices has a form that asks for each of its fields once, in words of both languages."""

from __future__ import annotations

import pytest

from dancu.register import captions
from dancu.register.rules import COMMANDS
from dancu.web import language
from dancu.web.orders.inputs import Read, read, typed_of
from dancu.web.orders.layout import OFFICES, Input, layouts
from dancu.web.orders.shown import Page
from dancu.web.orders.written import begun, fault_at, fill, ground_inputs

GIVEN = [name for name, rule in COMMANDS.items() if set(rule.offices) & set(OFFICES)]


@pytest.mark.parametrize("command", GIVEN)
def test_every_command_has_a_form_with_each_field_once(command: str):
    layout = layouts()[command]
    asked = [field for section in layout.sections for field in section.fields]
    assert sorted(asked) == sorted(layout.rule.body.__struct_fields__)


@pytest.mark.parametrize("command", GIVEN)
def test_no_two_inputs_of_a_form_have_one_name(command: str):
    names = [field.asked.name for part in Page(layout=layouts()[command], typed={}, lang="vi").parts for field in part.fields]
    assert len(names) == len(set(names)), names


@pytest.mark.parametrize("command", GIVEN)
@pytest.mark.parametrize("lang", language.LANGUAGES)
def test_every_caption_exists_in_both_languages(command: str, lang: str):
    layout = layouts()[command]
    page = Page(layout=layout, typed={}, lang=lang)
    for part in page.parts:
        assert part.title
        for field in part.fields:
            assert field.caption != field.asked.name, field.asked.name
            for code, text in field.options:
                assert code in captions.codes(field.asked.captions), (field.name, code, text)


def test_words_of_both_languages_have_the_same_keys():
    for group in ("orders", "prints"):
        one, other = (set(language.table(lang, group)) for lang in language.LANGUAGES)
        assert one == other


@pytest.mark.parametrize("command", GIVEN)
def test_what_a_rule_needs_the_form_asks_for(command: str):
    layout = layouts()[command]
    ground = ground_inputs(layout)
    assert ("entry.number" in ground) == layout.rule.needs_entry
    # A form with a reason of its own asks for no second one.
    assert ("reason" in ground) != ("reason" in layout.inputs)
    assert layout.rule.needs_reason == ("reason" in ground and ground["reason"].required)
    assert not fill(layout, {}, id="web-1", seen={}).order
    required = {asked.name for asked in layout.inputs.values() if asked.required}
    assert required <= set(fill(layout, begun(layout, today="2026-11-30", unit=""), id="web-1", seen={}).errors)


PLACE, TODAY = Input(name="p", kind="place"), Input(name="p", kind="place", today=True)


@pytest.mark.parametrize(
    ("typed", "asked", "code"),
    [
        ("Phường Ba Đình, Thành phố Hà Nội", TODAY, "2025-07:00004"),
        ("00004", TODAY, "2025-07:00004"),
        ("Phường Trúc Bạch, quận Ba Đình, Hà Nội", PLACE, "2025-06:00004"),
        ("Hà Nội", PLACE, "2025-07:01"),
    ],
)
def test_a_place_is_read_as_it_is_typed(typed: str, asked: Input, code: str):
    place = read(asked, {"p.unit": typed}).value
    assert f"{place.scheme}:{place.code}" == code
    again = read(asked, typed_of(asked, place)).value
    assert again == place


def test_a_place_with_namesakes_is_chosen_and_a_text_typed_anew_undoes_the_choice():
    several = read(TODAY, {"p.unit": "Tân Lập"})
    assert several.error == "orders.error.unit_several" and len(several.candidates) > 1
    chosen = read(TODAY, {"p.unit": "Tân Lập", "p.code": several.candidates[1][0]}).value
    assert chosen.code == several.candidates[1][0].partition(":")[2]
    assert read(TODAY, {"p.unit": "Phường Ba Đình, Hà Nội", "p.code": several.candidates[1][0]}).value.code == "00004"
    assert read(TODAY, {"p.unit": "Phường Trúc Bạch, quận Ba Đình, Hà Nội"}).error == "orders.error.unit_commune"
    assert read(TODAY, {"p.unit": "Không Có Ở Đâu"}).error == "orders.error.unit_unknown"


DATE, PARTIAL = Input(name="d", kind="date"), Input(name="d", kind="date", partial=True)


@pytest.mark.parametrize(
    ("parts", "asked", "expected"),
    [
        (("5", "3", "2026"), DATE, Read("2026-03-05")),
        (("", "", "1960"), PARTIAL, Read("1960")),
        (("", "7", "1960"), PARTIAL, Read("1960-07")),
        (("", "", "1960"), DATE, Read(error="orders.error.date_incomplete")),
        (("5", "", "1960"), PARTIAL, Read(error="orders.error.date_incomplete")),
        (("31", "2", "2026"), DATE, Read(error="orders.error.date_unreal")),
        (("x", "2", "2026"), DATE, Read(error="orders.error.date_digits")),
        (("5", "3", "26"), DATE, Read(error="orders.error.date_digits")),
    ],
)
def test_dates_are_read_with_what_is_not_known_left_out(parts: tuple[str, str, str], asked: Input, expected: Read):
    assert read(asked, dict(zip(("d.d", "d.m", "d.y"), parts, strict=True))) == expected


PERSON, COUNTRY = Input(name="p", kind="person"), Input(name="c", kind="country")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("001 190 000 001", Read("001190000001")),
        ("001190000001||Kín Đáo|02011990|Nữ|Ba Đình|02072021", Read("001190000001")),
        ("00119000", Read(error="orders.error.number")),
        ("Kín Đáo Tuyệt Mật", Read(error="orders.error.person_search")),
        ("ỈDVNM1900000010001190000001<<3", Read(error="search.error.mangled")),
        ("", Read()),
    ],
)
def test_a_person_is_a_number_typed_or_scanned_or_has_to_be_found(typed: str, expected: Read):
    assert read(PERSON, {"p": typed}) == expected


@pytest.mark.parametrize(
    ("typed", "code"), [("VN", "VN"), ("vn", "VN"), ("Việt Nam", "VN"), ("viet nam", "VN"), ("Laos", "LA"), ("Sao Hỏa", "")]
)
def test_a_country_is_a_code_or_a_name(typed: str, code: str):
    assert read(COUNTRY, {"c": typed}) == (Read(code) if code else Read(error="orders.error.country"))


def test_faults_of_the_rules_are_told_at_a_field():
    layout = layouts()["register_birth"]
    for field, at in (("name", "name"), ("entry", "entry.number"), ("entry.page", "entry.page"), ("actor.office", ""), ("zzz", "")):
        assert fault_at(layout, field) == at
