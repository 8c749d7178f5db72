-- Of the new pairs, those that need a closer look: few letters apart, or a first or last word in common (also crosswise,
-- for an order turned round), or a remark in the cell. Edit distance on ASCII is the same on every engine.
CREATE OR REPLACE TEMP TABLE similar_pair AS
SELECT cnid, nid, claim, record, ckey, rkey FROM (
  SELECT p.cnid, p.nid, c.text AS claim, n.name AS record, c.key AS ckey, n.key AS rkey, c.toned AS ctoned, n.toned AS rtoned,
    split_part(c.key, ' ', 1) AS c_first, split_part(n.key, ' ', 1) AS r_first,
    reverse(split_part(reverse(c.key), ' ', 1)) AS c_last, reverse(split_part(reverse(n.key), ' ', 1)) AS r_last
  FROM new_pair p JOIN read_name c ON c.cnid = p.cnid JOIN {name} n ON n.nid = p.nid
)
WHERE CASE WHEN ckey = rkey THEN ctoned <> rtoned AND NOT regexp_full_match(ctoned, '[ -~]*')
  ELSE c_last = r_last OR c_first = r_last OR c_last = r_first OR claim LIKE '%(%' OR claim LIKE '%.%' OR claim LIKE '%:%'
    OR length(ckey) >= length(rkey) + 3 OR levenshtein(ckey, rkey) <= 3 END
