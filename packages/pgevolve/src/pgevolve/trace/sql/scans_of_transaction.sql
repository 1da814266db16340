-- Scans from end to end that the session has begun since its figures were last handed in.
SELECT relid, seq_scan FROM pg_catalog.pg_stat_xact_all_tables
 WHERE seq_scan > 0 AND schemaname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
