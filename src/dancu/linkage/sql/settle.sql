-- Hits whose number, name, date and sex are certain together become sure. Relations of names as in core.variant, found
-- by plain text work; whoever needs a closer look stays open. Other diacritics, or a slip that makes a name others bear, may
-- be a brother's: those stay open too, and he is looked for.
UPDATE hit SET sure = true WHERE NOT sure AND row IN (
  SELECT row FROM (
    SELECT h.row, h.nf, h.df,
      CASE c.kind WHEN 1 THEN 1 ELSE 2 END AS num_rel,
      CASE WHEN r.kid = n.kid AND (r.toned = n.toned OR regexp_full_match(r.toned, '[ -~]*')) THEN 1
        WHEN r.bid = n.bid AND r.kid <> n.kid THEN 2
        WHEN split_part(r.key, ' ', 1) = split_part(n.key, ' ', 1) AND n.key LIKE replace(r.key, ' ', '% ')
          AND r.key LIKE '% %' AND r.kid <> n.kid THEN 3
        WHEN r.kid < 0 AND levenshtein(r.key, n.key) = 1 THEN 5 END AS name_rel,
      {date_rel} AS date_rel, {sex_rel} AS sex_rel
    FROM hit h JOIN plain c ON c.row = h.row JOIN read_name r ON r.text = c.name JOIN {name} n ON n.nid = h.nid
    WHERE NOT h.sure{few}
  ) p WHERE name_rel IS NOT NULL AND {score} >= {settled}
)
