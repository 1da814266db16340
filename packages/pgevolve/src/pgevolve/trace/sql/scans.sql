-- Scans from end to end of all sessions.
SELECT relid, seq_scan FROM pg_catalog.pg_stat_all_tables
 WHERE schemaname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
