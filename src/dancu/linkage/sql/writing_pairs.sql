-- Linked names that are not written as on record. What plain text work can tell is told here, as core.variant would: capitals
-- alone, the Unicode form (with capitals), diacritics all left out (with capitals). The rest (bits NULL) is left to it.
CREATE OR REPLACE TEMP TABLE told_apart AS
SELECT cnid, nid, claim, record,
  CASE
    WHEN upper(claim) = upper(record) THEN {case}
    WHEN strlen(claim) = length(claim) AND claim = plain THEN {diacritics}
    WHEN strlen(claim) = length(claim) AND upper(claim) = upper(plain) THEN {case} | {diacritics}
    WHEN nfc_normalize(claim) = record THEN {unicode_form}
    WHEN upper(nfc_normalize(claim)) = upper(record) THEN {case} | {unicode_form} END AS bits
FROM (
  SELECT p.cnid, p.nid, c.text AS claim, n.name AS record,
    replace(replace(strip_accents(n.name), 'đ', 'd'), 'Đ', 'D') AS plain
  FROM (SELECT DISTINCT cnid, said_nid AS nid FROM chosen WHERE name_rel > 0) p
  JOIN read_name c ON c.cnid = p.cnid JOIN {name} n ON n.nid = p.nid
  WHERE c.text <> n.name
);
CREATE OR REPLACE TEMP TABLE writing_pair AS
SELECT cnid, nid, CAST(bits AS BIGINT) AS bits FROM told_apart WHERE bits IS NOT NULL;
CREATE OR REPLACE TEMP TABLE written_apart AS
SELECT cnid, nid, claim, record FROM told_apart WHERE bits IS NULL
