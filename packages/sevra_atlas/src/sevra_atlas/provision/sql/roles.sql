-- Those of the named roles that exist. Up to 15 CREATEROLE is enough to grant any role that is not a
-- superuser; from 16 on it takes the admin option on that very role.
SELECT
    r.rolname AS name,
    r.rolcanlogin AS may_login,
    u.rolsuper
    OR CASE
        WHEN current_setting('server_version_num')::integer < 160000 THEN u.rolcreaterole AND NOT r.rolsuper
        ELSE pg_has_role(r.oid, 'MEMBER WITH ADMIN OPTION')
    END AS administered,
    pg_has_role(r.oid, 'USAGE')
    AND pg_has_role(
        r.oid, CASE WHEN current_setting('server_version_num')::integer < 160000 THEN 'MEMBER' ELSE 'SET' END
    ) AS taken,
    ARRAY(
        SELECT g.rolname FROM pg_auth_members AS m JOIN pg_roles AS g ON g.oid = m.roleid
        WHERE m.member = r.oid
    ) AS member_of
FROM pg_roles AS r
JOIN pg_roles AS u ON u.rolname = current_user
WHERE r.rolname = ANY (%(names)s::text[]);
