-- verdict: dangerous
-- source: PostgreSQL 18, DROP SCHEMA, CASCADE
DROP SCHEMA reports CASCADE;
