-- What an extension brought along stands for the extension.
SELECT d.classid::regclass::text AS class, d.objid AS oid, d.refobjid AS extension_oid FROM pg_depend d
WHERE d.deptype = 'e' AND d.refclassid = 'pg_extension'::regclass
UNION ALL
SELECT 'pg_type', t.typarray, d.refobjid FROM pg_depend d JOIN pg_type t ON t.oid = d.objid
WHERE d.deptype = 'e' AND d.refclassid = 'pg_extension'::regclass AND d.classid = 'pg_type'::regclass AND t.typarray <> 0
