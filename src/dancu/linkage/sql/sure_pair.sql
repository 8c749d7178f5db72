-- Sure rows with their records: relations of the fields, told by text where text tells. odd_name, odd_mother, odd_father keep
-- the claimed text where it does not; said_bits says how the name is written where it does.
CREATE OR REPLACE TEMP TABLE pair_sure AS
SELECT
  row, pin, nid, dob, psex, commune, prov, mnid, fnid, status, status_date, kind, len, nbits, date_unread, outdated, claimed_prov,
  CAST(CASE kind WHEN 1 THEN 1 ELSE 2 END AS TINYINT) AS num_rel, date_rel, sex_rel, place_rel, phone_rel,
  CASE WHEN mother_name IS NULL OR mnid < 0 THEN 0 WHEN mother_same THEN 1 END AS mother_rel,
  CASE WHEN father_name IS NULL OR fnid < 0 THEN 0 WHEN father_same THEN 1 END AS father_rel,
  said_bits, said_bits = 0 AS verbatim,
  CASE WHEN said_bits IS NULL THEN written END AS odd_name,
  CASE WHEN mnid >= 0 AND NOT mother_same THEN mother_name END AS odd_mother,
  CASE WHEN fnid >= 0 AND NOT father_same THEN father_name END AS odd_father
FROM (
  SELECT
    c.row, p.pin, p.nid, p.dob, p.sex AS psex, p.commune, p.prov, p.mnid, p.fnid, p.status, p.status_date,
    c.kind, c.len, c.nbits, c.date_unread, coalesce(l.outdated, false) AS outdated, coalesce(l.prov, 0) AS claimed_prov,
    c.name AS written, f.mother_name, f.father_name,
    CAST({date_rel} AS TINYINT) AS date_rel,
    CAST({sex_rel} AS TINYINT) AS sex_rel,
    CAST({place_rel} AS TINYINT) AS place_rel,
    CAST({phone_rel} AS TINYINT) AS phone_rel,
    {mother_same} AS mother_same, {father_same} AS father_same,
    {said_bits} AS said_bits
  FROM sure_person p
  JOIN plain c ON c.row = p.row
  JOIN sure_fact f ON f.row = p.row
  JOIN {names} n ON n.nid = p.nid
  LEFT JOIN read_place l ON l.text = f.place_text
  LEFT JOIN place_commune g ON g.pid = l.pid AND g.commune = p.commune
  {parents}
)
