-- Least rights of each role on the register's tables. Orders, actions, payloads and the feed are append-only for everybody;
-- payloads lose their content through register_redact alone, the feed its oldest positions through register_feed_trim alone.
GRANT SELECT ON register_person, register_name, register_word, register_order, register_action, register_action_payload, register_number,
  register_old_number, register_card, register_entry, register_enrichment, register_outbox, register_feed,
  register_feed_bucket, register_fault
  TO dancu_register, dancu_loader, dancu_reader, dancu_web;
GRANT INSERT ON register_person, register_name, register_word, register_order, register_action, register_action_payload, register_number,
  register_old_number, register_card, register_entry, register_enrichment, register_outbox, register_fault
  TO dancu_register, dancu_loader;
GRANT UPDATE ON register_person TO dancu_register;
GRANT UPDATE (until) ON register_number TO dancu_register;
GRANT UPDATE (closed_at) ON register_fault TO dancu_register;
GRANT USAGE ON SEQUENCE register_person_id_seq, register_action_id_seq, register_old_number_id_seq, register_enrichment_id_seq,
  register_outbox_id_seq, register_fault_id_seq
  TO dancu_register, dancu_loader;
-- The sequencer never sees what an action changed, nor who ordered it.
GRANT SELECT (id, person, version, kind) ON register_action TO dancu_sequencer;
GRANT SELECT (id, person) ON register_enrichment TO dancu_sequencer;
GRANT SELECT, DELETE ON register_outbox TO dancu_sequencer;
GRANT SELECT, INSERT ON register_feed, register_feed_bucket TO dancu_sequencer;
-- After a load the planner must know that the tables are no longer empty.
GRANT MAINTAIN ON register_person, register_name, register_word, register_order, register_action, register_action_payload,
  register_number, register_old_number, register_entry, register_card, register_outbox TO dancu_loader;
