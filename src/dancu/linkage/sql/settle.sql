-- Hits whose number, name, date and sex are certain together become sure.
UPDATE hit SET sure = true WHERE NOT sure AND row IN (
  SELECT row FROM (
    SELECT h.row, h.nf, h.df,
      CASE c.kind WHEN 1 THEN 1 ELSE 2 END AS num_rel,
      CASE WHEN c.cnid < 0 THEN 0 WHEN c.kid = h.kid THEN coalesce(v.relation, 1) ELSE coalesce(v.relation, 8) END AS name_rel,
      c.kid AS known,
      {date_rel} AS date_rel, {sex_rel} AS sex_rel
    FROM doubted h JOIN claim c ON c.row = h.row
    LEFT JOIN variant_pair v ON v.cnid = c.cnid AND v.nid = h.nid
  ) p
  -- Another given name, other diacritics, or a slip that makes a name others bear may be a brother's: look for him first.
  WHERE (name_rel IN (1, 2, 3, 4) OR (name_rel = 5 AND known < 0)) AND {score} >= {settled}
)
