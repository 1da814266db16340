-- verdict: safe
-- source: PostgreSQL 18, BEGIN
BEGIN;
ALTER TABLE users ADD COLUMN phone text;
COMMIT;
