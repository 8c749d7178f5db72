-- The one way by which the feed loses positions: whole buckets of 10,000 whose digest is kept, from the oldest on, never the
-- newest. Gives the number of positions taken away; a call takes away at most a hundred buckets.
CREATE FUNCTION register_feed_trim(keep_after bigint) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
  WITH ends AS (SELECT min(position) AS first, max(position) AS last FROM register_feed),
    whole AS (
      SELECT max(b.bucket) AS bucket FROM register_feed_bucket b, ends
      WHERE (b.bucket + 1) * 10000 <= LEAST(keep_after, last - 1) AND b.bucket < (first - 1) / 10000 + 100),
    gone AS (
      DELETE FROM register_feed f USING whole WHERE f.position <= (whole.bucket + 1) * 10000 RETURNING 1)
  SELECT count(*) FROM gone;
END;
REVOKE ALL ON FUNCTION register_feed_trim(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION register_feed_trim(bigint) TO dancu_sequencer;
