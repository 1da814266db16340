SELECT l.oid, n.nspname AS schema, c.relname AS table, l.polname AS name, l.polpermissive AS permissive,
       CASE l.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END AS command,
       (SELECT array_agg(coalesce(r.rolname, 'PUBLIC')::text ORDER BY r.rolname) FROM unnest(l.polroles) u LEFT JOIN pg_roles r ON r.oid = u)
         AS roles,
       pg_get_expr(l.polqual, l.polrelid) AS using, pg_get_expr(l.polwithcheck, l.polrelid) AS check,
       obj_description(l.oid, 'pg_policy') AS comment
FROM pg_policy l JOIN pg_class c ON c.oid = l.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ANY (:schemas)
