-- verdict: dangerous
-- source: PostgreSQL 18, REINDEX: CONCURRENTLY not inside a transaction block
BEGIN;
REINDEX INDEX CONCURRENTLY users_email;
COMMIT;
