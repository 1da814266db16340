SELECT g.oid, g.tgconstraint AS constraint_oid, n.nspname AS schema, c.relname AS table, g.tgname AS name,
       pg_get_triggerdef(g.oid) AS definition, g.tgenabled::text AS enabled, obj_description(g.oid, 'pg_trigger') AS comment
FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE NOT g.tgisinternal AND g.tgparentid = 0 AND n.nspname = ANY (:schemas)
  AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
