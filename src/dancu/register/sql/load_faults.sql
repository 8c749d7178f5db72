-- Impossible combinations in a chunk: stored as they came, and opened as cases. The cheap ones of register/faults.py, with its codes.
WITH kin AS (
  SELECT c.id, c.born, c.sex, c.pin, c.died, c.status_date, CAST(c.born AS DATE) AS day,
    CAST(m.born AS DATE) AS mother_day, CAST(f.born AS DATE) AS father_day
  FROM chunk c LEFT JOIN people m ON m.id = c.mother LEFT JOIN people f ON f.id = c.father),
found AS (
  SELECT id, 'death_before_birth' AS code FROM kin WHERE died IS NOT NULL AND length(status_date) = 10 AND status_date < born
  UNION ALL SELECT id, 'born_before_parent' FROM kin WHERE day <= mother_day OR day <= father_day
  UNION ALL SELECT id, 'parent_age_unlikely' FROM kin
    WHERE date_diff('year', mother_day, day) NOT BETWEEN 11 AND 61 OR date_diff('year', father_day, day) NOT BETWEEN 11 AND 91
  UNION ALL SELECT id, 'number_does_not_fit' FROM kin
    WHERE sex <> '' AND CAST(pin[4:4] AS INTEGER) % 2 <> CASE sex WHEN 'male' THEN 0 ELSE 1 END)
SELECT id, code FROM found
