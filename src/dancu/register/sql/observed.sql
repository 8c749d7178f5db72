-- Everybody on record as the care for the data looks at them: facts and the ids of relatives, and of sensitive fields only whether they
-- are filled in. `gone`: answers for nobody any more, or is sealed, and then nothing else is told.
CREATE VIEW register_observed AS
SELECT p.id AS person, p.version,
  p.status::text IN ('merged', 'cancelled') OR p.state ? 'sealed' AS gone,
  CASE WHEN told.open THEN p.status END AS status,
  CASE WHEN told.open THEN p.pin END AS pin,
  CASE WHEN told.open THEN p.name END AS name,
  CASE WHEN told.open THEN p.birth_date END AS birth_date,
  CASE WHEN told.open THEN p.sex END AS sex,
  CASE WHEN told.open THEN p.household END AS household,
  s.old_id, s.mother ->> 'person' AS mother, s.mother ->> 'name' AS mother_name, s.mother ->> 'pin' AS mother_pin,
  s.father ->> 'person' AS father, s.father ->> 'name' AS father_name, s.father ->> 'pin' AS father_pin,
  s.spouse ->> 'person' AS spouse, s.spouse IS NOT NULL AS spouse_named, s.marital,
  s.ethnicity IS NOT NULL AS has_ethnicity, s.ethnicity IN ('Kinh', '01') AS kinh,
  s.nationalities IS NOT NULL AS has_nationality, s.hometown IS NOT NULL AS has_hometown, s.birth_place IS NOT NULL AS has_birth_place,
  s.birth_registered_at ->> 'code' AS registered_code, coalesce(s.birth_registered_at ->> 'scheme', '2025-07') AS registered_scheme,
  coalesce(s.birth_registered_at ->> 'country', 'VN') AS registered_country, s.birth_registered_at IS NOT NULL AS has_registered,
  s.permanent #>> '{place,code}' AS commune, coalesce(s.permanent #>> '{place,scheme}', '2025-07') AS scheme,
  coalesce(s.permanent #>> '{place,country}', 'VN') AS country,
  s.temporary IS NOT NULL OR s.current IS NOT NULL AS lives_elsewhere, terms.until AS temporary_until,
  s.relation_to_head AS relation, s.phone, s.died, s.death_registered_at IS NOT NULL AS has_death_place,
  card.open_cards, card.until AS card_until, s.former_pins IS NOT NULL AS renumbered, former.pins AS former_pins,
  first.kind AS first_kind, first.recorded_at::date AS first_on, last.recorded_at::date AS last_on,
  death.days AS death_days, trace.as_of AS trace_on
FROM register_person p
CROSS JOIN LATERAL (SELECT NOT (p.status::text IN ('merged', 'cancelled') OR p.state ? 'sealed') AS open) told
LEFT JOIN LATERAL jsonb_to_record(p.state) AS s (old_id text, mother jsonb, father jsonb, spouse jsonb, marital text, ethnicity text,
  nationalities jsonb, hometown jsonb, birth_place jsonb, birth_registered_at jsonb, permanent jsonb, temporary jsonb, current jsonb,
  relation_to_head text, phone text, died text, death_registered_at jsonb, former_pins jsonb, cards jsonb) ON told.open
LEFT JOIN LATERAL (SELECT count(*) AS open_cards, max(coalesce(c.value ->> 'expires', '9999-12-31')) AS until
  FROM jsonb_each(s.cards) c WHERE c.value ->> 'state' IN ('issued', 'delivered')) card ON s.cards IS NOT NULL
LEFT JOIN LATERAL (SELECT max(t.value ->> 'until') AS until FROM jsonb_each(s.temporary) t) terms ON s.temporary IS NOT NULL
LEFT JOIN LATERAL (SELECT string_agg(f.value ->> 'value', ';') AS pins FROM jsonb_each(s.former_pins) f) former
  ON s.former_pins IS NOT NULL
LEFT JOIN register_action first ON first.person = p.id AND first.version = 1 AND told.open
LEFT JOIN register_action last ON last.person = p.id AND last.version = p.version AND told.open
LEFT JOIN LATERAL (SELECT a.recorded_at::date - a.effective::date AS days FROM register_action a JOIN register_order o ON o.id = a.order_id
  WHERE a.person = p.id AND a.kind = 'death' AND o.source_kind <> 'loaded_file' ORDER BY a.version DESC LIMIT 1) death
  ON told.open AND p.status = 'deceased' AND (first.kind <> 'loaded' OR p.version > 2)
LEFT JOIN LATERAL (SELECT max(e.as_of) AS as_of FROM register_enrichment e WHERE e.person = p.id) trace ON told.open;
GRANT SELECT ON register_observed TO dancu_reader, dancu_register, dancu_web;
