-- Names of the first candidates that are not the same but for their order, for the first look: other diacritics (as
-- core.variant.MARKS) and other orders. Every other pair counts as different until it is compared in full.
CREATE OR REPLACE TEMP TABLE alike_name AS
SELECT cnid, nid, relation FROM (
  SELECT x.cnid, x.nid, CAST(CASE WHEN c.kid = n.kid
      THEN CASE WHEN c.toned <> n.toned AND NOT regexp_full_match(c.toned, '[ -~]*') THEN 9 END
    WHEN c.bid = n.bid THEN 2 END AS TINYINT) AS relation
  FROM (SELECT DISTINCT b.cnid, p.nid FROM first_person p JOIN bare_claim b ON b.row = p.row WHERE b.cnid >= 0) x
  JOIN read_name c ON c.cnid = x.cnid JOIN {name} n ON n.nid = x.nid
) WHERE relation IS NOT NULL
