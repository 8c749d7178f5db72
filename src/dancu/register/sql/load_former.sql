-- Numbers that were somebody's before: each once, and none that is anybody's now.
CREATE OR REPLACE TABLE former AS
SELECT number_history AS number, min(id) AS id FROM people
WHERE regexp_full_match(number_history, '\d{12}')
  AND number_history NOT IN (SELECT pin FROM people) AND number_history NOT IN (SELECT pin FROM on_record)
GROUP BY 1
