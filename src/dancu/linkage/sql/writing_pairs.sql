-- Names that are not written as on record: what plain text work can tell is told here, the rest is left to core.variant.
CREATE OR REPLACE TEMP TABLE told_apart AS
SELECT cnid, nid, claim, record, {bits} AS bits FROM ({pairs}) WHERE claim <> record;
CREATE OR REPLACE TEMP TABLE writing_pair AS
SELECT cnid, nid, CAST(bits AS BIGINT) AS bits FROM told_apart WHERE bits IS NOT NULL;
CREATE OR REPLACE TEMP TABLE written_apart AS
SELECT cnid, nid, claim, record FROM told_apart WHERE bits IS NULL
