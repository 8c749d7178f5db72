-- The one pass over the results: rows that are alike in everything the report counts become one cell.
-- `weight` carries the check code: every value counts with the number of its row.
CREATE OR REPLACE TEMP TABLE report_cells AS
SELECT
    _verdict AS verdict,
    coalesce(_reasons, '') AS reasons,
    coalesce(_severity, 'none') AS severity,
    coalesce(_state, '') AS state,
    coalesce(_province, '') AS province,
    _duplicate_of IS NOT NULL AS duplicate,
    coalesce(_exact_equal, false) AS exact_equal,
    count(*) AS n,
    sum(2 * _row + 1) AS weight
FROM {checked}
GROUP BY ALL
