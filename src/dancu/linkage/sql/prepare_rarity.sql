-- How rare each value is, in eighths of a bit: 8 * log2(people / bearers), 0 … 240.
CREATE OR REPLACE TEMP TABLE rarity_{field} AS
SELECT {value} AS value, CAST(least(240, greatest(0, round(8 * log2({people} / CAST(n AS DOUBLE))))) AS SMALLINT) AS x
FROM {table}
