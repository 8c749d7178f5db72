"""A checked file that never was: invented people, every verdict and reason, seeded and of any size."""

from __future__ import annotations

import random
from datetime import datetime
from pathlib import Path

import duckdb

from dancu import places
from dancu.core import words
from dancu.linkage.intake.source import Column, Source
from dancu.linkage.report.facts import RunFacts

SURNAMES = ("Nguyễn", "Nguyễn", "Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Lý")
MIDDLES = ("Văn", "Thị", "Thị", "Văn", "Ngọc", "Đức", "Minh", "Hữu")
GIVEN = ("An", "Bình", "Châu", "Dũng", "Giang", "Hạnh", "Khánh", "Lan", "Mai", "Nam", "Oanh", "Phúc", "Sơn", "Vy")
COMMUNES = (
    "Phường Trúc Bạch, Quận Ba Đình, Hà Nội",
    "Xã Hòa Tiến, Huyện Hòa Vang, Đà Nẵng",
    "Xã Lộc Trì, Huyện Phú Lộc",
)
PROVINCES = ("001", "079", "048", "056", "040", "038", "092", "096", "066", "031", "022", "004", "", "046", "087")
CAPTIONS = ("STT", "Số CCCD", "Họ và tên", "Ngày sinh", "Địa chỉ", "Ghi chú")
FIELDS = (None, "pin", "name", "birth_date", "address", None)
_PLAIN = str.maketrans("áàảãạăắằẳẵặâấầẩẫậđéèẻẽẹêếềểễệíìỉĩịóòỏõọôốồổỗộơớờởỡợúùủũụưứừửữựýỳỷỹỵ",
                       "aaaaaaaaaaaaaaaaadeeeeeeeeeeeiiiiiooooooooooooooooouuuuuuuuuuuyyyyy")  # fmt: skip


def _verdict(roll: float) -> str:
    limits = ((0.818, "matched"), (0.944, "matched_with_differences"), (0.972, "ambiguous"), (0.992, "not_found"))
    return next((verdict for limit, verdict in limits if roll < limit), "invalid")


def _codes(rng: random.Random, verdict: str, i: int) -> tuple[str, ...]:
    if verdict == "matched":
        return tuple(c for c in ("case", "spaces", "tone_placement") if rng.random() < 0.08)
    if verdict == "ambiguous":
        return ("several_candidates",)
    if verdict == "not_found":
        return ("number_of_another_person", "not_in_register") if i % 3 == 0 else ("not_in_register",)
    if verdict == "invalid":
        return ("too_little_to_check",) if i % 2 else ("unreadable",)
    weighty = [r.code for r in words.REASONS if r.severity != "note" and r.bit < 41 and r.bit not in (37, 38, 39)]
    common = ("leading_zeros_2", "leading_zero", "diacritics", "old_unit", "year_only", "digit_typo", "old_id")
    first = rng.choice(common) if rng.random() < 0.8 else rng.choice(weighty)
    second = [rng.choice(weighty)] if rng.random() < 0.2 else []
    return tuple(sorted({first, *second}, key=lambda c: words.reason(c).bit))


def person(rng: random.Random) -> tuple[str, str, str, str]:
    name = f"{rng.choice(SURNAMES)} {rng.choice(MIDDLES)} {rng.choice(GIVEN)}"
    pin = f"0{rng.randrange(1, 97):02d}{rng.randrange(4)}{rng.randrange(100):02d}{rng.randrange(10**6):06d}"
    birth = f"{rng.randrange(1, 29):02d}/{rng.randrange(1, 13):02d}/{rng.randrange(1940, 2020)}"
    return pin, name, birth, rng.choice(COMMUNES)


def _row(rng: random.Random, i: int, lang: str) -> tuple[list[str | None], list[object]]:
    pin, name, birth, place = person(rng)
    verdict = _verdict(rng.random())
    codes = _codes(rng, verdict, i)
    said = {"pin": pin, "name": name, "birth": birth, "place": place}
    suggest: dict[str, str] = {}
    if "leading_zeros_2" in codes or "leading_zero" in codes:
        said["pin"], suggest["pin"] = pin.lstrip("0"), pin
    if "diacritics" in codes:
        said["name"], suggest["name"] = name.lower().translate(_PLAIN).upper(), name
    if "year_only" in codes:
        said["birth"], suggest["birth_date"] = birth[-4:], birth
    if "old_unit" in codes:
        suggest["address"] = "Phường Ba Đình, Thành phố Hà Nội"
    found = verdict.startswith("matched")
    state = "deceased" if found and i % 97 == 0 else "active" if found else None
    codes = (*codes, "person_deceased") if state == "deceased" else codes
    duplicate = i - 1 if i % 61 == 0 and i > 1 else None
    if duplicate and "duplicate_in_file" not in codes:
        codes = tuple(sorted((*codes, "duplicate_in_file"), key=lambda c: words.reason(c).bit))
    facts = words.Facts(digits=len(said["pin"]), agreed=("number", "name", "date"), duplicate_of=duplicate)
    judged = [
        i, verdict, pin if found else None, 0.99 if found else 0.4, ";".join(codes) or None,
        words.explain(lang, verdict, codes, facts), words.action(lang, codes), words.who(lang, codes), state,
        "2024-05-06" if state == "deceased" else None, suggest.get("pin"), suggest.get("name"),
        suggest.get("birth_date"), suggest.get("address"), duplicate, words.severity_of(words.mask(codes)),
        verdict == "matched" and rng.random() < 0.8, rng.choice(PROVINCES) if i % 5 else "001",
        _commune(i),
    ]  # fmt: skip
    return [str(i), said["pin"], said["name"], said["birth"], said["place"], "=1+1" if i == 3 else None], judged


def _commune(i: int) -> str | None:
    """A commune of today, few of them for many rows; none for every ninth row, one that is no commune now and then."""
    codes = [unit.code for unit in places.units("2025-07", "commune")]
    return None if i % 9 == 0 else "99999" if i % 500 == 1 else codes[(i * i) % 61 * 50]


def make(folder: Path, rows: int = 3000, *, seed: int = 7, lang: str = "vi", kind: str = "csv") -> tuple:
    """(connection, Source, RunFacts): a csv in `folder` and the relation `checked` beside it."""
    rng = random.Random(seed)
    con = duckdb.connect()
    con.execute("SET threads = 2").fetchall()
    con.execute("CREATE TABLE sheet (" + ", ".join(f'"{c}" VARCHAR' for c in CAPTIONS) + ")").fetchall()
    con.execute(
        "CREATE TABLE checked (_row INTEGER, _verdict VARCHAR, _pin VARCHAR, _confidence DOUBLE, _reasons VARCHAR,"
        " _explain VARCHAR, _action VARCHAR, _who VARCHAR, _state VARCHAR, _state_date VARCHAR, _suggest_pin VARCHAR,"
        " _suggest_name VARCHAR, _suggest_birth_date VARCHAR, _suggest_address VARCHAR, _duplicate_of INTEGER,"
        " _severity VARCHAR, _exact_equal BOOLEAN, _province VARCHAR, _commune VARCHAR)"
    ).fetchall()
    made = [_row(rng, i, lang) for i in range(1, rows + 1)]
    _fill(con, "sheet", [m[0] for m in made])
    _fill(con, "checked", [m[1] for m in made])
    path = folder / "DS_tiem_chung.csv"
    con.execute(f"COPY sheet TO '{path}' (HEADER true)").fetchall()
    return con, source(path, kind), facts()


def _fill(con: duckdb.DuckDBPyConnection, table: str, rows: list[list[object]]) -> None:
    """Insert through Arrow: executemany takes minutes for what this does at once."""
    import pyarrow as pa

    names = [r[0] for r in con.execute(f"DESCRIBE {table}").fetchall()]
    con.register("arriving", pa.table(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))))
    con.execute(f"INSERT INTO {table} SELECT * FROM arriving").fetchall()
    con.unregister("arriving")


def source(path: Path, kind: str = "csv") -> Source:
    notes = {"pin": ("leading zeros lost",), "name": ("charset TCVN3",), "birth_date": ("date order dmy",)}
    columns = tuple(
        Column(c, c, f, "header" if f else "", notes.get(f or "", ())) for c, f in zip(CAPTIONS, FIELDS, strict=True)
    )
    return Source(
        path=path.with_suffix("." + kind), stem=path.stem, format=kind, row=None,
        relation=f"read_csv('{path}', all_varchar = true, header = true, delim = ',')",
        columns=columns, mapping={c.field: (c.name,) for c in columns if c.field},
    )  # fmt: skip


def facts(**changes: object) -> RunFacts:
    told: dict[str, object] = {
        "policy": "standard", "register_rows": 1_204_551, "register_version": "2026-02-03.1",
        "register_time": datetime(2026, 2, 3, 8, 0), "seconds": {"read": 0.21, "link": 0.84}, "disclose": "suggest",
        "mapping": {}, "notes": (), "checked_at": datetime(2026, 2, 5, 9, 30),
    }  # fmt: skip
    return RunFacts(**{**told, **changes})
