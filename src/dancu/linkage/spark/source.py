"""Hands an agency file to Spark and takes the answers back: both in batches, through this machine's own DuckDB."""

from __future__ import annotations

from dancu.linkage.claims import Cells
from dancu.linkage.spark.engine import BATCH_ROWS, SparkEngine


def handed_over(engine: SparkEngine, cells: Cells) -> Cells:
    """The cells as table `original` of the executors: row number, whether it is judged, and one text a field.

    `cells` are those of `engine.desk`, which reads the file. Columns are named by field: whatever a header holds (dots,
    quotes, one word in two spellings) never reaches Spark.
    """
    import pyarrow as pa

    fields = "".join(f", {text} AS {field}" for field, text in cells.columns.items())
    query = f"SELECT {cells.row} AS line, {cells.where} AS judged{fields} FROM {cells.relation}"
    reader = engine.desk.con.sql(query).to_arrow_reader(BATCH_ROWS)
    engine.table("original", pa.Table.from_batches([], reader.schema))
    for batch in reader:
        engine.insert("original", pa.Table.from_batches([batch]))
    return Cells("original", "line", "judged", {field: field for field in cells.columns})


def brought_back(engine: SparkEngine, table: str) -> None:
    """Copy a table of the executors into this machine's DuckDB, where reports are written from."""
    for position, batch in enumerate(engine.batches(f"SELECT * FROM {table}")):
        if position:
            engine.desk.insert(table, batch)
        else:
            engine.desk.table(table, batch)
