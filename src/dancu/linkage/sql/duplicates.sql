-- Rows that name a person an earlier row already named: linked to one person, or the same number, or name and date.
CREATE OR REPLACE TEMP TABLE duplicate AS
WITH said AS (
  SELECT row, pin AS a, CAST(-1 AS BIGINT) AS b FROM decided WHERE outcome = 1
  UNION ALL
  SELECT c.row, c.num, CAST(c.kid AS BIGINT) FROM claim c JOIN decided d ON d.row = c.row
  WHERE d.outcome <> 1 AND c.num > 0 AND c.kid >= 0
  UNION ALL
  SELECT c.row, -1 - CAST(c.date AS BIGINT), CAST(c.kid AS BIGINT) FROM claim c JOIN decided d ON d.row = c.row
  WHERE d.outcome <> 1 AND c.num = 0 AND c.kid >= 0 AND c.date > 0
), repeated AS (
  SELECT a, b, min(row) AS first_row FROM said GROUP BY a, b HAVING count(*) > 1
)
SELECT s.row, r.first_row FROM said s JOIN repeated r ON r.a = s.a AND r.b = s.b WHERE s.row > r.first_row
