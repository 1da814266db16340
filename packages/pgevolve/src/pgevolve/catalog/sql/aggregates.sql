SELECT p.oid, n.nspname AS schema, p.proname AS name, pg_get_userbyid(p.proowner) AS owner,
       obj_description(p.oid, 'pg_proc') AS comment,
       coalesce((SELECT string_agg(format_type(u.type, NULL), ', ' ORDER BY u.place)
         FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY u (type, place)), '') AS arguments,
       coalesce(nullif(pg_get_function_arguments(p.oid), ''), '*') AS signature,
       a.aggtransfn::regproc::text AS sfunc, format_type(a.aggtranstype, NULL) AS stype, nullif(a.aggtransspace, 0)::text AS sspace,
       nullif(a.aggfinalfn::oid, 0)::regproc::text AS finalfunc, nullif(a.aggcombinefn::oid, 0)::regproc::text AS combinefunc,
       nullif(a.aggserialfn::oid, 0)::regproc::text AS serialfunc, nullif(a.aggdeserialfn::oid, 0)::regproc::text AS deserialfunc,
       quote_literal(a.agginitval) AS initcond,
       (SELECT format('OPERATOR(%I.%s)', s.nspname, o.oprname) FROM pg_operator o JOIN pg_namespace s ON s.oid = o.oprnamespace
         WHERE o.oid = a.aggsortop) AS sortop,
       CASE p.proparallel WHEN 's' THEN 'SAFE' WHEN 'r' THEN 'RESTRICTED' END AS parallel,
       nullif(concat_ws(', ', CASE WHEN a.aggkind <> 'n' THEN 'ordered-set' END, CASE WHEN a.aggmtransfn <> 0 THEN 'moving' END,
         CASE WHEN a.aggfinalextra THEN 'finalfunc_extra' END, CASE WHEN a.aggfinalmodify <> 'r' THEN 'finalfunc_modify' END), '') AS special
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_aggregate a ON a.aggfnoid = p.oid
WHERE n.nspname = ANY (:schemas) AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_proc'::regclass AND e.objid = p.oid AND e.deptype = 'e')
