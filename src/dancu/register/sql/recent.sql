-- What a unit's officers did of late, newest first: each order with the people it concerns. A key is a moment and an id.
SELECT o.id, o.kind, o.actor, o.recorded_at, o.entry, array_agg(DISTINCT a.person)
FROM (
  SELECT * FROM register_order
  WHERE unit = %(unit)s AND unit <> '' AND (%(actor)s = '' OR actor = %(actor)s)
    AND (%(kinds)s::text[] IS NULL OR kind = ANY (%(kinds)s::text[])) AND (%(since)s::timestamptz IS NULL OR recorded_at >= %(since)s)
    AND (%(before)s::timestamptz IS NULL OR (recorded_at, id) < (%(before)s::timestamptz, %(id)s))
  ORDER BY recorded_at DESC, id DESC LIMIT %(limit)s) o
JOIN register_action a ON a.order_id = o.id
GROUP BY o.id, o.kind, o.actor, o.recorded_at, o.entry
ORDER BY o.recorded_at DESC, o.id DESC
