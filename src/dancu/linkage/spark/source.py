"""Hands an agency file to Spark and takes the answers back: both in batches, through this machine's own DuckDB."""

from __future__ import annotations

from dataclasses import replace

from dancu.linkage.engine import name
from dancu.linkage.intake.source import Source
from dancu.linkage.spark.engine import BATCH_ROWS, SparkEngine


def handed_over(engine: SparkEngine, source: Source) -> Source:
    """The same source as table `original` of the executors: its mapped columns and the mark of rows not judged.

    Columns are numbered, not named: whatever a header holds (dots, quotes, two spellings of one word) stays here.
    """
    import pyarrow as pa

    used = dict.fromkeys(column for columns in source.mapping.values() for column in columns)
    plain = {column: f"column_{position}" for position, column in enumerate(used)}
    wanted = [f"CAST({name(column)} AS VARCHAR) AS {plain[column]}" for column in used]
    if source.has_skip:
        wanted.append("_skip")
    relation, row = source.relation, source.row
    if row is None:
        engine.desk.run(f"CREATE OR REPLACE TEMP TABLE original AS SELECT * FROM {relation}")
        relation, row = "original", "rowid + 1"
    reader = engine.desk.con.sql(
        f"SELECT {', '.join([f'CAST({row} AS INTEGER) AS line', *wanted])} FROM {relation}"
    ).to_arrow_reader(BATCH_ROWS)
    engine.table("original", pa.Table.from_batches([], reader.schema))
    for batch in reader:
        engine.insert("original", pa.Table.from_batches([batch]))
    mapping = {field: tuple(plain[column] for column in columns) for field, columns in source.mapping.items()}
    return replace(source, relation="original", row="line", mapping=mapping)


def brought_back(engine: SparkEngine, table: str) -> None:
    """Copy a table of the executors into this machine's DuckDB, where reports are written from."""
    for position, batch in enumerate(engine.batches(f"SELECT * FROM {table}")):
        if position:
            engine.desk.insert(table, batch)
        else:
            engine.desk.table(table, batch)
