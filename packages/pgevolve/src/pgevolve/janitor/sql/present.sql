-- Whether an object of a kind and name is there.
SELECT CASE %(kind)s
  WHEN 'trigger' THEN EXISTS (SELECT FROM pg_catalog.pg_trigger AS g JOIN pg_catalog.pg_class AS t ON t.oid = g.tgrelid
    JOIN pg_catalog.pg_namespace AS n ON n.oid = t.relnamespace
    WHERE n.nspname = %(schema)s AND t.relname = %(table)s AND g.tgname = %(name)s AND NOT g.tgisinternal)
  WHEN 'function' THEN EXISTS (SELECT FROM pg_catalog.pg_proc AS p JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
    WHERE n.nspname = %(schema)s AND p.proname = %(name)s AND p.pronargs = 0 AND p.prorettype = 'trigger'::regtype)
  WHEN 'constraint' THEN EXISTS (SELECT FROM pg_catalog.pg_constraint AS c JOIN pg_catalog.pg_class AS t ON t.oid = c.conrelid
    JOIN pg_catalog.pg_namespace AS n ON n.oid = t.relnamespace
    WHERE n.nspname = %(schema)s AND t.relname = %(table)s AND c.conname = %(name)s AND c.contype IN ('c', 'f', 'n'))
  WHEN 'column' THEN EXISTS (SELECT FROM pg_catalog.pg_attribute AS a JOIN pg_catalog.pg_class AS t ON t.oid = a.attrelid
    JOIN pg_catalog.pg_namespace AS n ON n.oid = t.relnamespace
    WHERE n.nspname = %(schema)s AND t.relname = %(table)s AND a.attname = %(name)s AND a.attnum > 0 AND NOT a.attisdropped)
  WHEN 'index' THEN EXISTS (SELECT FROM pg_catalog.pg_index AS i JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = %(schema)s AND c.relname = %(name)s AND i.indisvalid AND c.relkind = 'i'
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint AS k WHERE k.conindid = c.oid))
END
