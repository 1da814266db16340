-- verdict: safe
-- source: PostgreSQL 18, ALTER TABLE, Notes: an unconstrained domain over the type
CREATE DOMAIN slug AS text;
CREATE TABLE posts (id bigint PRIMARY KEY, name text);
-- next file
ALTER TABLE posts ALTER COLUMN name TYPE slug;
