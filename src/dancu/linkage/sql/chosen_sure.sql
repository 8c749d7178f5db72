-- Sure rows with what the reasons need; texts that were read one by one joined back.
SELECT s.* EXCLUDE (said_bits, mother_rel, father_rel), 0 AS alias_bits, false AS others_number,
  CAST(coalesce(o.relation, 1) AS TINYINT) AS name_rel, coalesce(s.said_bits, o.bits) AS said_bits,
  CAST(coalesce(s.mother_rel, m.relation, 8) AS TINYINT) AS mother_rel,
  CAST(coalesce(s.father_rel, f.relation, 8) AS TINYINT) AS father_rel
FROM pair_sure s
LEFT JOIN odd_name o ON o.text = s.odd_name AND o.nid = s.nid
LEFT JOIN odd_mother m ON m.text = s.odd_mother AND m.nid = s.mnid
LEFT JOIN odd_father f ON f.text = s.odd_father AND f.nid = s.fnid
