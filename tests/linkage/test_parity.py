"""`core.match` and the engine's SQL give the same relations, reasons and score: random pairs and every nasty one."""

from __future__ import annotations

import itertools
import math
import random
from dataclasses import replace
from types import SimpleNamespace

import pyarrow as pa
import pytest

from dancu.core import match as matching
from dancu.core import number as numbers
from dancu.core import policy as policies
from dancu.core import variant
from dancu.core.name import keys
from dancu.core.reason import BIT
from dancu.linkage import cascade, claims, judge
from dancu.linkage.engine import open_engine
from tests.core import hazards
from tests.linkage import made_pairs
from tests.linkage.made_pairs import Pair

SEED = 20260201
RANDOM_PAIRS = 100_000
PEOPLE = 98_765_432
WEIGHTS = policies.weights()
SEXES = {"": 0, "male": 1, "female": 2}
FIELDS = ("number", "name", "date", "sex", "place", "mother", "father", "phone")
ALIASES = BIT["other_name_used"] | BIT["previous_value"]
NASTY_DATES = (
    0, 19600000, 19600100, 19600101, 19600115, 19600501, 19600105, 19610115, 19700115, 19600215, 19601115, 19600125,
    19610000, 19610100, 19601000, 19600110, 19601001, 19600116, 19601201, 19600112, 19601212, 19991231, 20000101,
    20000100, 20000000, 19640229, 19640228, 19640302, 18600101, 21001231, 19600612, 19600500, 19610500, 19610512,
)  # fmt: skip
NASTY_NUMBERS = (
    "", "x", "0", "1", "12345678", "123456789", "012345678", "001060000001", "1060000001", "01060000001", "1060000010",
    "001060000010", "010600000010", "10600000010", "00106000001", "0010600000011", "1.06E+09", "1.0600000E+09",
    "1.060000001E+09", "1.06000001E+10", "9.99999E+10", "1E+11", "9E+09", "099999999999", "99999999999", "100000000000",
    "111111111111", "11111111111", "1111111111", "011111111111", "112111111111", "000000000001", "000123456789",
    "000012345678", "900000000000", "090000000000", "9000000000", "1234567890123", "123456789012345", "001160000001",
    "160000001", "60000001", "001 060 000 001", "2.71450001E+08", "999999999999", "12", "1060-000-001", "-1060000001",
)  # fmt: skip


def random_pairs(seed: int, count: int) -> list[Pair]:
    """Pairs of 20,000 people and what was claimed of them."""
    rng = random.Random(seed)
    people = [made_pairs.person(rng) for _ in range(min(count, 20_000))]
    return [made_pairs.pair(rng, rng.choice(people)) for _ in range(count)]


def nasty_pairs() -> list[Pair]:
    """Every nasty number, date and name against every other of its kind; the hazards' tables; empty claims."""
    everybody = dict.fromkeys(made_pairs.SHARES, 1.0)
    alone = Pair(matching.Claim(), matching.Record(1_060_000_001, "Lê Ý", 19600115, **everybody))
    written = [numbers.parse(text) for text in NASTY_NUMBERS]
    pins = [number.value for number in written if number.kind in (numbers.PIN, numbers.SHORT)]
    made = [alone]
    for number, pin in itertools.product(written, pins):
        others = {"old_id": number.value, "replaced": (pin + 1, 9), "relatives": (60_000_001, pin + 10, 10_600_000_010)}
        for record in (replace(alone.record, pin=pin), replace(alone.record, pin=pin, **others)):
            made.append(replace(alone, claim=matching.Claim(number=number, birth_date=19600115, sex="male"), record=record))
    for claimed, on_record in itertools.product(NASTY_DATES, NASTY_DATES):
        made.append(
            replace(alone, claim=matching.Claim(birth_date=claimed), record=replace(alone.record, birth_date=on_record))
        )
    for _, claimed, on_record, _, _ in hazards.rows("name"):
        claim = matching.Claim(name=claimed, mother_name=claimed, father_name=on_record)
        record = replace(alone.record, name=on_record, mother_name=on_record, father_name=claimed)
        made.append(replace(alone, claim=claim, record=record if keys([claimed])[0] else replace(record, father_name="")))
    for _, number, pin, _, _, _ in hazards.rows("number"):
        made.append(
            replace(alone, claim=matching.Claim(number=numbers.parse(number)), record=replace(alone.record, pin=int(pin)))
        )
    return made


def judged_by_core(pairs: list[Pair]) -> list[tuple]:
    """(relations…, bits of all fields but the spelling of the name, score) of every pair."""
    out, coded = [], Coded(pairs)
    for pair in pairs:
        related = matching.relations(pair.claim, pair.record)
        bits = related["name"][1] & ALIASES
        for field, (_, more) in related.items():
            bits |= more if field != "name" else 0
        borne = coded.kids[pair.claim.name] >= 0
        score = matching.score(related, pair.record, WEIGHTS, PEOPLE, borne=borne)
        out.append((*(related[field][0] for field in FIELDS), bits, score))
    return out


class Coded:
    """Names as integers: nid one a text, kid one a key of the register; what the register does not know is -1."""

    def __init__(self, pairs: list[Pair]) -> None:
        records, claimed = [pair.record for pair in pairs], [pair.claim for pair in pairs]
        on_record = {n for r in records for n in (r.name, r.mother_name, r.father_name, r.other_name, r.previous_name)}
        texts = sorted(on_record | {n for c in claimed for n in (c.name, c.mother_name, c.father_name)})
        self.nids = {text: nid for nid, text in enumerate(texts) if text}
        key_of = dict(zip(texts, keys(texts), strict=True))
        kids = {key: kid for kid, key in enumerate(sorted({key_of[text] for text in on_record if text}))}
        self.kids = {text: kids.get(key_of[text], -1) for text in texts}
        self.kids[""] = -1
        self.written = dict(zip(texts, variant.writings(texts), strict=True))

    def nid(self, text: str) -> int:
        return self.nids.get(text, -1)

    def variants(self, pairs: list[Pair]) -> pa.Table:
        """Table `variant_pair` of all names that meet."""
        met = {
            (a, b)
            for p in pairs
            for a, b in (
                (p.claim.name, p.record.name),
                (p.claim.mother_name, p.record.mother_name),
                (p.claim.father_name, p.record.father_name),
            )
            if a and b
        }
        rows = [(self.nids[a], self.nids[b], variant.compare(self.written[a], self.written[b])[0]) for a, b in met]
        return _table(rows, ("cnid", "nid", "relation"))


def judged_by_sql(pairs: list[Pair], work) -> list[tuple]:
    """As `judged_by_core`, from `sql/pair.sql` and the expressions of `linkage.judge`."""
    engine = open_engine(work)
    coded = Coded(pairs)
    claims.start(engine)
    engine.table("variant_pair", coded.variants(pairs))
    lines = [(pid, code, relation) for pid, (_, found) in enumerate(made_pairs.PLACES) for code, relation in found.items()]
    engine.insert("place_commune", _table(lines, ("pid", "commune", "relation")))
    engine.insert("claim", _table([_claim_row(row, p, coded) for row, p in enumerate(pairs)], _CLAIM))
    engine.table("people", _table([_person_row(row, p, coded) for row, p in enumerate(pairs)], _PERSON))
    run = SimpleNamespace(engine=engine, weights=WEIGHTS, register=SimpleNamespace(people=PEOPLE))
    cascade.judge_pairs(run, "people", "judged")
    bits = " | ".join(
        f"({part})"
        for part in (
            judge.number_bits("p.num_rel", "p"), "p.alias_bits", judge.date_bits("p.date_rel"),
            judge.simple_bits("p.sex_rel", "sex_differs"), judge.place_bits("p.place_rel"),
            judge.parent_bits("p.mother_rel"), judge.parent_bits("p.father_rel"),
        )
    )  # fmt: skip
    relations = ", ".join("num_rel" if field == "number" else f"{field}_rel" for field in FIELDS)
    rows = engine.run(f"SELECT {relations}, {bits}, score FROM judged p ORDER BY row")
    engine.con.close()
    return rows


_CLAIM = (
    "row", "kind", "num", "len", "nbits", "date", "sex", "cnid", "kid", "pid", "prov", "communes", "mcnid", "mkid",
    "fcnid", "fkid", "phone",
)  # fmt: skip
_PERSON = (
    "row", "pin", "nid", "kid", "dob", "sex", "prov", "commune", "mnid", "mkid", "fnid", "fkid", "nf", "df", "mf", "ff",
    "mpin", "fpin", "spin", "old", "phone", "status", "status_date", "onid", "okid", "pnid", "pkid", "replaced", "sibling",
)  # fmt: skip


def _claim_row(row: int, pair: Pair, coded: Coded) -> tuple:
    said, (province, communes) = pair.claim, made_pairs.PLACES[pair.place] if pair.place >= 0 else (0, {})
    number, names = said.number, (said.name, said.mother_name, said.father_name)
    name, mother, father = ((coded.nid(text), coded.kids[text]) for text in names)
    return (
        row, number.kind, number.value, number.length, number.bits, said.birth_date, SEXES[said.sex], *name, pair.place,
        province, len(communes), *mother, *father, said.phone,
    )  # fmt: skip


def _person_row(row: int, pair: Pair, coded: Coded) -> tuple:
    r, number = pair.record, pair.claim.number
    names = (r.name, r.mother_name, r.father_name, r.other_name, r.previous_name)
    name, mother, father, other, previous = ((coded.nid(text), coded.kids[text]) for text in names)
    rarity = (round(-judge.EIGHTHS * math.log2(getattr(r, share))) for share in made_pairs.SHARES)
    relatives = (*r.relatives, 0, 0, 0)[:3]
    return (
        row, r.pin, *name, r.birth_date, SEXES[r.sex], pair.province, pair.commune, *mother, *father, *rarity,
        *relatives, r.old_id, r.phone, 1, 0, *other, *previous, number.value in r.replaced, number.value in r.siblings,
    )  # fmt: skip


def _table(rows: list[tuple], names: tuple[str, ...]) -> pa.Table:
    return pa.table(dict(zip(names, (pa.array(column) for column in zip(*rows, strict=True)), strict=True)))


def assert_same(pairs: list[Pair], work, seed: object) -> None:
    """Both sides give the same of every pair; the first that differs is shown."""
    core, sql = judged_by_core(pairs), judged_by_sql(pairs, work)
    assert len(core) == len(sql) == len(pairs)
    wrong = [i for i, (a, b) in enumerate(zip(core, sql, strict=True)) if a[:-1] != b[:-1] or abs(a[-1] - b[-1]) > 1e-6]
    first = [(pairs[i], core[i], sql[i]) for i in wrong[:1]]
    assert not wrong, f"seed {seed}: {len(wrong)} pairs differ, the first as core and as SQL: {first}"


def test_random_pairs(tmp_path) -> None:
    pairs = random_pairs(SEED, RANDOM_PAIRS)
    assert_same(pairs, tmp_path, SEED)


def test_random_pairs_show_every_relation() -> None:
    seen: dict[str, set[int]] = {field: set() for field in FIELDS}
    for pair in random_pairs(SEED, 5_000):
        for field, (relation, _) in matching.relations(pair.claim, pair.record).items():
            seen[field].add(relation)
    assert seen["number"] == set(range(len(numbers.RELATIONS)))
    assert seen["date"] == set(range(10)) and seen["sex"] == seen["phone"] == {0, 1, 2}
    assert seen["name"] >= set(range(len(variant.RELATIONS))) - {variant.INITIAL, variant.NEAR}


def test_nasty_pairs(tmp_path) -> None:
    assert_same(nasty_pairs(), tmp_path, "none")


def test_calibration(tmp_path) -> None:
    rng = random.Random(SEED)
    stated = [0.0, 1.0, 0.5, 1e-300, 1 - 1e-16, *(rng.random() ** rng.choice((1, 9, 0.001)) for _ in range(5_000))]
    engine = open_engine(tmp_path)
    engine.table("stated", pa.table({"row": range(len(stated)), "p": stated}))
    for steps in (WEIGHTS.calibration, (), ((0.5, 0.4), (0.9, 0.95), (0.999, 0.9999))):
        rows = engine.run(f"SELECT {judge.calibrated('p', steps)} FROM stated ORDER BY row")
        for probability, (sure,) in zip(stated, rows, strict=True):
            assert math.isclose(sure, policies.calibrated(probability, steps), abs_tol=1e-9), (SEED, probability, steps)


@pytest.mark.parametrize("length", [8, 9, 10, 11, 12, 13, 15])
def test_plain_digits_read_alike(length: int, tmp_path) -> None:
    rng = random.Random(length)
    texts = {"".join(rng.choice("0011234") for _ in range(length)) for _ in range(400)} | set(NASTY_NUMBERS)
    texts |= {"0" * length, "0" * (length - 1) + "1", "1" + "0" * (length - 1)}
    cells = sorted(text for text in texts if text)
    engine = open_engine(tmp_path)
    engine.table("file", pa.table({"row": range(len(cells)), "number": cells}))
    source = SimpleNamespace(date_order="dmy", date_epoch=1900, sex_codes={})
    claims.read_plain(engine, source, claims.Cells("file", "row", "true", {"pin": "number"}))
    rows = engine.run("SELECT kind, num, len, nbits FROM plain ORDER BY row")
    for text, row in zip(cells, rows, strict=True):
        written = numbers.parse(text)
        assert row == (written.kind, written.value, written.length, written.bits), text
