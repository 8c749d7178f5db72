-- The events of everybody whose id lies in a span, person by person, oldest first.
SELECT a.person, a.id, a.version, a.kind, a.effective,
  to_char(a.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), a.schema, p.changes, p.more::text
FROM register_action a LEFT JOIN register_action_payload p ON p.action_id = a.id
WHERE a.person > %(after)s AND a.person <= %(upto)s ORDER BY a.person, a.version
