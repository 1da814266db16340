-- What a parent brought to a partition or child is its own only when it leaves.
-- NOT NULL (n, since 18 a row of its own) is a fact of the column; constraint triggers (t) are triggers.
SELECT k.oid, c.oid AS table_oid, NOT k.conislocal OR k.conparentid <> 0 AS brought, k.conindid AS index_oid, n.nspname AS schema, c.relname AS table, k.conname AS name, k.contype::text AS kind,
       pg_get_constraintdef(k.oid) AS definition, k.convalidated AS validated,
       obj_description(k.oid, 'pg_constraint') AS comment,
       coalesce((SELECT array_agg(a.attname::text ORDER BY u.place) FROM unnest(k.conkey) WITH ORDINALITY u (number, place)
         JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.number), '{}') AS columns,
       CASE WHEN k.contype = 'f' THEN k.confrelid::regclass::text END AS references,
       CASE WHEN k.contype IN ('p', 'u', 'x') THEN coalesce((SELECT array_agg(o ORDER BY o) FROM unnest(x.reloptions) o), '{}')
         ELSE '{}' END AS options,
       coalesce(k.contype IN ('p', 'u', 'x') AND i.indisclustered, false) AS clustered
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_class x ON x.oid = k.conindid LEFT JOIN pg_index i ON i.indexrelid = k.conindid
WHERE k.contype IN ('p', 'u', 'c', 'f', 'x') AND n.nspname = ANY (:schemas)
  AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
