-- What happened to one person and on whose order, newest first, for showing.
SELECT a.id, a.version, a.kind, a.effective, a.recorded_at, a.schema, p.changes, o.id, o.kind, o.actor, o.office, o.unit,
  o.legal_basis, o.source_kind, o.source, o.entry, o.reason
FROM register_action a
JOIN register_order o ON o.id = a.order_id
LEFT JOIN register_action_payload p ON p.action_id = a.id
WHERE a.person = %(person)s AND a.version < %(before)s ORDER BY a.version DESC LIMIT %(limit)s
