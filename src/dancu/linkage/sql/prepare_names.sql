-- Every distinct name of the register, whoever bears it: person, mother, father, other and previous names.
CREATE OR REPLACE TEMP TABLE written AS
SELECT name FROM {register} WHERE name IS NOT NULL
UNION SELECT mother_name FROM {register} WHERE mother_name IS NOT NULL
UNION SELECT father_name FROM {register} WHERE father_name IS NOT NULL
UNION SELECT other_name FROM {register} WHERE other_name IS NOT NULL
UNION SELECT previous_name FROM {register} WHERE previous_name IS NOT NULL
