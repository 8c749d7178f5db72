-- Bytes of each table of the register with its indexes, and its rows as far as the planner knows.
SELECT c.relname, greatest(c.reltuples, 0)::bigint, pg_table_size(c.oid), pg_indexes_size(c.oid)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind = 'r' AND c.relname LIKE 'register\_%%' ORDER BY c.relname LIMIT 64
