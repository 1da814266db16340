-- One row: the connected user, the database and the schema `public`.
SELECT
    u.rolname AS "user",
    u.rolsuper AS superuser,
    u.rolsuper OR u.rolcreaterole AS may_create_roles,
    current_setting('server_version_num')::integer / 10000 AS major,
    d.datname AS database,
    pg_encoding_to_char(d.encoding) AS encoding,
    pg_has_role(d.datdba, 'USAGE') AS may_grant_on_database,
    CASE
        WHEN n.oid IS NULL THEN has_database_privilege(d.oid, 'CREATE')
        ELSE pg_has_role(n.nspowner, 'USAGE')
    END AS may_grant_on_public,
    EXISTS (
        SELECT FROM aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) AS a
        WHERE a.grantee = 0 AND a.privilege_type = 'TEMPORARY'
    ) AS public_may_make_temporary,
    EXISTS (
        SELECT FROM aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) AS a
        WHERE a.grantee = 0 AND a.privilege_type = 'CREATE'
    ) AS public_may_create,
    n.oid IS NOT NULL AS public_schema_exists,
    -- Not by to_regclass: that asks for a right on the schema, which only its owner has.
    EXISTS (
        SELECT FROM pg_class AS c JOIN pg_namespace AS l ON l.oid = c.relnamespace
        WHERE l.nspname = 'pgevolve' AND c.relname = 'migrations'
    ) AS deployed
FROM pg_database AS d
JOIN pg_roles AS u ON u.rolname = current_user
LEFT JOIN pg_namespace AS n ON n.nspname = 'public'
WHERE d.datname = current_database();
