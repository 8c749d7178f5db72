-- Pairs of a claimed and a recorded name that may differ in more than their writing and were not compared yet: other keys,
-- or (persons only) the same key and other diacritics.
CREATE OR REPLACE TEMP TABLE new_pair AS
SELECT DISTINCT cnid, nid FROM (
  SELECT c.cnid, p.nid FROM {people} p JOIN claim c ON c.row = p.row WHERE c.cnid >= 0
  UNION ALL
  SELECT c.mcnid, p.mnid FROM {people} p JOIN claim c ON c.row = p.row
  WHERE c.mcnid >= 0 AND p.mnid >= 0 AND c.mkid <> p.mkid
  UNION ALL
  SELECT c.fcnid, p.fnid FROM {people} p JOIN claim c ON c.row = p.row
  WHERE c.fcnid >= 0 AND p.fnid >= 0 AND c.fkid <> p.fkid
) x WHERE NOT EXISTS (SELECT 1 FROM variant_pair v WHERE v.cnid = x.cnid AND v.nid = x.nid)
