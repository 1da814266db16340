SELECT r.oid, r.prpubid AS publication_oid, r.prrelid::regclass::text AS table, pg_get_expr(r.prqual, r.prrelid) AS where,
       coalesce((SELECT array_agg(a.attname::text ORDER BY a.attname) FROM pg_attribute a
         WHERE a.attrelid = r.prrelid AND a.attnum = ANY (r.prattrs)), '{}') AS columns
FROM pg_publication_rel r
ORDER BY r.prpubid, r.prrelid::regclass::text
