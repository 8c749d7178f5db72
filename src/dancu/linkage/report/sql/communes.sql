-- Rows of each commune of today by verdict; NULL where no commune is known. Rows that were not judged do not count.
SELECT _commune, count(*) AS rows, {verdicts}
FROM {checked}
WHERE _verdict IS NOT NULL
GROUP BY _commune
