-- A missing list of privileges stands for the built-in defaults of the kind. What an owner has is not listed.
SELECT o.class, o.oid, o.column, coalesce(r.rolname, 'PUBLIC') AS grantee, x.privilege_type AS privilege, x.is_grantable AS grantable
FROM (
  SELECT 'pg_namespace' AS class, n.oid, '' AS column, n.nspowner AS owner, coalesce(n.nspacl, acldefault('n', n.nspowner)) AS acl
  FROM pg_namespace n
  UNION ALL
  SELECT 'pg_class', c.oid, '', c.relowner, coalesce(c.relacl, acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", c.relowner))
  FROM pg_class c WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S')
  UNION ALL
  SELECT 'pg_class', c.oid, a.attname, c.relowner, a.attacl
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE a.attacl IS NOT NULL AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm')
  UNION ALL
  SELECT 'pg_proc', p.oid, '', p.proowner, coalesce(p.proacl, acldefault('f', p.proowner)) FROM pg_proc p
  UNION ALL
  SELECT 'pg_type', t.oid, '', t.typowner, coalesce(t.typacl, acldefault('T', t.typowner)) FROM pg_type t
  WHERE t.typtype IN ('e', 'd', 'r') OR EXISTS (SELECT FROM pg_class c WHERE c.oid = t.typrelid AND c.relkind = 'c')
) o
CROSS JOIN LATERAL aclexplode(o.acl) x
LEFT JOIN pg_roles r ON r.oid = x.grantee
WHERE o.oid = ANY (:oids) AND x.grantee <> o.owner
