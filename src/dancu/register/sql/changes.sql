-- Events of the feed in a window of positions, of the kinds and people wished for.
SELECT f.position, coalesce(a.kind, 'enriched'), coalesce(a.person, e.person), coalesce(a.version, 0),
  coalesce(a.effective, e.as_of), coalesce(a.recorded_at, e.recorded_at), a.schema, p.changes,
  e.kind, e.source, e.confidence, e.value::text
FROM register_feed f
LEFT JOIN register_action a ON a.id = f.action
LEFT JOIN register_action_payload p ON p.action_id = a.id
LEFT JOIN register_enrichment e ON e.id = f.enrichment
WHERE f.position > %(after)s AND f.position <= %(upto)s
  AND (%(kinds)s::text[] IS NULL OR coalesce(a.kind, 'enriched') = ANY (%(kinds)s::text[]))
  AND (%(people)s::bigint[] IS NULL OR coalesce(a.person, e.person) = ANY (%(people)s::bigint[]))
ORDER BY f.position LIMIT %(limit)s
