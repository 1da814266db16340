SELECT c.oid, c.reltype AS row_type, (SELECT t.typarray FROM pg_type t WHERE t.oid = c.reltype) AS row_type_array,
       n.nspname AS schema, c.relname AS name, pg_get_userbyid(c.relowner) AS owner,
       obj_description(c.oid, 'pg_class') AS comment, c.relpersistence::text AS persistence,
       coalesce((SELECT array_agg(o ORDER BY o) FROM unnest(c.reloptions) o), '{}') AS options,
       CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END AS partition_key,
       CASE WHEN c.relispartition THEN (SELECT i.inhparent::regclass::text FROM pg_inherits i WHERE i.inhrelid = c.oid) END
         AS partition_of,
       pg_get_expr(c.relpartbound, c.oid) AS partition_bound,
       CASE WHEN c.relispartition THEN '{}' ELSE coalesce((SELECT array_agg(i.inhparent::regclass::text ORDER BY i.inhseqno)
         FROM pg_inherits i WHERE i.inhrelid = c.oid), '{}') END AS inherits
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND n.nspname = ANY (:schemas)
  AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
