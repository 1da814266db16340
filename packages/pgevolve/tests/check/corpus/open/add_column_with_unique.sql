-- verdict: dangerous
-- source: PostgreSQL 18, ALTER TABLE, ADD COLUMN: UNIQUE builds an index
ALTER TABLE users ADD COLUMN phone text UNIQUE;
