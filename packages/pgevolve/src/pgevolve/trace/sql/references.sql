-- Foreign keys of a table: its columns, the table they refer to, and the columns there.
SELECT ARRAY(SELECT a.attname FROM unnest(k.conkey) WITH ORDINALITY AS c (num, place)
               JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = c.num
              ORDER BY c.place)::text[] AS columns,
       format('%%I.%%I', n.nspname, r.relname) AS target,
       ARRAY(SELECT a.attname FROM unnest(k.confkey) WITH ORDINALITY AS c (num, place)
               JOIN pg_catalog.pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = c.num
              ORDER BY c.place)::text[] AS target_columns
  FROM pg_catalog.pg_constraint k
  JOIN pg_catalog.pg_class r ON r.oid = k.confrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = r.relnamespace
 WHERE k.conrelid = %(table)s::regclass AND k.contype = 'f' AND k.conparentid = 0
 ORDER BY k.conname
