-- The constructors of a range type come with the type.
SELECT p.oid, n.nspname AS schema, p.proname AS name, p.prokind::text AS kind, pg_get_userbyid(p.proowner) AS owner,
       obj_description(p.oid, 'pg_proc') AS comment, pg_get_functiondef(p.oid) AS definition,
       coalesce((SELECT string_agg(format_type(u.type, NULL), ', ' ORDER BY u.place)
         FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY u (type, place)), '') AS arguments,
       pg_get_function_arguments(p.oid) AS signature, pg_get_function_result(p.oid) AS result
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE p.prokind IN ('f', 'p', 'w') AND n.nspname = ANY (:schemas)
  AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_proc'::regclass AND e.objid = p.oid AND e.deptype IN ('e', 'i'))
