-- verdict: dangerous
-- source: PostgreSQL 18, DROP EXTENSION
DROP EXTENSION citext CASCADE;
