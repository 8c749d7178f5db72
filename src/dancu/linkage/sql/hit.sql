-- Rows that have somebody's number. same: plain text work finds the name of the record. agrees: the date is the same and the
-- sex no other.
CREATE OR REPLACE TEMP TABLE hit AS
SELECT x.* EXCLUDE (written),
  coalesce({same}, false) AS same
FROM (
  SELECT c.row, c.name AS written, p.pin, p.nid,
    coalesce(c.date = p.dob AND c.date > 0 AND (c.sex = 0 OR p.sex = 0 OR c.sex = p.sex), false) AS agrees
  FROM plain c JOIN {person} p ON p.pin = c.num
  WHERE c.kind IN (1, 3)
) x JOIN {name} n ON n.nid = x.nid
