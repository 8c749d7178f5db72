"""Every code the truth lists can be seen in the row, and rows without one say exactly what the register says."""

from __future__ import annotations

import re
import unicodedata

import pyarrow.parquet as pq
import pytest


def nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def bare(text: str) -> str:
    """Folded by rules of this test's own."""
    text = (
        text.replace("Đ", "D").replace("đ", "d").replace("Ð", "D").replace("ð", "d").replace("Ɖ", "D").replace("ɖ", "d")
    )
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c)).lower()


def apart(a: str, b: str) -> int:
    """Levenshtein distance."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        row, before = [i], row
        for j, y in enumerate(b, 1):
            row.append(min(before[j] + 1, row[-1] + 1, before[j - 1] + (x != y)))
    return row[-1]


def slashed(iso: str) -> str:
    return "/".join(reversed(iso.split("-")))


def full(cell: str | None) -> str:
    """A date cell as dd/mm/yyyy, whatever its separators; short forms padded."""
    parts = re.split(r"[/.-]", cell or "")
    return "/".join(p.zfill(2) for p in parts)


NUMBER = {
    "number_missing": lambda c, r: not c,
    "leading_zero": lambda c, r: len(c) in (8, 10, 11),
    "leading_zeros_2": lambda c, r: len(c) == 10 and not c.startswith("0"),
    "scientific": lambda c, r: "E+" in c,
    "old_id": lambda c, r: int(re.sub(r"\D", "", c)) == int(r["old_id"]),
    "digit_typo": lambda c, r: sum(x != y for x, y in zip(re.sub(r"\D", "", c).zfill(12), r["pin"], strict=True)) == 1
    or "E" in c,
    "digits_transposed": lambda c, r: sorted(re.sub(r"\D", "", c).zfill(12)) == sorted(r["pin"])
    and re.sub(r"\D", "", c).zfill(12) != r["pin"] or "E" in c,
    "digit_missing": lambda c, r: len(re.sub(r"\D", "", c)) < 12,
    "spaces": lambda c, r: not c.isdigit(),
    "number_replaced": lambda c, r: int(re.sub(r"\D", "", c)) == int(r["number_history"]) or "E" in c,
    "number_of_another_person": lambda c, r: "E" in c or re.sub(r"\D", "", c).zfill(12) != r["pin"],
    "subject_swapped": lambda c, r: "E" in c
    or re.sub(r"\D", "", c).zfill(12) in (r["mother_pin"], r["spouse_pin"], r["father_pin"]),
}  # fmt: skip
NAME = {
    "case": lambda c, r: nfc(c) != r["name"] and (c.isupper() or c.islower()),
    "unicode_form": lambda c, r: nfc(c) != c,
    "diacritics": lambda c, r: nfc(c).lower() != r["name"].lower(),
    "d_lookalike": lambda c, r: any(x in c for x in "ÐðƉɖ"),
    "tone_placement": lambda c, r: nfc(c).lower() != r["name"].lower(),
    "i_y": lambda c, r: nfc(c).lower() != r["name"].lower(),
    "word_order": lambda c, r: bare(c) != bare(r["name"]),
    "middle_name_missing": lambda c, r: bare(c) != bare(r["name"]),
    "initial": lambda c, r: "." in c,
    "typo_1": lambda c, r: bare(c) != bare(r["name"]),
    "note_in_name": lambda c, r: len(c) > len(r["name"]) or "(" in c or " - " in c or c.split()[0].lower() in
    ("ông", "bà", "cháu", "ong", "ba", "chau") or nfc(c).split()[0].lower() in ("ông", "bà", "cháu"),
    "other_name_used": lambda c, r: r["other_name"] is not None and bare(c) != bare(r["name"]) or
    nfc(c).lower() != r["name"].lower(),
    "previous_value": lambda c, r: r["previous_name"] is not None and nfc(c).lower() != r["name"].lower(),
}  # fmt: skip
DATE = {
    "year_only": lambda c, r: full(c)[-4:] == r["birth_date"][:4] and (len(c) == 4 or c.startswith("00")),
    "default_birthday": lambda c, r: full(c).startswith("01/01/") and not r["birth_date"].endswith("-01-01"),
    "day_month_swapped": lambda c, r: full(c)[3:5] + "/" + full(c)[:2] == slashed(r["birth_date"])[:5],
    "date_typo": lambda c, r: full(c) != slashed(r["birth_date"]),
    "different_date": lambda c, r: apart(full(c), slashed(r["birth_date"])) >= 1,
}  # fmt: skip


@pytest.fixture(scope="module")
def rows(small, records):
    """(truth, cells, register record or None) of the insurance file."""
    cells = pq.read_table(small.agency("insurance")).to_pylist()
    return [(t, c, records.get(t["pin"])) for t, c in zip(small.truth("insurance"), cells, strict=True)]


@pytest.mark.parametrize("code", [*NUMBER, *NAME, *DATE])
def test_a_listed_code_is_visible(rows, code):
    field = "SO_CCCD" if code in NUMBER else "HO_TEN" if code in NAME else "NGAY_SINH"
    seen = {**NUMBER, **NAME, **DATE}[code]
    found = [(c, r) for t, c, r in rows if r and code in t["errors"]]
    assert found, f"no row of 8,000 carries {code}"
    wrong = [c[field] for c, r in found if not seen(c[field] or "", r)]
    assert not wrong, (code, len(wrong), len(found))


def test_rows_without_errors_say_what_the_register_says(rows):
    clean = [(c, r) for t, c, r in rows if r and not [e for e in t["errors"] if e != "duplicate_in_file"]]
    assert len(clean) > 1000
    for cells, record in clean:
        assert cells["SO_CCCD"] == record["pin"]
        assert cells["HO_TEN"] == record["name"]
        assert cells["NGAY_SINH"] == slashed(record["birth_date"])
        assert cells["GIOI_TINH"] == {"male": "Nam", "female": "Nữ"}[record["sex"]]


def test_rows_without_a_code_of_a_field_keep_that_field(rows):
    for truth, cells, record in rows:
        if not record:
            continue
        codes = set(truth["errors"])
        if not codes & set(NUMBER):
            assert cells["SO_CCCD"] == record["pin"]
        if not codes & set(NAME):
            assert cells["HO_TEN"] == record["name"]
        hazards = [e for e in codes if e.startswith("hazard:date") or e == "hazard:month_first"]
        if not codes & set(DATE) and not hazards:
            assert cells["NGAY_SINH"] == slashed(record["birth_date"])
        if "sex_differs" not in codes:
            assert cells["GIOI_TINH"] == {"male": "Nam", "female": "Nữ"}[record["sex"]]
        if "parent_differs" not in codes and cells["HO_TEN_ME"]:
            assert bare(cells["HO_TEN_ME"]) == bare(record["mother_name"])


def test_ghosts_are_in_no_register(rows, records):
    ghosts = [(t, c) for t, c, r in rows if not t["subject_in_register"]]
    assert 0.02 < len(ghosts) / len(rows) < 0.04
    shown = {"not_in_register", "duplicate_in_file"}
    for truth, cells in ghosts:
        assert truth["pin"] is None
        assert not [e for e in truth["errors"] if e not in shown and not e.startswith("hazard:")]
        if truth["kind"] == "ghost" and cells["SO_CCCD"] and re.fullmatch(r"\d{12}", cells["SO_CCCD"]):
            found = records.get(cells["SO_CCCD"])
            assert found is None or bare(found["name"]) != bare(cells["HO_TEN"])


def test_duplicates_point_to_the_first_row(rows):
    truths = [t for t, _, _ in rows]
    again = [t for t in truths if t["duplicate_of"]]
    assert 0.03 < len(again) / len(truths) < 0.055
    for truth in again:
        first = truths[truth["duplicate_of"] - 1]
        assert first["row"] < truth["row"]
        assert first["pin"] == truth["pin"]
        assert "duplicate_in_file" in truth["errors"]
    assert [t["row"] for t in truths] == list(range(1, len(truths) + 1))


def test_states_and_second_records(rows, records):
    for truth, _, record in rows:
        if record:
            assert ("person_deceased" in truth["errors"]) == (record["status"] == "deceased")
            for other in truth["accept_pins"]:
                assert records[other]["mother_pin"] == record["mother_pin"]
    kinds = {t["kind"] for t, _, _ in rows}
    assert {"normal", "ghost", "relative_ghost", "namesake_ghost", "deceased", "wrongly_deceased", "twin",
            "relative_number", "stranger_number"} <= kinds  # fmt: skip


def test_a_mistyped_number_of_a_stranger_is_known(rows, records):
    mistyped = {"digit_typo", "digits_transposed", "digit_missing"}
    for truth, cells, record in rows:
        if record and mistyped & set(truth["errors"]) and re.fullmatch(r"\d{10,12}", cells["SO_CCCD"] or ""):
            owner = cells["SO_CCCD"].zfill(12)
            hit = owner in records and owner != truth["pin"]
            assert hit == ("number_of_another_person" in truth["errors"])
