"""The mix `field`: it builds, its rates are those of its file, and what its injectors change they list, and only that."""

from __future__ import annotations

import hashlib
import tomllib
from collections import Counter
from dataclasses import replace
from importlib.resources import files

import numpy as np
import pytest

from dancu.world import build, mix
from dancu.world.draw import Rows, draw
from dancu.world.field.keyboard import keys
from dancu.world.field.lunar import lunar
from dancu.world.field.seen import date_code
from dancu.world.files import catalogue
from dancu.world.people import Plan, make
from dancu.world.register import write_down

SEED = 47
ROWS = 20_000
# By own injector: what it may list. `far` names are typo_1 or different_name with a doubt.
NAME = {"typo_1", "diacritics"}
DATE = {"default_birthday", "day_month_swapped", "date_typo", "different_date"}
LISTS = {
    "sibling_number": {"number_of_another_person"}, "column_slipped": {"number_of_another_person"},
    "father_for_mother": {"parent_differs"}, "province_dragged": {"different_place"}, "district_kept": {"old_unit"},
    "no_number_written": {"number_missing"}, "card_for_number": {"number_missing"}, "digit_doubled": {"digit_typo"},
    "old_id_padded": {"old_id"}, "both_numbers": {"old_id"}, "scanned_number": {"digit_typo"},
    "rounded": {"scientific"}, "forced_text": {"hazard:forced_text"},
    "float_text": {"leading_zero", "leading_zeros_2", "hazard:float_text"},
    "grouped_thousands": {"leading_zero", "leading_zeros_2", "spaces"},
    "given_replaced": NAME | {"different_name"}, "regional_form": NAME | {"different_name"},
    "regional_spelling": NAME, "raw_keys": NAME, "tone_slip": {"diacritics"}, "letters_swapped": {"typo_1"},
    "missing_space": {"typo_1"}, "scanned_name": NAME, "thi_dropped": {"middle_name_missing"},
    "usual_middle_added": {"different_name"}, "surname_missing": {"different_name"}, "surname_short": {"initial"},
    "name_cut": {"initial"}, "nickname_beside": {"note_in_name"}, "numbered": {"note_in_name"},
    "hyphens": {"hazard:hyphens"}, "loose_spaces": {"hazard:loose_spaces"}, "two_lines": {"hazard:two_lines"},
    "sex_letter": {"hazard:sex_letter"}, "year_by_age": {"year_only"}, "new_year_by_age": {"default_birthday"},
    "age_for_year": {"year_only"}, "lunar_birthday": DATE, "month_early": DATE, "year_slip": DATE,
    "century_guessed": DATE, "day_early": DATE, "mac_epoch": DATE, "paper_date": DATE, "date_of_line_above": DATE,
    "scanned_date": DATE, "date_serial": {"hazard:date_serial"}, "date_time": {"hazard:date_time"},
}  # fmt: skip
# Shares of rows over everything of a kind that a bad but real list shows.
PIN_WRONG = {"digit_typo", "digits_transposed", "digit_missing", "number_of_another_person", "subject_swapped",
             "number_replaced"}  # fmt: skip
NAME_WRONG = {"typo_1", "different_name", "middle_name_missing", "initial", "word_order", "other_name_used",
              "previous_value", "note_in_name"}  # fmt: skip
DATE_WRONG = DATE | {"year_only", "hazard:date_missing", "hazard:month_only"}
SHARES = [({"number_missing"}, 0.01, 0.04), (PIN_WRONG, 0.02, 0.05), (NAME_WRONG, 0.04, 0.09),
          (DATE_WRONG, 0.06, 0.12), ({"not_in_register"}, 0.02, 0.04), ({"duplicate_in_file"}, 0.03, 0.06)]  # fmt: skip


@pytest.fixture(scope="module")
def country():
    """A block of people with what `draw` needs."""
    plan = Plan.of(60_000, SEED)
    people = make(plan, 0)
    return plan, people, write_down(plan, 0, people)


def listed(country, error_mix: mix.Mix, count: int) -> Rows:
    plan, people, record = country
    return draw(plan, 0, people, record, catalogue()["insurance"].listing, error_mix, count)


@pytest.fixture(scope="module")
def whole(country):
    print("seed", SEED)
    return listed(country, mix.load("field"), ROWS)


@pytest.fixture(scope="module")
def pairs(country):
    """Every row of a list without strangers and copies, before and after the mix: cells, cells, codes."""
    field = replace(mix.load("field"), listed={})
    dirty, clean = (listed(country, m, ROWS) for m in (field, replace(field, entries=())))
    return clean.cells, dirty.cells, [set(e) for e in dirty.truth["errors"].to_pylist()]


def entries() -> list[dict]:
    return tomllib.loads(files("dancu.world").joinpath("mixes", "field.toml").read_text("utf-8"))["error"]


def test_every_entry_says_why_and_every_own_injector_is_used():
    assert all(entry["why"] for entry in entries())
    own = {name for name, f in mix.INJECTORS.items() if f.__module__.startswith("dancu.world.field.")}
    assert own == set(LISTS)
    assert own <= {entry["injector"] for entry in entries()}


def test_builds_every_file_and_the_same_twice(tmp_path):
    digests = []
    for turn, workers in enumerate((1, 2)):
        out = tmp_path / str(turn)
        summary = build(people=3_000, seed=SEED, out=out, mix="field", workers=workers)
        found = sorted(p for p in out.rglob("*") if p.is_file())
        digests.append({str(p.relative_to(out)): hashlib.sha256(p.read_bytes()).hexdigest() for p in found})
    assert summary.mix == "field"
    assert len(summary.files) == 5
    assert digests[0] == digests[1]


@pytest.mark.parametrize(("codes", "low", "high"), SHARES, ids=lambda v: min(v) if isinstance(v, set) else None)
def test_shares_of_a_bad_but_real_list(whole, codes, low, high):
    hit = [bool(codes & set(errors)) for errors in whole.truth["errors"].to_pylist()]
    assert low < np.mean(hit) < high


@pytest.mark.parametrize(
    ("code", "share", "stray"),
    [
        ("digit_typo", 0.020, 0.006), ("digits_transposed", 0.006, 0.002), ("digit_missing", 0.004, 0.002),
        ("middle_name_missing", 0.0135, 0.004), ("sex_differs", 0.005, 0.002),
        ("different_place", 0.031, 0.006), ("not_in_register", 0.028, 0.004), ("duplicate_in_file", 0.045, 0.006),
        ("default_birthday", 0.0065, 0.004), ("previous_value", 0.0015, 0.001), ("hazard:month_only", 0.003, 0.0015),
    ],
)  # fmt: skip
def test_rates(whole, code, share, stray):
    counts = Counter(code for errors in whole.truth["errors"].to_pylist() for code in errors)
    assert abs(counts[code] / ROWS - share) < stray


@pytest.mark.parametrize("name", LISTS)
def test_an_injector_lists_what_it_changes_and_nothing_else(country, name):
    rate = 0.01 if name == "column_slipped" else 0.5
    text = f'modules = ["dancu.world.field"]\nclerks = {{rows = [60, 900]}}\nlisted = {{}}\n' \
        f'error = [{{injector = "{name}", row_rate = {rate}}}]'  # fmt: skip
    alone = mix.parse(text, name)
    dirty, clean = (listed(country, m, 3_000) for m in (alone, replace(alone, entries=())))
    changed = np.any([dirty.cells[c] != clean.cells[c] for c in clean.cells], axis=0)
    codes = [set(errors) - {"person_deceased"} for errors in dirty.truth["errors"].to_pylist()]
    assert changed.any()
    assert [bool(c) for c in codes] == changed.tolist()
    assert set().union(*codes) <= LISTS[name]


SHOWN_IN = {
    "pin": {"leading_zero", "leading_zeros_2", "scientific", "old_id", "digit_typo", "digits_transposed",
            "digit_missing", "number_missing", "number_replaced", "number_of_another_person", "subject_swapped",
            "spaces", "hazard:forced_text", "hazard:float_text"},
    "name": NAME_WRONG | {"case", "unicode_form", "tone_placement", "d_lookalike", "diacritics", "i_y",
                          "hazard:hyphens", "hazard:loose_spaces", "hazard:two_lines"},
    "sex": {"sex_differs", "hazard:sex_missing", "hazard:sex_letter"},
}  # fmt: skip


@pytest.mark.parametrize("column", [*SHOWN_IN, "birth_date"])
def test_a_cell_differs_where_and_only_where_a_code_says_so(pairs, column):
    clean, dirty, codes = pairs
    differs = (clean[column] != dirty[column]).tolist()
    if column == "birth_date":
        told = [bool(c & DATE_WRONG) or any(e.startswith(("hazard:date", "hazard:month")) for e in c) for c in codes]
    else:
        told = [bool(c & SHOWN_IN[column]) for c in codes]
    wrong = [i for i, (a, b) in enumerate(zip(differs, told, strict=True)) if a != b]
    assert not wrong, (len(wrong), [(clean[column][i], dirty[column][i], codes[i]) for i in wrong[:3]])


def test_codes_of_dates_fit_the_dates(pairs):
    clean, dirty, codes = pairs
    for right, seen, listed_codes in zip(clean["birth_date"], dirty["birth_date"], codes, strict=True):
        styled = any(e.startswith(("hazard:date", "hazard:month")) for e in listed_codes)
        found = listed_codes & DATE
        if len(found) == 1 and len(seen) == 10 and seen[2] == "/" and seen.replace("/", "").isdigit() and not styled:
            assert found == {date_code(right, seen)}


def test_emptied_cells_carry_no_code(pairs):
    _, dirty, codes = pairs
    for column, code in (("mother_name", "parent_differs"), ("province", "old_unit"), ("birth_date", "year_only")):
        assert not [c for cell, c in zip(dirty[column], codes, strict=True) if not cell and code in c]


@pytest.mark.parametrize(
    ("word", "vni", "last", "wanted"),
    [("Nguyễn", False, True, "Nguyeenx"), ("Trần", True, False, "Tra62n"), ("Đức", False, True, "Dduwcs"),
     ("Hùng", False, True, "Hungf"), ("Đặng", True, True, "D9a8ng5"), ("An", True, True, "An")],
)  # fmt: skip
def test_keys_behind_a_word(word, vni, last, wanted):
    assert keys(word, vni=vni, tone_last=last) == wanted


def test_new_years_by_the_moon():
    from datetime import date

    for new_year in (date(1975, 2, 11), date(1999, 2, 16), date(2000, 2, 5), date(2024, 2, 10)):
        day, month, year = lunar(new_year)
        assert (month, year) == (1, new_year.year)
        assert day in (1, 2)


@pytest.mark.parametrize(
    ("right", "wrong", "code"),
    [("05/03/1985", "03/05/1985", "day_month_swapped"), ("05/03/1985", "01/01/1985", "default_birthday"),
     ("05/03/1985", "05/03/1986", "date_typo"), ("05/03/1989", "05/03/1990", "different_date")],
)  # fmt: skip
def test_a_date_error_is_named_by_what_is_seen(right, wrong, code):
    assert date_code(right, wrong) == code
