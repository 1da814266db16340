-- Who stands on whom. A column default speaks for its table.
SELECT DISTINCT CASE WHEN f.oid IS NULL THEN d.classid::regclass::text ELSE 'pg_class' END AS class, coalesce(f.adrelid, d.objid) AS oid,
       d.refclassid::regclass::text AS on_class, d.refobjid AS on_oid
FROM pg_depend d LEFT JOIN pg_attrdef f ON d.classid = 'pg_attrdef'::regclass AND f.oid = d.objid
WHERE d.deptype IN ('n', 'a') AND (d.objid >= 16384 OR f.oid IS NOT NULL)
  AND d.refclassid IN ('pg_class'::regclass, 'pg_proc'::regclass, 'pg_type'::regclass, 'pg_namespace'::regclass, 'pg_constraint'::regclass,
    'pg_collation'::regclass, 'pg_extension'::regclass, 'pg_operator'::regclass, 'pg_opclass'::regclass)
