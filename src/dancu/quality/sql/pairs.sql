-- Both records of each candidate pair, with how common their values are: what the match policy weighs.
SELECT c.one, c.other,
  a.name, b.name, a.born_on, a.born_digits, b.born_on, b.born_digits, a.sex, b.sex, a.old_id, b.old_id, a.unit, b.unit, a.phone, b.phone,
  coalesce(a.mother_name, ''), coalesce(b.mother_name, ''), coalesce(a.father_name, ''), coalesce(b.father_name, ''), a.mother, b.mother,
  na.n, nb.n, da.n, db.n, coalesce(ma.n, 1), coalesce(mb.n, 1), coalesce(fa.n, 1), coalesce(fb.n, 1), a.dead <> b.dead,
  coalesce(a.pin > 0 AND contains(b.former_pins, lpad(CAST(a.pin AS VARCHAR), 12, '0')), false)
    OR coalesce(b.pin > 0 AND contains(a.former_pins, lpad(CAST(b.pin AS VARCHAR), 12, '0')), false)
FROM candidate c JOIN people a ON a.person = c.one JOIN people b ON b.person = c.other
JOIN name_count na ON na.key = a.name_key JOIN name_count nb ON nb.key = b.name_key
JOIN day_count da ON da.day = a.born_on JOIN day_count db ON db.day = b.born_on
LEFT JOIN name_count ma ON ma.key = a.mother_key LEFT JOIN name_count mb ON mb.key = b.mother_key
LEFT JOIN name_count fa ON fa.key = a.father_key LEFT JOIN name_count fb ON fb.key = b.father_key
ORDER BY c.one, c.other
