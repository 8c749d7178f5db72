-- Rows that cannot become a person, with the first reason each: code of load.REASONS.
CREATE OR REPLACE TABLE refused AS
SELECT line, code FROM (
  SELECT line, CASE
    WHEN NOT regexp_full_match(coalesce(pin, ''), '\d{12}') THEN 'number_unreadable'
    WHEN coalesce(name, '') = '' OR length(name) > 100 OR regexp_matches(name, '[0-9]') THEN 'name_unusable'
    WHEN NOT regexp_full_match(coalesce(birth_date, ''), '\d{4}(-\d{2}(-\d{2})?)?')
      OR try_cast(rpad(birth_date, 10, '-01') AS DATE) IS NULL THEN 'birth_date_unreadable'
    WHEN coalesce(sex, '') NOT IN ('', 'male', 'female') THEN 'sex_unknown'
    WHEN count(*) OVER (PARTITION BY pin ORDER BY line ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) > 0 THEN 'number_twice'
    WHEN pin IN (SELECT pin FROM on_record) THEN 'number_on_record'
    END AS code
  FROM row)
WHERE code IS NOT NULL
