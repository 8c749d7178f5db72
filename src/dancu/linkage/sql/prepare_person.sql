-- People as integers, sorted by number.
-- nf, df, mf, ff: how rare the name, birth date and parents' names are, in eighths of a bit.
COPY (
  SELECT
    r.pin, n.nid, n.kid, r.dob, r.sex, r.prov, r.commune,
    coalesce(m.nid, -1) AS mnid, coalesce(m.kid, -1) AS mkid,
    coalesce(f.nid, -1) AS fnid, coalesce(f.kid, -1) AS fkid,
    rn.x AS nf, rd.x AS df, coalesce(rm.x, 0) AS mf, coalesce(rf.x, 0) AS ff,
    r.mpin, r.fpin, r.spin, r.old, r.phone, r.status, r.status_date,
    coalesce(o.nid, -1) AS onid, coalesce(o.kid, -1) AS okid,
    coalesce(p.nid, -1) AS pnid, coalesce(p.kid, -1) AS pkid,
    r.history
  FROM clean r
  JOIN name n ON n.name = r.name
  LEFT JOIN name m ON m.name = r.mother_name
  LEFT JOIN name f ON f.name = r.father_name
  LEFT JOIN name o ON o.name = r.other_name
  LEFT JOIN name p ON p.name = r.previous_name
  JOIN rarity_name rn ON rn.value = n.kid
  JOIN rarity_date rd ON rd.value = r.dob
  LEFT JOIN rarity_mother rm ON rm.value = m.kid
  LEFT JOIN rarity_father rf ON rf.value = f.kid
  ORDER BY r.pin
) TO {path} (FORMAT parquet, COMPRESSION {compression}, ROW_GROUP_SIZE {group}, PARQUET_VERSION v2)
