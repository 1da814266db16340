-- Views on relations and their columns, triggers of functions, columns of types, tables of schemas.
SELECT format('%I.%I', n.nspname, r.relname)
         || CASE WHEN d.refobjsubid > 0
                 THEN '.' || (SELECT a.attname FROM pg_catalog.pg_attribute a
                               WHERE a.attrelid = d.refobjid AND a.attnum = d.refobjsubid)
                 ELSE '' END,
       format('%I.%I', vn.nspname, v.relname)
  FROM pg_catalog.pg_depend d
  JOIN pg_catalog.pg_rewrite w ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND w.oid = d.objid
  JOIN pg_catalog.pg_class v ON v.oid = w.ev_class AND v.relkind IN ('v', 'm')
  JOIN pg_catalog.pg_namespace vn ON vn.oid = v.relnamespace
  JOIN pg_catalog.pg_class r ON d.refclassid = 'pg_catalog.pg_class'::regclass AND r.oid = d.refobjid
  JOIN pg_catalog.pg_namespace n ON n.oid = r.relnamespace
 WHERE v.oid <> r.oid AND n.nspname NOT IN ('pg_catalog', 'information_schema')
UNION
SELECT format('%I.%I()', n.nspname, p.proname), format('%I.%I', cn.nspname, c.relname)
  FROM pg_catalog.pg_trigger g
  JOIN pg_catalog.pg_proc p ON p.oid = g.tgfoid
  JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
  JOIN pg_catalog.pg_class c ON c.oid = g.tgrelid
  JOIN pg_catalog.pg_namespace cn ON cn.oid = c.relnamespace
 WHERE NOT g.tgisinternal
UNION
SELECT pg_catalog.format_type(t.oid, NULL), format('%I.%I', cn.nspname, c.relname)
  FROM pg_catalog.pg_type t
  JOIN pg_catalog.pg_attribute a ON a.atttypid = t.oid AND NOT a.attisdropped
  JOIN pg_catalog.pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p', 'm')
  JOIN pg_catalog.pg_namespace cn ON cn.oid = c.relnamespace
 WHERE t.typtype IN ('d', 'e', 'c') AND cn.nspname NOT IN ('pg_catalog', 'information_schema')
UNION
SELECT format('schema %I', n.nspname), format('%I.%I', n.nspname, c.relname)
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p', 'm', 'v') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
UNION
SELECT 'statistics ' || s.stxname, format('%I.%I', cn.nspname, c.relname)
  FROM pg_catalog.pg_statistic_ext s
  JOIN pg_catalog.pg_class c ON c.oid = s.stxrelid
  JOIN pg_catalog.pg_namespace cn ON cn.oid = c.relnamespace
