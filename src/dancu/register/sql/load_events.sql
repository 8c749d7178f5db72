-- The events of a chunk in their order: opened, and died where the file says so; each with its action's id and a salted hash.
CREATE OR REPLACE TEMP TABLE event AS
WITH listed AS (
  SELECT place, id AS person, 1 AS version, 'loaded' AS kind, born AS effective, said AS changes FROM chunk
  UNION ALL
  SELECT place, id, 2, 'death', CASE WHEN length(status_date) = 10 THEN status_date ELSE born END, died FROM chunk
    WHERE died IS NOT NULL),
ranked AS (SELECT *, row_number() OVER (ORDER BY place, version) - 1 AS rank FROM listed),
salted AS (
  SELECT r.*, a.id AS action, substr(sha256('{secret}' || CAST(a.id AS VARCHAR)), 1, 32) AS salt
  FROM ranked r JOIN new_action a USING (rank))
SELECT *, sha256(unhex(salt) || encode(changes)) AS digest FROM salted ORDER BY rank
