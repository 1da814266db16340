-- verdict: safe
-- source: PostgreSQL 18, VACUUM
VACUUM (ANALYZE) orders;
