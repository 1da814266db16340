-- Columns that an INSERT must or may name, with what tells a value for them.
SELECT a.attname AS name, a.attnotnull AS not_null,
       pg_catalog.format_type(a.atttypid, a.atttypmod) AS type,
       coalesce(b.typname, t.typname) AS base, coalesce(b.typcategory, t.typcategory)::text AS category,
       ARRAY(SELECT quote_literal(e.enumlabel) FROM pg_catalog.pg_enum e
              WHERE e.enumtypid = coalesce(b.oid, t.oid) ORDER BY e.enumsortorder) AS labels
  FROM pg_catalog.pg_attribute a
  JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype
 WHERE a.attrelid = %(table)s::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
 ORDER BY a.attnum
