-- Least rights of dancu_web on the tables of the pages: accounts are never deleted, acts only added to.
GRANT SELECT, INSERT, UPDATE ON web_account, web_recovery_code TO dancu_web;
GRANT DELETE ON web_recovery_code TO dancu_web;
GRANT SELECT, INSERT ON web_account_act TO dancu_web;
GRANT SELECT, INSERT, UPDATE, DELETE ON web_attempt, web_draft, django_session TO dancu_web;
GRANT USAGE ON SEQUENCE web_account_id_seq, web_recovery_code_id_seq, web_account_act_id_seq, web_draft_id_seq TO dancu_web;
-- Jobs: the queue's own functions run with the rights of whoever calls them.
GRANT SELECT, INSERT, UPDATE, DELETE ON procrastinate_jobs, procrastinate_events, procrastinate_periodic_defers,
  procrastinate_workers TO dancu_web;
GRANT USAGE ON SEQUENCE procrastinate_jobs_id_seq, procrastinate_events_id_seq, procrastinate_periodic_defers_id_seq,
  procrastinate_workers_id_seq TO dancu_web;
