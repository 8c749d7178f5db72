-- Living numbers that one slip of the hand turns into the one written: a digit replaced, two exchanged, one left out,
-- one too many.
-- Slips that would make the number contradict the row's own sex or birth year are not followed; where it contradicts them as
-- written, the date may be what is wrong. `linkage.lookup.slips` is the twin for arrays.
WITH digit_place AS (
  SELECT CAST(pow(10, place) AS BIGINT) AS unit, digit
  FROM (SELECT unnest(range(12)) AS place), (SELECT unnest(range(10)) AS digit)
), slip AS (
  SELECT o.row, o.num, o.num + (d.digit - o.num // d.unit % 10) * d.unit AS pin, o.date, o.sex
  FROM {open} o CROSS JOIN digit_place d
  WHERE o.kind IN (1, 3, 5) AND (o.len = 12 OR (o.len < 12 AND o.num >= 1000000000)) AND o.num // d.unit % 10 <> d.digit
  UNION ALL
  SELECT o.row, o.num, o.num + (o.num // (d.unit * 10) % 10 - o.num // d.unit % 10) * (d.unit - d.unit * 10), o.date, o.sex
  FROM {open} o CROSS JOIN digit_place d
  WHERE o.kind IN (1, 3, 5) AND d.digit = 0 AND d.unit < 100000000000 AND (o.len = 12 OR (o.len < 12 AND o.num >= 1000000000))
    AND o.num // (d.unit * 10) % 10 <> o.num // d.unit % 10
  UNION ALL
  SELECT o.row, o.num, o.num // d.unit * d.unit * 10 + d.digit * d.unit + o.num % d.unit, o.date, o.sex
  FROM {open} o CROSS JOIN digit_place d
  WHERE o.kind IN (3, 5) AND o.len IN (10, 11)
  UNION ALL
  SELECT o.row, o.num, o.num // (d.unit * 10) * d.unit + o.num % d.unit, o.date, o.sex
  FROM {open} o CROSS JOIN digit_place d
  WHERE o.kind = 5 AND o.len = 13 AND d.digit = 0
)
SELECT s.row, s.pin AS k
FROM slip s
WHERE s.pin BETWEEN 1000000000 AND 999999999999
  AND (s.date = 0 OR s.pin // 1000000 % 100 = s.date // 10000 % 100
    OR (s.num // 1000000 % 100 <> s.date // 10000 % 100 AND s.pin // 1000000 % 100 = s.num // 1000000 % 100))
  AND (s.sex = 0 OR s.pin // 100000000 % 2 = s.sex - 1)
