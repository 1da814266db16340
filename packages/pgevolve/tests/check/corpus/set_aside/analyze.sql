-- verdict: safe
-- source: PostgreSQL 18, ANALYZE
ANALYZE orders;
