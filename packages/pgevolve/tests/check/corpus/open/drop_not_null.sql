-- verdict: safe
-- source: PostgreSQL 18, ALTER TABLE, DROP NOT NULL: catalogue only
ALTER TABLE users ALTER COLUMN phone DROP NOT NULL;
