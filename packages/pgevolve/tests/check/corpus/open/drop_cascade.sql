-- verdict: dangerous
-- source: PostgreSQL 18, DROP TABLE, CASCADE
DROP TABLE users CASCADE;
