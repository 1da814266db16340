-- verdict: dangerous
-- source: PostgreSQL 18, ALTER TABLE, Notes: other changes of type rewrite
CREATE TABLE users (id bigint PRIMARY KEY, name varchar(100));
-- next file
ALTER TABLE users ALTER COLUMN name TYPE varchar(50);
