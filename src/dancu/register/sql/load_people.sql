-- The rows that become people, each with its id, its relatives' ids where they are on record or in the file, and the day from
-- which it is true: the birth, its missing parts taken as first.
CREATE OR REPLACE TABLE people AS
WITH kept AS (SELECT *, row_number() OVER (ORDER BY line) - 1 AS place FROM row WHERE line NOT IN (SELECT line FROM refused)),
known AS (
  SELECT k.pin, i.id FROM kept k JOIN new_id i USING (place)
  UNION ALL SELECT pin, person FROM on_record),
housed AS (SELECT household_id, min(i.id) AS household FROM kept k JOIN new_id i USING (place) WHERE household_id IS NOT NULL GROUP BY 1)
SELECT k.*, i.id, h.household, m.id AS mother, f.id AS father, s.id AS spouse, n.fold,
  rpad(k.birth_date, 10, '-01') AS born
FROM kept k JOIN new_id i USING (place) JOIN called n ON n.name = k.name
LEFT JOIN known m ON m.pin = k.mother_pin LEFT JOIN known f ON f.pin = k.father_pin LEFT JOIN known s ON s.pin = k.spouse_pin
LEFT JOIN housed h ON h.household_id = k.household_id
ORDER BY line
