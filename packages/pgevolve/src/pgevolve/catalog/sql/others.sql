-- Kinds that are compared as a whole and planned by nobody yet.
SELECT 'domain' AS kind, t.oid::regtype::text AS identity,
       concat_ws(' ', format_type(t.typbasetype, t.typtypmod), 'DEFAULT ' || t.typdefault, CASE WHEN t.typnotnull THEN 'NOT NULL' END,
         (SELECT string_agg(k.conname || ' ' || pg_get_constraintdef(k.oid), ', ' ORDER BY k.conname)
          FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c')) AS definition
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
WHERE t.typtype = 'd' AND n.nspname = ANY (:schemas) AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_type'::regclass AND e.objid = t.oid AND e.deptype = 'e')
UNION ALL
SELECT 'composite type', c.oid::regclass::text,
       (SELECT string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)), ', ' ORDER BY a.attnum)
        FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'c' AND n.nspname = ANY (:schemas) AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
UNION ALL
SELECT 'range type', t.oid::regtype::text, format_type(r.rngsubtype, NULL)
FROM pg_range r JOIN pg_type t ON t.oid = r.rngtypid JOIN pg_namespace n ON n.oid = t.typnamespace
WHERE n.nspname = ANY (:schemas) AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_type'::regclass AND e.objid = t.oid AND e.deptype = 'e')
UNION ALL
SELECT CASE c.relkind WHEN 'm' THEN 'materialized view' ELSE 'foreign table' END, c.oid::regclass::text,
       CASE c.relkind WHEN 'm' THEN pg_get_viewdef(c.oid) ELSE '' END
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('m', 'f') AND n.nspname = ANY (:schemas) AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
UNION ALL
SELECT 'aggregate', p.oid::regprocedure::text, ''
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE p.prokind = 'a' AND n.nspname = ANY (:schemas) AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_proc'::regclass AND e.objid = p.oid AND e.deptype = 'e')
UNION ALL
SELECT 'policy', format('%I on %s', l.polname, l.polrelid::regclass),
       concat_ws(' ', l.polcmd, l.polpermissive, pg_get_expr(l.polqual, l.polrelid), pg_get_expr(l.polwithcheck, l.polrelid),
         (SELECT string_agg(coalesce(r.rolname, 'PUBLIC'), ',' ORDER BY r.rolname) FROM unnest(l.polroles) u LEFT JOIN pg_roles r ON r.oid = u))
FROM pg_policy l JOIN pg_class c ON c.oid = l.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ANY (:schemas)
UNION ALL
SELECT 'row security', c.oid::regclass::text, concat_ws(' ', c.relrowsecurity, c.relforcerowsecurity)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE (c.relrowsecurity OR c.relforcerowsecurity) AND n.nspname = ANY (:schemas)
UNION ALL
SELECT 'statistics', format('%I.%I', n.nspname, s.stxname), pg_get_statisticsobjdef(s.oid)
FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace WHERE n.nspname = ANY (:schemas)
UNION ALL
SELECT 'rule', format('%I on %s', r.rulename, r.ev_class::regclass), pg_get_ruledef(r.oid)
FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE r.rulename <> '_RETURN' AND n.nspname = ANY (:schemas)
UNION ALL
SELECT 'operator', o.oid::regoperator::text, o.oprcode::regprocedure::text
FROM pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace WHERE n.nspname = ANY (:schemas) AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_operator'::regclass AND e.objid = o.oid AND e.deptype = 'e')
UNION ALL
SELECT 'collation', format('%I.%I', n.nspname, o.collname), concat_ws(' ', o.collprovider, o.collcollate)
FROM pg_collation o JOIN pg_namespace n ON n.oid = o.collnamespace WHERE n.nspname = ANY (:schemas)
UNION ALL
SELECT 'text search configuration', format('%I.%I', n.nspname, o.cfgname), ''
FROM pg_ts_config o JOIN pg_namespace n ON n.oid = o.cfgnamespace WHERE n.nspname = ANY (:schemas)
UNION ALL
SELECT 'event trigger', e.evtname, concat_ws(' ', e.evtevent, e.evtfoid::regprocedure, e.evttags) FROM pg_event_trigger e
UNION ALL
SELECT 'extension', e.extname, '' FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
WHERE e.extname <> 'plpgsql' AND n.nspname <> ALL (:ignored)
UNION ALL
SELECT 'not null', format('%I on %s', k.conname, k.conrelid::regclass), concat_ws(' ', k.convalidated, k.connoinherit)
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE k.contype = 'n' AND (NOT k.convalidated OR k.connoinherit) AND n.nspname = ANY (:schemas)
UNION ALL
SELECT 'default privileges', concat_ws(' ', pg_get_userbyid(a.defaclrole), n.nspname, a.defaclobjtype), a.defaclacl::text
FROM pg_default_acl a LEFT JOIN pg_namespace n ON n.oid = a.defaclnamespace
WHERE n.nspname IS NULL OR n.nspname = ANY (:schemas)
UNION ALL
SELECT 'replica identity', c.oid::regclass::text, c.relreplident::text
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND c.relreplident <> 'd' AND n.nspname = ANY (:schemas)
UNION ALL
SELECT 'column setting', format('%s.%I', a.attrelid::regclass, a.attname),
       concat_ws(' ', nullif(a.attcompression, ''), nullif(a.attstattarget, -1), a.attoptions)
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped AND n.nspname = ANY (:schemas)
  AND (a.attcompression <> '' OR nullif(a.attstattarget, -1) IS NOT NULL OR a.attoptions IS NOT NULL)
