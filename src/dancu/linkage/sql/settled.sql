-- Rows that the first look makes certain: one candidate far ahead of all others and of nobody, with the name on record (in
-- any order, without a middle name, with an initial) or one slip from it that is nobody else's name. Another name of the
-- same letters, or a slip that makes a name others bear, may be a brother's, and another date a child's: those stay open.
CREATE OR REPLACE TEMP TABLE settled AS
SELECT b.row, b.pin FROM (
  SELECT row, max_by(pin, score) AS pin, max_by(name_rel, score) AS name_rel,
    max_by(date_rel, score) AS date_rel, max(score) AS score, count(*) AS candidates,
    sum(pow(2.0, least(score, 200.0))) AS weight
  FROM pair_look GROUP BY row
) b JOIN bare_claim c ON c.row = b.row
WHERE b.score >= {score} AND pow(2.0, least(b.score, 200.0)) >= {settled} * (b.weight + {absent_weight})
  AND b.date_rel NOT IN (7, 8, 9) AND (b.name_rel = 1 OR (b.candidates = 1 AND (b.name_rel IN (2, 3, 4) OR (b.name_rel = 5 AND c.bid < 0))))
