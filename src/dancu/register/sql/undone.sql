-- The events that a command would undo or redact: those named; all that the order of one event did, but for a load, of which one
-- order holds thousands of people; all that the last merge of a record did.
SELECT a.person, a.id FROM register_action a WHERE a.id = ANY (%(events)s::bigint[])
UNION
SELECT a.person, a.id FROM register_action one JOIN register_action a ON a.order_id = one.order_id
  WHERE one.id = %(event)s::bigint AND (one.kind <> 'loaded' OR a.id = one.id)
UNION
SELECT a.person, a.id FROM register_action a
  WHERE a.order_id = (SELECT m.order_id FROM register_action m WHERE m.person = %(merged)s::bigint AND m.kind = 'merged'
    ORDER BY m.version DESC LIMIT 1)
LIMIT 1000
