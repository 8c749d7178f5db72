-- Everybody who can be checked against, in the columns of a register file (design.md); `removed`: answers for nobody any more.
CREATE VIEW register_readable AS
SELECT p.id AS person, p.pin, p.name, p.birth_date, CASE p.sex WHEN 1 THEN 'male' WHEN 2 THEN 'female' END AS sex,
  p.state ->> 'old_id' AS old_id, p.state #>> '{mother,name}' AS mother_name, p.state #>> '{mother,pin}' AS mother_pin,
  p.state #>> '{father,name}' AS father_name, p.state #>> '{father,pin}' AS father_pin, p.state #>> '{spouse,pin}' AS spouse_pin,
  NULL::text AS province, p.state #>> '{permanent,place,code}' AS commune,
  coalesce(p.state #>> '{permanent,place,scheme}', '2025-07') AS unit_scheme, p.state ->> 'phone' AS phone,
  CASE WHEN p.status = 'deceased' OR p.status = 'cancelled' THEN p.status::text WHEN p.state ? 'eid_locked' THEN 'locked'
    ELSE 'active' END AS status,
  coalesce(p.state ->> 'died', '') AS status_date, formers.pins AS number_history, p.state ->> 'other_name' AS other_name,
  before.name AS previous_name, CASE WHEN p.status = 'merged' THEN 'yes' END AS removed
FROM register_person p
LEFT JOIN LATERAL (SELECT string_agg(f.value ->> 'value', ';') AS pins FROM jsonb_each(p.state -> 'former_pins') f) formers
  ON p.state ? 'former_pins'
LEFT JOIN LATERAL (SELECT f.value ->> 'value' AS name FROM jsonb_each(p.state -> 'former_names') f
  ORDER BY f.value ->> 'until' DESC LIMIT 1) before ON p.state ? 'former_names'
WHERE p.pin IS NOT NULL;
GRANT SELECT ON register_readable TO dancu_reader, dancu_register, dancu_web;
