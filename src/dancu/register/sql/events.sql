-- Events of one person, oldest first, with what they changed as far as it was not redacted.
SELECT a.id, a.version, a.kind, a.effective, to_char(a.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
  a.schema, p.changes, p.more::text
FROM register_action a LEFT JOIN register_action_payload p ON p.action_id = a.id
WHERE a.person = %(person)s ORDER BY a.version LIMIT %(limit)s
