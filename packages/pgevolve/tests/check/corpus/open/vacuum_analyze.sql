-- verdict: safe
-- source: PostgreSQL 18, VACUUM: SHARE UPDATE EXCLUSIVE
VACUUM (ANALYZE) users;
