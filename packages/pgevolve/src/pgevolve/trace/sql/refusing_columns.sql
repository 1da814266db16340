-- Columns of a constraint or unique index; in place of a generated column those it is computed from.
WITH constrained AS (
    SELECT conrelid AS relid, unnest(conkey) AS attnum FROM pg_catalog.pg_constraint
     WHERE conrelid = %(table)s::regclass AND conname = %(name)s
    UNION
    SELECT i.indrelid, unnest(i.indkey::int2[]) FROM pg_catalog.pg_index i
      JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
     WHERE i.indrelid = %(table)s::regclass AND c.relname = %(name)s
)
SELECT DISTINCT coalesce(source.attname, a.attname) AS name
  FROM constrained
  JOIN pg_catalog.pg_attribute a ON a.attrelid = constrained.relid AND a.attnum = constrained.attnum
  LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum AND a.attgenerated <> ''
  LEFT JOIN pg_catalog.pg_depend p
         ON p.classid = 'pg_catalog.pg_attrdef'::regclass AND p.objid = d.oid
        AND p.refclassid = 'pg_catalog.pg_class'::regclass AND p.refobjid = a.attrelid AND p.refobjsubid > 0
        AND p.refobjsubid <> a.attnum
  LEFT JOIN pg_catalog.pg_attribute source ON source.attrelid = p.refobjid AND source.attnum = p.refobjsubid
 ORDER BY 1
