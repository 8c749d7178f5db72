"""The law of the words: closed lists are complete in both languages and every sentence can be read aloud."""

from __future__ import annotations

import itertools
import re

import pytest

from dancu.core import reason as reason_list
from dancu.core import words
from dancu.core.words import Facts, action, book, caption, explain, who

LANGS = words.LANGUAGES
FORBIDDEN = ("cmnd/cccd", "hộ khẩu", "xóa công dân", "xoá công dân", "thẩm định")
FORBIDDEN += ("không tồn tại", "tên đệm", "nguyên quán")
CODES = reason_list.CODES
AGREED = ("number", "name", "date", "parent", "place")
FACTS = (
    Facts(),
    Facts(digits=10, agreed=AGREED, candidates=3, duplicate_of=1523, state="deceased", digits_lost=True),
    Facts(agreed=("number", "year"), by_old_number=True, state="locked"),
)


def _texts(value):
    if isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, str):
        yield value


def _readable(text: str) -> bool:
    shape = text and text[0] == text[0].upper() and text.endswith(".") and not text.endswith("..")
    return bool(shape) and not re.search(r"\s\s|[{}]|\s[,.;:]|[,;:]\.|[,;:][,;:]|\bNone\b", text)


def test_list_is_the_list_of_the_policy():
    assert tuple(r.code for r in words.REASONS) == CODES
    assert [r.bit for r in words.REASONS] == list(range(len(CODES)))
    assert [r.severity for r in words.REASONS] == [reason_list.severity(reason_list.BIT[c]) for c in CODES]


@pytest.mark.parametrize("lang", LANGS)
def test_every_reason_is_complete(lang):
    assert tuple(book(lang)["reason"]) == CODES
    for r in words.REASONS:
        entry = book(lang)["reason"][r.code]
        assert entry["caption"] and entry["action"] and _readable(entry["explain"])
        assert ("says" in entry) != ("clause" in entry)
        assert caption("severity", r.severity, lang)
        assert all(caption("owner", o, lang) for o in r.owners)
        assert r.owners or r.severity == "note"
        assert r.result == "" or caption("result", r.result, lang)


def test_languages_have_the_same_keys():
    vi, en = book("vi"), book("en")
    for section in set(vi) - {"reasons", "code"}:
        assert list(vi[section]) == list(en[section]), section
    for code in CODES:
        assert set(vi["reason"][code]) == set(en["reason"][code]), code


def test_forbidden_captions_never_occur():
    for text in _texts(book("vi")):
        assert not any(word in text.lower() for word in FORBIDDEN), text
        assert "quận/huyện" not in text.lower()


@pytest.mark.parametrize("lang", LANGS)
def test_every_pair_gives_a_sentence(lang):
    pairs = [(), *((c,) for c in CODES), *itertools.combinations(CODES, 2)]
    for verdict, facts in itertools.product(words.VERDICTS, FACTS):
        for pair in pairs:
            text = explain(lang, verdict, pair, facts)
            assert _readable(text), (verdict, pair, text)


@pytest.mark.parametrize("lang", LANGS)
def test_all_reasons_at_once(lang):
    for verdict in words.VERDICTS:
        assert _readable(explain(lang, verdict, CODES, FACTS[1]))
    assert who(lang, CODES).count(";") == 2


@pytest.mark.parametrize(
    ("verdict", "codes", "facts", "says"),
    [
        (
            "matched",
            (),
            Facts(agreed=("number", "name", "date")),
            "Đúng người: số định danh, họ tên và ngày sinh khớp.",
        ),
        (
            "matched_with_differences",
            ("diacritics",),
            Facts(agreed=("number", "name", "date")),
            "Đúng người: số định danh và ngày sinh khớp; họ tên trong tệp thiếu hoặc sai dấu.",
        ),
        (
            "matched_with_differences",
            ("leading_zeros_2",),
            Facts(digits=10, agreed=("name", "date")),
            "Số trong tệp có 10 chữ số vì Excel làm mất hai số 0 ở đầu; "
            "thêm vào thì khớp họ tên và ngày sinh.",
        ),
        (
            "ambiguous",
            ("several_candidates",),
            Facts(candidates=3, agreed=("name", "year", "place")),
            "Chưa kết luận được: có 3 người cùng họ tên, cùng năm sinh, cùng nơi cư trú. "
            "Đề nghị bổ sung số định danh.",
        ),
        (
            "not_found",
            ("number_of_another_person", "not_in_register"),
            Facts(),
            "Số này đang thuộc về một người khác; chưa tìm thấy người có họ tên và ngày sinh như trong tệp. "
            "Không dùng số này để chi trả cho đến khi xác minh.",
        ),
    ],
)
def test_tone(verdict, codes, facts, says):
    assert explain("vi", verdict, codes, facts) == says


def test_too_little_tells_nothing_about_the_register():
    plain = explain("vi", "invalid", ("too_little_to_check",))
    known = Facts(agreed=("number",), state="deceased", candidates=7)
    assert explain("vi", "invalid", ("too_little_to_check", "person_deceased"), known) == plain
    assert explain("vi", "invalid", ("too_little_to_check", "number_of_another_person"), known) == plain


def test_deceased_asks_to_verify_first():
    text = explain("vi", "matched", ("person_deceased",), Facts(agreed=("number", "name"), state="deceased"))
    assert text.count("đã chết") == 1 and "xác minh trước khi dừng chi trả" in text


def test_actions_worst_first_and_once():
    assert action("vi", ("case", "diacritics", "d_lookalike")) == "Sửa theo đề xuất"
    assert action("vi", ("leading_zero", "diacritics")) == "Sửa theo đề xuất; định dạng cột là Văn bản"
    assert action("vi", ("diacritics", "different_date")) == "Xác minh. Sửa theo đề xuất"
    assert action("vi", ("case",)) == "Không cần xử lý"
    assert action("vi", ()) == "" and who("vi", ("case",)) == ""
    assert who("vi", ("diacritics", "parent_differs")) == "UBND cấp xã (hộ tịch); Cơ quan lập danh sách"


def test_severity_and_lost_digits():
    scientific = words.mask(["scientific"])
    assert words.severity_of(0) == "none" and words.severity_of(scientific) == "fix"
    assert words.severity_of(scientific | words.DIGITS_LOST) == "confirm"
    assert words.codes(scientific | words.DIGITS_LOST) == ("scientific",)


def test_numbers_and_dates():
    assert words.number_vi(12345) == "12.345" and words.number("en", 12345) == "12,345"
    assert words.percent_vi(0.818) == "81,8 %" and words.percent("en", 0.818) == "81.8%"
    dates = [words.date_vi(d) for d in (19600203, 19600200, 19600000, 0)]
    assert dates == ["03/02/1960", "02/1960", "1960", ""]


def test_unknown_words_raise():
    for wrong in (lambda: words.reason("x"), lambda: caption("verdict", "x"), lambda: book("fr")):
        with pytest.raises(KeyError):
            wrong()
