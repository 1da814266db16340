-- Kinds that are compared as a whole and planned by nobody.
SELECT 'foreign table' AS kind, c.oid::regclass::text AS identity, '' AS definition
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'f' AND n.nspname = ANY (:schemas) AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
UNION ALL
SELECT 'operator', o.oid::regoperator::text, o.oprcode::regprocedure::text
FROM pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace WHERE n.nspname = ANY (:schemas) AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_operator'::regclass AND e.objid = o.oid AND e.deptype = 'e')
UNION ALL
SELECT 'operator class', format('%I.%I using %I', n.nspname, o.opcname, m.amname), o.opcintype::regtype::text
FROM pg_opclass o JOIN pg_namespace n ON n.oid = o.opcnamespace JOIN pg_am m ON m.oid = o.opcmethod
WHERE n.nspname = ANY (:schemas) AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_opclass'::regclass AND e.objid = o.oid AND e.deptype = 'e')
UNION ALL
SELECT 'cast', format('%s as %s', k.castsource::regtype, k.casttarget::regtype),
       concat_ws(' ', k.castcontext, k.castmethod, nullif(k.castfunc, 0)::regprocedure)
FROM pg_cast k WHERE k.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_cast'::regclass AND e.objid = k.oid AND e.deptype IN ('e', 'i'))
UNION ALL
SELECT 'text search configuration', format('%I.%I', n.nspname, o.cfgname), ''
FROM pg_ts_config o JOIN pg_namespace n ON n.oid = o.cfgnamespace WHERE n.nspname = ANY (:schemas)
UNION ALL
SELECT 'text search dictionary', format('%I.%I', n.nspname, o.dictname), coalesce(o.dictinitoption, '')
FROM pg_ts_dict o JOIN pg_namespace n ON n.oid = o.dictnamespace WHERE n.nspname = ANY (:schemas)
UNION ALL
SELECT 'foreign server', s.srvname::text, concat_ws(' ', s.srvtype, s.srvversion, s.srvoptions) FROM pg_foreign_server s
UNION ALL
SELECT 'not null', format('%I on %s', k.conname, k.conrelid::regclass), concat_ws(' ', k.convalidated, k.connoinherit)
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE k.contype = 'n' AND (NOT k.convalidated OR k.connoinherit) AND n.nspname = ANY (:schemas)
