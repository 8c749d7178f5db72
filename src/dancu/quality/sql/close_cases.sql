-- Closes cases that still stand and records the step of each, with what an undo would go back to.
WITH before AS (
  SELECT id, state, to_jsonb(t) - 'id' AS kept FROM (
    SELECT id, state, side, side_said, owner, asked, assigned, proposed_by, proposal, due FROM quality_case
    WHERE id = ANY(%(ids)s) AND state = ANY(%(alive)s) FOR UPDATE) t),
closed AS (
  UPDATE quality_case c SET state = %(state)s, closed_at = %(at)s, decided_at = %(at)s, version = version + 1
  FROM before b WHERE c.id = b.id RETURNING c.id, c.kind, c.person, c.code),
noted AS (
  INSERT INTO quality_case_step (case_id, at, actor, office, what, state_before, state_after, note, before)
  SELECT id, %(at)s, %(actor)s, %(office)s, %(what)s, state, %(state)s, '', kept FROM before)
SELECT id, kind, person, code FROM closed
