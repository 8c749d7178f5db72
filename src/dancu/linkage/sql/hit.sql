-- Rows that have somebody's number. same: the name is written as on record, or but for capitals, Unicode form and tone
-- placement (toned), or but for diacritics that are all left out (key). agrees: the date is the same and the sex no other.
CREATE OR REPLACE TEMP TABLE hit AS
SELECT x.* EXCLUDE (written),
  -- CASE, not OR: the costly forms are worked out only where the cheap ones did not agree.
  CASE WHEN x.written IS NULL THEN false
    WHEN x.written = n.name THEN true
    WHEN strlen(x.written) = length(x.written) THEN replace(upper(x.written), 'Y', 'I') = n.key
    WHEN upper(x.written) = n.toned THEN true
    ELSE upper(nfc_normalize(x.written)) = n.toned END AS same
FROM (
  SELECT c.row, c.name AS written, p.pin, p.nid,
    coalesce(c.date = p.dob AND c.date > 0 AND (c.sex = 0 OR p.sex = 0 OR c.sex = p.sex), false) AS agrees
  FROM plain c JOIN {person} p ON p.pin = c.num
  WHERE c.kind IN (1, 3)
) x JOIN {name} n ON n.nid = x.nid
