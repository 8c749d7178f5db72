-- Lines of PostgreSQL's COPY text form for each table, joined into one text a table.
SELECT
  (SELECT string_agg(concat_ws(chr(9), id, versions, now, pin, {name}, fold, birth_date, CASE sex WHEN 'male' THEN 1 WHEN 'female' THEN 2 ELSE 0 END,
      coalesce(CASE WHEN unit_scheme = '2025-07' THEN commune END, ''), coalesce(CAST(household AS VARCHAR), chr(92) || 'N'),
      coalesce(CAST(mother AS VARCHAR), chr(92) || 'N'), coalesce(CAST(father AS VARCHAR), chr(92) || 'N'),
      {state}), chr(10) ORDER BY place) FROM chunk) AS register_person,
  (SELECT string_agg(concat_ws(chr(9), action, '{order}', person, version, kind, effective, '{now}', {schema}, chr(92) || chr(92) || 'x' || digest),
      chr(10) ORDER BY rank) FROM event) AS register_action,
  (SELECT string_agg(concat_ws(chr(9), action, chr(92) || chr(92) || 'x' || salt, {changes}, chr(92) || 'N'), chr(10) ORDER BY rank)
     FROM event) AS register_action_payload,
  (SELECT string_agg(concat_ws(chr(9), number, id, until), chr(10)) FROM (
      SELECT pin AS number, id, chr(92) || 'N' AS until FROM chunk
      UNION ALL SELECT f.number, f.id, '' FROM former f JOIN chunk c ON c.id = f.id)) AS register_number,
  (SELECT string_agg(concat_ws(chr(9), old_id, id), chr(10)) FROM chunk WHERE regexp_full_match(coalesce(old_id, ''), '\d{{9}}')) AS register_old_number,
  (SELECT string_agg(concat_ws(chr(9), action, chr(92) || 'N'), chr(10) ORDER BY rank) FROM event) AS register_outbox
