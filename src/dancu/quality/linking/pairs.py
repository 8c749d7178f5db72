"""Writes the pairs that linkage holds to be one person's, with their evidence, to one file beside the copy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from dancu.core.policy import weights
from dancu.linkage.engine import Engine, literal
from dancu.quality.linking.candidates import Report, candidates
from dancu.quality.linking.judge import Side, judge, partial, share
from dancu.quality.runs.statement import statement

_BATCH = 50_000


def link(
    engine: Engine, source: str, path: Path, *, known: Path | None = None, changed: str = "", report: Report | None = None
) -> int:
    """Write (one, other, score, evidence) of all doubles in a FROM item of the copy to a Parquet file; how many.

    `known`: the pairs that were found before; then only pairs with somebody of whom the query `changed` tells are weighed again.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    engine.run(f"CREATE OR REPLACE TEMP VIEW people AS SELECT * FROM {source}")
    total, found = candidates(engine, changed=changed if known else "", report=report), 0
    schema = pa.schema([("one", pa.int64()), ("other", pa.int64()), ("score", pa.float64()), ("evidence", pa.string())])
    draft = path.with_suffix(".new")
    with pq.ParquetWriter(draft, schema) as writer:
        if known:
            kept = _kept(engine, known, changed).cast(schema)
            writer.write_table(kept)
            found = kept.num_rows
        for done, rows in _judged(engine):
            found += len(rows)
            if rows:
                writer.write_table(pa.Table.from_pylist(rows, schema=schema))
            if report:
                report("weigh", done, total)
    draft.replace(path)
    return found


def _kept(engine: Engine, known: Path, changed: str) -> Any:
    """Those of the known pairs of whom nobody changed and both still answer for somebody."""
    return engine.arrow(
        f"""SELECT one, other, score, evidence FROM read_parquet({literal(str(known))})
        WHERE one NOT IN ({changed}) AND other NOT IN ({changed})"""
    )


def _judged(engine: Engine) -> Iterator[tuple[int, list[dict[str, object]]]]:
    """(pairs looked at so far, those of them that are one person's), batch by batch."""
    people = engine.count("people")
    borne = _prepared(engine)
    weighed, done = weights(), 0
    engine.run(f"CREATE OR REPLACE TEMP TABLE pair AS {statement('pairs')}")
    for batch in range(0, engine.count("pair"), _BATCH):
        rows = engine.run(f"SELECT * FROM pair LIMIT {_BATCH} OFFSET {batch}")
        done += len(rows)
        found = []
        for row in rows:
            one, other = _sides(row, people)
            verdict = judge(one, other, renumbered=row[-1], borne=borne, weights=weighed, people=people)
            if verdict.same:
                told = msgspec.json.encode(
                    {"probability": verdict.probability, "fields": verdict.fields, "one_dead": bool(row[-2])}
                )
                found.append(
                    {"one": one.person, "other": other.person, "score": verdict.bits, "evidence": told.decode()}
                )
        yield done, found


def _prepared(engine: Engine) -> dict[str, int]:
    """Tables `name_count` and `day_count` of what the pairs hold, and how many people bear each last word."""
    engine.run(
        "CREATE OR REPLACE TEMP TABLE paired AS SELECT one AS person FROM candidate UNION SELECT other FROM candidate"
    )
    wanted = "(SELECT {} FROM people WHERE person IN (SELECT person FROM paired))"
    keys = " UNION ".join(wanted.format(f"{column} AS key") for column in ("name_key", "mother_key", "father_key"))
    engine.run(
        f"""CREATE OR REPLACE TEMP TABLE name_count AS
        SELECT name_key AS key, count(*) AS n FROM people WHERE name_key IN (SELECT key FROM ({keys})) GROUP BY 1"""
    )
    engine.run("CREATE OR REPLACE TEMP TABLE day_count AS SELECT born_on AS day, count(*) AS n FROM people GROUP BY 1")
    return dict(
        engine.run("SELECT split_part(name, ' ', -1) AS word, count(*) FROM people GROUP BY word HAVING count(*) >= 3")
    )


def _sides(row: tuple, people: int) -> tuple[Side, Side]:
    """The two records of a line of sql/pairs.sql."""
    one, other, *rest = row
    names, (born, digits, born_other, digits_other) = rest[0:2], rest[2:6]
    days = (partial(born, digits), partial(born_other, digits_other))
    pairs = [rest[at : at + 2] for at in range(6, 28, 2)]
    sexes, olds, units, phones, mothers, fathers, ids, name_n, day_n, mother_n, father_n = pairs
    made = [
        Side(
            person=person, name=names[i] or "", birth_date=days[i], sex=sexes[i], old_id=olds[i], unit=units[i], phone=phones[i],
            mother_name=mothers[i], father_name=fathers[i], mother=ids[i], name_share=share(name_n[i], people),
            day_share=share(day_n[i], people), mother_share=share(mother_n[i], people), father_share=share(father_n[i], people),
        )
        for i, person in enumerate((one, other))
    ]  # fmt: skip
    return made[0], made[1]


def read(engine: Engine, path: Path) -> list[tuple[int, int, float, str]]:
    """The pairs of a file, in order."""
    return engine.run(f"SELECT one, other, score, evidence FROM read_parquet({literal(str(path))}) ORDER BY one, other")
