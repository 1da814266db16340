-- Constraints of tables and of domains as the server prints them; of a domain, its name stands for a table's.
SELECT CASE WHEN k.conrelid <> 0 THEN format('%I.%I', n.nspname, c.relname)
            ELSE format('%I.%I', tn.nspname, t.typname) END,
       k.conname, pg_catalog.pg_get_constraintdef(k.oid)
  FROM pg_catalog.pg_constraint k
  LEFT JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
  LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_type t ON t.oid = k.contypid
  LEFT JOIN pg_catalog.pg_namespace tn ON tn.oid = t.typnamespace
 WHERE k.contype IN ('c', 'f', 'p', 'u', 'x', 'n')
   AND coalesce(n.nspname, tn.nspname) NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
   AND k.conrelid <> ALL ($1::oid[])
 ORDER BY 1, 2
