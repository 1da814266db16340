-- verdict: safe
-- source: PostgreSQL 18, lock_timeout
SET lock_timeout = '2s';
ALTER TABLE users ADD COLUMN phone text;
