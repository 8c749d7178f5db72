-- Number, date and sex of every judged row as integers; distinct dates, sexes and odd numbers were read before.
CREATE OR REPLACE TEMP TABLE plain AS
SELECT
  s.row, s.name,
  CAST(CASE WHEN s.odd IS NOT NULL THEN coalesce(w.kind, 0) WHEN s.number IS NULL THEN 0
    WHEN s.length = 9 OR (s.length = 12 AND s.number LIKE '000%') THEN 2 WHEN s.length = 12 THEN 1 WHEN s.length = 8 THEN 3
    WHEN s.length IN (10, 11) AND s.number NOT LIKE '0%' THEN 3 ELSE 5 END AS TINYINT) AS kind,
  CASE WHEN s.odd IS NOT NULL THEN coalesce(w.num, 0) ELSE coalesce(CAST(s.number AS BIGINT), 0) END AS num,
  CAST(CASE WHEN s.odd IS NOT NULL THEN coalesce(w.len, 0) WHEN s.length = 12 AND s.number LIKE '000%' THEN 9
    ELSE coalesce(s.length, 0) END AS TINYINT) AS len,
  coalesce(w.nbits, 0) AS nbits,
  coalesce(d.date, 0) AS date,
  s.date_text IS NOT NULL AND coalesce(d.date, 0) = 0 AS date_unread,
  CAST(coalesce(x.sex, 0) AS TINYINT) AS sex
FROM (
  SELECT *, CASE WHEN {plain} THEN NULL ELSE number END AS odd, length(number) AS length
  FROM (SELECT {row} AS row, {number} AS number, {name} AS name, {date} AS date_text, {sex} AS sex_text
        FROM {relation} WHERE {where})
) s
LEFT JOIN read_number w ON w.text = s.odd
LEFT JOIN read_date d ON d.text = s.date_text
LEFT JOIN read_sex x ON x.text = s.sex_text
