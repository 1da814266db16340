-- verdict: safe
-- source: PostgreSQL 18, ALTER TABLE, Notes: the contents stay
CREATE TABLE posts (id bigint PRIMARY KEY, name text);
-- next file
ALTER TABLE posts ALTER COLUMN name TYPE text;
