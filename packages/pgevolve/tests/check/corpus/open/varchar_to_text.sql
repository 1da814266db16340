-- verdict: safe
-- source: PostgreSQL 18, ALTER TABLE, Notes: binary coercible types need no rewrite
CREATE TABLE users (id bigint PRIMARY KEY, name varchar(50));
-- next file
ALTER TABLE users ALTER COLUMN name TYPE text;
