-- What a rule may look at beside the person, made once: `kin` (people who are somebody's mother, father or spouse), `house`, `dialled`
-- (telephone numbers of several households) and `numbered` (old numbers of several people).
CREATE OR REPLACE TEMP TABLE kin AS
SELECT person, born, born_by, born_on, born_on_by, born_digits, died_by, sex, name_key, alive, dead, married, spouse, mother, father
FROM people WHERE person IN (
  SELECT mother FROM people WHERE mother > 0 UNION SELECT father FROM people WHERE father > 0 UNION SELECT spouse FROM people WHERE spouse > 0);
CREATE OR REPLACE TEMP TABLE house AS
SELECT household, min(person) AS first, count(*) FILTER (WHERE has_relation) AS told, count(*) FILTER (WHERE head) AS heads
FROM people WHERE household > 0 AND alive GROUP BY household HAVING told > 0;
CREATE OR REPLACE TEMP TABLE dialled AS
SELECT phone, count(DISTINCT household) AS households FROM people WHERE phone IN (
  SELECT phone FROM people WHERE phone > 0 AND alive GROUP BY phone HAVING count(*) >= 5) AND alive GROUP BY phone;
CREATE OR REPLACE TEMP TABLE numbered AS
SELECT old_id, count(*) AS holders FROM people WHERE old_id > 0 GROUP BY old_id HAVING count(*) >= 3
