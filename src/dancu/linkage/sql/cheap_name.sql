-- Relation of a claimed name to the recorded one by plain text work, as core.variant would say; NULL where it needs a closer look.
CASE WHEN r.kid = n.kid AND (r.toned = n.toned OR regexp_full_match(r.toned, '[ -~]*')) THEN 1
  WHEN r.bid = n.bid AND r.kid <> n.kid THEN 2
  WHEN split_part(r.key, ' ', 1) = split_part(n.key, ' ', 1) AND n.key LIKE replace(r.key, ' ', '% ')
    AND r.key LIKE '% %' AND r.kid <> n.kid THEN 3
  WHEN r.kid < 0 AND levenshtein(r.key, n.key) = 1 THEN 5 END
