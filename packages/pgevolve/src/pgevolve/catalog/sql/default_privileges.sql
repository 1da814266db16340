-- Without a schema the list stands in place of the built-in one; with a schema it is added.
SELECT pg_get_userbyid(a.defaclrole) AS role, coalesce(n.nspname, '') AS schema,
       CASE a.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'ROUTINES' WHEN 'T' THEN 'TYPES'
         WHEN 'n' THEN 'SCHEMAS' ELSE 'LARGE OBJECTS' END AS on,
       s.side, coalesce(r.rolname, 'PUBLIC') AS grantee, x.privilege_type AS privilege, x.is_grantable AS grantable
FROM pg_default_acl a LEFT JOIN pg_namespace n ON n.oid = a.defaclnamespace
CROSS JOIN LATERAL (VALUES ('there', a.defaclacl),
  ('usual', CASE WHEN a.defaclnamespace = 0 THEN acldefault(CASE a.defaclobjtype WHEN 'S' THEN 's' ELSE a.defaclobjtype END, a.defaclrole) END)
) s (side, acl)
CROSS JOIN LATERAL aclexplode(s.acl) x
LEFT JOIN pg_roles r ON r.oid = x.grantee
WHERE n.nspname IS NULL OR n.nspname = ANY (:schemas)
