-- Names the agency's provinces by the register's codes: the commonest code among rows whose numbers are equal.
CREATE OR REPLACE TEMP TABLE named AS
WITH votes AS (
    SELECT a.province AS written, r.province AS code, count(*) AS n
    FROM agency a JOIN register r ON r.unique_id = try_cast(a.pin AS BIGINT)
    WHERE a.province IS NOT NULL AND r.province IS NOT NULL
    GROUP BY ALL
)
SELECT written, arg_max(code, n) AS code FROM votes GROUP BY written;

CREATE OR REPLACE TEMP TABLE agency AS
SELECT a.* REPLACE (n.code AS province) FROM agency a LEFT JOIN named n ON n.written = a.province;
