-- The name that the server gives a multirange by itself is no option.
SELECT t.oid, t.typarray, m.oid AS multirange_oid, m.typarray AS multirange_array, n.nspname AS schema, t.typname AS name,
       pg_get_userbyid(t.typowner) AS owner, obj_description(t.oid, 'pg_type') AS comment, format_type(r.rngsubtype, NULL) AS subtype,
       CASE WHEN NOT o.opcdefault THEN format('%I.%I', s.nspname, o.opcname) END AS subtype_opclass,
       CASE WHEN r.rngcollation <> b.typcollation THEN r.rngcollation::regcollation::text END AS collation,
       nullif(r.rngcanonical::oid, 0)::regproc::text AS canonical, nullif(r.rngsubdiff::oid, 0)::regproc::text AS subtype_diff,
       CASE WHEN m.typname <> CASE WHEN t.typname LIKE '%range%' THEN regexp_replace(t.typname, 'range', 'multirange')
         ELSE t.typname || '_multirange' END THEN format('%I', m.typname) END AS multirange_type_name
FROM pg_range r JOIN pg_type t ON t.oid = r.rngtypid JOIN pg_type m ON m.oid = r.rngmultitypid JOIN pg_type b ON b.oid = r.rngsubtype
JOIN pg_opclass o ON o.oid = r.rngsubopc JOIN pg_namespace s ON s.oid = o.opcnamespace JOIN pg_namespace n ON n.oid = t.typnamespace
WHERE n.nspname = ANY (:schemas) AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_type'::regclass AND e.objid = t.oid AND e.deptype = 'e')
