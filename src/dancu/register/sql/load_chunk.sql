-- One chunk of people with the JSON of what the register will hold: `said`, the event that opens the record; `state`, what
-- follows from it (person.Person without defaults, its fields in their order).
CREATE OR REPLACE TEMP TABLE chunk AS
WITH told AS (
  SELECT *,
    concat_ws(',',
      CASE WHEN status = 'cancelled' THEN '"status":"cancelled"' END,
      '"name":' || to_json(name),
      '"other_name":' || to_json(other_name),
      '"pin":"' || pin || '"',
      '"former_pins":{{"load":{{"value":"' || number_history || '"}}}}',
      '"former_names":{{"load":{{"value":' || to_json(previous_name) || '}}}}',
      '"birth_date":"' || birth_date || '"',
      CASE WHEN sex <> '' THEN '"sex":"' || sex || '"' END,
      '"birth_registered_at":{{"code":"' || pin[2:3] || '","scheme":"2022"}}',
      '"ethnicity":' || to_json(ethnicity),
      '"nationalities":{{"VN":true}}',
      '"old_id":' || to_json(old_id),
      '"father":{{' || nullif(concat_ws(',', '"person":' || father, '"name":' || to_json(father_name), '"pin":' || to_json(father_pin)), '') || '}}',
      '"mother":{{' || nullif(concat_ws(',', '"person":' || mother, '"name":' || to_json(mother_name), '"pin":' || to_json(mother_pin)), '') || '}}',
      '"spouse":{{' || nullif(concat_ws(',', '"person":' || spouse, '"pin":' || to_json(spouse_pin)), '') || '}}',
      '"permanent":{{"place":{{"code":"' || commune || '"' || CASE WHEN unit_scheme <> '2025-07' THEN ',"scheme":"' || unit_scheme || '"' ELSE '' END
        || coalesce(',"detail":' || to_json(address), '') || '}}}}',
      CASE WHEN spouse_pin IS NOT NULL THEN '"marital":"married"' END,
      '"household":' || household,
      '"phone":' || to_json(phone),
      CASE WHEN status = 'locked' THEN '"eid_locked":true' END) AS fields
  FROM people WHERE place BETWEEN {first} AND {last})
SELECT *, CASE status WHEN 'deceased' THEN 'deceased' WHEN 'cancelled' THEN 'cancelled' ELSE 'active' END AS now,
  CASE WHEN status = 'deceased' THEN 2 ELSE 1 END AS versions,
  '"status":"deceased","died":"' || coalesce(status_date, '') || '"' AS death,
  '{{' || fields || '}}' AS said,
  CASE WHEN status = 'deceased' THEN '{{' || death || '}}' END AS died,
  '{{"id":' || id || ',"version":' || versions || CASE status WHEN 'deceased' THEN ',' || death ELSE '' END || ',' || fields || '}}' AS state
FROM told
