-- What is delivered for each row. Sentences are shared by all rows of one kind.
CREATE OR REPLACE TEMP VIEW checked_rows AS
SELECT
  r.row AS _row, s._verdict, {pin} AS _pin, round(r.confidence, 6) AS _confidence, s._reasons,
  s._explain, s._action, s._who, s._state,
  CASE WHEN {tell_date} AND r.status > 1 AND r.status_date > 0 THEN concat_ws('-', CAST(r.status_date // 10000 AS VARCHAR),
    nullif(lpad(CAST(r.status_date // 100 % 100 AS VARCHAR), 2, '0'), '00'),
    nullif(lpad(CAST(r.status_date % 100 AS VARCHAR), 2, '0'), '00')) END AS _state_date,
  {suggestions},
  r.duplicate_of AS _duplicate_of,
  CASE r.severity WHEN 3 THEN 'confirm' WHEN 2 THEN 'fix' WHEN 1 THEN 'note' ELSE 'none' END AS _severity,
  coalesce(r.exact_equal, false) AS _exact_equal,
  lpad(CAST(coalesce(nullif(r.prov, 0), nullif(r.claimed_prov, 0)) AS VARCHAR), 3, '0') AS _province,
  lpad(CAST(coalesce(nullif(r.commune, 0), r.claimed_commune) AS VARCHAR), 5, '0') AS _commune
FROM result r
JOIN sentence s USING ({kind})
LEFT JOIN place_name pn ON pn.commune = r.commune AND pn.prov = r.prov
LEFT JOIN own_name tn ON tn.nid = r.nid AND ({name_differs})
LEFT JOIN mother_name mn ON mn.nid = r.mnid
LEFT JOIN father_name fn ON fn.nid = r.fnid
