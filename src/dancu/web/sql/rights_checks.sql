-- Least rights of dancu_web: a check is never deleted, only emptied; what was said about a look is only added to.
GRANT SELECT, INSERT, UPDATE ON web_check TO dancu_web;
GRANT SELECT, INSERT ON web_look_act TO dancu_web;
GRANT USAGE ON SEQUENCE web_check_id_seq, web_look_act_id_seq TO dancu_web;
