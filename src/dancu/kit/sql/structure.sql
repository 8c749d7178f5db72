-- One line for each thing that shapes or guards the data: columns, constraints, indexes, views, functions, triggers,
-- rights and the state of sequences. Names instead of numbers, so that a restored database gives the same lines.
WITH ours AS (
  SELECT n.oid, n.nspname, n.nspacl
  FROM pg_namespace AS n
  WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
), of_extension AS (
  SELECT d.classid, d.objid FROM pg_depend AS d WHERE d.deptype = 'e'
), relation AS (
  SELECT c.*, o.nspname
  FROM pg_class AS c
  JOIN ours AS o ON o.oid = c.relnamespace
  WHERE c.relpersistence <> 't' AND ('pg_class'::regclass, c.oid) NOT IN (SELECT classid, objid FROM of_extension)
), line AS (
  SELECT format('column %I.%I.%I %s %s %s %s %s', r.nspname, r.relname, a.attname,
    format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated,
    pg_get_expr(d.adbin, d.adrelid)) AS told
  FROM relation AS r
  JOIN pg_attribute AS a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN pg_attrdef AS d ON d.adrelid = r.oid AND d.adnum = a.attnum
  WHERE r.relkind IN ('r', 'p', 'v', 'm')
  UNION ALL
  SELECT format('constraint %I.%I %I %s', r.nspname, r.relname, k.conname, pg_get_constraintdef(k.oid))
  FROM relation AS r JOIN pg_constraint AS k ON k.conrelid = r.oid
  UNION ALL
  SELECT format('index %s', pg_get_indexdef(r.oid)) FROM relation AS r WHERE r.relkind IN ('i', 'I')
  UNION ALL
  SELECT format('view %I.%I %s', r.nspname, r.relname, pg_get_viewdef(r.oid))
  FROM relation AS r WHERE r.relkind IN ('v', 'm')
  UNION ALL
  SELECT format('trigger %s', pg_get_triggerdef(t.oid))
  FROM relation AS r JOIN pg_trigger AS t ON t.tgrelid = r.oid AND NOT t.tgisinternal
  UNION ALL
  SELECT format('function %s', pg_get_functiondef(p.oid))
  FROM pg_proc AS p
  JOIN ours AS o ON o.oid = p.pronamespace
  WHERE p.prokind IN ('f', 'p') AND ('pg_proc'::regclass, p.oid) NOT IN (SELECT classid, objid FROM of_extension)
  UNION ALL
  SELECT format('sequence %I.%I %s', s.schemaname, s.sequencename, s.last_value)
  FROM pg_sequences AS s JOIN ours AS o ON o.nspname = s.schemaname
  UNION ALL
  SELECT format('right %I.%I %s %s', r.nspname, r.relname, x.grantee::regrole, x.privilege_type)
  FROM relation AS r CROSS JOIN LATERAL aclexplode(r.relacl) AS x
  WHERE x.grantee <> r.relowner AND x.grantee <> 0
  UNION ALL
  SELECT format('extension %I', e.extname) FROM pg_extension AS e
)
SELECT told FROM line ORDER BY told COLLATE "C"
