-- Rows in which the main person, or a further one, is such that somebody must act, grouped by their weightiest reason; `report_sets`
-- ranks the reason sets.
SELECT c._row, r.main, c.{who}_verdict, c.{who}_severity, {seen}, c.{who}_explain, c.{who}_action, c.{who}_who
FROM {source} AS s
POSITIONAL JOIN {checked} AS c
JOIN report_sets AS r ON r.reasons = c.{who}_reasons
WHERE c.{who}_severity IN ('fix', 'confirm')
ORDER BY r.rank, c._row
