-- Rows of people as they were folded anew, and their names to search by.
WITH people AS (
  INSERT INTO register_person
    (id, version, status, pin, name, fold, birth_date, sex, commune, household, mother, father, state)
  SELECT p.* FROM json_to_recordset(%(all)s::json) AS p(id bigint, version integer, status text, pin text, name text,
    fold text, birth_date text, sex smallint, commune text, household bigint, mother bigint, father bigint, state jsonb)
  ON CONFLICT (id) DO UPDATE SET version = excluded.version, status = excluded.status, pin = excluded.pin,
    name = excluded.name, fold = excluded.fold, birth_date = excluded.birth_date, sex = excluded.sex,
    commune = excluded.commune, household = excluded.household, mother = excluded.mother, father = excluded.father,
    state = excluded.state
  RETURNING fold
)
INSERT INTO register_name (fold) SELECT DISTINCT fold FROM people ORDER BY fold ON CONFLICT DO NOTHING
