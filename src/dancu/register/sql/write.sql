-- All that one command writes, from a JSON value a part; `store.write.put` says how. Kept below 4,096 signs, up to which psycopg
-- remembers how a statement's parameters are placed.
WITH ordered AS (
  INSERT INTO register_order
    (id, kind, actor, office, unit, source_kind, source, legal_basis, entry, reason, recorded_at, salt, digest)
  SELECT o.id, o.kind, o.actor, o.office, o.unit, o.source_kind, o.source, o.legal_basis, o.entry, o.reason, o.recorded_at,
    decode(o.salt, 'base64'), decode(o.digest, 'base64')
  FROM json_to_record(%(order)s::json) AS o(id text, kind text, actor text, office text, unit text, source_kind text,
    source text, legal_basis text, entry jsonb, reason text, recorded_at timestamptz, salt text, digest text)
),
drafted AS MATERIALIZED (
  SELECT d.* FROM json_to_recordset(%(actions)s::json) AS d(n integer, order_id text, person bigint, version integer,
    kind text, effective text, recorded_at timestamptz, schema smallint, salt text, digest text, changes text, more jsonb)
),
acted AS (
  INSERT INTO register_action (order_id, person, version, kind, effective, recorded_at, schema, digest)
  SELECT order_id, person, version, kind, effective, recorded_at, schema, decode(digest, 'base64') FROM drafted ORDER BY n
  RETURNING id, person, version, kind
),
paid AS (
  INSERT INTO register_action_payload (action_id, salt, changes, more)
  SELECT acted.id, decode(d.salt, 'base64'), d.changes, d.more FROM acted JOIN drafted d USING (person, version)
),
boxed AS (INSERT INTO register_outbox (action) SELECT id FROM acted ORDER BY id),
people AS (
  INSERT INTO register_person
    (id, version, status, pin, name, fold, birth_date, sex, commune, household, mother, father, state)
  SELECT p.* FROM json_to_recordset(%(people)s::json) AS p(id bigint, version integer, status text, pin text, name text,
    fold text, birth_date text, sex smallint, commune text, household bigint, mother bigint, father bigint, state jsonb)
  ON CONFLICT (id) DO UPDATE SET version = excluded.version, status = excluded.status, pin = excluded.pin,
    name = excluded.name, fold = excluded.fold, birth_date = excluded.birth_date, sex = excluded.sex,
    commune = excluded.commune, household = excluded.household, mother = excluded.mother, father = excluded.father,
    state = excluded.state
  RETURNING id, fold
),
named AS (INSERT INTO register_name (fold) SELECT DISTINCT fold FROM people ORDER BY fold ON CONFLICT DO NOTHING),
worded AS (
  INSERT INTO register_word SELECT DISTINCT word FROM people, string_to_table(fold, ' ') AS w (word) WHERE word <> ''
  ORDER BY word ON CONFLICT DO NOTHING
),
numbered AS (
  INSERT INTO register_number AS old (pin, person, until)
  SELECT n.pin, n.person, n.until FROM json_to_recordset(%(numbers)s::json) AS n(pin text, person bigint, until text) ORDER BY n.pin
  ON CONFLICT (pin) DO UPDATE SET until = excluded.until WHERE old.person = excluded.person
  RETURNING until
),
cards AS (SELECT c.* FROM json_to_recordset(%(cards)s::json) AS c(value text, person bigint)),
carded AS (
  INSERT INTO register_card (serial, person)
  SELECT value, person FROM cards ORDER BY value
  ON CONFLICT DO NOTHING
  RETURNING 1
),
aged AS (
  INSERT INTO register_old_number (number, person)
  SELECT o.value, o.person FROM json_to_recordset(%(old_numbers)s::json) AS o(value text, person bigint)
  WHERE NOT EXISTS (SELECT FROM register_old_number r WHERE r.number = o.value AND r.person = o.person)
),
entered AS (
  INSERT INTO register_entry (key, order_id) SELECT %(entry)s::text, %(order_id)s::text WHERE %(entry)s::text <> ''
)
SELECT id, person, version, kind, (SELECT count(*) FROM numbered WHERE until IS NULL),
  (SELECT count(*) FROM carded)
    + (SELECT count(*) FROM cards JOIN register_card c ON c.serial = cards.value JOIN people p ON p.id = c.person)
FROM acted ORDER BY id
