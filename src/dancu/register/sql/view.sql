-- What deciding may look at, read after the people concerned are locked; every part has its limit.
SELECT 'latest' AS what, a.person AS id,
    max(a.effective) || to_char(max(a.recorded_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS said
  FROM register_action a WHERE a.person = ANY (%(locked)s::bigint[]) GROUP BY a.person
UNION ALL
(SELECT 'household', p.id, p.state::text FROM register_person p
  WHERE p.household = %(household)s::bigint AND p.status NOT IN ('deceased', 'merged', 'cancelled') ORDER BY p.id LIMIT 200)
UNION ALL
(SELECT 'child', p.id, p.state::text FROM register_person p WHERE p.mother = %(parent)s::bigint ORDER BY p.id LIMIT 200)
UNION ALL
(SELECT 'child', p.id, p.state::text FROM register_person p WHERE p.father = %(parent)s::bigint ORDER BY p.id LIMIT 200)
UNION ALL
(SELECT 'namesake', p.id, p.state::text FROM register_person p
  WHERE p.fold = %(fold)s::text AND p.birth_date = %(birth_date)s::text AND p.status NOT IN ('merged', 'cancelled')
  ORDER BY p.id LIMIT 200)
UNION ALL
SELECT 'entry', 0, e.order_id FROM register_entry e WHERE e.key = NULLIF(%(entry)s, '')
UNION ALL
SELECT 'serial', c.person, c.serial FROM register_card c WHERE c.serial = NULLIF(%(serial)s, '')
UNION ALL
SELECT 'number', 0, register_take_number(%(numbers)s::text[]) WHERE %(numbers)s::text[] <> '{}'
UNION ALL
SELECT 'new', nextval('register_person_id_seq'), NULL WHERE %(makes)s::boolean
