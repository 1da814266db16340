-- verdict: dangerous
-- source: PostgreSQL 18, REINDEX, "Rebuilding Indexes Concurrently"
REINDEX INDEX users_email;
