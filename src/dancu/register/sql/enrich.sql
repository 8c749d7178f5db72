-- Writes the papers of one order with the order itself, and puts them on the feed. Gives how many were written.
WITH given AS MATERIALIZED (SELECT %(all)s::json AS j),
ordered AS (
  INSERT INTO register_order
    (id, kind, actor, office, unit, source_kind, source, legal_basis, entry, reason, recorded_at, salt, digest)
  SELECT o.id, o.kind, o.actor, o.office, o.unit, o.source_kind, o.source, o.legal_basis, o.entry, o.reason, o.recorded_at,
    decode(o.salt, 'base64'), decode(o.digest, 'base64')
  FROM given, json_to_record(j -> 'order') AS o(id text, kind text, actor text, office text, unit text, source_kind text,
    source text, legal_basis text, entry jsonb, reason text, recorded_at timestamptz, salt text, digest text)
),
papers AS (
  INSERT INTO register_enrichment (person, kind, source, as_of, confidence, value, order_id, recorded_at)
  SELECT p.person, p.kind, p.source, p.as_of, p.confidence, p.value, j -> 'order' ->> 'id',
    (j -> 'order' ->> 'recorded_at')::timestamptz
  FROM given, json_to_recordset(j -> 'papers') AS p(n integer, person bigint, kind text, source text, as_of text,
    confidence smallint, value jsonb) ORDER BY p.n
  RETURNING id
),
boxed AS (INSERT INTO register_outbox (enrichment) SELECT id FROM papers ORDER BY id)
SELECT count(*) FROM papers
