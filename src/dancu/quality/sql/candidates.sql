-- Pairs of records that one equality makes worth a look. A key that more than a few dozen people share says nothing and is left out.
-- `narrowed`: where only those who changed are looked at again, to the keys that they have.
INSERT INTO candidate
WITH grouped AS (
  SELECT list(person) AS members FROM (SELECT person, {key} AS key FROM people WHERE born_digits > 0 AND {condition})
  {narrowed} GROUP BY key HAVING count(*) BETWEEN 2 AND {most}),
numbered AS (SELECT row_number() OVER () AS spot, members FROM grouped),
paired AS (
  SELECT a.member AS one, b.member AS other
  FROM (SELECT spot, unnest(members) AS member FROM numbered) a JOIN (SELECT spot, unnest(members) AS member FROM numbered) b USING (spot)
  WHERE a.member < b.member)
SELECT one, other FROM paired JOIN people a ON a.person = one JOIN people b ON b.person = other
WHERE NOT (a.dead AND b.dead AND a.died <> b.died) AND a.mother <> b.person AND b.mother <> a.person AND a.father <> b.person
  AND b.father <> a.person AND a.spouse <> b.person AND b.spouse <> a.person AND abs(year(a.born) - year(b.born)) <= 2 {touched}
