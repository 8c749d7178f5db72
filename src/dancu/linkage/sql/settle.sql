-- Hits whose number, name, date and sex are certain together become sure. Relations of names are found as in
-- core.variant by plain text work; whoever needs a closer look stays open. Other diacritics, or a slip that makes a name others
-- bear, may be a brother's, and another date a child's or a mother's of the same name: those stay open too, and are looked for.
INSERT INTO sure
SELECT row, pin FROM (
  SELECT h.row, h.pin, h.nf, h.df, {borne} AS borne,
    CASE c.kind WHEN 1 THEN 1 ELSE 2 END AS num_rel,
    {name_rel} AS name_rel,
    {date_rel} AS date_rel, {sex_rel} AS sex_rel
  FROM hit_person h JOIN hit x ON x.row = h.row JOIN plain c ON c.row = h.row {names}
  WHERE h.row NOT IN (SELECT row FROM sure)
) p WHERE name_rel IS NOT NULL AND date_rel NOT IN (7, 8, 9) AND {score} >= {settled}
