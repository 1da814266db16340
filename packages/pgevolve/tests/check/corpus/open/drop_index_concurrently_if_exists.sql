-- verdict: safe
-- source: PostgreSQL 18, DROP INDEX, CONCURRENTLY
DROP INDEX CONCURRENTLY IF EXISTS users_email;
