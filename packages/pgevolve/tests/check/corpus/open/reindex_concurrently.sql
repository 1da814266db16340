-- verdict: safe
-- source: PostgreSQL 18, REINDEX, "Rebuilding Indexes Concurrently"
REINDEX TABLE CONCURRENTLY orders;
