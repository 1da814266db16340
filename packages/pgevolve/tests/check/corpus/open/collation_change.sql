-- verdict: dangerous
-- source: PostgreSQL 18, ALTER TABLE, Notes: a changed collation rebuilds the indexes
CREATE TABLE users (id bigint PRIMARY KEY, name text);
CREATE INDEX users_name ON users (name);
-- next file
ALTER TABLE users ALTER COLUMN name TYPE text COLLATE "C";
