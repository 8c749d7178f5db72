"""Compiles the rules to one statement over the copy: a bit each, so that everybody's reasons are one integer.

The statement reads the copy once and joins relatives once. `counting` is its plain twin, the same conditions only counted, which
the bench measures it against.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from dancu.linkage.engine import Engine, literal
from dancu.quality.rules.rule import MEASURES, rules
from dancu.quality.runs.statement import run_file, statement

# Whoever stands as their own relative is found as such, and compared with nobody.
_FROM = """people p LEFT JOIN kin m ON m.person = p.mother AND m.person <> p.person
  LEFT JOIN kin f ON f.person = p.father AND f.person <> p.person LEFT JOIN kin s ON s.person = p.spouse AND s.person <> p.person
  LEFT JOIN house h ON h.household = p.household LEFT JOIN dialled x ON x.phone = p.phone LEFT JOIN numbered o ON o.old_id = p.old_id
  LEFT JOIN doubled d ON d.person = p.person"""


def relatives(engine: Engine, source: str, doubles: Path | None = None) -> None:
    """View `people` over a FROM item of the copy, and the tables that rules look at beside a person.

    `doubles`: Parquet of the pairs that linkage found (one, other); none yet without it.
    """
    engine.run(f"CREATE OR REPLACE TEMP VIEW people AS SELECT * FROM {source}")
    run_file(engine, "relatives")
    pairs = (
        f"SELECT * FROM read_parquet({literal(str(doubles))})"
        if doubles
        else "SELECT 0::BIGINT AS one, 0::BIGINT AS other WHERE false"
    )
    engine.run(
        f"""CREATE OR REPLACE TEMP TABLE doubled AS SELECT person, count(*) AS pairs
        FROM (SELECT one AS person FROM ({pairs}) UNION ALL SELECT other FROM ({pairs})) GROUP BY person"""
    )


def reasons(engine: Engine, path: Path, day: date) -> None:
    """Write (person, unit, mask) of everybody whom any rule finds, to a Parquet file that appears only when whole."""
    draft = path.with_suffix(".new")
    bits = " | ".join(
        f"CASE WHEN {condition} THEN {1 << bit}::UBIGINT ELSE 0::UBIGINT END" for bit, condition in _conditions(day)
    )
    query = f"SELECT person, unit, mask FROM (SELECT p.person, p.unit, {bits} AS mask FROM {_FROM}) WHERE mask <> 0"
    engine.run("SET preserve_insertion_order = false")
    engine.run(f"COPY ({query}) TO {literal(str(draft))} (FORMAT parquet, COMPRESSION snappy)")
    draft.replace(path)


def counting(day: date) -> str:
    """The plain aggregate of the same rules: one row with a count each."""
    counts = ", ".join(f"count(*) FILTER (WHERE {condition})" for _, condition in _conditions(day))
    return f"SELECT {counts} FROM {_FROM}"


def _conditions(day: date) -> list[tuple[int, str]]:
    said = {"$today": f"{day:%Y%m%d}", "$day": f"DATE '{day.isoformat()}'"}
    found = []
    for rule in rules():
        condition = rule.when
        for word, value in said.items():
            condition = condition.replace(word, value)
        found.append((rule.bit, f"({condition})"))
    return found


def by_unit(engine: Engine, reasons: Path) -> dict[str, list[tuple[int, ...]]]:
    """What the measures are made of: `people` (unit, people, living, births, births in time, days, deaths, …) and `faulty`
    (unit, of each measure how many have a fault that counts, of each rule how many it found). Unit 0: no commune is on record.
    """
    found = f"read_parquet({literal(str(reasons))})"
    measured = ", ".join(f"count(*) FILTER (WHERE mask & {counted_mask(measure)} <> 0)" for measure in MEASURES)
    ruled = ", ".join(f"count(*) FILTER (WHERE mask & {1 << rule.bit} <> 0)" for rule in rules())
    return {
        "people": engine.run(statement("people_by_unit")),
        "faulty": engine.run(f"SELECT unit, {measured}, {ruled} FROM {found} GROUP BY unit ORDER BY unit"),
    }


def counted_mask(measure: str) -> int:
    """The rules that take a record out of a measure."""
    return sum(1 << rule.bit for rule in rules() if rule.measure == measure and rule.counts)
