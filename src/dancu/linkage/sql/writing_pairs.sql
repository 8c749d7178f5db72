-- Linked names that are not written as on record. Those that differ by capitals alone are told here, the rest by core.variant.
CREATE OR REPLACE TEMP TABLE written_apart AS
SELECT p.cnid, p.nid, c.text AS claim, n.name AS record
FROM (SELECT DISTINCT cnid, said_nid AS nid FROM chosen WHERE name_rel > 0) p
JOIN read_name c ON c.cnid = p.cnid JOIN {name} n ON n.nid = p.nid
WHERE c.text <> n.name;
CREATE OR REPLACE TEMP TABLE writing_pair AS
SELECT cnid, nid, CAST({case} AS BIGINT) AS bits FROM written_apart WHERE upper(claim) = upper(record);
DELETE FROM written_apart WHERE upper(claim) = upper(record)
