-- People as the register hands them over, made into the columns of the copy: days, numbers and flags, so that a rule compares integers.
-- A partial date is kept as its first and its last possible day, so that nobody is held to what is not known.
CREATE OR REPLACE TEMP VIEW arrived AS
WITH typed AS (
  SELECT *, CAST(pin AS BIGINT) AS number, pin[4:4] AS century_digit,
    try_cast(rpad(nullif(birth_date, ''), 10, '-01') AS DATE) AS born,
    try_cast(rpad(nullif(died, ''), 10, '-01') AS DATE) AS died_first,
    regexp_replace(coalesce(phone, ''), '[\s.+-]', '', 'g') AS dialled
  FROM read_csv('{file}', header = true, all_varchar = true, quote = '"', escape = '"', nullstr = '', auto_detect = false, delim = ',',
    columns = {columns}, max_line_size = 4000000)),
dated AS (
  SELECT *,
    CASE length(birth_date) WHEN 4 THEN CAST(born + INTERVAL 1 YEAR - INTERVAL 1 DAY AS DATE) WHEN 7 THEN last_day(born) ELSE born END AS born_by,
    CASE length(died) WHEN 4 THEN CAST(died_first + INTERVAL 1 YEAR - INTERVAL 1 DAY AS DATE) WHEN 7 THEN last_day(died_first) ELSE died_first END AS died_by,
    CAST(century_digit AS TINYINT) AS century_sex
  FROM typed)
SELECT CAST(a.person AS BIGINT) AS person, a.gone = 't' AS gone,
  coalesce(status IN ('active', 'missing', 'awaiting_number'), false) AS alive, coalesce(status = 'deceased', false) AS dead,
  coalesce(status = 'awaiting_number', false) AS waiting,
  coalesce(place.unit, 0) AS unit, CAST(coalesce(place.province, registered.province, prefix.province, 0) AS SMALLINT) AS province, coalesce(place.old, false) AS old_scheme,
  a.commune IS NOT NULL AND place.code IS NULL AND a.country = 'VN' AS unit_strange, a.commune IS NOT NULL OR a.country <> 'VN' AS has_permanent,
  lives_elsewhere = 't' AS lives_elsewhere,
  born, born_by, coalesce(length(birth_date), 0) AS born_digits,
  coalesce(year(born) * 10000 + month(born) * 100 + day(born), 0) AS born_on,
  coalesce(year(born_by) * 10000 + month(born_by) * 100 + day(born_by), 0) AS born_on_by,
  CAST(coalesce(sex, '0') AS TINYINT) AS sex,
  coalesce(number, 0) AS pin, coalesce(CAST(number // 1000000000 AS SMALLINT), 0) AS pin_place,
  CASE WHEN number IS NULL THEN 0 ELSE 1 + century_sex % 2 END AS pin_sex,
  CASE WHEN number IS NULL THEN 0 ELSE 1900 + century_sex // 2 * 100 + CAST(pin[5:6] AS SMALLINT) END AS pin_year,
  number IS NOT NULL AND prefix.province IS NULL AS pin_abroad,
  coalesce(prefix.province <> registered.province AND a.registered_country = 'VN', false) AS pin_elsewhere,
  a.name, {key_of_name} AS name_key, CAST(len(string_split(a.name, ' ')) AS TINYINT) AS words,
  length(a.name) = strlen(a.name) AS name_ascii, a.name = upper(a.name) AND length(a.name) > 3 AS name_capitals,
  regexp_matches(a.name, '[^\p{{L}}\p{{M}} ''’ʼ-]') AS name_signs, regexp_matches(a.name, '[0-9]') AS name_digits,
  regexp_matches(a.name, '(^|\s)\p{{Ll}}') AS name_lower, a.name <> trim(a.name) OR contains(a.name, '  ') AS name_spaced,
  coalesce(a.kinh = 't', false) AS kinh, a.has_ethnicity = 't' AS has_ethnicity, a.has_nationality = 't' AS has_nationality,
  a.has_hometown = 't' AS has_hometown, a.has_birth_place = 't' AS has_birth_place, a.has_registered = 't' AS has_registered,
  coalesce(try_cast(a.old_id AS INTEGER), 0) AS old_id, a.old_id IS NOT NULL AND NOT regexp_full_match(a.old_id, '[0-9]{{9}}') AS old_id_malformed,
  coalesce(try_cast(CASE WHEN dialled LIKE '84%' AND length(dialled) = 11 THEN '0' || dialled[3:] ELSE dialled END AS BIGINT), 0) AS phone,
  dialled <> '' AND NOT regexp_full_match(dialled, '(0|84)[2-9][0-9]{{8,9}}') AS phone_malformed,
  coalesce(CAST(a.mother AS BIGINT), 0) AS mother, coalesce(CAST(a.father AS BIGINT), 0) AS father, coalesce(CAST(a.spouse AS BIGINT), 0) AS spouse,
  a.mother_name, a.father_name, a.mother IS NOT NULL OR a.mother_name IS NOT NULL AS mother_named,
  a.father IS NOT NULL OR a.father_name IS NOT NULL AS father_named,
  CASE WHEN a.mother_name IS NULL THEN 0 ELSE {key_of_mother} END AS mother_key, CASE WHEN a.father_name IS NULL THEN 0 ELSE {key_of_father} END AS father_key,
  a.mother_pin IS NOT NULL AS mother_numbered, a.father_pin IS NOT NULL AS father_numbered,
  a.spouse_named = 't' AS spouse_named, coalesce(a.marital = 'married', false) AS married, a.marital IS NOT NULL AS has_marital,
  coalesce(CAST(a.household AS BIGINT), 0) AS household, coalesce(a.relation = 'head', false) AS head, a.relation IS NOT NULL AS has_relation,
  died_first AS died, died_by, coalesce(length(a.died), 0) AS died_digits, a.has_death_place = 't' AS has_death_place,
  CAST(coalesce(a.open_cards, '0') AS SMALLINT) AS cards, try_cast(a.card_until AS DATE) AS card_until,
  try_cast(nullif(a.temporary_until, '') AS DATE) AS temporary_until, a.former_pins,
  coalesce(a.first_kind, '') = 'loaded' AS loaded, CAST(a.first_on AS DATE) AS first_on,
  CASE WHEN a.first_kind = 'birth' THEN coalesce(CAST(a.first_on AS DATE) - born, -1) ELSE -1 END AS birth_days,
  coalesce(CAST(a.death_days AS INTEGER), -1) AS death_days,
  greatest(CASE WHEN a.first_kind = 'loaded' AND a.last_on = a.first_on THEN NULL ELSE CAST(a.last_on AS DATE) END,
    try_cast(rpad(nullif(a.trace_on, ''), 10, '-01') AS DATE)) AS trace_on
FROM dated a
LEFT JOIN unit_now place ON place.scheme = a.scheme AND place.code = a.commune
LEFT JOIN unit_now registered ON registered.scheme = a.registered_scheme AND registered.code = a.registered_code
LEFT JOIN prefix_now prefix ON prefix.prefix = number // 1000000000
