-- The register as it came, typed: numbers as integers, dates as yyyymmdd with 00 for what is unknown.
CREATE OR REPLACE TEMP VIEW clean AS
SELECT
  CAST(pin AS BIGINT) AS pin,
  name, mother_name, father_name, other_name, previous_name,
  {birth_date} AS dob,
  CASE lower(sex) WHEN 'male' THEN 1 WHEN 'female' THEN 2 ELSE 0 END::TINYINT AS sex,
  coalesce(u.prov, 0)::SMALLINT AS prov,
  coalesce(u.commune, 0)::INTEGER AS commune,
  coalesce(TRY_CAST(mother_pin AS BIGINT), 0) AS mpin,
  coalesce(TRY_CAST(father_pin AS BIGINT), 0) AS fpin,
  coalesce(TRY_CAST(spouse_pin AS BIGINT), 0) AS spin,
  coalesce(TRY_CAST(old_id AS BIGINT), 0) AS old,
  coalesce(TRY_CAST(regexp_replace(phone, '[^0-9]', '', 'g') AS BIGINT), 0) AS phone,
  CASE lower(status) WHEN 'deceased' THEN 2 WHEN 'cancelled' THEN 3 WHEN 'locked' THEN 4 ELSE 1 END::TINYINT AS status,
  {status_date} AS status_date,
  nullif(number_history, '') AS history
FROM {register} r
LEFT JOIN unit u
  ON u.province IS NOT DISTINCT FROM r.province
 AND u.commune_text IS NOT DISTINCT FROM r.commune
 AND u.unit_scheme IS NOT DISTINCT FROM r.unit_scheme
WHERE r.pin IS NOT NULL AND r.name IS NOT NULL AND TRY_CAST(r.pin AS BIGINT) IS NOT NULL
