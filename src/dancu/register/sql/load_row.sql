-- Every row of a register file as it came, made tidy: texts trimmed, empty ones NULL. `line` counts data rows from 1.
CREATE OR REPLACE TABLE row AS
SELECT CAST(file_line AS BIGINT) AS line, {columns}
FROM {file}
