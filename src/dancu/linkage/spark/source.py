"""Hands an agency file to Spark: read by the intake's own reader on this machine, sent on to the executors in batches."""

from __future__ import annotations

from dataclasses import replace

from dancu.linkage.engine import name
from dancu.linkage.intake.source import Source
from dancu.linkage.spark.engine import BATCH_ROWS, SparkEngine

_LINE = "_line"


def handed_over(engine: SparkEngine, source: Source) -> Source:
    """The same source as table `original` of the executors: mapped columns and the mark of rows that are not judged."""
    import pyarrow as pa

    fields = dict.fromkeys(column for columns in source.mapping.values() for column in columns)
    wanted = [f"CAST({name(column)} AS VARCHAR) AS {name(column)}" for column in fields]
    if source.has_skip:
        wanted.append("_skip")
    relation, row = source.relation, source.row
    if row is None:
        engine.desk.run(f"CREATE OR REPLACE TEMP TABLE original AS SELECT * FROM {relation}")
        relation, row = "original", "rowid + 1"
    query = f"SELECT CAST({row} AS INTEGER) AS {_LINE}, {', '.join(wanted)} FROM {relation}"
    reader = engine.desk.con.sql(query).to_arrow_reader(BATCH_ROWS)
    for position, batch in enumerate(reader):
        data = pa.Table.from_batches([batch])
        engine.insert("original", data) if position else engine.table("original", data)
    if "original" not in engine.parts:
        engine.table("original", pa.Table.from_batches([], reader.schema))
    return replace(source, relation="original", row=_LINE)
