-- Cleans `raw` (canonical columns as text) into `cleaned`: the columns a careful Splink user would compare and block on.
CREATE OR REPLACE TEMP MACRO fold(x) AS
    trim(regexp_replace(replace(strip_accents(lower(nfc_normalize(x))), 'đ', 'd'), '[^a-z ]+', ' ', 'g'));
CREATE OR REPLACE TEMP MACRO digits(x) AS
    CASE WHEN x SIMILAR TO '[0-9]+' THEN x ELSE regexp_replace(x, '[^0-9]', '', 'g') END;

-- Distinct names only: a register of 10M people has some 500,000 of them.
CREATE OR REPLACE TEMP TABLE folded AS
WITH names AS (
    SELECT name AS written FROM raw WHERE name IS NOT NULL
    UNION SELECT mother_name FROM raw WHERE mother_name IS NOT NULL
), once AS (
    SELECT written, regexp_replace(fold(written), ' +', ' ', 'g') AS name FROM names
)
SELECT written, nullif(name, '') AS name, split_part(name, ' ', 1) AS family, split_part(name, ' ', -1) AS given,
       array_to_string(list_sort(string_split(name, ' ')), ' ') AS sorted
FROM once;

CREATE OR REPLACE TEMP TABLE dates AS
WITH written AS (SELECT DISTINCT birth_date AS written FROM raw WHERE birth_date IS NOT NULL),
parts AS (
    SELECT written,
        CASE WHEN regexp_matches(written, '^\d{4}') THEN string_split(regexp_replace(written, '[ T].*', ''), '-')
             ELSE list_reverse(string_split(translate(written, '.-', '//'), '/')) END AS p
    FROM written
)
SELECT written, y, CASE WHEN m > 0 AND d > 0 THEN printf('%04d%02d%02d', y, m, d) ELSE printf('%04d0000', y) END AS dob,
       CASE WHEN m > 0 AND d > 0 THEN printf('%04d%02d%02d', y, least(m, d), greatest(m, d)) END AS either_order
FROM (
    SELECT written, try_cast(p[1] AS INTEGER) AS y, coalesce(try_cast(p[2] AS INTEGER), 0) AS m,
           coalesce(try_cast(p[3] AS INTEGER), 0) AS d
    FROM parts
)
WHERE y BETWEEN 1880 AND 2100 AND m <= 31 AND d <= 31;

CREATE OR REPLACE TEMP TABLE cleaned AS
WITH numbered AS (
    SELECT *, CASE WHEN contains(upper(pin), 'E+') THEN NULL ELSE digits(pin) END AS n FROM raw
)
SELECT r.unique_id,
       -- A spreadsheet drops up to two leading zeros of a 12-digit number.
       CASE WHEN length(n) BETWEEN 10 AND 12 THEN lpad(n, 12, '0') END AS pin,
       CASE WHEN length(n) = 9 THEN n ELSE nullif(digits(r.old_id), '') END AS old_id,
       f.name, f.family, f.given, f.sorted, d.dob, d.y AS birth_year, d.either_order,
       CASE WHEN lower(r.sex) IN ('male', 'nam', 'm', '1') THEN 'm' WHEN r.sex IS NOT NULL THEN 'f' END AS sex,
       g.name AS mother, nullif(fold(regexp_extract(r.province, '[^,]*$')), '') AS province, r.province AS province_written
FROM numbered r
LEFT JOIN folded f ON f.written = r.name
LEFT JOIN folded g ON g.written = r.mother_name
LEFT JOIN dates d ON d.written = r.birth_date;
