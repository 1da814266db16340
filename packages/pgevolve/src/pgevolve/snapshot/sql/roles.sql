-- The roles that objects of this database name, and all that are members of them or that they are members of.
WITH RECURSIVE needed (oid) AS (
  SELECT d.refobjid FROM pg_catalog.pg_shdepend AS d
   WHERE d.refclassid = 'pg_catalog.pg_authid'::regclass
     AND (d.dbid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
          OR d.classid = 'pg_catalog.pg_database'::regclass
             AND d.objid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database()))
  UNION
  SELECT datdba FROM pg_catalog.pg_database WHERE datname = current_database()
  UNION
  SELECT CASE WHEN m.roleid = needed.oid THEN m.member ELSE m.roleid END
    FROM needed JOIN pg_catalog.pg_auth_members AS m ON needed.oid IN (m.roleid, m.member)
)
SELECT r.rolname AS name, r.rolinherit AS inherits, r.rolcreaterole AS creates_roles,
       r.rolcreatedb AS creates_databases, r.rolcanlogin AS logs_in, r.rolconnlimit AS connection_limit,
       (SELECT coalesce(array_agg(g.rolname::text ORDER BY g.rolname), '{}')
          FROM pg_catalog.pg_auth_members AS m JOIN pg_catalog.pg_roles AS g ON g.oid = m.roleid
         WHERE m.member = r.oid) AS member_of,
       coalesce(r.rolconfig, '{}') AS settings
  FROM pg_catalog.pg_roles AS r
 WHERE r.oid IN (SELECT oid FROM needed) AND r.rolname !~ '^pg_'
 ORDER BY r.rolname
