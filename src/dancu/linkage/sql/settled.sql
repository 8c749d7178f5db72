-- Rows that the first look makes certain: one candidate far ahead of all others and of nobody, with the name on record, or alone
-- with it in another order. Other marks on the same letters may be a brother's name, and another date a child's: those stay open.
CREATE OR REPLACE TEMP TABLE settled AS
SELECT row, pin FROM (
  SELECT row, max_by(pin, score) AS pin, max_by(name_rel, score) AS name_rel, max_by(date_rel, score) AS date_rel,
    max(score) AS score, count(*) AS candidates, sum(pow(2.0, least(score, 200.0))) AS weight
  FROM pair_look GROUP BY row
)
WHERE pow(2.0, least(score, 200.0)) >= {settled} * (weight + {absent_weight})
  AND date_rel NOT IN (7, 8, 9) AND (name_rel = 1 OR (candidates = 1 AND name_rel = 2))
