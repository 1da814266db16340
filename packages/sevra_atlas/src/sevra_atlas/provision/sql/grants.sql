-- What the named roles were granted themselves on the database and on the schema `public`.
SELECT 'database' AS kind, r.rolname AS role, a.privilege_type AS privilege
FROM pg_database AS d, aclexplode(d.datacl) AS a, pg_roles AS r
WHERE d.datname = current_database() AND r.oid = a.grantee AND r.rolname = ANY (%(names)s::text[])
UNION ALL
SELECT 'schema', r.rolname, a.privilege_type
FROM pg_namespace AS n, aclexplode(n.nspacl) AS a, pg_roles AS r
WHERE n.nspname = 'public' AND r.oid = a.grantee AND r.rolname = ANY (%(names)s::text[]);
