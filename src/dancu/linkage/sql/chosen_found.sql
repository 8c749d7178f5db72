-- Linked pairs that were searched for, with what the reasons need.
SELECT l.* EXCLUDE (claimed_prov), c.prov AS claimed_prov, c.date_unread, h.row IS NOT NULL AS others_number,
  v.bits AS said_bits, n.name = r.text AS verbatim
FROM linked l
JOIN claim c ON c.row = l.row
LEFT JOIN hit h ON h.row = l.row AND h.pin <> l.pin
LEFT JOIN writing_pair v ON v.cnid = l.cnid AND v.nid = l.said_nid
LEFT JOIN {name} n ON n.nid = l.nid
LEFT JOIN read_name r ON r.cnid = c.cnid
