-- Tables that hold rows of their own, with the columns that a dump carries, in the order of their names:
-- where a column stands in a table may differ after a restore, and what is generated follows from the others.
SELECT c.oid, n.nspname, c.relname,
       coalesce(array_agg(a.attname::text ORDER BY a.attname::text COLLATE "C")
                FILTER (WHERE a.attnum IS NOT NULL), '{}')
  FROM pg_catalog.pg_class AS c
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_attribute AS a
         ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
 WHERE c.relkind = 'r' AND c.relpersistence <> 't'
   AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
 GROUP BY c.oid, n.nspname, c.relname
 ORDER BY n.nspname, c.relname
