-- 15 keeps the locale of ICU elsewhere than 17.
SELECT o.oid, n.nspname AS schema, o.collname AS name, pg_get_userbyid(o.collowner) AS owner,
       obj_description(o.oid, 'pg_collation') AS comment,
       CASE o.collprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END AS provider,
       quote_literal(coalesce(to_jsonb(o) ->> 'colllocale', to_jsonb(o) ->> 'colliculocale')) AS locale,
       CASE WHEN o.collprovider = 'c' THEN quote_literal(o.collcollate) END AS lc_collate,
       CASE WHEN o.collprovider = 'c' THEN quote_literal(o.collctype) END AS lc_ctype,
       quote_literal(to_jsonb(o) ->> 'collicurules') AS rules,
       CASE WHEN NOT o.collisdeterministic THEN 'false' END AS deterministic
FROM pg_collation o JOIN pg_namespace n ON n.oid = o.collnamespace
WHERE n.nspname = ANY (:schemas) AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_collation'::regclass AND e.objid = o.oid AND e.deptype = 'e')
