-- Moves the oldest waiting rows of the outbox to the end of the feed, in the order of their ids, without a hole. They are taken as
-- a range up to the last of them, which is the same rows in one snapshot: a join would be planned by what the planner believes of
-- a table that is nearly always empty, and looks through all of it for each row when it is not.
WITH taken AS (
  DELETE FROM register_outbox
  WHERE id <= (SELECT max(id) FROM (SELECT id FROM register_outbox ORDER BY id LIMIT %(limit)s) AS oldest)
  RETURNING id, action, enrichment
),
last AS (SELECT coalesce(max(position), 0) AS position FROM register_feed)
INSERT INTO register_feed (position, action, enrichment)
SELECT last.position + row_number() OVER (ORDER BY taken.id), taken.action, taken.enrichment FROM taken, last
