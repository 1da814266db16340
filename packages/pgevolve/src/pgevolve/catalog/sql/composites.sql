SELECT c.oid, c.reltype AS row_type, t.typarray AS row_type_array, n.nspname AS schema, t.typname AS name,
       pg_get_userbyid(t.typowner) AS owner, obj_description(t.oid, 'pg_type') AS comment
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_type t ON t.oid = c.reltype
WHERE c.relkind = 'c' AND n.nspname = ANY (:schemas) AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_type'::regclass AND e.objid = t.oid AND e.deptype = 'e') AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
