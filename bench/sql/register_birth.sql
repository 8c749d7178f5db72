-- What one birth writes, as a pgbench script: the same rows in the same tables as one command, a statement each.
\set entry random(1, 1000000000000)
\set serial random(0, 999999)
BEGIN;
SELECT nextval('register_person_id_seq') AS person \gset
INSERT INTO register_order (id, kind, actor, office, unit, source_kind, source, legal_basis, entry, reason, recorded_at, salt, digest)
  VALUES ('bench' || :entry || '.' || :client_id, 'register_birth', 'cb-01', 'civil_status', '00070', 'civil_book', 'HS-1',
    'Luật Hộ tịch 2014, điều 13', '{{"number": "1", "book": "01/2026", "place": "00070"}}', '', now(), '{salt}', '{digest}');
INSERT INTO register_action (order_id, person, version, kind, effective, recorded_at, schema, digest)
  VALUES ('bench' || :entry || '.' || :client_id, :person, 1, 'birth', '2026-01-02', now(), 1, '{digest}') RETURNING id AS action \gset
INSERT INTO register_action_payload (action_id, salt, changes, more) VALUES (:action, '{salt}', '{changes}', NULL);
INSERT INTO register_outbox (action) VALUES (:action);
INSERT INTO register_person (id, version, status, pin, name, fold, birth_date, sex, commune, household, mother, father, state)
  VALUES (:person, 1, 'active', 'b' || :person, 'Nguyễn Văn Đo', 'NGUYEN VAN DO' || :serial, '2026-01-02', 1, '', NULL, NULL, NULL,
    '{state}');
INSERT INTO register_name (fold) VALUES ('NGUYEN VAN DO' || :serial) ON CONFLICT DO NOTHING;
INSERT INTO register_word (word) VALUES ('DO' || :serial) ON CONFLICT DO NOTHING;
INSERT INTO register_number (pin, person) VALUES ('b' || :person, :person);
INSERT INTO register_entry (key, order_id) VALUES ('bench' || :entry || '.' || :client_id, 'bench' || :entry || '.' || :client_id);
COMMIT;
