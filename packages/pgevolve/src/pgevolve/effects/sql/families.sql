SELECT format('%I.%I', pn.nspname, p.relname), format('%I.%I', cn.nspname, c.relname),
       coalesce(t.partdefid = c.oid, false)
  FROM pg_catalog.pg_inherits h
  JOIN pg_catalog.pg_class p ON p.oid = h.inhparent
  JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace
  JOIN pg_catalog.pg_class c ON c.oid = h.inhrelid
  JOIN pg_catalog.pg_namespace cn ON cn.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_partitioned_table t ON t.partrelid = p.oid
 WHERE c.relkind IN ('r', 'p', 'f')
 ORDER BY 1, 2
