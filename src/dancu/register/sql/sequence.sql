-- Moves the oldest waiting rows of the outbox to the end of the feed, in the order of their ids, without a hole.
WITH oldest AS (SELECT id FROM register_outbox ORDER BY id LIMIT %(limit)s),
taken AS (
  DELETE FROM register_outbox o USING oldest WHERE o.id = oldest.id RETURNING o.id, o.action, o.enrichment
),
last AS (SELECT coalesce(max(position), 0) AS position FROM register_feed)
INSERT INTO register_feed (position, action, enrichment)
SELECT last.position + row_number() OVER (ORDER BY taken.id), taken.action, taken.enrichment FROM taken, last
