-- What the run found (`hit`), which of it is new (`fresh`: `place` in its worklist, and whether there is `room`), and which cases are
-- `over`. Where no commune is on record, the worklist is the province's (a negative unit).
CREATE OR REPLACE TEMP TABLE opening AS SELECT * FROM (VALUES {opens}) AS o (bit, code);
CREATE OR REPLACE TEMP TABLE double AS SELECT * FROM read_parquet({pairs});
CREATE OR REPLACE TEMP TABLE hit AS
SELECT r.person, r.unit, o.code FROM read_parquet({reasons}) r JOIN opening o ON (r.mask >> o.bit) & 1 = 1;
CREATE OR REPLACE TEMP TABLE over AS
SELECT k.id, k.other > 0 AS pair FROM known k WHERE k.living AND CASE
  WHEN k.other > 0 THEN NOT EXISTS (SELECT 1 FROM double d WHERE d.one = k.person AND d.other = k.other)
  ELSE k.code IN (SELECT code FROM opening) AND NOT EXISTS (SELECT 1 FROM hit h WHERE h.person = k.person AND h.code = k.code) END;
CREATE OR REPLACE TEMP TABLE fresh AS
WITH waiting AS (
  SELECT CASE WHEN f.person IS NULL THEN 'rule' ELSE 'load' END AS kind, h.code, h.person, h.unit, 0::BIGINT AS other,
    NULL::DOUBLE AS score, NULL::VARCHAR AS evidence
  FROM hit h LEFT JOIN (SELECT DISTINCT person, code FROM load_fault) f USING (person, code)
  UNION ALL
  SELECT DISTINCT 'load', f.code, f.person, p.unit, 0, NULL::DOUBLE, NULL::VARCHAR FROM load_fault f JOIN people p USING (person)
  WHERE f.code NOT IN (SELECT code FROM opening)
  UNION ALL
  SELECT 'duplicate', {duplicate}, d.one, CASE WHEN p.unit > 0 THEN p.unit ELSE q.unit END, d.other, d.score, d.evidence
  FROM double d JOIN people p ON p.person = d.one JOIN people q ON q.person = d.other),
unasked AS (
  SELECT * FROM waiting w WHERE NOT EXISTS (SELECT 1 FROM known k WHERE k.person = w.person AND k.code = w.code AND k.other = w.other)),
busy AS (SELECT unit, code, count(*) AS cases FROM known WHERE living AND id NOT IN (SELECT id FROM over) GROUP BY unit, code)
SELECT u.*, p.province,
  row_number() OVER (PARTITION BY u.code, CASE WHEN u.unit > 0 THEN u.unit ELSE -p.province END
    ORDER BY u.kind = 'rule', u.score DESC, u.person) AS place,
  {most} - coalesce(b.cases, 0) AS room
FROM unasked u JOIN people p ON p.person = u.person
LEFT JOIN busy b ON b.unit = CASE WHEN u.unit > 0 THEN u.unit ELSE -p.province END AND b.code = u.code
