-- Constraints that new rows obey and old ones need not. One of 18 that is NOT ENFORCED is never validated, and meant
-- so; 15 has no such column. A partition's goes with that of its parent.
SELECT n.nspname AS schema, t.relname AS table, c.conname AS name, c.contype::text AS kind,
       CASE WHEN c.contype = 'c' THEN pg_catalog.pg_get_expr(c.conbin, c.conrelid) END AS expression,
       ARRAY(SELECT a.attname::text FROM unnest(c.conkey) WITH ORDINALITY AS k (number, place)
             JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum = k.number ORDER BY k.place) AS columns,
       fn.nspname AS other_schema, f.relname AS other_table, c.confmatchtype::text AS match,
       ARRAY(SELECT a.attname::text FROM unnest(c.confkey) WITH ORDINALITY AS k (number, place)
             JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.confrelid AND a.attnum = k.number ORDER BY k.place) AS other_columns
FROM pg_catalog.pg_constraint AS c JOIN pg_catalog.pg_class AS t ON t.oid = c.conrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = t.relnamespace
LEFT JOIN pg_catalog.pg_class AS f ON f.oid = c.confrelid LEFT JOIN pg_catalog.pg_namespace AS fn ON fn.oid = f.relnamespace
WHERE NOT c.convalidated AND c.contype IN ('c', 'f', 'n') AND c.conparentid = 0
  AND to_jsonb(c) ->> 'conenforced' IS DISTINCT FROM 'false'
  AND n.nspname <> ALL (%(ignored)s) AND n.nspname || '.' || t.relname <> ALL (%(tables)s)
ORDER BY n.nspname, t.relname, c.conname
