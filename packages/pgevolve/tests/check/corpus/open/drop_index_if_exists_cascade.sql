-- verdict: dangerous
-- source: PostgreSQL 18, DROP INDEX: ACCESS EXCLUSIVE on the table
DROP INDEX IF EXISTS users_email CASCADE;
