-- What must be said to make the same database again. Two columns have other names since 17; 15 has neither rules
-- nor the newer name, and is asked through JSON so that one text serves all.
SELECT d.datname AS name, pg_catalog.pg_get_userbyid(d.datdba) AS owner,
       pg_catalog.pg_encoding_to_char(d.encoding) AS encoding, d.datlocprovider::text AS provider,
       d.datcollate AS collate, d.datctype AS ctype,
       coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale') AS locale,
       to_jsonb(d) ->> 'daticurules' AS icu_rules,
       d.datconnlimit AS connection_limit, pg_catalog.shobj_description(d.oid, 'pg_database') AS comment,
       d.datacl IS NOT NULL AS has_grants,
       EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = 'public') AS has_public,
       (SELECT coalesce(jsonb_agg(jsonb_build_object(
                 'grantee', CASE WHEN a.grantee <> 0 THEN pg_catalog.pg_get_userbyid(a.grantee) END,
                 'privilege', a.privilege_type, 'grantable', a.is_grantable)
                 ORDER BY a.grantee, a.privilege_type), '[]')
          FROM pg_catalog.aclexplode(d.datacl) AS a) AS grants,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('role', r.rolname, 'setting', setting)
                 ORDER BY r.rolname, setting), '[]')
          FROM pg_catalog.pg_db_role_setting AS s
          LEFT JOIN pg_catalog.pg_roles AS r ON r.oid = s.setrole
         CROSS JOIN LATERAL unnest(s.setconfig) AS setting
         WHERE s.setdatabase = d.oid) AS settings
  FROM pg_catalog.pg_database AS d
 WHERE d.datname = current_database()
