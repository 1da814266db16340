-- verdict: safe
-- source: PostgreSQL 18, ALTER TABLE, ADD COLUMN IF NOT EXISTS
ALTER TABLE users ADD COLUMN IF NOT EXISTS phone text;
