-- Candidate pairs, one line each, with their relations and score: people as (row, record's columns, sibling) beside their claims.
CREATE OR REPLACE TEMP TABLE {out} AS
WITH related AS (
  SELECT
    c.row, p.pin, CASE WHEN c.kid < 0 OR c.kid = p.kid THEN p.nid WHEN c.kid = p.okid THEN p.onid WHEN c.kid = p.pkid THEN p.pnid
      ELSE p.nid END AS said_nid, p.nid, p.dob, p.sex AS psex, p.commune, p.prov, p.mnid, p.fnid, p.status, p.status_date,
    c.cnid, c.kid >= 0 AS borne, c.mcnid, c.fcnid, c.date, c.kind, c.len, c.nbits, c.outdated, c.num, c.prov AS claimed_prov,
    CAST({number_rel} AS TINYINT) AS num_rel,
    CAST(CASE WHEN c.cnid < 0 THEN 0 WHEN v.relation = 9 OR c.kid = p.kid THEN coalesce(v.relation, 1)
      WHEN c.kid >= 0 AND c.kid IN (p.okid, p.pkid) THEN 1 ELSE coalesce(v.relation, 8) END AS TINYINT) AS name_rel,
    CASE WHEN c.kid = p.kid OR c.kid < 0 THEN 0 WHEN c.kid = p.okid THEN {other_name_used}
      WHEN c.kid = p.pkid THEN {previous_value} ELSE 0 END AS alias_bits,
    CAST({date_rel} AS TINYINT) AS date_rel,
    CAST({sex_rel} AS TINYINT) AS sex_rel,
    CAST({place_rel} AS TINYINT) AS place_rel,
    CAST(CASE WHEN c.mcnid < 0 OR p.mnid < 0 THEN 0 WHEN c.mkid = p.mkid THEN 1 ELSE coalesce(vm.relation, 8) END
      AS TINYINT) AS mother_rel,
    CAST(CASE WHEN c.fcnid < 0 OR p.fnid < 0 THEN 0 WHEN c.fkid = p.fkid THEN 1 ELSE coalesce(vf.relation, 8) END
      AS TINYINT) AS father_rel,
    CAST({phone_rel} AS TINYINT) AS phone_rel,
    p.nf, p.df, p.mf, p.ff
  FROM {people} p JOIN {claim} c ON c.row = p.row
  LEFT JOIN {compared} v ON v.cnid = c.cnid AND v.nid = p.nid
  LEFT JOIN {compared} vm ON vm.cnid = c.mcnid AND vm.nid = p.mnid
  LEFT JOIN {compared} vf ON vf.cnid = c.fcnid AND vf.nid = p.fnid
  LEFT JOIN place_commune g ON g.pid = c.pid AND g.commune = p.commune
)
SELECT *, {score} AS score FROM related p
