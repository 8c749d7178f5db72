"""Finds the pairs of records that are worth weighing: by keys each of which survives another kind of slip."""

from __future__ import annotations

from collections.abc import Callable

from dancu.linkage.engine import Engine
from dancu.quality.runs.statement import statement

# More people with one key than this, and it says nothing of anybody.
MOST_A_KEY = 40
# What the key survives: (expression, condition).
KEYS: dict[str, tuple[str, str]] = {
    "name and birth date": ("hash(name_key, born_on)", "true"),
    "old number": ("old_id", "old_id > 0"),
    "name and mother, one year": ("hash(name_key, mother_key, year(born) // 2)", "mother_key > 0"),
    "name and mother, next year": ("hash(name_key, mother_key, (year(born) + 1) // 2)", "mother_key > 0"),
    "day and month swapped": (
        "hash(name_key, year(born), least(month(born), day(born)), greatest(month(born), day(born)))",
        "born_digits = 10 AND day(born) <= 12",
    ),
    "name, household, year": ("hash(name_key, household, year(born))", "household > 0"),
    "first and last word, household, year": (
        "hash(household, year(born), split_part(name, ' ', 1), split_part(name, ' ', -1))", "household > 0",
    ),
    "name and telephone": ("hash(name_key, phone)", "phone > 0"),
    "mother, birth date, commune": ("hash(mother_key, born_on, sex, unit)", "mother_key > 0 AND unit > 0"),
    "telephone and birth date": ("hash(phone, born_on, sex)", "phone > 0"),
    "first and last word, birth date, commune": (
        "hash(born_on, sex, unit, split_part(name, ' ', 1), split_part(name, ' ', -1))", "unit > 0",
    ),
    "family name's letter, last word, birth date, commune": (
        "hash(born_on, sex, unit, name[1:1], split_part(name, ' ', -1))", "unit > 0 AND born_on % 10000 <> 101",
    ),
    "first words, birth date, commune": ("hash(born_on, sex, unit, regexp_extract(name, '^(.*) [^ ]+$', 1))", "unit > 0 AND words > 1"),
    "name, commune, year": ("hash(name_key, unit, year(born))", "unit > 0"),
}  # fmt: skip

Report = Callable[[str, int, int], None]


def candidates(engine: Engine, *, changed: str = "", report: Report | None = None) -> int:
    """Table `candidate` (one < other) over view `people`; how many pairs. `changed`: a query of those of whom a pair must have one.

    One key at a time, so that memory holds one key's groups, however large the country is.
    """
    engine.run("CREATE OR REPLACE TEMP TABLE candidate (one BIGINT, other BIGINT)")
    touched = f"AND (one IN ({changed}) OR other IN ({changed}))" if changed else ""
    for done, (key, condition) in enumerate(KEYS.values(), 1):
        narrowed = f"WHERE key IN (SELECT {key} FROM people WHERE person IN ({changed}) AND {condition})" if changed else ""
        engine.run(statement("candidates"), key=key, condition=condition, most=MOST_A_KEY, touched=touched, narrowed=narrowed)
        if report:
            report("pairs", done, len(KEYS))
    engine.run("CREATE OR REPLACE TEMP TABLE candidate AS SELECT DISTINCT one, other FROM candidate")
    return engine.count("candidate")
