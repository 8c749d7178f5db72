-- Rows as checked beside the truth. A duplicate record or an earlier number of the same person counts as right.
CREATE OR REPLACE TABLE judged AS
SELECT
  c._verdict AS verdict, c._confidence AS confidence, string_split(coalesce(c._reasons, ''), ';') AS reasons,
  c._verdict IN ('matched', 'matched_with_differences') AS linked,
  coalesce(c._pin = t.pin OR list_contains(t.accept_pins, c._pin), false) AS right_person,
  t.pin IS NOT NULL AS on_record, t.errors, t.ambiguous, t.kind
FROM (SELECT *, row_number() OVER () AS line FROM read_parquet('{checked}')) c
JOIN (SELECT *, row_number() OVER (ORDER BY row) AS line FROM read_parquet('{truth}')) t USING (line)
