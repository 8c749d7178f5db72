-- The one way by which what an action changed can disappear: its metadata and its digest stay. Called by the redact command
-- after the action that carries the snapshot is written, in the same transaction. Which events an action reversed stays known,
-- or those would be true again. With the payloads go the free words of their orders, the salts (or a digest could be tried out
-- against guesses), search names nobody bears any more and old numbers that the redacted actions alone gave.
CREATE FUNCTION register_redact(gone bigint[], names text[], old_numbers text[]) RETURNS integer
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
  UPDATE register_order SET reason = '', salt = ''
    WHERE id IN (SELECT a.order_id FROM register_action a WHERE a.id = ANY (gone));
  DELETE FROM register_name n
    WHERE n.fold = ANY (names) AND NOT EXISTS (SELECT FROM register_person p WHERE p.fold = n.fold);
  -- Words of no name any more: a redaction is rare enough to look through all names.
  DELETE FROM register_word w USING unnest(names) AS gone_name, string_to_table(gone_name, ' ') AS gone_word
    WHERE w.word = gone_word AND NOT EXISTS (
      SELECT FROM register_name n WHERE ' ' || n.fold || ' ' LIKE '% ' || gone_word || ' %' AND (
        NOT n.fold = ANY (names) OR EXISTS (SELECT FROM register_person p WHERE p.fold = n.fold)));
  DELETE FROM register_old_number o USING register_person p
    WHERE o.number = ANY (old_numbers) AND p.id = o.person AND p.state ->> 'old_id' IS DISTINCT FROM o.number
      AND o.person IN (SELECT a.person FROM register_action a WHERE a.id = ANY (gone));
  WITH wiped AS (
    UPDATE register_action_payload SET salt = '', changes = '', more = more - 'snapshot'
      WHERE action_id = ANY (gone) RETURNING 1)
  SELECT count(*)::integer FROM wiped;
END;
REVOKE ALL ON FUNCTION register_redact(bigint[], text[], text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION register_redact(bigint[], text[], text[]) TO dancu_register;
