-- verdict: dangerous
-- source: PostgreSQL 18, REINDEX, "Rebuilding Indexes Concurrently"
REINDEX SCHEMA public;
