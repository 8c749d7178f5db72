-- One line a row: linked, ambiguous, not found or invalid, with the calibrated probability of the best candidate.
-- outcome 1 linked, 2 ambiguous, 3 not found, 4 invalid
CREATE OR REPLACE TEMP TABLE decided AS
WITH sum_up AS (
  SELECT row, max_by(pin, score) AS pin, max(score) AS score, max_by(num_rel, score) AS num_rel, max_by(name_rel, score) AS name_rel,
    sum(pow(2.0, least(score, 200.0))) AS weight
  FROM pair GROUP BY row
), close AS (
  SELECT p.row, count(*) AS candidates FROM pair p JOIN sum_up s ON s.row = p.row AND p.score >= s.score - 7.0 GROUP BY p.row
), torn AS (
  -- The number is one person's, the name as written and the birth date another's: twins, mostly. A person must look.
  SELECT DISTINCT s.row FROM sum_up s JOIN pair o ON o.row = s.row AND o.pin <> s.pin
  WHERE s.num_rel IN (1, 2, 3, 4) AND s.name_rel <> 1 AND o.name_rel = 1 AND o.date_rel IN (1, 2)
), stated AS (
  SELECT s.row, s.pin, coalesce(k.candidates, 1) + CASE WHEN t.row IS NULL THEN 0 ELSE 1 END AS candidates, t.row IS NOT NULL AS torn,
    pow(2.0, least(s.score, 200.0)) / (s.weight + {absent_weight}) AS best,
    s.weight / (s.weight + {absent_weight}) AS any_one
  FROM sum_up s JOIN close k ON k.row = s.row LEFT JOIN torn t ON t.row = s.row
), judged AS (
  SELECT *, CASE WHEN torn THEN least(0.5, {calibrated}) ELSE {calibrated} END AS sure FROM stated
)
SELECT
  c.row,
  CAST(CASE WHEN j.sure >= {accept} THEN 1 WHEN NOT c.checkable THEN 4 WHEN j.any_one >= {ambiguous} THEN 2 ELSE 3 END
    AS TINYINT) AS outcome,
  CASE WHEN j.sure >= {accept} THEN j.pin END AS pin,
  j.pin AS best,
  CASE WHEN c.checkable OR j.sure >= {accept} THEN coalesce(j.sure, 0.0) ELSE 0.0 END AS confidence,
  CAST(least(coalesce(j.candidates, 0), 9) AS TINYINT) AS candidates
FROM (SELECT row, checkable FROM claim UNION ALL SELECT row, true FROM settled) c LEFT JOIN judged j ON j.row = c.row
UNION ALL
SELECT row, CAST(1 AS TINYINT), pin, pin, {sure_confidence}, CAST(1 AS TINYINT) FROM sure
