-- The digest of one bucket of 10,000 positions: SHA-256 over a line for each, "position|kind|person|version".
SELECT count(*), sha256(coalesce(string_agg(
    convert_to(f.position || '|' || coalesce(a.kind, 'enriched') || '|' || coalesce(a.person, e.person) || '|'
      || coalesce(a.version, 0) || E'\n', 'UTF8'), ''::bytea ORDER BY f.position), ''::bytea))
FROM register_feed f
LEFT JOIN register_action a ON a.id = f.action
LEFT JOIN register_enrichment e ON e.id = f.enrichment
WHERE f.position > %(bucket)s * 10000 AND f.position <= (%(bucket)s + 1) * 10000
