SELECT format('%I.%I', n.nspname, x.relname), format('%I.%I', tn.nspname, t.relname),
       pg_catalog.pg_get_indexdef(i.indexrelid),
       EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conindid = i.indexrelid AND k.conrelid = i.indrelid)
  FROM pg_catalog.pg_index i
  JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = x.relnamespace
  JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
  JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
 WHERE i.indrelid <> ALL ($1::oid[]) AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
