-- Indexes that no query uses, and that are not being built now. A partitioned index is invalid until its parts are
-- attached, and meant so; one of TOAST cannot be dropped. Who builds one holds SHARE UPDATE EXCLUSIVE on its table.
SELECT n.nspname AS schema, c.relname AS name, t.relname AS table,
       EXISTS (SELECT FROM pg_catalog.pg_constraint AS k WHERE k.conindid = i.indexrelid) AS constrains
FROM pg_catalog.pg_index AS i JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid
JOIN pg_catalog.pg_class AS t ON t.oid = i.indrelid JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE NOT (i.indisvalid AND i.indisready) AND c.relkind = 'i'
  AND n.nspname <> 'pg_toast' AND n.nspname <> ALL (%(ignored)s) AND n.nspname || '.' || t.relname <> ALL (%(tables)s)
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_progress_create_index AS b
    WHERE b.datid = (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = current_database())
      AND i.indexrelid = b.index_relid)
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_locks AS l LEFT JOIN pg_catalog.pg_stat_activity AS a USING (pid)
    WHERE l.locktype = 'relation' AND l.relation = i.indrelid AND l.granted AND l.pid <> pg_backend_pid()
      AND l.database = (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = current_database())
      AND l.mode = 'ShareUpdateExclusiveLock' AND a.backend_type IS DISTINCT FROM 'autovacuum worker')
ORDER BY n.nspname, c.relname
