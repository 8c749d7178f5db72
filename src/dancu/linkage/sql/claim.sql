-- The rows of {rows} with everything they say as integers. A row can be checked with a number and a name or date, or with
-- name and date and something else (the reason too_little_to_check says so to the officer).
INSERT INTO {out}
SELECT *,
  (kind NOT IN (0, 6) AND (cnid >= 0 OR date > 0))
  OR (cnid >= 0 AND date > 0 AND (sex > 0 OR pid >= 0 OR mcnid >= 0 OR fcnid >= 0 OR phone > 0)) AS checkable
FROM (
  SELECT
    p.row, p.kind, p.num, p.len, p.nbits, p.date, p.date_unread, p.sex,
    coalesce(n.cnid, -1) AS cnid, coalesce(n.kid, -1) AS kid, coalesce(n.bid, -1) AS bid, coalesce(n.tail, 0) AS tail,
    coalesce(l.pid, -1) AS pid, coalesce(l.prov, 0) AS prov, coalesce(l.communes, 0) AS communes,
    coalesce(l.outdated, false) AS outdated,
    coalesce(m.cnid, -1) AS mcnid, coalesce(m.kid, -1) AS mkid,
    coalesce(f.cnid, -1) AS fcnid, coalesce(f.kid, -1) AS fkid,
    t.phone
  FROM plain p JOIN {fact} t ON t.row = p.row
  LEFT JOIN read_name n ON n.text = p.name AND n.key <> ''
  LEFT JOIN read_place l ON l.text = t.place_text
  LEFT JOIN read_name m ON m.text = t.mother_name
  LEFT JOIN read_name f ON f.text = t.father_name
  WHERE p.row IN (SELECT row FROM {rows})
)
