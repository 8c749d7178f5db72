"""Tables kept as text or as columns: csv, tsv, line-delimited JSON, Parquet."""
