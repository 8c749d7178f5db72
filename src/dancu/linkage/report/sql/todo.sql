-- Rows that somebody must act on, grouped by their weightiest reason; `report_sets` ranks the reason sets.
SELECT c._row, r.main, c._verdict, c._severity, {seen}, c._explain, c._action, c._who
FROM {source} AS s
POSITIONAL JOIN {checked} AS c
JOIN report_sets AS r ON r.reasons = c._reasons
WHERE c._severity IN ('fix', 'confirm')
ORDER BY r.rank, c._row
