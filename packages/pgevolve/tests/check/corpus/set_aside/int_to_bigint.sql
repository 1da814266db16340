-- verdict: dangerous
-- source: PostgreSQL 18, ALTER TABLE, Notes: changing the type rewrites table and indexes
CREATE TABLE users (id int PRIMARY KEY);
-- next file
ALTER TABLE users ALTER COLUMN id TYPE bigint;
