-- One line for every judged row: outcome, reasons, severity and the values on record that may be suggested.
CREATE OR REPLACE TEMP TABLE result AS
WITH told AS (
  SELECT
    c.row, d.outcome, d.pin, d.confidence, d.candidates, l.status, l.status_date, coalesce(l.agreed, 0) AS agreed,
    CAST(c.kind AS INTEGER) AS kind, CAST(c.len AS INTEGER) AS len, l.num_rel, u.first_row AS duplicate_of,
    CASE WHEN u.row IS NOT NULL THEN {duplicate} ELSE 0 END | CASE d.outcome
      WHEN 1 THEN l.bits | coalesce(v.bits, 0)
      WHEN 2 THEN {several_candidates} | CASE WHEN c.kind = 0 THEN {number_missing} ELSE 0 END
      WHEN 3 THEN {not_in_register} | CASE WHEN h.row IS NOT NULL THEN {number_of_another_person} ELSE 0 END
      ELSE {too_little_to_check} | CASE WHEN c.kind = 6 OR c.date_unread THEN {unreadable} ELSE 0 END END AS bits,
    d.outcome = 1 AND l.num_rel = {number_same} AND l.date_rel = 1 AND n.name = r.text AND c.nbits = 0 AS exact_equal,
    n.name AS their_name, l.dob, l.psex, l.prov, l.commune, l.mnid, l.fnid, c.prov AS claimed_prov,
    l.name_rel, l.date_rel, l.sex_rel, l.place_rel, l.mother_rel, l.father_rel, l.phone_rel
  FROM claim c
  JOIN decided d ON d.row = c.row
  LEFT JOIN chosen l ON l.row = c.row
  LEFT JOIN hit h ON h.row = c.row
  LEFT JOIN duplicate u ON u.row = c.row
  LEFT JOIN writing_pair v ON v.cnid = l.cnid AND v.nid = l.said_nid
  LEFT JOIN {name} n ON n.nid = l.nid
  LEFT JOIN read_name r ON r.cnid = c.cnid
)
SELECT *,
  -- What the sentence of a row depends on besides verdict, reasons and agreement.
  CASE WHEN kind = 3 THEN len ELSE 0 END AS digits, CASE WHEN outcome = 2 THEN CAST(candidates AS INTEGER) ELSE 0 END AS rivals,
  CAST(coalesce(status, 0) AS INTEGER) AS state, coalesce(num_rel = 3, false) AS by_old, duplicate_of IS NOT NULL AS repeated,
  CAST(CASE WHEN outcome <> 1 THEN outcome
    WHEN bits & ~CAST({note_mask} | {no_difference} AS BIGINT) = 0 THEN 0 ELSE 1 END AS TINYINT) AS verdict,
  CAST(CASE WHEN bits & {confirm_mask} <> 0 THEN 3 WHEN bits & {fix_mask} <> 0 THEN 2 WHEN bits <> 0 THEN 1 ELSE 0 END
    AS TINYINT) AS severity
FROM told
