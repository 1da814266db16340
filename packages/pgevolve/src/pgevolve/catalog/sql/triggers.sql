SELECT g.oid, g.tgconstraint AS constraint_oid, n.nspname AS schema, c.relname AS table, g.tgname AS name,
       pg_get_triggerdef(g.oid) AS definition, g.tgenabled::text AS enabled, obj_description(g.oid, 'pg_trigger') AS comment
FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
-- A trigger that calls a function of the ledger's schema is the engine's own: it counts, and goes again.
WHERE NOT g.tgisinternal AND g.tgparentid = 0
  AND NOT EXISTS (SELECT FROM pg_proc p WHERE p.oid = g.tgfoid AND p.pronamespace = to_regnamespace('pgevolve'))
  AND n.nspname = ANY (:schemas)
  AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
