-- Linked pairs with everything the reasons need: reason bits, what agreed, the record's values.
SELECT
  p.row, p.pin, p.nid, p.dob, p.psex, p.commune, p.prov, p.mnid, p.fnid, p.status, p.status_date, p.claimed_prov,
  p.num_rel, p.name_rel, p.date_rel, p.sex_rel, p.place_rel, p.mother_rel, p.father_rel, p.phone_rel, p.len, p.kind,
  coalesce(p.verbatim AND p.num_rel = 1 AND p.date_rel = 1 AND p.nbits = 0, false) AS exact_equal,
  ({number_bits}) | p.alias_bits | ({date_bits}) | ({sex_bits}) | ({place_bits}) | ({mother_bits}) | ({father_bits})
    | CASE WHEN p.status = 2 AND {show_state} THEN {person_deceased} ELSE 0 END
    | CASE WHEN p.outdated AND p.place_rel IN (1, 4, 5) THEN {old_unit} ELSE 0 END
    | CASE WHEN p.date_unread THEN {unreadable} ELSE 0 END
    -- A number that is written in full and belongs to somebody else is worse than a slip of the hand.
    | CASE WHEN p.num_rel NOT IN (1, 2, 3, 4, 9) AND p.others_number THEN {number_of_another_person} ELSE 0 END
    | coalesce(p.said_bits, 0) AS bits,
  CASE WHEN p.num_rel IN (1, 2, 3, 4) THEN 1 ELSE 0 END | CASE WHEN p.name_rel = 1 THEN 2 ELSE 0 END
    | CASE WHEN p.date_rel = 1 THEN 4 ELSE 0 END | CASE WHEN p.date_rel BETWEEN 2 AND 4 THEN 8 ELSE 0 END
    | CASE WHEN p.sex_rel = 1 THEN 16 ELSE 0 END | CASE WHEN p.mother_rel = 1 OR p.father_rel = 1 THEN 32 ELSE 0 END
    | CASE WHEN p.place_rel BETWEEN 1 AND 3 THEN 64 ELSE 0 END | CASE WHEN p.phone_rel = 1 THEN 128 ELSE 0 END AS agreed
FROM ({pairs}) p
