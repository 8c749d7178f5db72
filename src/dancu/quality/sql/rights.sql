-- Least rights on the tables of cases and measures. Steps are append-only for everybody; evidence loses its values alone; pages work
-- on cases and lists and only read what a run wrote; a run is a command of the register.
GRANT SELECT ON quality_case, quality_evidence, quality_case_step, quality_list, quality_list_case, quality_measure, quality_finding,
  quality_run, quality_expected TO dancu_register, dancu_reader, dancu_web;
GRANT INSERT ON quality_case_step, quality_list, quality_list_case TO dancu_register, dancu_web;
GRANT INSERT ON quality_case, quality_evidence, quality_measure, quality_finding, quality_run, quality_expected TO dancu_register;
GRANT UPDATE (side, side_said, owner, asked, state, assigned, due, decided_at, closed_at, proposed_by, proposal, commune, province, version)
  ON quality_case TO dancu_register, dancu_web;
GRANT UPDATE (found_at, score, severity) ON quality_case TO dancu_register;
GRANT UPDATE (data) ON quality_evidence TO dancu_register;
GRANT UPDATE (civil_actor, civil_at, residence_actor, residence_at) ON quality_list TO dancu_register, dancu_web;
GRANT UPDATE (numerator, denominator) ON quality_measure TO dancu_register;
GRANT DELETE ON quality_finding, quality_expected TO dancu_register;
GRANT USAGE ON SEQUENCE quality_case_step_id_seq, quality_list_id_seq, quality_list_case_id_seq TO dancu_register, dancu_web;
GRANT USAGE ON SEQUENCE quality_case_id_seq, quality_evidence_id_seq, quality_measure_id_seq, quality_finding_id_seq,
  quality_run_id_seq TO dancu_register;
