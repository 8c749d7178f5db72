-- Before anybody is locked: whose the numbers are, and the state of those whose relatives the command wants to see.
SELECT CASE WHEN n.until IS NULL THEN 'number' ELSE 'former' END AS what, n.person AS id, n.pin AS said
  FROM register_number n WHERE n.pin = ANY (%(pins)s::text[])
UNION ALL
SELECT 'state', p.id, p.state::text FROM register_person p WHERE %(kin)s::boolean AND p.id = ANY (%(ids)s::bigint[])
UNION ALL
SELECT 'state', p.id, p.state::text
  FROM register_number n JOIN register_person p ON p.id = n.person
  WHERE %(kin)s::boolean AND n.pin = ANY (%(pins)s::text[])
