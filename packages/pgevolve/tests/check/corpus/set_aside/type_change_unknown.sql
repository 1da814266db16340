-- verdict: dangerous
-- source: PostgreSQL 18, ALTER TABLE, Notes
ALTER TABLE users ALTER COLUMN age TYPE bigint;
