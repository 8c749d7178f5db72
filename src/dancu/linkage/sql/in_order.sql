-- Every row of the file in its order; rows that were left unjudged have no verdict.
CREATE OR REPLACE TEMP TABLE {out} AS
SELECT {columns}
FROM (SELECT {row} AS line FROM {relation}) s LEFT JOIN checked_rows c ON c._row = s.line
ORDER BY s.line
