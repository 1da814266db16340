-- verdict: safe
-- source: PostgreSQL 18, ALTER TABLE, DROP CONSTRAINT: nothing is read, old code goes on
CREATE TABLE users (id bigint PRIMARY KEY, age int CONSTRAINT old_enough CHECK (age > 17));
-- next file
ALTER TABLE users DROP CONSTRAINT old_enough;
