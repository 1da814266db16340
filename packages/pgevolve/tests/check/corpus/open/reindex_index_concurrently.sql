-- verdict: safe
-- source: PostgreSQL 18, REINDEX, "Rebuilding Indexes Concurrently"
REINDEX INDEX CONCURRENTLY users_email;
