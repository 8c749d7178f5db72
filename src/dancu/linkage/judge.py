"""The SQL twin of `core.match`: relations, reason bits and score of many pairs at once, built as text from the same data.

Everything is arithmetic on integers that DuckDB and Spark compute alike; names come in as relations
already found by `core.variant` on distinct pairs.
"""

from __future__ import annotations

import math

from dancu.core import date as dates
from dancu.core import number as numbers
from dancu.core import variant
from dancu.core.match import (
    BROTHERS_DATES,
    DIFFERENT,
    ELSEWHERE,
    NUMBER_HITS,
    OTHER_NAMES,
    SAME,
    STRANGE_DATES,
    STRANGE_NAMES,
    WRONG_DATES,
)  # fmt: skip
from dancu.core.policy import FIELDS, Weights, log_odds
from dancu.core.reason import BIT, DIGITS_LOST

# Frequencies are kept as eighths of a bit: f = 2^(-x/8).
EIGHTHS = 8.0


def date_relation(claim: str, record: str) -> str:
    """`core.date.compare` of two yyyymmdd columns, relation only."""
    c, r = claim, record
    same_year = f"{c} // 10000 = {r} // 10000"
    same_month = f"{c} // 100 = {r} // 100"
    swapped = f"{c} // 10000 * 10000 + {c} % 100 * 100 + {c} // 100 % 100"
    parts = f"{_int(same_year)} + {_int(f'{c} // 100 % 100 = {r} // 100 % 100')} + {_int(f'{c} % 100 = {r} % 100')}"
    return f"""CASE
      WHEN {c} = 0 OR {r} = 0 THEN {dates.ABSENT}
      WHEN {c} = {r} THEN {dates.SAME}
      WHEN {c} % 100 = 0 AND {same_year} AND ({c} // 100 % 100 = 0 OR {same_month}) THEN {dates.PARTIAL}
      WHEN {r} % 100 = 0 AND {same_year} AND ({r} // 100 % 100 = 0 OR {same_month}) THEN {dates.RECORD_PARTIAL}
      WHEN {same_year} AND {c} % 10000 = 101 THEN {dates.DEFAULT}
      WHEN {c} % 100 BETWEEN 1 AND 12 AND {c} % 100 <> {c} // 100 % 100 AND {swapped} = {r} THEN {dates.SWAPPED}
      WHEN ({c} % 10000 = 0 OR {r} % 10000 = 0) AND {_slipped(f"{c} // 10000", f"{r} // 10000", 4)} THEN {dates.YEAR}
      WHEN {c} % 10000 > 0 AND {r} % 10000 > 0 AND {_slipped(c, r, 8)} THEN {dates.TYPO}
      WHEN {same_year} AND {r} % 10000 = 101 THEN {dates.DEFAULT}
      WHEN {parts} >= 2 THEN {dates.NEAR}
      ELSE {dates.DIFFERENT} END"""


def _int(condition: str) -> str:
    return f"CAST({condition} AS INTEGER)"


def _slipped(a: str, b: str, length: int, other: int = 0) -> str:
    """Whether one digit differs in two numbers of so many digits, or one digit is too many in the longer; leading zeros count."""
    texts = (f"lpad(CAST({number} AS VARCHAR), {digits}, '0')" for number, digits in ((a, length), (b, other or length)))
    return f"levenshtein({', '.join(texts)}) = 1"


def _crossed(a: str, b: str) -> str:
    """Whether two neighbouring digits of one number are the other's exchanged: nine times so many of a unit, equal above both."""
    number = f"CAST(abs({a} - {b}) // 9 AS VARCHAR)"
    unit = f"CAST(rpad('1', CAST(length({number}) AS INTEGER), '0') AS BIGINT)"
    return (
        f"(abs({a} - {b}) > 8 AND ({a} - {b}) % (9 * {unit}) = 0 AND {a} // ({unit} * 100) = {b} // ({unit} * 100)"
        f" AND {a} // {unit} % 10 = {b} // ({unit} * 10) % 10 AND {b} // {unit} % 10 = {a} // ({unit} * 10) % 10)"
    )


def number_relation(c: str = "c", p: str = "p") -> str:
    """`core.number.compare`, relation only; c has kind, num, len, date, sex; p has pin, old, the
    relatives' numbers, `replaced` (the number was the person's before) and `sibling` (it is a brother's or sister's)."""
    num, pin, length = f"{c}.num", f"{p}.pin", f"{c}.len"
    unit = "CASE " + " ".join(f"WHEN {length} = {n} THEN {10 ** (12 - n)}" for n in range(1, 13)) + " ELSE 1 END"
    whole = _whole(c)
    lost = f"(CASE WHEN {num} % 1000000 = 0 THEN 1000000 ELSE 100000 END)"
    twelve = f"({length} = 12 OR {c}.kind = {numbers.OLD_ID} OR ({c}.kind = {numbers.SHORT} AND {length} >= 10))"
    return f"""CASE
      WHEN {c}.kind IN ({numbers.NONE}, {numbers.UNREADABLE}) THEN {numbers.ABSENT}
      WHEN {c}.kind = {numbers.PIN} AND {num} = {pin} THEN {numbers.SAME}
      WHEN {c}.kind = {numbers.SHORT} AND {num} = {pin} THEN {numbers.PADDED}
      WHEN {c}.kind = {numbers.SCIENTIFIC} THEN
        CASE WHEN abs({num} // ({unit}) - {pin} // ({unit})) <= 1 THEN {numbers.PREFIX} ELSE {numbers.DIFFERENT} END
      WHEN {c}.kind IN ({numbers.PIN}, {numbers.SHORT}) AND {p}.replaced THEN {numbers.REPLACED}
      WHEN {c}.kind IN ({numbers.PIN}, {numbers.SHORT}) AND {num} IN ({p}.mpin, {p}.fpin, {p}.spin) THEN {numbers.RELATIVE}
      WHEN {p}.old > 0 AND {num} = {p}.old AND {length} IN (8, 9) THEN {numbers.OLD}
      WHEN {twelve} AND {_slipped(num, pin, 12)} THEN {numbers.TYPO}
      WHEN {twelve} AND {_crossed(num, pin)} THEN {numbers.TRANSPOSED}
      WHEN {length} = 13 AND {_slipped(num, pin, 13, 12)} THEN {numbers.TYPO}
      WHEN {length} IN (10, 11) AND {_slipped(num, pin, 11, 12)} THEN {numbers.MISSING}
      WHEN {whole} AND {num} % 100000 = 0 AND abs({num} // {lost} - {pin} // {lost}) <= 1 THEN {numbers.PREFIX}
      WHEN {c}.kind IN ({numbers.PIN}, {numbers.SHORT}) AND {p}.sibling THEN {numbers.SIBLING}
      WHEN {own_number(c)} THEN {numbers.ANOTHER}
      ELSE {numbers.DIFFERENT} END"""


def own_number(c: str) -> str:
    """Whether the claimed number is a whole one and agrees with the claim's own birth year and sex."""
    num = f"{c}.num"
    return (
        f"{_whole(c)} AND {c}.date > 0"
        f" AND {num} // 100000000 % 10 // 2 * 100 + 1900 + {num} // 1000000 % 100 = {c}.date // 10000"
        f" AND ({c}.sex = 0 OR {num} // 100000000 % 2 = {c}.sex - 1)"
    )


def _whole(c: str) -> str:
    return f"({c}.kind = {numbers.PIN} OR ({c}.kind = {numbers.SHORT} AND {c}.len >= 10))"


def simple_relation(claim: str, record: str) -> str:
    """Equal, different, or one side silent (0)."""
    return f"CASE WHEN {claim} = 0 OR {record} = 0 THEN 0 WHEN {claim} = {record} THEN {SAME} ELSE {DIFFERENT} END"


def number_bits(relation: str, c: str = "c") -> str:
    """Reason bits of the number from its relation; reasons of the writing itself (`nbits`) are added where it was read."""
    sci, lost = BIT["scientific"], BIT["scientific"] | DIGITS_LOST
    old_zero = BIT["old_id"] | BIT["leading_zero"]
    zeros = f"""CASE WHEN {c}.kind <> {numbers.SHORT} OR {c}.len < 10 OR {c}.nbits & {sci} > 0 THEN 0
      WHEN {c}.len = 11 THEN {BIT["leading_zero"]} ELSE {BIT["leading_zeros_2"]} END"""
    eaten = ", ".join(
        str(relation)
        for relation in (
            numbers.PADDED,
            numbers.REPLACED,
            numbers.TYPO,
            numbers.TRANSPOSED,
            numbers.RELATIVE,
            numbers.SIBLING,
        )  # fmt: skip
    )
    return f"""(CASE WHEN {c}.kind IN ({numbers.NONE}, {numbers.UNREADABLE}, {numbers.SCIENTIFIC}) THEN 0
      ELSE {c}.nbits END) | (CASE {relation}
      WHEN {numbers.ABSENT} THEN CASE WHEN {c}.kind = {numbers.NONE} THEN {BIT["number_missing"]} ELSE {BIT["unreadable"]} END
      WHEN {numbers.SAME} THEN 0
      WHEN {numbers.OLD} THEN CASE WHEN {c}.len = 8 THEN {old_zero} ELSE {BIT["old_id"]} END
      WHEN {numbers.REPLACED} THEN {BIT["number_replaced"]}
      WHEN {numbers.PREFIX} THEN {lost}
      WHEN {numbers.TYPO} THEN {BIT["digit_typo"]}
      WHEN {numbers.TRANSPOSED} THEN {BIT["digits_transposed"]}
      WHEN {numbers.MISSING} THEN {BIT["digit_missing"]}
      WHEN {numbers.RELATIVE} THEN {BIT["subject_swapped"]}
      ELSE CASE WHEN {c}.kind = {numbers.SCIENTIFIC} THEN {lost} ELSE 0 END END)
      | (CASE WHEN {relation} IN ({eaten}) THEN {zeros} ELSE 0 END)"""


def date_bits(relation: str) -> str:
    """Reason bits of a date relation."""
    return _cases(
        relation,
        {
            dates.PARTIAL: BIT["year_only"],
            dates.DEFAULT: BIT["default_birthday"],
            dates.SWAPPED: BIT["day_month_swapped"],
            dates.TYPO: BIT["date_typo"],
            dates.YEAR: BIT["date_typo"],
            dates.NEAR: BIT["different_date"],
            dates.DIFFERENT: BIT["different_date"],
        },
    )


def simple_bits(relation: str, code: str) -> str:
    """One reason for a plain difference."""
    return f"CASE WHEN {relation} = {DIFFERENT} THEN {BIT[code]} ELSE 0 END"


def parent_bits(relation: str) -> str:
    """Another name of a parent."""
    return (
        f"CASE WHEN {relation} BETWEEN {variant.PART} AND {variant.DIFFERENT} THEN {BIT['parent_differs']} ELSE 0 END"
    )


def place_bits(relation: str) -> str:
    """Reason bits of a place relation (order of `core.match.PLACES`)."""
    return _cases(
        relation, {2: BIT["old_unit"], 3: BIT["unit_renamed"], 4: BIT["different_place"], 5: BIT["different_place"]}
    )


def _cases(relation: str, values: dict[int, int]) -> str:
    whens = " ".join(f"WHEN {key} THEN {value}" for key, value in values.items())
    return f"CASE {relation} {whens} ELSE 0 END"


def place_relation(pid: str, prov: str, communes: str) -> str:
    """Relation of a claimed place (its integer, below 0 for none; its province; how many communes it may mean) to that of record
    `p`, order of `core.match.PLACES`; `g` is the line of `place_commune` for the claimed place and the record's commune."""
    return f"""CASE WHEN {pid} < 0 OR (p.prov = 0 AND p.commune = 0) THEN 0 WHEN g.relation IS NOT NULL THEN g.relation
      WHEN {prov} = 0 THEN 0 WHEN {prov} <> p.prov THEN 5 WHEN {communes} > 0 THEN 4 ELSE 6 END"""


def same_name(claim: str, record: str) -> str:
    """Whether a claimed name is written as the one on record, or but for capitals, Unicode form and tone placement (toned), or
    but for diacritics that are all left out (key). NULL where nothing is claimed.

    CASE, not OR: the costly forms are worked out only where the cheap ones did not agree."""
    return f"""CASE WHEN {claim} = {record}.name THEN true
      WHEN strlen({claim}) = length({claim}) THEN replace(upper({claim}), 'Y', 'I') = {record}.key
      WHEN upper({claim}) = {record}.toned THEN true
      ELSE upper(nfc_normalize({claim})) = {record}.toned END"""


def writing_bits(claim: str, record: str, plain: str) -> str:
    """Why a name is not written as on record, as far as plain text work can tell what `core.variant` would: 0 the same, NULL
    where it needs a closer look. `plain`: the record's name without diacritics."""
    case, diacritics, form = BIT["case"], BIT["diacritics"], BIT["unicode_form"]
    return f"""CASE WHEN {claim} = {record} THEN 0
      WHEN strlen({claim}) = length({claim}) THEN CASE WHEN {claim} = {plain} THEN {diacritics}
        WHEN upper({claim}) = upper({plain}) THEN CASE WHEN {plain} = {record} THEN {case} ELSE {case | diacritics} END END
      WHEN upper({claim}) = upper({record}) THEN {case}
      WHEN nfc_normalize({claim}) = {record} THEN {form}
      WHEN upper(nfc_normalize({claim})) = upper({record}) THEN {case | form} END"""


def score(weights: Weights, people: int, fields: tuple[str, ...] = FIELDS) -> str:
    """Evidence in bits from relation columns num_rel, name_rel …; frequency columns nf, df, mf, ff in eighths of a bit."""
    rarity = {"name": "p.nf", "date": "p.df", "mother": "p.mf", "father": "p.ff"}
    columns = {field: "num_rel" if field == "number" else f"{field}_rel" for field in fields}
    parts = [_field_score(weights, f, column, rarity.get(f), people) for f, column in columns.items()]
    alone = f"num_rel IN {NUMBER_HITS} AND name_rel IN {STRANGE_NAMES} AND date_rel IN {STRANGE_DATES}"
    if "place" in fields:
        strangers = f"mother_rel IN {STRANGE_NAMES} AND father_rel IN {STRANGE_NAMES}"
        elsewhere = f"name_rel IN {OTHER_NAMES} AND place_rel IN {ELSEWHERE} AND {strangers}"
        alone = f"({alone}) OR (num_rel IN {NUMBER_HITS} AND {elsewhere})"
    both = f"num_rel = {numbers.ANOTHER} AND date_rel IN {WRONG_DATES}"
    brother = f"name_rel = {variant.TYPO} AND p.borne AND date_rel IN {BROTHERS_DATES}"
    other = f"(name_rel IN {OTHER_NAMES} OR ({brother})) AND num_rel NOT IN {NUMBER_HITS}"
    joint = ((alone, weights.number_alone), (both, weights.both_wrong), (other, weights.name_other))
    return " + ".join([*parts, *(f"(CASE WHEN {when} THEN {bits!r} ELSE 0.0 END)" for when, bits in joint)])


def _field_score(weights: Weights, field: str, relation: str, rarity: str | None, people: int) -> str:
    whens = []
    for value in range(1, len(weights.m[field])):
        if rarity and value in weights.per_value[field]:
            # log2(m / min(c·f, 0.9)) with f = 2^(-x/8)
            factor = math.log2(weights.u[field][value])
            bits = (
                f"{math.log2(weights.m[field][value])!r} - least({factor!r} - {rarity} / {EIGHTHS}, {math.log2(0.9)!r})"
            )
        else:
            bits = repr(weights.bits(field, value, 1.0, people))
        whens.append(f"WHEN {value} THEN {bits}")
    return f"(CASE {relation} {' '.join(whens)} ELSE 0.0 END)"


def calibrated(probability: str, steps: tuple[tuple[float, float], ...]) -> str:
    """`core.policy.calibrated` of a column: a line of the log-odds for each step, found by the probability that is stated."""
    if not steps:
        return probability
    bits = f"log2({probability} / (1.0 - {probability}))"
    odds = (
        f"(CASE WHEN {probability} <= 0 THEN -40.0 WHEN {probability} >= 1 THEN 40.0"
        f" ELSE greatest(-40.0, least(40.0, {bits})) END)"
    )
    points = [(log_odds(stated), log_odds(true)) for stated, true in steps]
    lines = [(points[0][1] - points[0][0], 1.0)]
    for (x0, y0), (x1, y1) in zip(points, points[1:], strict=False):
        slope = (y1 - y0) / (x1 - x0)
        lines.append((y0 - slope * x0, slope))
    whens = [(f"WHEN {probability} <= {stated!r} THEN", line) for (stated, _), line in zip(steps, lines, strict=True)]
    base, slope = (f"CASE {' '.join(f'{when} {line[part]!r}' for when, line in whens)} END" for part in (0, 1))
    stated, true = steps[-1]
    return f"(CASE WHEN {probability} > {stated!r} THEN {true!r} ELSE 1.0 / (1.0 + pow(2.0, -({base} + {slope} * {odds}))) END)"
