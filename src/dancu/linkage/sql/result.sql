-- One line for every judged row: outcome, reasons, severity and the values on record that may be suggested.
CREATE OR REPLACE TEMP TABLE result AS
WITH told AS (
  SELECT
    l.row, CAST(1 AS TINYINT) AS outcome, l.pin, {sure_confidence} AS confidence, CAST(1 AS TINYINT) AS candidates,
    l.status, l.status_date, l.agreed, l.kind, l.len, u.first_row AS duplicate_of,
    l.bits & {told} | CASE WHEN u.row IS NOT NULL THEN {duplicate} ELSE 0 END AS bits,
    l.exact_equal, l.nid, l.dob, l.psex, l.prov, l.commune, l.mnid, l.fnid, l.claimed_prov, l.commune AS claimed_commune, {relations}
  FROM chosen_sure l LEFT JOIN duplicate u ON u.row = l.row
  UNION ALL
  SELECT
    c.row, d.outcome, d.pin, d.confidence, d.candidates,
    l.status, l.status_date, coalesce(l.agreed, 0), c.kind, c.len, u.first_row,
    CASE WHEN u.row IS NOT NULL THEN {duplicate} ELSE 0 END | CASE d.outcome
      WHEN 1 THEN l.bits & {told}
      WHEN 2 THEN {several_candidates} | CASE WHEN c.kind = 0 THEN {number_missing} ELSE 0 END
      WHEN 3 THEN {not_in_register} | CASE WHEN h.row IS NOT NULL THEN {number_of_another_person} ELSE 0 END
      ELSE {too_little_to_check} | CASE WHEN c.kind = 6 OR c.date_unread THEN {unreadable} ELSE 0 END END,
    coalesce(l.exact_equal, false), l.nid, l.dob, l.psex, l.prov, l.commune, l.mnid, l.fnid, c.prov, g.commune, {relations}
  FROM claim c
  JOIN decided d ON d.row = c.row
  LEFT JOIN chosen_found l ON l.row = c.row
  LEFT JOIN hit h ON h.row = c.row
  LEFT JOIN duplicate u ON u.row = c.row
  LEFT JOIN (SELECT pid, min(commune) AS commune FROM place_commune GROUP BY pid HAVING count(*) = 1) g ON g.pid = c.pid
)
SELECT *,
  -- What the sentence of a row depends on besides verdict, reasons and agreement.
  CAST(CASE WHEN kind = 3 THEN len ELSE 0 END AS INTEGER) AS digits,
  CAST(CASE WHEN outcome = 2 THEN candidates ELSE 0 END AS INTEGER) AS rivals,
  CAST(coalesce(status, 0) AS INTEGER) AS state, coalesce(num_rel = 3, false) AS by_old, duplicate_of IS NOT NULL AS repeated,
  CAST(CASE WHEN outcome <> 1 THEN outcome
    WHEN bits & ~CAST({note_mask} | {no_difference} AS BIGINT) = 0 THEN 0 ELSE 1 END AS TINYINT) AS verdict,
  CAST(CASE WHEN bits & {confirm_mask} <> 0 THEN 3 WHEN bits & {fix_mask} <> 0 THEN 2 WHEN bits <> 0 THEN 1 ELSE 0 END
    AS TINYINT) AS severity
FROM told
