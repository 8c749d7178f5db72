-- One line a row: linked, ambiguous, not found or invalid, with the calibrated probability of the best candidate.
-- outcome 1 linked, 2 ambiguous, 3 not found, 4 invalid
CREATE OR REPLACE TEMP TABLE decided AS
WITH rivals AS (
  SELECT row, count(*) AS pairs FROM pair GROUP BY row
), ranked AS (
  -- Most rows have one candidate and nothing to rank.
  SELECT p.row, pin, score, cnid, nid, dob, psex, mnid, fnid, num_rel, name_rel, date_rel, 1 AS place,
    pow(2.0, least(score, 200.0)) AS weight
  FROM pair p JOIN rivals r ON r.row = p.row WHERE r.pairs = 1
  UNION ALL
  SELECT p.row, pin, score, cnid, nid, dob, psex, mnid, fnid, num_rel, name_rel, date_rel,
    row_number() OVER (PARTITION BY p.row ORDER BY score DESC, CASE status WHEN 1 THEN 0 ELSE 1 END, pin) AS place,
    sum(pow(2.0, least(score, 200.0))) OVER (PARTITION BY p.row) AS weight
  FROM pair p JOIN rivals r ON r.row = p.row WHERE r.pairs > 1
), sum_up AS (
  SELECT * FROM ranked WHERE place = 1
), twice AS (
  -- The same name, birth date, sex, mother and father twice on record, and all else as near: one person with two records.
  -- The living record stands for both, then the one with the smaller number.
  SELECT s.row, min(CASE o.status WHEN 1 THEN 0 ELSE 1 END * 1000000000000 + o.pin) % 1000000000000 AS pin,
    sum(pow(2.0, least(o.score, 200.0))) AS weight
  FROM sum_up s JOIN pair o ON o.row = s.row
    AND (o.pin = s.pin OR (o.score >= s.score - 1.0 AND o.nid = s.nid AND o.dob = s.dob AND s.dob % 100 > 0 AND o.psex = s.psex
      AND o.mnid = s.mnid AND o.fnid = s.fnid AND (s.mnid >= 0 OR s.fnid >= 0)))
  GROUP BY s.row
), close AS (
  SELECT p.row, count(*) AS candidates FROM pair p JOIN sum_up s ON s.row = p.row AND p.score >= s.score - 7.0 GROUP BY p.row
), doubt AS (
  -- The number is one person's, name and birth date are nearer to another's.
  SELECT s.row, s.cnid, s.nid, o.nid AS other, s.name_rel, s.date_rel, o.date_rel AS other_date
  FROM sum_up s JOIN pair o ON o.row = s.row AND o.pin <> s.pin
  WHERE s.num_rel IN (1, 2, 3, 4) AND (o.date_rel IN (1, 2) OR (o.date_rel > 0 AND o.date_rel = s.date_rel))
    AND (o.name_rel = 1 OR (o.name_rel IN (2, 3, 4, 5, 9) AND s.name_rel IN (7, 8)))
), torn AS (
  -- Twins, mostly: the other is called just as written, or as it could be, and the number's owner is not. A person must look.
  SELECT DISTINCT row FROM doubt WHERE name_rel <> 1 OR (date_rel IN (7, 8, 9) AND other_date = 1)
  UNION
  SELECT d.row FROM (SELECT * FROM doubt WHERE name_rel = 1 AND nid <> other) d
  JOIN read_name r ON r.cnid = d.cnid JOIN {name} n ON n.nid = d.nid JOIN {name} o ON o.nid = d.other
  WHERE n.toned <> r.toned AND o.toned = r.toned
), stated AS (
  SELECT s.row, w.pin, coalesce(k.candidates, 1) + CASE WHEN t.row IS NULL THEN 0 ELSE 1 END AS candidates, t.row IS NOT NULL AS torn,
    w.weight / (s.weight + {absent_weight}) AS best,
    s.weight / (s.weight + {absent_weight}) AS any_one
  FROM sum_up s JOIN twice w ON w.row = s.row JOIN close k ON k.row = s.row LEFT JOIN torn t ON t.row = s.row
), judged AS (
  SELECT *, CASE WHEN torn THEN least(0.5, calibrated) ELSE calibrated END AS sure FROM (SELECT *, {calibrated} AS calibrated FROM stated)
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
