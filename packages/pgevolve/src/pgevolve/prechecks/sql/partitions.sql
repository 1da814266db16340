-- Partitioned tables with the text of their keys, and what each partition asks of its rows.
SELECT format('%I.%I', n.nspname, c.relname), pg_catalog.pg_get_partkeydef(c.oid),
       CASE WHEN p.oid IS NOT NULL THEN format('%I.%I', cn.nspname, p.relname) END, pg_catalog.pg_get_partition_constraintdef(p.oid)
  FROM pg_catalog.pg_partitioned_table t
  JOIN pg_catalog.pg_class c ON c.oid = t.partrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_inherits h ON h.inhparent = c.oid
  LEFT JOIN pg_catalog.pg_class p ON p.oid = h.inhrelid
  LEFT JOIN pg_catalog.pg_namespace cn ON cn.oid = p.relnamespace
 WHERE c.oid <> ALL ($1::oid[]) AND coalesce(p.oid, 0) <> ALL ($1::oid[])
   AND n.nspname NOT IN ('pg_catalog', 'information_schema')
