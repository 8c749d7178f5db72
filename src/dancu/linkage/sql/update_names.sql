-- Names of changed people: those on record keep their integers, new ones get the next.
CREATE OR REPLACE TEMP TABLE key AS
SELECT c.key, c.bag, c.tail,
  CAST(coalesce(k.kid, {first_key} + row_number() OVER (PARTITION BY k.kid IS NULL ORDER BY c.key) - 1) AS INTEGER) AS kid
FROM (SELECT DISTINCT key, bag, tail FROM coded) c LEFT JOIN {key} k ON k.key = c.key;
CREATE OR REPLACE TEMP TABLE bag AS
SELECT bag, CAST(coalesce(any_value(b.bid), min(k.kid)) AS INTEGER) AS bid FROM key k LEFT JOIN {bag} b USING (bag) GROUP BY bag;
CREATE OR REPLACE TEMP TABLE name AS
SELECT CAST(coalesce(o.nid, {first_name} + row_number() OVER (PARTITION BY o.nid IS NULL ORDER BY c.name) - 1) AS INTEGER) AS nid,
  c.name, k.kid, b.bid, c.toned, c.key, c.tail
FROM coded c JOIN key k USING (key, bag) JOIN bag b USING (bag) LEFT JOIN {name} o ON o.name = c.name
