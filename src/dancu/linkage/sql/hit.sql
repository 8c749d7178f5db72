-- Rows whose number is somebody's. Sure: the date agrees, and the name letter by letter, or but for capitals, Unicode form
-- and tone placement (toned), or but for diacritics that are all left out (key).
CREATE OR REPLACE TEMP TABLE hit AS
SELECT x.* EXCLUDE (written),
  -- CASE, not OR: the costly forms are worked out only where the cheap ones did not agree.
  CASE WHEN NOT coalesce(x.agrees, false) OR x.written IS NULL THEN false
    WHEN x.written = n.name THEN true
    WHEN strlen(x.written) = length(x.written) THEN replace(upper(x.written), 'Y', 'I') = n.key
    WHEN upper(x.written) = n.toned THEN true
    ELSE upper(nfc_normalize(x.written)) = n.toned END AS sure
FROM (
  SELECT c.row, c.name AS written, p.pin, p.nid, p.dob, p.sex, p.mkid, p.nf, p.df,
    c.date = p.dob AND c.date > 0 AND (c.sex = 0 OR p.sex = 0 OR c.sex = p.sex) AS agrees
  FROM plain c JOIN {person} p ON p.pin = c.num
  WHERE c.kind IN (1, 3){few}
) x JOIN {name} n ON n.nid = x.nid WHERE true{few_names}
