-- Free numbers of a block that is nearly full: from the gaps between numbers given, beginning at a random place and going on
-- from the front; at most a few from each gap. The two ends of the block count as given.
WITH asked AS (SELECT substr(%(first)s::text, 7)::integer AS first, %(size)s::integer AS size, %(prefix)s::text AS prefix),
given AS (
  SELECT substr(pin, 7)::integer AS serial FROM register_number, asked
    WHERE pin >= prefix || '000000' AND pin <= prefix || lpad((size - 1)::text, 6, '0')
  UNION ALL SELECT -1
),
gaps AS (SELECT serial + 1 AS serial, lead(serial, 1, size) OVER (ORDER BY serial) AS next FROM given, asked),
open AS (
  SELECT CASE WHEN next > first THEN greatest(serial, first) ELSE serial END AS serial, next, next <= first AS before
  FROM gaps, asked WHERE next > serial ORDER BY before, serial LIMIT %(limit)s
)
SELECT prefix || lpad(one::text, 6, '0')
FROM asked, open, generate_series(open.serial, least(next - 1, open.serial + 63)) AS one
ORDER BY before, one LIMIT %(limit)s
